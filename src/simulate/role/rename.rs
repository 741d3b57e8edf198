//! ALTER ROLE .. RENAME TO.

use super::{denied, is_reserved, reserved};
use crate::cluster::{Change, Password, Role};
use crate::simulate::run::{Run, Stop, error};
use crate::simulate::steps::Steps;
use crate::sql::ast::RenameRole;

/// Runs the statement.
pub fn rename_role(steps: &mut Steps<'_>, statement: &RenameRole) -> Result<(), Stop> {
    steps.step(|run| {
        let oid = run.role_named(&statement.from)?;
        let Some(role) = run.view.role(oid).cloned() else { return Ok(Vec::new()) };
        run.may_rename(&role, &statement.to)?;
        let mut after = Role { name: statement.to.clone(), ..role.clone() };
        match role.password {
            Password::Md5 => {
                after.password = Password::None;
                run.note("00000", "MD5 password cleared because of role rename");
            }
            Password::Unknown => {
                run.doubt(format!(
                    "Whether {} has an MD5 password cannot be seen; a rename would clear it, with a notice.",
                    role.name
                ));
            }
            Password::None | Password::Scram => {}
        }
        let (before, after) = (Some(Box::new(role)), Some(Box::new(after)));
        Ok(vec![Change::Role { before, after, new_password: false }])
    })
}

impl Run<'_> {
    fn may_rename(&self, role: &Role, to: &str) -> Result<(), Stop> {
        if role.oid == self.session.session_user {
            return error("0A000", "session user cannot be renamed");
        }
        if role.oid == self.user() {
            return error("0A000", "current user cannot be renamed");
        }
        for name in [role.name.as_str(), to] {
            if is_reserved(name) {
                return reserved(name, "Role names starting with \"pg_\" are reserved.");
            }
        }
        if self.view.role_by_name(to).is_some() {
            return error("42710", format!("role \"{to}\" already exists"));
        }
        let message = "permission denied to rename role";
        match (self.switches.membership_options, role.superuser) {
            (_, true) if self.superuser() => Ok(()),
            (true, true) => denied(
                message,
                "Only roles with the SUPERUSER attribute may rename roles with the SUPERUSER attribute."
                    .to_owned(),
            ),
            (false, true) => error("42501", "must be superuser to rename superusers"),
            (true, false) if !self.has_create_role() || !self.is_admin_of(role.oid) => denied(
                message,
                format!(
                    "Only roles with the CREATEROLE attribute and the ADMIN option on role \"{}\" may rename this role.",
                    role.name
                ),
            ),
            (false, false) if !self.has_create_role() => error("42501", message),
            _ => Ok(()),
        }
    }
}
