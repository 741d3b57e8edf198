//! COMMENT ON ROLE (`CommentObject` of comment.c, `check_object_ownership` of objectaddress.c).

use super::ServerError;
use super::run::{Run, Stop, error};
use super::steps::Steps;
use crate::cluster::{Change, Oid};
use crate::sql::ast::CommentOnRole;

/// Runs the statement.
pub fn run(steps: &mut Steps<'_>, statement: &CommentOnRole) -> Result<(), Stop> {
    steps.step(|run| {
        let role = run.role_named(&statement.role)?;
        run.may_comment(role)?;
        // An empty comment is no comment (`CreateSharedComments`).
        let after = statement.comment.clone().filter(|text| !text.is_empty());
        let before = run.view.role_comment(role).map(str::to_owned);
        Ok(vec![Change::Comment { role, before, after }])
    })
}

impl Run<'_> {
    /// Roles belong to those with CREATEROLE, since 16 and with ADMIN on them; superusers to superusers.
    fn may_comment(&self, role: Oid) -> Result<(), Stop> {
        let superuser = self.access.is_superuser(role);
        let (message, attribute) = match (self.switches.membership_options, superuser) {
            (true, _) => ("permission denied", if superuser { "SUPERUSER" } else { "CREATEROLE" }),
            (false, true) => ("must be superuser", ""),
            (false, false) => ("must have CREATEROLE privilege", ""),
        };
        let has = if superuser { self.access.is_superuser(self.user()) } else { self.has_create_role() };
        let denied = ServerError::new("42501", message);
        match (has, self.switches.membership_options) {
            (true, true) if !superuser && !self.is_admin_of(role) => {
                let name = self.view.role_name(role);
                let detail = format!("The current user must have the ADMIN option on role \"{name}\".");
                Err(denied.detail(detail).into())
            }
            (true, _) => Ok(()),
            (false, true) => {
                Err(denied.detail(format!("The current user must have the {attribute} attribute.")).into())
            }
            (false, false) => error("42501", message),
        }
    }
}
