//! ALTER ROLE with attributes, and ALTER GROUP .. ADD and DROP USER, which is the same to the server.

use super::attributes::Attributes;
use super::{denied, is_reserved, reserved};
use crate::cluster::{Change, Oid, Role};
use crate::simulate::ServerError;
use crate::simulate::membership::Options;
use crate::simulate::run::{MembershipEdits, Run, Stop, error};
use crate::simulate::steps::Steps;
use crate::sql::ast::{AlterGroup, AlterRole, RoleSpec};

/// Runs the statement.
pub fn alter_role(steps: &mut Steps<'_>, statement: &AlterRole) -> Result<(), Stop> {
    let mut members = None;
    let mut altered = Oid::PUBLIC;
    steps.step(|run| {
        run.not_reserved(&statement.role)?;
        let said = Attributes::read(run, &statement.options)?;
        members = said.members;
        altered = run.role(&statement.role)?;
        run.alter(altered, &said)
    })?;
    match members {
        Some(members) => steps.step(|run| run.edit_members(altered, members, false)),
        None => Ok(()),
    }
}

/// Runs the statement.
pub fn alter_group(steps: &mut Steps<'_>, statement: &AlterGroup) -> Result<(), Stop> {
    let mut group = Oid::PUBLIC;
    steps.step(|run| {
        run.not_reserved(&statement.group)?;
        group = run.role(&statement.group)?;
        let said = Attributes { members: Some(&statement.members), ..Attributes::default() };
        run.alter(group, &said)
    })?;
    steps.step(|run| run.edit_members(group, &statement.members, statement.drop))
}

impl Run<'_> {
    /// `check_rolespec_name`: by name no role of the system is altered.
    pub fn not_reserved(&self, role: &RoleSpec) -> Result<(), Stop> {
        match role {
            RoleSpec::Name(name) if is_reserved(name) => reserved(name, "Cannot alter reserved roles."),
            _ => Ok(()),
        }
    }

    fn alter(&mut self, oid: Oid, said: &Attributes<'_>) -> Result<Vec<Change>, Stop> {
        let Some(role) = self.view.role(oid).cloned() else { return Ok(Vec::new()) };
        match self.switches.membership_options {
            true => self.may_alter(&role, said)?,
            false => self.may_alter_before_16(&role, said)?,
        }
        let until = said.until(self)?;
        if said.superuser == Some(false) && oid == Oid::BOOTSTRAP && self.switches.membership_options {
            let error = ServerError::new("0A000", "permission denied to alter role");
            let who = if self.switches.bootstrap_user { "user" } else { "superuser" };
            return Err(error
                .detail(format!("The bootstrap {who} must have the SUPERUSER attribute."))
                .into());
        }
        let (after, new_password) = said.lay_over(self, &role, until)?;
        Ok(vec![Change::Role { before: Some(Box::new(role)), after: Some(Box::new(after)), new_password }])
    }

    /// An attribute counts as soon as it is mentioned, even if it stays as it is.
    fn may_alter_before_16(&self, role: &Role, said: &Attributes<'_>) -> Result<(), Stop> {
        let superuser = self.superuser();
        let reworded = self.switches.alter_role_reworded;
        let message = if role.superuser || said.superuser.is_some() {
            match reworded {
                true => "must be superuser to alter superuser roles or change superuser attribute",
                false => "must be superuser to alter superusers",
            }
        } else if role.replication || said.replication.is_some() {
            match reworded {
                true => "must be superuser to alter replication roles or change replication attribute",
                false => "must be superuser to alter replication users",
            }
        } else if said.bypass_rls.is_some() {
            "must be superuser to change bypassrls attribute"
        } else if !self.has_create_role() {
            let own_password = said.password.is_some() && role.oid == self.user();
            match said.more_than_password() || said.members.is_some() || !own_password {
                true => "permission denied",
                false => return Ok(()),
            }
        } else {
            return Ok(());
        };
        if superuser { Ok(()) } else { error("42501", message) }
    }

    fn may_alter(&self, role: &Role, said: &Attributes<'_>) -> Result<(), Stop> {
        let message = "permission denied to alter role";
        let superuser = self.superuser();
        if !superuser && role.superuser {
            return denied(
                message,
                "Only roles with the SUPERUSER attribute may alter roles with the SUPERUSER attribute."
                    .to_owned(),
            );
        }
        let only =
            |word: &str| format!("Only roles with the {word} attribute may change the {word} attribute.");
        if !superuser && said.superuser.is_some() {
            return denied(message, only("SUPERUSER"));
        }
        if !self.has_create_role() || !self.is_admin_of(role.oid) {
            self.may_alter_little(role, said)?;
        } else if !superuser {
            let mentioned = [
                (said.create_db.is_some(), self.has_attribute(|role| role.create_db), "CREATEDB"),
                (said.replication.is_some(), self.has_attribute(|role| role.replication), "REPLICATION"),
                (said.bypass_rls.is_some(), self.has_attribute(|role| role.bypass_rls), "BYPASSRLS"),
            ];
            if let Some((_, _, word)) = mentioned.into_iter().find(|(said, has, _)| *said && !has) {
                return denied(message, only(word));
            }
        }
        if said.members.is_some() && !self.is_admin_of(role.oid) {
            let name = &role.name;
            return denied(
                message,
                format!("Only roles with the ADMIN option on role \"{name}\" may add or drop members."),
            );
        }
        Ok(())
    }

    /// Without CREATEROLE and ADMIN: one's own password, or nothing at all.
    fn may_alter_little(&self, role: &Role, said: &Attributes<'_>) -> Result<(), Stop> {
        let message = "permission denied to alter role";
        if said.more_than_password() || said.replication.is_some() || said.bypass_rls.is_some() {
            let name = &role.name;
            return denied(
                message,
                format!(
                    "Only roles with the CREATEROLE attribute and the ADMIN option on role \"{name}\" may alter this role."
                ),
            );
        }
        if said.password.is_some() && role.oid != self.user() {
            return denied(
                message,
                "To change another role's password, the current user must have the CREATEROLE attribute and the \
                 ADMIN option on the role."
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn edit_members(&mut self, role: Oid, members: &[RoleSpec], drop: bool) -> Result<Vec<Change>, Stop> {
        let members = members.iter().map(|member| self.role(member)).collect::<Result<Vec<_>, _>>()?;
        let mut edits = MembershipEdits::new(self.view);
        match (self.switches.membership_options, drop) {
            (true, false) => self.add_members_as_user(&mut edits, role, &members, Options::default())?,
            (true, true) => {
                let grantor = self.grantor(&edits, role, None, true)?;
                self.revoke_members(&mut edits, role, &members, grantor, Options::default(), false)?;
            }
            (false, false) => {
                self.add_members_before_16(&mut edits, role, &members, self.user(), false)?;
            }
            (false, true) => self.remove_members(&mut edits, role, &members, false)?,
        }
        Ok(edits.changes(self.switches.membership_options))
    }
}
