//! Who gained and who lost what: the difference of `access` between the two.
//!
//! Things, and roles, that no privilege question tells apart on either side are asked about once. Where nothing of a
//! thing differs, only roles of which something differs are asked about. Not told is what nobody wonders about: what
//! superusers of both sides can do with what came or went, and what a role that came or went had as everybody has it.

use super::roles::{Class, Pair, Roles};
use crate::access::{Access, Held, Via};
use crate::cluster::{Acl, AclKind, AclTarget, Kind, ObjectId, Oid, Privileges, View};
use crate::preview::in_universe;
use crate::sql::identity::{column_identity, object_identity, object_type};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Gained or lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Held after.
    Gained,
    /// Held before.
    Lost,
}

/// A privilege that a role gained or lost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Which of the two.
    pub side: Side,
    /// The database.
    pub database: String,
    /// The role; `PUBLIC` for everybody.
    pub role: String,
    /// Of PUBLIC: how many roles, which are in both, it changes anything for.
    pub roles: Option<u64>,
    /// `pg_identify_object()`'s.
    pub object_type: &'static str,
    /// `pg_identify_object()`'s.
    pub identity: String,
    /// The column.
    pub column: Option<String>,
    /// As `aclexplode()` names it.
    pub privilege: &'static str,
    /// With grant option, on the side that has it.
    pub grantable: bool,
    /// The privilege itself is held on both sides.
    pub grant_option_only: bool,
    /// How, on the side that has it: one word, or the chain of roles.
    pub via: Vec<String>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Effect {
    /// Some of them, up to a limit.
    pub rows: Vec<Row>,
    /// How many there are.
    pub gained: u64,
    /// How many there are.
    pub lost: u64,
}

/// A thing by its name on either side.
#[derive(Clone, Copy, Default)]
struct Target {
    before: Option<AclTarget>,
    after: Option<AclTarget>,
}

type Name = (&'static str, String, Option<String>);
/// Kind, owner, ACL, and a column's own: what a privilege question looks at.
type Looks<'v> = Option<(AclKind, Oid, Option<&'v Acl>, Option<&'v Acl>)>;

/// Adds what differs in one database; what databases share, with the first of them.
pub(super) fn compare(before: &View, after: &View, is_first: bool, limit: usize, effect: &mut Effect) {
    let (access_before, access_after) = (Access::new(before), Access::new(after));
    let roles = Roles::new(&access_before, &access_after);
    let mut targets: BTreeMap<Name, Target> = BTreeMap::new();
    for (name, target) in named(before, is_first) {
        targets.entry(name).or_default().before = Some(target);
    }
    for (name, target) in named(after, is_first) {
        targets.entry(name).or_default().after = Some(target);
    }
    complete(before, after, &mut targets);
    let mut places: FxHashMap<(Looks<'_>, Looks<'_>), usize> = FxHashMap::default();
    let mut units: Vec<Vec<Target>> = Vec::new();
    for target in targets.values() {
        let place =
            *places.entry((looks(before, target.before), looks(after, target.after))).or_insert_with(|| {
                units.push(Vec::new());
                units.len() - 1
            });
        if let Some(unit) = units.get_mut(place) {
            unit.push(*target);
        }
    }
    let mut work = Work { before: &access_before, after: &access_after, roles: &roles, limit, effect };
    units.iter().for_each(|unit| work.unit(unit));
}

/// A column that has an ACL on one side alone is there on the other all the same: what its table gives there counts.
fn complete(before: &View, after: &View, targets: &mut BTreeMap<Name, Target>) {
    let halves = targets.iter().filter(|((.., column), target)| {
        column.is_some() && (target.before.is_none() || target.after.is_none())
    });
    let mut found = Vec::new();
    for ((kind, identity, column), target) in halves {
        let Some(table) = targets.get(&(*kind, identity.clone(), None)) else { continue };
        let of = |view: &View, table: Option<AclTarget>| {
            let table = table?.object;
            let mut columns = view.columns_of(table).iter().map(|c| AclTarget::column(table, c.attnum));
            columns.find(|one| column_identity(view, *one) == *column)
        };
        let whole = Target {
            before: target.before.or_else(|| of(before, table.before)),
            after: target.after.or_else(|| of(after, table.after)),
        };
        found.push(((*kind, identity.clone(), column.clone()), whole));
    }
    targets.extend(found);
}

/// Everything that `access` shows, with or without what databases share. The database itself is its own.
fn named(view: &View, shared: bool) -> Vec<(Name, AclTarget)> {
    let base = view.base();
    let name = |target: AclTarget| {
        let id = target.object;
        ((object_type(view, id), object_identity(view, id), column_identity(view, target)), target)
    };
    let is_shown = |id: ObjectId| {
        base.objects.get(id).is_some_and(|object| {
            let is_its_own = object.kind == Kind::Database || !object.kind.is_shared();
            (shared || is_its_own) && in_universe(base, object)
        })
    };
    let whole = base.objects.iter().filter(|(id, _)| is_shown(*id)).map(|(id, _)| name(AclTarget::whole(id)));
    let columns = base.objects.columns().iter();
    let columns = columns.filter(|c| c.acl.is_some() && c.attnum > 0 && is_shown(c.relation));
    whole.chain(columns.map(|c| name(AclTarget::column(c.relation, c.attnum)))).collect()
}

fn looks(view: &View, target: Option<AclTarget>) -> Looks<'_> {
    let target = target?;
    let object = view.object(target.object)?;
    let kind = if target.is_column() { AclKind::Column } else { object.kind.acl_kind() };
    let column = if target.is_column() { view.acl(target) } else { None };
    Some((kind, object.owner, view.acl(AclTarget::whole(target.object)), column))
}

