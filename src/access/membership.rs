//! Who is a member of whom, in PostgreSQL's several senses (`roles_is_member_of` of acl.c).

use crate::cluster::{Membership, Oid, View, predefined};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// Which memberships count.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// Those that hand on privileges: before 16, of roles that have INHERIT; since 16, rows with INHERIT.
    Inherit,
    /// All of them.
    Member,
    /// Those that allow SET ROLE: all before 16; since 16, rows with SET.
    Set,
}

/// What roles can do in one view of a cluster. Remembers what it has worked out, so make one and ask it often.
pub struct Access<'v> {
    pub(super) view: &'v View,
    closures: RefCell<FxHashMap<(Oid, Mode), Rc<Closure>>>,
}

/// A role and all that it is a member of.
pub(super) struct Closure {
    /// Breadth first from the role itself, each level in index order.
    pub order: Vec<Oid>,
    /// By which role each was reached.
    pub from: FxHashMap<Oid, Oid>,
}

impl Closure {
    pub fn contains(&self, role: Oid) -> bool {
        self.from.contains_key(&role)
    }
    /// The roles from the start to `role`, by a shortest way.
    pub fn chain(&self, role: Oid) -> Vec<Oid> {
        let mut chain = vec![role];
        let mut at = role;
        while let Some(before) = self.from.get(&at).filter(|b| **b != at) {
            chain.push(*before);
            at = *before;
        }
        chain.reverse();
        chain
    }
}

impl<'v> Access<'v> {
    /// Over this view.
    pub fn new(view: &'v View) -> Self {
        Access { view, closures: RefCell::default() }
    }

