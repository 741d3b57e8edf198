//! The rows of one unit, each with the way by which the role has the privilege.

use super::bits::Bits;
use super::cells::{BITS, Cells, bits};
use super::{Grid, Unit};
use crate::access::effective::predefined_rules;
use crate::cluster::{AclItem, Oid, Privileges, effective_items};

/// A privilege that a role has on each object of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Answer {
    /// The role's number ([`Grid::role`]).
    pub role: u32,
    /// The privilege.
    pub privilege: Privileges,
    /// May the role hand it on?
    pub grantable: bool,
    /// By which way it has it.
    pub how: How,
}

/// The way by which a role has a privilege, as [`Via`](crate::access::Via) has it; of a chain its end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum How {
    /// Granted to the role itself.
    Direct,
    /// It owns the object, and its own item gives it.
    Owner,
    /// Granted to this role, whose privileges it has ([`Grid::chain`]).
    Chain(Oid),
    /// By the rule of this predefined role.
    Predefined(Oid),
    /// Granted to everybody.
    Public,
    /// Superusers have everything.
    Superuser,
}

/// By privilege and role, the best way so far: the lower the better.
pub(super) struct Ranks([Box<[u64]>; BITS]);

/// The classes of ways, best first: what is nearest to the role itself, as `Access::via` ranks them.
const OWN: u64 = 1;
const PUBLIC: u64 = 2;
const CHAIN: u64 = 3;
const PREDEFINED: u64 = 4;
const NONE: u64 = u64::MAX;

/// The class, then the length of the chain, then the place of the item in the ACL.
fn rank(class: u64, distance: u32, place: usize) -> u64 {
    class << 61 | u64::from(distance) << 32 | (place as u64 & 0xffff_ffff)
}

impl Ranks {
    pub fn new(roles: usize) -> Ranks {
        Ranks(std::array::from_fn(|_| vec![NONE; roles].into_boxed_slice()))
    }

    fn clear(&mut self, privileges: Privileges) {
        bits(privileges).for_each(|bit| self.0[bit].fill(NONE));
    }

    fn offer(&mut self, privileges: Privileges, role: u32, rank: u64) {
        for bit in bits(privileges) {
            if let Some(best) = self.0[bit].get_mut(role as usize) {
                *best = rank.min(*best);
            }
        }
    }

    /// Everybody who has the privileges of `role` by that item or rule, the role itself apart.
    fn offer_reach(
        &mut self,
        grid: &Grid<'_>,
        privileges: Privileges,
        role: Oid,
        (class, of_itself): (u64, u64),
        place: usize,
    ) {
        if privileges.is_empty() {
            return;
        }
        let reach = grid.members.reach(role).map(|reach| reach.by_distance());
        for (member, distance) in reach.into_iter().flatten() {
            let class = if distance == 0 { of_itself } else { class };
            self.offer(privileges, member, rank(class, distance, place));
        }
    }
}

pub(super) fn answers(grid: &Grid<'_>, unit: &Unit, cells: &mut Cells, ranks: &mut Ranks) -> Vec<Answer> {
    let asked = cells.fill(grid, unit) & grid.privileges;
    let mut anybody = Bits::new(grid.numbers());
    for bit in bits(asked) {
        cells.held[bit].keep(&grid.shown);
        anybody.add_all(&cells.held[bit]);
    }
    let items = items(grid, unit);
    let rules = if unit.columns { &[] } else { predefined_rules(unit.kind.acl_kind()) };
    ranks.clear(asked);
    for (place, item) in items.iter().enumerate().filter(|(_, item)| item.grantee != Oid::PUBLIC) {
        ranks.offer_reach(grid, item.privileges & asked, item.grantee, (CHAIN, OWN), place);
    }
    for (place, (rule, since, gives)) in rules.iter().enumerate() {
        if grid.version.major() >= *since {
            ranks.offer_reach(grid, *gives & asked, *rule, (PREDEFINED, PREDEFINED), place);
        }
    }
    let everybody = items.iter().filter(|item| item.grantee == Oid::PUBLIC);
    let everybody = everybody.fold(Privileges::NONE, |all, item| all | item.privileges);
    let mut answers = Vec::new();
    for role in anybody.iter() {
        let superuser = grid.superusers.has(role);
        for bit in bits(asked).filter(|bit| cells.held[*bit].has(role)) {
            let privilege = Privileges(1 << bit);
            let best = ranks.0[bit].get(role as usize).copied().unwrap_or(NONE);
            let how = match best {
                _ if superuser => How::Superuser,
                best if best >> 61 > PUBLIC && everybody.contains(privilege) => How::Public,
                best => way(best, &items, rules, unit.owner),
            };
            answers.push(Answer { role, privilege, grantable: cells.options[bit].has(role), how });
        }
    }
    answers
}

fn items(grid: &Grid<'_>, unit: &Unit) -> Vec<AclItem> {
    match &unit.column_acl {
        Some(acl) => acl.to_vec(),
        None => effective_items(unit.acl.as_ref(), unit.kind.acl_kind(), unit.owner, grid.version),
    }
}

fn way(best: u64, items: &[AclItem], rules: &[(Oid, u16, Privileges)], owner: Oid) -> How {
    let place = (best & 0xffff_ffff) as usize;
    let grantee = items.get(place).map_or(Oid::PUBLIC, |item| item.grantee);
    match best >> 61 {
        OWN if grantee == owner => How::Owner,
        OWN => How::Direct,
        CHAIN => How::Chain(grantee),
        PREDEFINED => How::Predefined(rules.get(place).map_or(Oid::PUBLIC, |(rule, ..)| *rule)),
        // Large objects of a server that does not ask for their privileges.
        _ => How::Public,
    }
}