struct Work<'a> {
    before: &'a Access<'a>,
    after: &'a Access<'a>,
    roles: &'a Roles,
    limit: usize,
    effect: &'a mut Effect,
}

/// What is held on either side; of a column only what the table gives on neither.
#[derive(Clone, Copy)]
struct States {
    before: Held,
    after: Held,
}

/// One kind of change: the privilege, whether it can be granted on, and whether that alone differs.
#[derive(Clone, Copy)]
struct Change {
    side: Side,
    privilege: Privileges,
    grantable: bool,
    option_only: bool,
}

impl States {
    fn changes(self) -> Vec<Change> {
        let (was, is) = (self.before, self.after);
        let change = |side, held: Held, option_only| {
            move |privilege: Privileges| {
                let grantable = held.options.intersects(privilege);
                Change { side, privilege, grantable, option_only }
            }
        };
        let both = was.privileges & is.privileges;
        let more = both & is.options.without(was.options);
        let less = both & was.options.without(is.options);
        let gained = is.privileges.without(was.privileges).iter().map(change(Side::Gained, is, false));
        let lost = was.privileges.without(is.privileges).iter().map(change(Side::Lost, was, false));
        let more = more.iter().map(change(Side::Gained, is, true));
        let less = less.iter().map(change(Side::Lost, is, true));
        gained.chain(lost).chain(more).chain(less).collect()
    }
}

