//! Who has the privileges of a role, for many roles at once.

use super::bits::Bits;
use crate::access::{Access, Mode};
use crate::cluster::{Oid, Role, predefined};
use rustc_hash::FxHashMap;

/// Roles by dense numbers, and who inherits from whom.
pub(super) struct Members {
    /// By number; numbers go by name, so that what goes by number goes by name.
    roles: Vec<Oid>,
    numbers: FxHashMap<Oid, u32>,
    /// By group: who has what it has, without another between.
    of: Vec<Vec<u32>>,
    /// For everybody that was asked about.
    known: FxHashMap<Oid, Reach>,
}

/// Everybody who has the privileges of a role: itself first, then the nearer before the farther.
#[derive(Default)]
pub(super) struct Reach {
    pub order: Box<[u32]>,
    /// Where each distance ends in `order`.
    pub levels: Box<[u32]>,
    /// The same as a set, where that is the smaller.
    set: Option<Bits>,
}

impl Reach {
    /// Adds them to a set.
    pub fn add_to(&self, bits: &mut Bits) {
        match &self.set {
            Some(set) => bits.add_all(set),
            None => self.order.iter().for_each(|role| bits.add(*role)),
        }
    }

    /// Each with its distance, upwards.
    pub fn by_distance(&self) -> impl Iterator<Item = (u32, u32)> {
        let mut distance = 0;
        self.order.iter().enumerate().map(move |(at, role)| {
            while self.levels.get(distance as usize).is_some_and(|end| at as u32 >= *end) {
                distance += 1;
            }
            (*role, distance)
        })
    }
}

impl Members {
    pub fn new(access: &Access<'_>) -> Members {
        let view = access.view();
        let mut named: Vec<&Role> = view.roles().collect();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        let roles: Vec<Oid> = named.into_iter().map(|role| role.oid).collect();
        let numbers: FxHashMap<Oid, u32> = roles.iter().zip(0..).map(|(oid, n)| (*oid, n)).collect();
        let mut of = vec![Vec::new(); roles.len()];
        let mut put = |group: Oid, member: u32| {
            let members = numbers.get(&group).and_then(|group| of.get_mut(*group as usize));
            members.into_iter().for_each(|members: &mut Vec<u32>| members.push(member));
        };
        let owner = access.database_owner();
        for (member, number) in roles.iter().zip(0..).filter(|(m, _)| access.walks_past(**m, Mode::Inherit)) {
            let rows = view.memberships_of(*member).iter();
            rows.filter(|row| access.hands_on(*member, row, Mode::Inherit))
                .for_each(|row| put(row.role, number));
            if owner == Some(*member) {
                put(predefined::DATABASE_OWNER, number);
            }
        }
        Members { roles, numbers, of, known: FxHashMap::default() }
    }

    /// By number.
    pub fn roles(&self) -> &[Oid] {
        &self.roles
    }

    /// The number of a role; none if it was dropped.
    pub fn number(&self, role: Oid) -> Option<u32> {
        self.numbers.get(&role).copied()
    }

    /// Works out who has the privileges of each of these.
    pub fn learn(&mut self, roles: impl IntoIterator<Item = Oid>) {
        let mut seen = Bits::new(self.roles.len());
        for role in roles {
            if !self.known.contains_key(&role) {
                let reach = self.walk(role, &mut seen);
                self.known.insert(role, reach);
            }
        }
    }

    /// Who has the privileges of a role that was learned.
    pub fn reach(&self, role: Oid) -> Option<&Reach> {
        self.known.get(&role)
    }

    fn walk(&self, role: Oid, seen: &mut Bits) -> Reach {
        let Some(start) = self.number(role) else { return Reach::default() };
        seen.clear();
        seen.add(start);
        let (mut order, mut levels) = (vec![start], vec![1]);
        let mut at = 0;
        while let Some(end) = levels.last().copied().filter(|end| (at as u32) < *end) {
            while at < end as usize {
                let group = order.get(at).copied().unwrap_or(start);
                at += 1;
                for member in self.of.get(group as usize).into_iter().flatten() {
                    if !seen.has(*member) {
                        seen.add(*member);
                        order.push(*member);
                    }
                }
            }
            if order.len() > at {
                levels.push(order.len() as u32);
            }
        }
        let set = (order.len() > 2 * seen.words()).then(|| seen.clone());
        Reach { order: order.into(), levels: levels.into(), set }
    }
}
