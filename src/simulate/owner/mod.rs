//! ALTER .. OWNER TO (`ExecAlterOwnerStmt` of alter.c; for relations `ATExecChangeOwner` of tablecmds.c).

mod acl;
mod check;
mod find;
mod relation;

use super::run::{Run, Stop};
use super::steps::Steps;
use crate::cluster::{Change, ObjectId, Oid};
use crate::sql::ast::{AlterOwner, OwnedNamedKind, OwnedObject, RoleSpec};

/// Runs the statement.
pub fn run(steps: &mut Steps<'_>, statement: &AlterOwner) -> Result<(), Stop> {
    steps.step(|run| match &statement.object {
        OwnedObject::Relation { kind, if_exists, name, .. } => {
            run.alter_relation(*kind, *if_exists, name, &statement.owner)
        }
        object => run.alter_object(object, &statement.owner),
    })
}

impl Run<'_> {
    /// Everything but relations: the new owner is looked up first.
    fn alter_object(&mut self, object: &OwnedObject, owner: &RoleSpec) -> Result<Vec<Change>, Stop> {
        let owner = self.role(owner)?;
        let id = self.owned(object)?;
        let as_domain = matches!(object, OwnedObject::Named(OwnedNamedKind::Domain, _));
        if matches!(object, OwnedObject::Named(OwnedNamedKind::Type | OwnedNamedKind::Domain, _)) {
            self.can_alter_type(id, as_domain)?;
            self.may_give_type(id, owner)?;
        } else {
            self.may_give(id, owner)?;
        }
        Ok(self.give(id, owner))
    }

    /// Makes `owner` the owner of the object and of what goes with it, ACLs rewritten; nothing where it is already.
    pub fn give(&mut self, id: ObjectId, owner: Oid) -> Vec<Change> {
        let before = self.view.owner(id);
        if before == owner {
            return Vec::new();
        }
        let base = self.view.base();
        self.rewrite_acls(id, owner);
        for follower in base.objects.followers_of(id, base.version) {
            self.rewrite_acls(follower, owner);
        }
        let mut changes = vec![Change::Owner { object: id, before, after: owner }];
        let oid = self.view.object(id).map(|object| object.oid);
        let is_relation = self.kind_of(id).class() == crate::cluster::Class::Relation;
        let sequences = oid.filter(|_| is_relation).map_or(&[][..], |oid| base.objects.sequences_of(oid));
        for sequence in sequences {
            changes.extend(self.give(*sequence, owner));
        }
        changes
    }
}