    /// The view that is asked.
    pub fn view(&self) -> &'v View {
        self.view
    }

    pub(super) fn major(&self) -> u16 {
        self.view.base().version.major()
    }

    /// Superuser by its own attribute. A role that is gone is none.
    pub fn is_superuser(&self, role: Oid) -> bool {
        self.view.role(role).is_some_and(|r| r.superuser)
    }

    /// `has_privs_of_role`: may `member` use what `role` holds?
    pub fn has_privs_of(&self, member: Oid, role: Oid) -> bool {
        member == role || self.is_superuser(member) || self.closure(member, Mode::Inherit).contains(role)
    }

    /// `is_member_of_role`: superusers are members of all.
    pub fn is_member_of(&self, member: Oid, role: Oid) -> bool {
        member == role || self.is_superuser(member) || self.closure(member, Mode::Member).contains(role)
    }

    /// `is_member_of_role_nosuper`: by rows alone.
    pub fn is_member_of_nosuper(&self, member: Oid, role: Oid) -> bool {
        member == role || self.closure(member, Mode::Member).contains(role)
    }

    /// May a session of `member` SET ROLE to `role`? Before 16 any membership serves.
    pub fn can_set_role(&self, member: Oid, role: Oid) -> bool {
        member == role || self.is_superuser(member) || self.closure(member, Mode::Set).contains(role)
    }

    /// `is_admin_of_role`: may `member` hand on membership in `role`? Any membership leads to the ADMIN row.
    ///
    /// `session_user`: up to 14 the session's own role counts as its own administrator.
    pub fn is_admin_of(&self, member: Oid, role: Oid, session_user: Oid) -> bool {
        if self.is_superuser(member) {
            return true;
        }
        if member == role {
            return self.major() <= 14 && member == session_user;
        }
        let closure = self.closure(member, Mode::Member);
        self.view.members_of(role).iter().any(|m| m.admin && closure.contains(m.member))
    }

    /// `select_best_admin` (16+): the nearest role whose privileges `member` has and that itself holds ADMIN.
    pub fn best_admin(&self, member: Oid, role: Oid) -> Option<Oid> {
        if member == role {
            return None;
        }
        let holds = |r: &Oid| self.view.members_of(role).iter().any(|m| m.admin && m.member == *r);
        self.closure(member, Mode::Inherit).order.iter().copied().find(holds)
    }

    /// The role and all it reaches, breadth first.
    pub fn reaches(&self, role: Oid, mode: Mode) -> Vec<Oid> {
        self.closure(role, mode).order.clone()
    }

    /// The way from `member` to `role`, both included, shortest first; none where there is none.
    pub fn chain(&self, member: Oid, role: Oid, mode: Mode) -> Option<Vec<Oid>> {
        let closure = self.closure(member, mode);
        closure.contains(role).then(|| closure.chain(role))
    }

    /// Every role that reaches `role`, itself included: who is touched when `role` gains or loses something.
    pub fn reached_by(&self, role: Oid, mode: Mode) -> Vec<Oid> {
        let mut order = vec![role];
        let mut seen: FxHashSet<Oid> = order.iter().copied().collect();
        let mut at = 0;
        while let Some(group) = order.get(at).copied() {
            at += 1;
            let implicit = (group == predefined::DATABASE_OWNER).then(|| self.database_owner()).flatten();
            let rows = self.view.members_of(group).iter().filter(|m| self.hands_on(m.member, m, mode));
            let implicit = implicit.filter(|owner| self.walks_past(*owner, mode));
            for member in rows.map(|m| m.member).chain(implicit) {
                if seen.insert(member) {
                    order.push(member);
                }
            }
        }
        order
    }

    pub(super) fn closure(&self, role: Oid, mode: Mode) -> Rc<Closure> {
        if let Some(closure) = self.closures.borrow().get(&(role, mode)) {
            return Rc::clone(closure);
        }
        let closure = Rc::new(self.walk(role, mode));
        self.closures.borrow_mut().insert((role, mode), Rc::clone(&closure));
        closure
    }

    /// What `member` is a member of in this sense: the role, and the row; none where the membership is implicit.
    pub(super) fn steps_from(&self, member: Oid, mode: Mode) -> Vec<(Oid, Option<Membership>)> {
        if !self.walks_past(member, mode) {
            return Vec::new();
        }
        let rows = self.view.memberships_of(member).iter().filter(|row| self.hands_on(member, row, mode));
        let implicit = (self.database_owner() == Some(member)).then_some((predefined::DATABASE_OWNER, None));
        rows.map(|row| (row.role, Some(*row))).chain(implicit).collect()
    }

    fn walk(&self, start: Oid, mode: Mode) -> Closure {
        let owner = self.database_owner();
        let mut order = vec![start];
        let mut from: FxHashMap<Oid, Oid> = FxHashMap::from_iter([(start, start)]);
        let mut at = 0;
        while let Some(member) = order.get(at).copied() {
            at += 1;
            if !self.walks_past(member, mode) {
                continue;
            }
            let rows = self.view.memberships_of(member).iter().filter(|m| self.hands_on(member, m, mode));
            let implicit = (owner == Some(member)).then_some(predefined::DATABASE_OWNER);
            for role in rows.map(|m| m.role).chain(implicit) {
                from.entry(role).or_insert_with(|| {
                    order.push(role);
                    member
                });
            }
        }
        Closure { order, from }
    }

    /// Before 16 a role without INHERIT hands on nothing that lies beyond it.
    pub(super) fn walks_past(&self, member: Oid, mode: Mode) -> bool {
        mode != Mode::Inherit || self.major() >= 16 || self.view.role(member).is_some_and(|r| r.inherit)
    }

    pub(super) fn hands_on(&self, member: Oid, row: &crate::cluster::Membership, mode: Mode) -> bool {
        match mode {
            Mode::Member => true,
            Mode::Inherit if self.major() >= 16 => row.inherit == Some(true),
            Mode::Inherit => self.walks_past(member, mode),
            Mode::Set => row.set != Some(false),
        }
    }

    /// The owner of the current database is a member of pg_database_owner without a row (14+).
    pub(super) fn database_owner(&self) -> Option<Oid> {
        let base = self.view.base();
        let id = base.objects.by_oid(crate::cluster::Class::Database, base.database)?;
        (self.major() >= 14).then(|| self.view.owner(id))
    }
}
