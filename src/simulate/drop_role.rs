//! DROP ROLE (`DropRole` of user.c).

use super::ServerError;
use super::dependencies::{is_pinned, required_by_the_system};
use super::run::{Run, Stop, error};
use super::steps::Steps;
use crate::cluster::{Change, Oid};
use crate::sql::ast::{DropRole, RoleSpec};

const DENIED: &str = "permission denied to drop role";

/// Runs the statement.
pub fn run(steps: &mut Steps<'_>, statement: &DropRole) -> Result<(), Stop> {
    let mut two_passes = false;
    steps.step(|run| {
        two_passes = run.switches.membership_options;
        run.may_drop_roles()?;
        Ok(Vec::new())
    })?;
    let mut roles = Vec::new();
    for spec in &statement.roles {
        steps.step(|run| {
            let Some(role) = run.role_to_drop(spec, statement.if_exists)? else { return Ok(Vec::new()) };
            if !two_passes {
                let mut changes = run.drop_row(role)?;
                changes.extend(run.drop_memberships(role));
                return Ok(changes);
            }
            if !roles.contains(&role) {
                roles.push(role);
            }
            Ok(run.drop_memberships(role))
        })?;
    }
    // Since 16 a grant of one of the roles to another is no obstacle: all memberships of all of them go first.
    roles.into_iter().try_for_each(|role| steps.step(|run| run.drop_row(role)))
}

impl Run<'_> {
    fn may_drop_roles(&self) -> Result<(), Stop> {
        if self.has_create_role() {
            return Ok(());
        }
        let detail = "Only roles with the CREATEROLE attribute and the ADMIN option on the target roles may drop roles.";
        Err(self.may_not_drop(DENIED, detail.to_owned()))
    }

    /// Since 16 the reason is in the DETAIL.
    fn may_not_drop(&self, before_16: &str, detail: String) -> Stop {
        Stop::Error(match self.switches.membership_options {
            true => ServerError::new("42501", DENIED).detail(detail),
            false => ServerError::new("42501", before_16),
        })
    }

    /// The role that is meant, if the user may drop it; none where there is none and that is no error.
    fn role_to_drop(&mut self, spec: &RoleSpec, if_exists: bool) -> Result<Option<Oid>, Stop> {
        let RoleSpec::Name(name) = spec else {
            return error("22023", "cannot use special role specifier in DROP ROLE");
        };
        let Some(role) = self.view.role_by_name(name).map(|role| role.oid) else {
            if if_exists {
                self.note("00000", format!("role \"{name}\" does not exist, skipping"));
                return Ok(None);
            }
            return error("42704", format!("role \"{name}\" does not exist"));
        };
        if role == self.user() {
            return error("55006", "current user cannot be dropped");
        }
        if role == self.session.session_user {
            return error("55006", "session user cannot be dropped");
        }
        if self.access.is_superuser(role) && !self.access.is_superuser(self.user()) {
            let detail =
                "Only roles with the SUPERUSER attribute may drop roles with the SUPERUSER attribute.";
            return Err(self.may_not_drop("must be superuser to drop superusers", detail.to_owned()));
        }
        if self.switches.membership_options && !self.is_admin_of(role) {
            let detail = format!(
                "Only roles with the CREATEROLE attribute and the ADMIN option on role \"{name}\" may drop this role."
            );
            return Err(self.may_not_drop(DENIED, detail));
        }
        Ok(Some(role))
    }

    /// All rows that have it as role or as member. Those that it granted stay: since 16 they keep it, before they
    /// are left with a grantor that is no more.
    fn drop_memberships(&self, role: Oid) -> Vec<Change> {
        let rows = self.view.members_of(role).iter().chain(self.view.memberships_of(role));
        rows.map(|row| Change::Membership { before: Some(*row), after: None }).collect()
    }

    /// The role itself with its comment and its settings, if nothing depends on it.
    fn drop_row(&self, role: Oid) -> Result<Vec<Change>, Stop> {
        let Some(row) = self.view.role(role) else { return Ok(Vec::new()) };
        if is_pinned(role) {
            return Err(required_by_the_system(format!("cannot drop role {} because it is", row.name)).into());
        }
        if let Some(detail) = self.blockers_of(role) {
            let message =
                format!("role \"{}\" cannot be dropped because some objects depend on it", row.name);
            return Err(ServerError::new("2BP01", message).detail(detail).into());
        }
        let before = Some(Box::new(row.clone()));
        let mut changes = vec![Change::Role { before, after: None, new_password: false }];
        if let Some(comment) = self.view.role_comment(role) {
            changes.push(Change::Comment { role, before: Some(comment.to_owned()), after: None });
        }
        for (_, database, settings) in self.view.settings().filter(|(owner, ..)| *owner == role) {
            changes.push(Change::Setting { role, database, before: Some(settings.to_vec()), after: None });
        }
        Ok(changes)
    }
}
