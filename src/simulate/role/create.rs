//! CREATE ROLE, USER and GROUP.

use super::attributes::Attributes;
use super::{denied, is_reserved, reserved};
use crate::cluster::{Change, Oid, Password, Role};
use crate::simulate::membership::Options;
use crate::simulate::run::{MembershipEdits, Run, Stop, error};
use crate::simulate::steps::Steps;
use crate::sql::ast::{CreateRole, RoleKind, RoleSpec};

/// Runs the statement.
pub fn create_role(steps: &mut Steps<'_>, statement: &CreateRole) -> Result<(), Stop> {
    let mut made = None;
    let mut lists = (None, None, None);
    steps.step(|run| {
        let attributes = Attributes::read(run, &statement.options)?;
        lists = (attributes.member_of, attributes.members, attributes.admins);
        let change = run.new_role(statement, &attributes)?;
        if let Change::Role { after: Some(role), .. } = &change {
            made = Some(role.oid);
        }
        Ok(vec![change])
    })?;
    let Some(role) = made else { return Ok(()) };
    let (member_of, members, admins) = lists;
    for group in member_of.unwrap_or(&[]) {
        steps.step(|run| run.join(group, role))?;
    }
    steps.step(|run| run.implicit_admin(role))?;
    let admin = Options { admin: Some(true), ..Options::default() };
    let mut given = [(members, Options::default()), (admins, admin)];
    // Up to 15, ADMIN comes before ROLE.
    steps.step(|run| {
        if !run.switches.membership_options {
            given.reverse();
        }
        Ok(Vec::new())
    })?;
    for (members, options) in given {
        steps.step(|run| run.take_in(role, members.unwrap_or(&[]), options))?;
    }
    Ok(())
}

impl Run<'_> {
    fn new_role(&mut self, statement: &CreateRole, said: &Attributes<'_>) -> Result<Change, Stop> {
        self.may_create(said)?;
        let name = &statement.name;
        if is_reserved(name) {
            return reserved(name, "Role names starting with \"pg_\" are reserved.");
        }
        if self.view.role_by_name(name).is_some() {
            return error("42710", format!("role \"{name}\" already exists"));
        }
        let until = said.until(self)?;
        let blank = Role {
            oid: self.view.next_oid(),
            name: name.clone(),
            inherit: true,
            login: statement.kind == RoleKind::User,
            connection_limit: -1,
            password: Password::None,
            ..Role::default()
        };
        let (role, new_password) = said.lay_over(self, &blank, until)?;
        Ok(Change::Role { before: None, after: Some(Box::new(role)), new_password })
    }

    /// CREATEROLE, and for some attributes more: since 16, to have the attribute; before, to be superuser.
    fn may_create(&self, said: &Attributes<'_>) -> Result<(), Stop> {
        let yes = |option: Option<bool>| option == Some(true);
        if self.superuser() {
            return Ok(());
        }
        if !self.switches.membership_options {
            return match () {
                () if yes(said.superuser) => error("42501", "must be superuser to create superusers"),
                () if yes(said.replication) => {
                    error("42501", "must be superuser to create replication users")
                }
                () if yes(said.bypass_rls) && !self.switches.alter_role_reworded => {
                    error("42501", "must be superuser to change bypassrls attribute")
                }
                () if yes(said.bypass_rls) => error("42501", "must be superuser to create bypassrls users"),
                () if !self.has_create_role() => error("42501", "permission denied to create role"),
                () => Ok(()),
            };
        }
        let message = "permission denied to create role";
        if !self.has_create_role() {
            return denied(message, "Only roles with the CREATEROLE attribute may create roles.".to_owned());
        }
        let wanted = [
            (yes(said.superuser), false, "SUPERUSER"),
            (yes(said.create_db), self.has_attribute(|role| role.create_db), "CREATEDB"),
            (yes(said.replication), self.has_attribute(|role| role.replication), "REPLICATION"),
            (yes(said.bypass_rls), self.has_attribute(|role| role.bypass_rls), "BYPASSRLS"),
        ];
        match wanted.into_iter().find(|(wanted, has, _)| *wanted && !has) {
            Some((_, _, word)) => denied(
                message,
                format!("Only roles with the {word} attribute may create roles with the {word} attribute."),
            ),
            None => Ok(()),
        }
    }

    /// IN ROLE: the new role becomes a member.
    fn join(&mut self, group: &RoleSpec, role: Oid) -> Result<Vec<Change>, Stop> {
        let group = self.role(group)?;
        let mut edits = MembershipEdits::new(self.view);
        if self.switches.membership_options {
            self.check_authorization(&edits, group, false)?;
            self.add_members_as_user(&mut edits, group, &[role], Options::default())?;
        } else {
            self.add_members_before_16(&mut edits, group, &[role], self.user(), false)?;
        }
        Ok(edits.changes(self.switches.membership_options))
    }

    /// 16+: who is no superuser administers what it creates, by a grant of the bootstrap superuser's that it cannot
    /// revoke; and createrole_self_grant may give it more.
    fn implicit_admin(&mut self, role: Oid) -> Result<Vec<Change>, Stop> {
        let user = self.user();
        let mut edits = MembershipEdits::new(self.view);
        if !self.switches.membership_options || self.superuser() {
            return Ok(Vec::new());
        }
        let options =
            |admin, inherit, set| Options { admin: Some(admin), inherit: Some(inherit), set: Some(set) };
        self.add_members(&mut edits, role, &[user], Oid::BOOTSTRAP, options(true, false, false))?;
        let setting = self.session.createrole_self_grant.to_ascii_lowercase();
        let has = |word| setting.split(',').any(|said| said.trim() == word);
        if has("set") || has("inherit") {
            self.add_members(&mut edits, role, &[user], user, options(false, has("inherit"), has("set")))?;
        }
        Ok(edits.changes(true))
    }

    /// ROLE and ADMIN: others become members of the new role. No permission is asked for.
    fn take_in(&mut self, role: Oid, members: &[RoleSpec], options: Options) -> Result<Vec<Change>, Stop> {
        let members = members.iter().map(|member| self.role(member)).collect::<Result<Vec<_>, _>>()?;
        if members.is_empty() {
            return Ok(Vec::new());
        }
        let mut edits = MembershipEdits::new(self.view);
        if self.switches.membership_options {
            self.add_members_as_user(&mut edits, role, &members, options)?;
        } else {
            let admin = options.admin == Some(true);
            self.add_members_before_16(&mut edits, role, &members, self.user(), admin)?;
        }
        Ok(edits.changes(self.switches.membership_options))
    }

    /// `AddRoleMems` without GRANTED BY (16+).
    pub fn add_members_as_user(
        &mut self,
        edits: &mut MembershipEdits<'_>,
        role: Oid,
        members: &[Oid],
        options: Options,
    ) -> Result<(), Stop> {
        let grantor = self.grantor(edits, role, None, false)?;
        self.add_members(edits, role, members, grantor, options)
    }
}
