//! Every role that a statement mentions. The match has no catch-all: a new statement cannot be forgotten here.

use super::ast::*;

impl Statement {
    /// The roles mentioned in any slot, in the order of the text.
    pub fn roles(&self) -> Vec<RoleSlot<'_>> {
        let mut slots = Slots(Vec::new());
        slots.statement(self);
        slots.0
    }
}

struct Slots<'a>(Vec<RoleSlot<'a>>);

impl<'a> Slots<'a> {
    fn push(&mut self, slot: &'static str, role: RoleRef<'a>) {
        self.0.push(RoleSlot { slot, role });
    }

    fn specs(&mut self, slot: &'static str, roles: impl IntoIterator<Item = &'a RoleSpec>) {
        roles.into_iter().for_each(|role| self.push(slot, RoleRef::Spec(role)));
    }

    fn names(&mut self, slot: &'static str, roles: impl IntoIterator<Item = &'a String>) {
        roles.into_iter().for_each(|role| self.push(slot, RoleRef::Name(role)));
    }

    fn statement(&mut self, statement: &'a Statement) {
        match statement {
            Statement::Grant(s) => {
                self.specs("grantee", &s.grantees);
                self.specs("granted by", &s.granted_by);
            }
            Statement::GrantRole(s) => {
                self.names("granted role", s.roles.iter().map(|role| &role.name));
                self.specs("member", &s.members);
                self.specs("granted by", &s.granted_by);
            }
            Statement::CreateRole(s) => {
                self.push("new role", RoleRef::Name(&s.name));
                s.options.iter().for_each(|option| self.option(option));
            }
            Statement::AlterRole(s) => {
                self.specs("role", [&s.role]);
                s.options.iter().for_each(|option| self.option(option));
            }
            Statement::AlterGroup(s) => {
                self.specs("role", [&s.group]);
                self.specs("member", &s.members);
            }
            Statement::AlterRoleSet(s) => {
                self.push("role", s.role.as_ref().map_or(RoleRef::All, RoleRef::Spec));
                self.setting(&s.change);
            }
            Statement::RenameRole(s) => {
                self.push("role", RoleRef::Name(&s.from));
                self.push("new name", RoleRef::Name(&s.to));
            }
            Statement::DropRole(s) => self.specs("role", &s.roles),
            Statement::AlterDefaultPrivileges(s) => {
                for option in &s.options {
                    match option {
                        DefaultPrivilegesOption::ForRole(roles) => self.specs("for role", roles),
                        DefaultPrivilegesOption::InSchema(_) => {}
                    }
                }
                self.specs("grantee", &s.grantees);
            }
            Statement::AlterOwner(s) => self.specs("owner", [&s.owner]),
            Statement::ReassignOwned(s) => {
                self.specs("owned by", &s.roles);
                self.specs("owner", [&s.to]);
            }
            Statement::DropOwned(s) => self.specs("owned by", &s.roles),
            Statement::CommentOnRole(s) => self.push("role", RoleRef::Name(&s.role)),
            Statement::Session(s) => self.session(s),
            Statement::Unsupported(_) => {}
        }
    }

    fn option(&mut self, option: &'a RoleOption) {
        match option {
            RoleOption::Members(roles) => self.specs("member", roles),
            RoleOption::Admins(roles) => self.specs("admin", roles),
            RoleOption::MemberOf(roles) => self.specs("in role", roles),
            RoleOption::Password(_)
            | RoleOption::Superuser(_)
            | RoleOption::CreateDb(_)
            | RoleOption::CreateRole(_)
            | RoleOption::Inherit(_)
            | RoleOption::Login(_)
            | RoleOption::Replication(_)
            | RoleOption::BypassRls(_)
            | RoleOption::ConnectionLimit(_)
            | RoleOption::ValidUntil(_)
            | RoleOption::SysId(_) => {}
        }
    }

    /// `ALTER ROLE x SET role = y` makes x's sessions start as y.
    fn setting(&mut self, change: &'a SettingChange) {
        match change {
            SettingChange::To(name, values) if names_a_role(name) => {
                for value in values {
                    if let SettingValue::Text(text) = value {
                        self.push("set to role", RoleRef::Name(text));
                    }
                }
            }
            SettingChange::To(..)
            | SettingChange::ToDefault(_)
            | SettingChange::FromCurrent(_)
            | SettingChange::Reset(_)
            | SettingChange::ResetAll => {}
        }
    }

    fn session(&mut self, set: &'a SessionSet) {
        let SessionValue::To(values) = &set.value else { return };
        match set.parameter {
            // The word none is no role; a string of other letters' case is one.
            SessionParameter::Role => {
                self.names("set role", values.iter().filter(|value| *value != "none"));
            }
            SessionParameter::SessionAuthorization => self.names("session authorization", values),
            SessionParameter::SearchPath
            | SessionParameter::CreateroleSelfGrant
            | SessionParameter::PasswordEncryption => {}
        }
    }
}

/// Parameters that hold a role's name; the server compares parameter names without regard to ASCII case.
fn names_a_role(name: &[String]) -> bool {
    let [name] = name else { return false };
    name.eq_ignore_ascii_case("role") || name.eq_ignore_ascii_case("session_authorization")
}
