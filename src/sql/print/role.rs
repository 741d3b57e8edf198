//! Roles and settings.

use super::Printer;
use crate::sql::ast::{
    AlterGroup, AlterRole, AlterRoleSet, CreateRole, RoleKind, RoleOption, SessionParameter, SessionSet,
    SessionValue, SettingChange, SettingValue,
};

/// Bytes a word may have before the lexer cuts it; strings are never cut.
const NAME_LENGTH: usize = 63;

impl Printer {
    pub(super) fn create_role(&mut self, s: &CreateRole) {
        self.word(match s.kind {
            RoleKind::Role => "CREATE ROLE",
            RoleKind::User => "CREATE USER",
            RoleKind::Group => "CREATE GROUP",
        });
        self.ident(&s.name);
        for option in &s.options {
            self.role_option(option, "ROLE");
        }
    }

    pub(super) fn alter_role(&mut self, s: &AlterRole) {
        self.word("ALTER ROLE").role(&s.role);
        for option in &s.options {
            self.role_option(option, "USER");
        }
    }

    /// CREATE says ROLE for new members, ALTER says USER.
    fn role_option(&mut self, option: &RoleOption, members: &str) {
        match option {
            RoleOption::Password(Some(password)) => self.word("PASSWORD").secret(password.reveal()),
            RoleOption::Password(None) => self.word("PASSWORD NULL"),
            RoleOption::Superuser(on) => self.word(if *on { "SUPERUSER" } else { "NOSUPERUSER" }),
            RoleOption::CreateDb(on) => self.word(if *on { "CREATEDB" } else { "NOCREATEDB" }),
            RoleOption::CreateRole(on) => self.word(if *on { "CREATEROLE" } else { "NOCREATEROLE" }),
            RoleOption::Inherit(on) => self.word(if *on { "INHERIT" } else { "NOINHERIT" }),
            RoleOption::Login(on) => self.word(if *on { "LOGIN" } else { "NOLOGIN" }),
            RoleOption::Replication(on) => self.word(if *on { "REPLICATION" } else { "NOREPLICATION" }),
            RoleOption::BypassRls(on) => self.word(if *on { "BYPASSRLS" } else { "NOBYPASSRLS" }),
            RoleOption::ConnectionLimit(limit) => self.word("CONNECTION LIMIT").word(&limit.to_string()),
            RoleOption::ValidUntil(time) => self.word("VALID UNTIL").literal(time),
            RoleOption::SysId(id) => self.word("SYSID").word(&id.to_string()),
            RoleOption::Members(roles) => self.word(members).roles(roles),
            RoleOption::Admins(roles) => self.word("ADMIN").roles(roles),
            RoleOption::MemberOf(roles) => self.word("IN ROLE").roles(roles),
        };
    }

    pub(super) fn alter_group(&mut self, s: &AlterGroup) {
        self.word("ALTER GROUP").role(&s.group);
        self.word(if s.drop { "DROP USER" } else { "ADD USER" }).roles(&s.members);
    }

    pub(super) fn alter_role_set(&mut self, s: &AlterRoleSet) {
        self.word("ALTER ROLE");
        match &s.role {
            Some(role) => self.role(role),
            None => self.word("ALL"),
        };
        if let Some(database) = &s.database {
            self.word("IN DATABASE").ident(database);
        }
        match &s.change {
            SettingChange::To(name, values) => {
                self.word("SET").name(name).word("TO").list(values, |printer, value| {
                    match value {
                        SettingValue::Text(text) => printer.word_or_literal(text),
                        SettingValue::Number(number) => printer.number(number),
                    };
                })
            }
            SettingChange::ToDefault(name) => self.word("SET").name(name).word("TO DEFAULT"),
            SettingChange::FromCurrent(name) => self.word("SET").name(name).word("FROM CURRENT"),
            SettingChange::Reset(name) => self.word("RESET").name(name),
            SettingChange::ResetAll => self.word("RESET ALL"),
        };
    }

    /// SET takes words and strings alike; a word reads better.
    fn word_or_literal(&mut self, text: &str) -> &mut Self {
        let is_word = !text.is_empty()
            && text.len() <= NAME_LENGTH
            && crate::sql::quote::quote_ident_for(text, self.major) == text;
        if is_word { self.word(text) } else { self.literal(text) }
    }

    pub(super) fn session(&mut self, s: &SessionSet) {
        match &s.value {
            SessionValue::Default if !s.local => return self.reset(s.parameter),
            _ => self.word("SET").word_if(s.local, "LOCAL"),
        };
        let special = match (s.parameter, &s.value) {
            (SessionParameter::Role, SessionValue::To(values)) => Some(("ROLE", values)),
            (SessionParameter::SessionAuthorization, SessionValue::To(values)) => {
                Some(("SESSION AUTHORIZATION", values))
            }
            _ => None,
        };
        match special {
            Some(("ROLE", values)) if values.as_slice() == ["none"] => {
                self.word("ROLE NONE");
            }
            Some((words, values)) if values.len() == 1 => {
                self.word(words).words(values);
            }
            _ => {
                self.word(parameter_name(s.parameter));
                match &s.value {
                    SessionValue::To(values) => self.word("TO").words(values),
                    SessionValue::Default => self.word("TO DEFAULT"),
                    SessionValue::Current => self.word("FROM CURRENT"),
                };
            }
        }
    }

    fn words(&mut self, values: &[String]) -> &mut Self {
        self.list(values, |printer, value| {
            printer.word_or_literal(value);
        })
    }

    fn reset(&mut self, parameter: SessionParameter) {
        self.word("RESET").word(match parameter {
            SessionParameter::Role => "ROLE",
            SessionParameter::SessionAuthorization => "SESSION AUTHORIZATION",
            _ => parameter_name(parameter),
        });
    }
}

fn parameter_name(parameter: SessionParameter) -> &'static str {
    match parameter {
        SessionParameter::Role => "role",
        SessionParameter::SessionAuthorization => "session_authorization",
        SessionParameter::SearchPath => "search_path",
        SessionParameter::CreateroleSelfGrant => "createrole_self_grant",
        SessionParameter::PasswordEncryption => "password_encryption",
    }
}