impl Work<'_> {
    fn unit(&mut self, unit: &[Target]) {
        let Some(first) = unit.first() else { return };
        let differs = self.differs(first);
        let everybody = self.states(first, Pair { before: Some(Oid::PUBLIC), after: Some(Oid::PUBLIC) });
        // By privilege bit: how many roles change as everybody does.
        let mut as_everybody = [0_u64; 16];
        for class in self.roles.classes.iter().filter(|class| (differs || class.differs) && !class.superusers)
        {
            self.class(unit, class, everybody, &mut as_everybody);
        }
        for change in everybody.changes() {
            let at = change.privilege.0.trailing_zeros() as usize;
            let roles = as_everybody.get(at).copied().unwrap_or(0);
            if roles > 0 {
                let public = Pair { before: Some(Oid::PUBLIC), after: Some(Oid::PUBLIC) };
                unit.iter().for_each(|target| self.row(target, public, change, Some(roles)));
            }
        }
    }

    fn class(&mut self, unit: &[Target], class: &Class, everybody: States, as_everybody: &mut [u64; 16]) {
        let (Some(target), Some(role)) = (unit.first(), class.roles.first()) else { return };
        for change in self.states(target, *role).changes() {
            let (was, is) = (everybody.before.privileges, everybody.after.privileges);
            let (with, without) = match change.side {
                Side::Gained => (is, was),
                Side::Lost => (was, is),
            };
            if !change.grantable && !change.option_only && with.intersects(change.privilege) {
                // Who is in both and changes as everybody, is told of with everybody; who came or went had it so.
                if role.before.is_some() && role.after.is_some() && !without.intersects(change.privilege) {
                    let at = change.privilege.0.trailing_zeros() as usize;
                    if let Some(count) = as_everybody.get_mut(at) {
                        *count += class.roles.len() as u64;
                    }
                }
                let one_sided = role.before.is_none() || role.after.is_none();
                if one_sided || !without.intersects(change.privilege) {
                    continue;
                }
            }
            for target in unit {
                class.roles.iter().for_each(|role| self.row(target, *role, change, None));
            }
        }
    }

    fn states(&self, target: &Target, role: Pair) -> States {
        let (before, table_before) = held(self.before, role.before, target.before);
        let (after, table_after) = held(self.after, role.after, target.after);
        let is_column = target.before.or(target.after).is_some_and(AclTarget::is_column);
        if !is_column {
            return States { before, after };
        }
        let own = Privileges::COLUMN.without(table_before.privileges | table_after.privileges);
        let cut = |held: Held, table: Held| Held {
            privileges: held.privileges & own,
            options: (held.options | table.options) & own,
        };
        States { before: cut(before, table_before), after: cut(after, table_after) }
    }

    /// Is owner or ACL another, or the thing on one side only?
    fn differs(&self, target: &Target) -> bool {
        let (Some(before), Some(after)) = (target.before, target.after) else { return true };
        let mut numbers_before = items(self.before.view(), before, |oid| self.roles.number_before(oid));
        let mut numbers_after = items(self.after.view(), after, |oid| self.roles.number_after(oid));
        numbers_before.sort();
        numbers_after.sort();
        numbers_before != numbers_after
            || self.before.view().base().version.major() != self.after.view().base().version.major()
    }

    fn row(&mut self, target: &Target, role: Pair, change: Change, roles: Option<u64>) {
        match change.side {
            Side::Gained => self.effect.gained += 1,
            Side::Lost => self.effect.lost += 1,
        }
        if self.effect.rows.len() >= self.limit {
            return;
        }
        let (access, role, at) = match change.side {
            // Of a grant option that went, the privilege stays, and how is a question of after.
            Side::Lost if !change.option_only => (self.before, role.before, target.before),
            _ => (self.after, role.after, target.after),
        };
        let (Some(role), Some(at)) = (role, at) else { return };
        let view = access.view();
        let via = match roles {
            Some(_) => vec!["PUBLIC".to_owned()],
            None => access.via(role, at, change.privilege).map(|via| words(&via, view)).unwrap_or_default(),
        };
        self.effect.rows.push(Row {
            side: change.side,
            database: view.base().database_name().to_owned(),
            role: view.role_name(role),
            roles,
            object_type: object_type(view, at.object),
            identity: object_identity(view, at.object),
            column: column_identity(view, at),
            privilege: change.privilege.name(),
            grantable: change.grantable,
            grant_option_only: change.option_only,
            via,
        });
    }
}

/// What a role holds on a thing, and on its table where that is a column.
fn held(access: &Access<'_>, role: Option<Oid>, target: Option<AclTarget>) -> (Held, Held) {
    let (Some(role), Some(target)) = (role, target) else { return Default::default() };
    let on = |target: AclTarget| match role {
        Oid::PUBLIC => Held { privileges: access.held_by_public(target), options: Privileges::NONE },
        role => access.held(role, target),
    };
    let table = if target.is_column() { on(AclTarget::whole(target.object)) } else { Held::default() };
    (on(target), table)
}

type Item = (Result<u32, Oid>, Privileges, Privileges, bool);

/// The items in effect, and the owner, with roles by their numbers; for a column its table's too.
fn items(view: &View, target: AclTarget, number: impl Fn(Oid) -> Result<u32, Oid>) -> Vec<Item> {
    let owner = view.owner(target.object);
    let of = |target: AclTarget| {
        let item = |item: &crate::cluster::AclItem| {
            (number(item.grantee), item.privileges, item.options, target.is_column())
        };
        view.items(target).iter().map(item).collect::<Vec<Item>>()
    };
    let mut all = of(target);
    if target.is_column() {
        all.extend(of(AclTarget::whole(target.object)));
    }
    all.push((number(owner), Privileges::NONE, Privileges(u16::MAX), false));
    all
}

fn words(via: &Via, view: &View) -> Vec<String> {
    match via {
        Via::Chain(chain) => chain.iter().map(|role| view.role_name(*role)).collect(),
        Via::Predefined(role) => vec![view.role_name(*role)],
        Via::Superuser => vec!["superuser".to_owned()],
        Via::Owner => vec!["owner".to_owned()],
        Via::Direct => vec!["direct".to_owned()],
        Via::Public => vec!["PUBLIC".to_owned()],
    }
}
