//! The privilege checks: `aclmask` and the functions around it (aclchk.c), bit by bit as `has_*_privilege()` asks.

use super::Access;
use crate::cluster::{
    Acl, AclItem, AclKind, AclTarget, Class, Detail, Kind, Object, ObjectId, Oid, Privileges,
    effective_items, predefined,
};

/// What a role can do with something.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Held {
    /// Where `has_*_privilege()` says true.
    pub privileges: Privileges,
    /// Where it says true WITH GRANT OPTION. An owner has these without the privilege itself.
    pub options: Privileges,
}

impl Held {
    /// Neither.
    pub fn is_empty(self) -> bool {
        self.privileges.is_empty() && self.options.is_empty()
    }
}

impl std::ops::BitOr for Held {
    type Output = Held;
    fn bitor(self, other: Held) -> Held {
        Held { privileges: self.privileges | other.privileges, options: self.options | other.options }
    }
}

/// What predefined roles have on everything of a kind: the role, since which major, and what.
pub(super) fn predefined_rules(kind: AclKind) -> &'static [(Oid, u16, Privileges)] {
    match kind {
        AclKind::Relation | AclKind::Sequence => &[
            (predefined::READ_ALL_DATA, 14, Privileges::SELECT),
            (predefined::WRITE_ALL_DATA, 14, Privileges::WRITE),
            (predefined::MAINTAIN, 17, Privileges::MAINTAIN),
        ],
        AclKind::Schema => &[
            (predefined::READ_ALL_DATA, 14, Privileges::USAGE),
            (predefined::WRITE_ALL_DATA, 14, Privileges::USAGE),
        ],
        _ => &[],
    }
}

/// What nobody but superusers can do with a system catalog, whatever was granted.
pub(super) const SYSTEM_WRITES: Privileges =
    Privileges(Privileges::WRITE.0 | Privileges::TRUNCATE.0 | Privileges::USAGE.0);

/// A type whose privileges are those of another: arrays, and multiranges from 17 on. No ACL of its own counts.
pub fn has_no_effect_of_its_own(kind: Kind, major: u16) -> bool {
    kind == Kind::ArrayType || (kind == Kind::Multirange && major >= 17)
}

impl Access<'_> {
    /// What `role` can do with `target`. For a column: by the column's own ACL alone; OR it with the relation's,
    /// as the server's callers do.
    pub fn held(&self, role: Oid, target: AclTarget) -> Held {
        self.held_by_acl(role, target, self.view.acl(target))
    }

    /// What `role` could do with `target` if its stored ACL were `acl`.
    pub fn held_by_acl(&self, role: Oid, target: AclTarget, acl: Option<&Acl>) -> Held {
        let Some(object) = self.view.object(target.object) else { return Held::default() };
        let version = self.view.base().version;
        let owner = self.view.owner(target.object);
        if target.is_column() {
            // pg_attribute_aclmask: a NULL attacl gives nothing, to the owner neither.
            let Some(acl) = acl else { return Held::default() };
            let held = self.masked(role, owner, acl);
            return Held { options: held.options & Privileges::COLUMN, ..held };
        }
        if let (true, Detail::Type { of }) =
            (has_no_effect_of_its_own(object.kind, version.major()), &object.detail)
            && let Some(element) = self.view.object_by_oid(Class::Type, *of)
        {
            return self.held(role, AclTarget::whole(element));
        }
        let all = object.kind.acl_kind().all(version);
        if self.has_everything(role, object) {
            return Held { privileges: all, options: all };
        }
        if object.kind == Kind::Parameter && acl.is_none() {
            return Held::default();
        }
        let held = self.masked(role, owner, &effective_items(acl, object.kind.acl_kind(), owner, version));
        self.with_predefined(role, object, held)
    }

    /// What PUBLIC alone has: what a role with no memberships and no grants could do.
    pub fn held_by_public(&self, target: AclTarget) -> Privileges {
        let items = self.view.items(target);
        items.iter().filter(|i| i.grantee == Oid::PUBLIC).fold(Privileges::NONE, |p, i| p | i.privileges)
    }

    /// As `has_column_privilege()` asks: the relation's or the column's.
    pub fn held_on_column(&self, role: Oid, relation: ObjectId, attnum: i16) -> Held {
        let table = self.held(role, AclTarget::whole(relation));
        let table = Held {
            privileges: table.privileges & Privileges::COLUMN,
            options: table.options & Privileges::COLUMN,
        };
        table | self.held(role, AclTarget::column(relation, attnum))
    }

    fn has_everything(&self, role: Oid, object: &Object) -> bool {
        let compat = object.kind == Kind::LargeObject && self.view.base().session.lo_compat_privileges;
        self.is_superuser(role) || compat
    }

    /// `aclmask()`: options by ownership, then the items of PUBLIC, of the role, and of every role it inherits from.
    pub fn masked(&self, role: Oid, owner: Oid, items: &[AclItem]) -> Held {
        let mut held = Held::default();
        if self.has_privs_of(role, owner) {
            held.options = Privileges(u16::MAX);
        }
        for item in items {
            if item.grantee == Oid::PUBLIC || self.has_privs_of(role, item.grantee) {
                held.privileges |= item.privileges;
                held.options |= item.options;
            }
        }
        held
    }

    /// `pg_class_aclmask` and `pg_namespace_aclmask` after the ACL: system catalogs cannot be written whatever was
    /// granted; predefined roles add theirs.
    fn with_predefined(&self, role: Oid, object: &Object, mut held: Held) -> Held {
        let version = self.view.base().version;
        let kind = object.kind.acl_kind();
        held.options &= kind.all(version);
        held.privileges &= kind.all(version);
        let has =
            |predefined: Oid, since: u16| version.major() >= since && self.has_privs_of(role, predefined);
        let rules = predefined_rules(kind).iter().filter(|(rule, since, _)| has(*rule, *since));
        let added = rules.fold(Privileges::NONE, |sum, (_, _, gives)| sum | *gives);
        held.privileges |= added & kind.all(version);
        if is_system_relation(object) {
            held.privileges = held.privileges.without(SYSTEM_WRITES);
        }
        held
    }
}

/// `IsSystemClass` and not a view: what cannot be written whatever was granted.
pub(super) fn is_system_relation(object: &Object) -> bool {
    object.kind.class() == Class::Relation
        && object.kind != Kind::View
        && (object.oid < Oid::FIRST_UNPINNED || object.kind == Kind::Toast)
}
