//! What must be there besides the privilege, and what of it is not.

use super::super::{Access, Mode, Via};
use super::{Bounds, Link, Question};
use crate::cluster::{AclTarget, Class, Detail, Kind, ObjectId, Oid, Privileges};
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A privilege that is needed too.
#[derive(Clone, PartialEq, Debug)]
pub struct Need {
    /// On what.
    pub target: AclTarget,
    /// Which.
    pub privilege: Privileges,
    /// How it is held; none: it is missing.
    pub via: Option<Via>,
}

/// Something that stands in the way.
#[derive(Clone, PartialEq, Debug)]
pub enum Missing {
    /// The privilege itself.
    Privilege,
    /// USAGE on the schema, or CONNECT on the database.
    Need(AclTarget, Privileges),
    /// `datallowconn` is off.
    NoConnections(ObjectId),
    /// The role cannot log in.
    Login,
    /// Its connection limit is 0.
    ConnectionLimit,
    /// Its password is valid no more: since then. Other ways to authenticate do not ask.
    ValidUntil(String),
    /// A way that holds it hands nothing on, because of these.
    Inherit {
        /// From the role to one that holds it.
        chain: Vec<Oid>,
        /// Where it breaks.
        off: Vec<Off>,
    },
}

/// A membership that hands nothing on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Off {
    /// Who: before 16 a role with NOINHERIT.
    pub member: Oid,
    /// Of what.
    pub role: Oid,
    /// Who granted it.
    pub grantor: Oid,
}

impl Access<'_> {
    /// USAGE on the schema, CONNECT on the database.
    pub(super) fn needs(&self, question: Question) -> Vec<Need> {
        let Some(object) = self.view.object(question.target.object) else { return Vec::new() };
        let base = self.view.base();
        let schema = self.view.object_by_oid(Class::Schema, object.schema).map(|id| (id, Privileges::USAGE));
        let database = match object.kind {
            Kind::Database if question.privilege == Privileges::CONNECT => None,
            Kind::Database => Some(question.target.object),
            Kind::Tablespace | Kind::Parameter => None,
            _ => self.view.object_by_oid(Class::Database, base.database),
        };
        let database = database.map(|id| (id, Privileges::CONNECT));
        let need = |(id, privilege)| {
            let target = AclTarget::whole(id);
            Need { target, privilege, via: self.via(question.role, target, privilege) }
        };
        schema.into_iter().chain(database).map(need).collect()
    }

    pub(super) fn missing(
        &self,
        question: Question,
        answer: bool,
        needs: &[Need],
        now: Option<Timestamp>,
        bounds: Bounds,
    ) -> Vec<Missing> {
        let mut missing = Vec::new();
        if !answer {
            missing.push(Missing::Privilege);
            missing.extend(self.broken_ways(question, bounds));
        }
        let not_held = needs.iter().filter(|need| need.via.is_none());
        missing.extend(not_held.map(|need| Missing::Need(need.target, need.privilege)));
        let closed = needs.iter().filter(|need| need.privilege == Privileges::CONNECT).filter(|need| {
            let detail = self.view.object(need.target.object).map(|o| &o.detail);
            matches!(detail, Some(Detail::Database { allow_connections: false, .. }))
        });
        missing.extend(closed.map(|need| Missing::NoConnections(need.target.object)));
        missing.extend(self.login_gates(question.role, now));
        missing
    }

    fn login_gates(&self, role: Oid, now: Option<Timestamp>) -> Vec<Missing> {
        let Some(role) = self.view.role(role) else { return Vec::new() };
        let mut missing = Vec::new();
        if !role.login {
            missing.push(Missing::Login);
        }
        if role.connection_limit == 0 && !role.superuser {
            missing.push(Missing::ConnectionLimit);
        }
        if let (Some(until), Some(now)) = (&role.valid_until, now)
            && is_over(until, now)
        {
            missing.push(Missing::ValidUntil(until.clone()));
        }
        missing
    }

    /// Ways along any membership to who holds it, those with the fewest breaks first.
    fn broken_ways(&self, question: Question, bounds: Bounds) -> Vec<Missing> {
        let start = question.role;
        let mut best: FxHashMap<Oid, (usize, usize)> = FxHashMap::from_iter([(start, (0, 0))]);
        let mut from: FxHashMap<Oid, Link> = FxHashMap::default();
        let mut queue = BinaryHeap::from([Reverse((0, 0, start))]);
        while let Some(Reverse((breaks, length, role))) = queue.pop() {
            if best.get(&role).is_some_and(|known| *known < (breaks, length)) {
                continue;
            }
            for link in self.links_from(role, Mode::Member) {
                let cost = (breaks + usize::from(self.is_off(&link)), length + 1);
                if best.get(&link.role).is_none_or(|known| cost < *known) {
                    best.insert(link.role, cost);
                    queue.push(Reverse((cost.0, cost.1, link.role)));
                    from.insert(link.role, link);
                }
            }
        }
        let mut holders = self.holders(question);
        holders.retain(|holder| *holder != start && best.contains_key(holder));
        holders.sort_by_key(|holder| best.get(holder).copied());
        holders.into_iter().take(bounds.list).map(|holder| self.broken_way(holder, &from)).collect()
    }

    fn broken_way(&self, holder: Oid, from: &FxHashMap<Oid, Link>) -> Missing {
        let (mut chain, mut off, mut at) = (vec![holder], Vec::new(), holder);
        while let Some(link) = from.get(&at) {
            if self.is_off(link) {
                let rows = link.rows.iter();
                off.extend(rows.map(|row| Off { member: row.member, role: row.role, grantor: row.grantor }));
            }
            chain.push(link.member);
            at = link.member;
        }
        chain.reverse();
        off.reverse();
        Missing::Inherit { chain, off }
    }

    /// Does this membership hand nothing on?
    fn is_off(&self, link: &Link) -> bool {
        match self.major() {
            16.. => !link.rows.is_empty() && link.rows.iter().all(|row| row.inherit != Some(true)),
            _ => self.view.role(link.member).is_some_and(|role| !role.inherit),
        }
    }
}

/// Is a `rolvaliduntil` past? One that no calendar here can hold is far away, but for `-infinity`.
fn is_over(until: &str, now: Timestamp) -> bool {
    match until.parse::<Timestamp>() {
        Ok(until) => until < now,
        Err(_) => until == "-infinity" || until.ends_with(" BC"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_over;

    #[test]
    fn valid_until_is_compared_with_the_clock() {
        let now = "2026-11-27T12:00:00Z".parse().expect("a moment");
        for past in
            ["2026-11-27 12:59:59+01", "2020-01-01 00:00:00+00", "-infinity", "0044-03-15 00:00:00+00 BC"]
        {
            assert!(is_over(past, now), "{past}");
        }
        for later in
            ["2026-11-27 12:00:01+00", "2026-11-27 17:30:01+05:30", "infinity", "294276-01-01 00:00:00+00"]
        {
            assert!(!is_over(later, now), "{later}");
        }
    }
}
