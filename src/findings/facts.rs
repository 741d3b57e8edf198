//! What all families of findings look at, worked out once.

use super::{Code, Finding, LISTED, Level, Options};
use crate::access::{Access, Mode};
use crate::cluster::{AclItem, AclKind, AclTarget, Object, ObjectId, Oid, Privileges, Role, View};
use crate::preview::{Planner, in_universe};
use crate::sql::identity::object_identity;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// Things that no privilege question tells apart: of one kind and owner, with one ACL. Thousands of tables share one.
pub(super) struct Unit {
    pub kind: AclKind,
    pub owner: Oid,
    /// The items in effect; for a column its own.
    pub items: Vec<AclItem>,
    /// For a column, its table's items: a grant option there holds here.
    pub table: Vec<AclItem>,
    pub targets: Vec<AclTarget>,
}

pub(super) struct Facts<'a> {
    pub planner: &'a Planner,
    pub options: &'a Options,
    pub access: Access<'a>,
    pub units: Vec<Unit>,
    pub databases: Vec<ObjectId>,
    /// Roles that can log in, are no superusers and are not protected.
    pub logins: FxHashSet<Oid>,
    /// Every role there is, and PUBLIC.
    pub known: FxHashSet<Oid>,
    /// How much may still be tried to mend things.
    pub budget: Cell<usize>,
    holders: RefCell<FxHashMap<Oid, Rc<Vec<Oid>>>>,
    /// Names of exceptions, by code.
    except: FxHashMap<Code, Vec<&'a str>>,
}

impl<'a> Facts<'a> {
    pub fn new(planner: &'a Planner, view: &'a View, options: &'a Options) -> Facts<'a> {
        let protected = planner.protected();
        let logins = view.roles().filter(|r| r.login && !r.superuser && !protected.has_name(&r.name));
        let mut except: FxHashMap<Code, Vec<&str>> = FxHashMap::default();
        for (code, name) in options.except.iter().filter_map(|e| Some((e.code, e.name.as_deref()?))) {
            except.entry(code).or_default().push(name);
        }
        Facts {
            planner,
            options,
            access: Access::new(view),
            units: units(view),
            databases: super::logins::databases(view),
            logins: logins.map(|r| r.oid).collect(),
            known: view.roles().map(|role| role.oid).chain([Oid::PUBLIC]).collect(),
            budget: Cell::new(super::mend::BUDGET),
            holders: RefCell::default(),
            except,
        }
    }

    pub fn view(&self) -> &'a View {
        self.access.view()
    }

    pub fn major(&self) -> u16 {
        self.view().base().version.major()
    }

    pub fn is_protected(&self, role: Oid) -> bool {
        self.planner.protected().has(self.view(), role)
    }

    pub fn is_login(&self, role: Oid) -> bool {
        self.logins.contains(&role)
    }

