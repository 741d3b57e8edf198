//! What statements reach without naming it, where their changes do not tell, or come too late to tell.

use super::changes::place;
use super::{Block, Protected, Rule};
use crate::cluster::{AclItem, AclTarget, Kind, ObjectId, Oid, View};
use crate::simulate::{Session, owned_object};
use crate::sql::Statement;
use crate::sql::ast::RoleSpec;

struct Reach<'a> {
    session: &'a Session,
    view: &'a View,
    protected: &'a Protected,
}

/// Refuses what would change an owner, an item or a row of a protected role.
pub(super) fn check(
    statement: &Statement,
    session: &Session,
    view: &View,
    protected: &Protected,
) -> Result<(), Block> {
    let reach = Reach { session, view, protected };
    match statement {
        Statement::AlterOwner(alter) => match owned_object(&alter.object, session, view) {
            Some(id) => reach.new_owner(id),
            None => Ok(()),
        },
        Statement::DropOwned(drop) => reach.drop_owned(&reach.oids(&drop.roles)),
        // Predicted: their changes tell. Or they change nothing but the roles that they name.
        Statement::Grant(_)
        | Statement::GrantRole(_)
        | Statement::CreateRole(_)
        | Statement::AlterRole(_)
        | Statement::AlterGroup(_)
        | Statement::AlterRoleSet(_)
        | Statement::RenameRole(_)
        | Statement::DropRole(_)
        | Statement::AlterDefaultPrivileges(_)
        | Statement::ReassignOwned(_)
        | Statement::CommentOnRole(_)
        | Statement::Session(_)
        | Statement::Unsupported(_) => Ok(()),
    }
}

impl Reach<'_> {
    fn is_protected(&self, role: Oid) -> bool {
        self.protected.has(self.view, role)
    }

    fn oids(&self, roles: &[RoleSpec]) -> Vec<Oid> {
        let oid = |spec: &RoleSpec| match spec {
            RoleSpec::Name(name) => self.view.role_by_name(name).map(|r| r.oid),
            RoleSpec::CurrentRole | RoleSpec::CurrentUser => Some(self.session.current_user),
            RoleSpec::SessionUser => Some(self.session.session_user),
            RoleSpec::Public => None,
        };
        roles.iter().filter_map(oid).collect()
    }

    fn block(&self, rule: Rule, role: Oid, what: impl FnOnce(&str) -> String) -> Result<(), Block> {
        let name = self.view.role_name(role);
        Err(Block::new(rule, &name, what(&name)))
    }

    /// Blocked whether or not the server would refuse it. What else goes with the owner, the changes tell.
    fn new_owner(&self, id: ObjectId) -> Result<(), Block> {
        let owner = self.view.owner(id);
        if !self.is_protected(owner) {
            return Ok(());
        }
        let place = place(self.view, AclTarget::whole(id));
        self.block(Rule::Owner, owner, |name| format!("takes {place} from its owner {name}"))
    }

    /// Everything that the roles own goes with its ACL, but databases and tablespaces. That is not predicted; of what else goes, the changes tell.
    fn drop_owned(&self, roles: &[Oid]) -> Result<(), Block> {
        let objects = self.view.base().objects.iter();
        let local = objects.filter(|(_, o)| !matches!(o.kind, Kind::Database | Kind::Tablespace));
        let owned = local.map(|(id, _)| id).filter(|id| roles.contains(&self.view.owner(*id)));
        owned
            .flat_map(|id| self.targets_of(id))
            .try_for_each(|target| self.items(target, |item| Some(item.grantee)))
    }

    fn targets_of(&self, id: ObjectId) -> impl Iterator<Item = AclTarget> {
        let columns = self.view.column_acls(id).into_iter();
        std::iter::once(AclTarget::whole(id)).chain(columns.map(move |(n, _)| AclTarget::column(id, n)))
    }

    /// Looks for a protected role among those that `other_end` picks from the stored items.
    fn items(&self, target: AclTarget, other_end: impl Fn(&AclItem) -> Option<Oid>) -> Result<(), Block> {
        let stored = self.view.acl(target).into_iter().flat_map(|acl| acl.iter());
        match stored.filter_map(other_end).find(|role| self.is_protected(*role)) {
            Some(role) => {
                let place = place(self.view, target);
                self.block(Rule::Changes, role, |name| {
                    format!("changes an entry of {name} in the privileges on {place}")
                })
            }
            None => Ok(()),
        }
    }
}