    /// Roles that can log in and are no superusers, of those.
    pub fn logins_of(&self, roles: impl IntoIterator<Item = Oid>) -> Vec<Oid> {
        let mut found: Vec<Oid> = roles.into_iter().filter(|r| self.is_login(*r)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The logins that have what is granted to this role: it and its members.
    pub fn holders(&self, role: Oid) -> Rc<Vec<Oid>> {
        if let Some(found) = self.holders.borrow().get(&role) {
            return Rc::clone(found);
        }
        let found = Rc::new(self.logins_of(self.access.reached_by(role, Mode::Inherit)));
        self.holders.borrow_mut().insert(role, Rc::clone(&found));
        found
    }

    /// Is what is granted to it granted to many? To five logins, or to half of them all if those are two at least.
    pub fn is_broad(&self, role: Oid) -> bool {
        let holders = self.holders(role).len();
        holders >= 5 || (holders >= 2 && holders * 2 >= self.logins.len())
    }

    /// Is this role accepted for this kind of finding?
    pub fn accepts_role(&self, code: Code, role: Oid) -> bool {
        let names = self.except.get(&code);
        names.is_some_and(|names| names.iter().any(|name| *name == self.view().role_name(role)))
    }

    /// Is this object?
    pub fn accepts(&self, code: Code, object: ObjectId) -> bool {
        let names = self.except.get(&code);
        names.is_some_and(|names| names.iter().any(|name| *name == object_identity(self.view(), object)))
    }

    /// A role's name for a sentence.
    pub fn name(&self, role: Oid) -> String {
        self.view().role_name(role)
    }

    /// Up to three names, and how many more.
    pub fn names(&self, roles: &[Oid]) -> String {
        let first: Vec<String> = roles.iter().take(3).map(|r| self.name(*r)).collect();
        match (first.split_last(), roles.len().saturating_sub(3)) {
            (None, _) => String::new(),
            (Some((only, [])), 0) => only.clone(),
            (Some((last, before)), 0) => format!("{} and {last}", before.join(", ")),
            (Some(_), more) => format!("{} and {more} more", first.join(", ")),
        }
    }

    /// An object for a sentence: `schema shop`.
    pub fn object(&self, id: ObjectId) -> String {
        let word = self.view().object(id).map_or("", |o| o.kind.type_name());
        format!("{word} {}", object_identity(self.view(), id))
    }

    /// The schema an object is in.
    pub fn schema_of(&self, object: &Object) -> Option<ObjectId> {
        self.view().object_by_oid(crate::cluster::Class::Schema, object.schema)
    }

    /// The logins that can name what is in a schema, and have not the privileges of `owner` anyway. None: everybody.
    pub fn strangers_in(&self, schema: ObjectId, owner: Oid) -> Strangers {
        let target = AclTarget::whole(schema);
        let stranger = |role: &Oid| !self.access.has_privs_of(*role, owner);
        if self.access.held_by_public(target).intersects(Privileges::USAGE) {
            return Strangers { everybody: true, count: self.logins.iter().filter(|r| stranger(r)).count() };
        }
        let usage = |role: &Oid| self.access.held(*role, target).privileges.intersects(Privileges::USAGE);
        let count = self.logins.iter().filter(|role| stranger(role) && usage(role)).count();
        Strangers { everybody: false, count }
    }

    /// A finding without objects and roles.
    pub fn finding(&self, code: Code, level: Level, reason: String) -> Finding {
        Finding {
            code,
            level,
            reason,
            objects: Vec::new(),
            object_count: 0,
            roles: Vec::new(),
            role_count: 0,
            steps: Vec::new(),
            mend: Err("There is no statement that rolescope predicts.".to_owned()),
        }
    }

    /// Is it asked for, and not accepted as a whole?
    pub fn is_wanted(&self, code: Code) -> bool {
        let asked = self.options.only.is_empty() || self.options.only.contains(&code);
        asked && !self.options.except.iter().any(|e| e.code == code && e.name.is_none())
    }

    /// Every role but those that are protected.
    pub fn roles(&self) -> impl Iterator<Item = &'a Role> {
        let protected = self.planner.protected();
        self.view().roles().filter(|role| !protected.has_name(&role.name))
    }
}

/// Who comes into a schema.
#[derive(Clone, Copy)]
pub(super) struct Strangers {
    pub everybody: bool,
    pub count: usize,
}

impl Strangers {
    /// As the end of a sentence.
    pub fn words(self) -> String {
        match (self.everybody, self.count) {
            (true, _) => "open to every role".to_owned(),
            (false, 1) => "open to 1 login besides those with the owner's privileges".to_owned(),
            (false, n) => format!("open to {n} logins besides those with the owner's privileges"),
        }
    }
}

impl Finding {
    pub(super) fn with_objects(mut self, objects: &[AclTarget]) -> Finding {
        self.object_count = objects.len();
        self.objects = objects.iter().take(LISTED).copied().collect();
        self
    }

    pub(super) fn with_object(self, object: ObjectId) -> Finding {
        self.with_objects(&[AclTarget::whole(object)])
    }

    pub(super) fn with_roles(mut self, roles: &[Oid]) -> Finding {
        self.role_count = roles.len();
        self.roles = roles.iter().take(LISTED).copied().collect();
        self
    }

    pub(super) fn with_mend(mut self, mend: Result<Vec<String>, String>) -> Finding {
        self.mend = mend;
        self
    }
}

fn units(view: &View) -> Vec<Unit> {
    // Equal ACLs were loaded once and share their memory.
    type Key = (AclKind, Oid, usize, usize);
    let cluster = view.base();
    let address =
        |acl: Option<&crate::cluster::Acl>| acl.map_or(0, |acl| Arc::as_ptr(acl) as *const () as usize);
    let mut found: FxHashMap<Key, usize> = FxHashMap::default();
    let mut units: Vec<Unit> = Vec::new();
    let mut put = |key: Key, target: AclTarget| match found.get(&key) {
        Some(at) => {
            if let Some(unit) = units.get_mut(*at) {
                unit.targets.push(target);
            }
        }
        None => {
            found.insert(key, units.len());
            let table =
                if target.is_column() { view.items(AclTarget::whole(target.object)) } else { Vec::new() };
            units.push(Unit {
                kind: key.0,
                owner: key.1,
                items: view.items(target),
                table,
                targets: vec![target],
            });
        }
    };
    for (id, object) in cluster.objects.iter().filter(|(_, o)| in_universe(cluster, o)) {
        put((object.kind.acl_kind(), object.owner, address(object.acl.as_ref()), 0), AclTarget::whole(id));
    }
    for column in cluster.objects.columns().iter().filter(|c| c.acl.is_some()) {
        let Some(object) = cluster.objects.get(column.relation).filter(|o| in_universe(cluster, o)) else {
            continue;
        };
        let key = (AclKind::Column, object.owner, address(object.acl.as_ref()), address(column.acl.as_ref()));
        put(key, AclTarget::column(column.relation, column.attnum));
    }
    units
}
