//! CREATE, ALTER, DROP and COMMENT of roles; what they own.

use super::{Failure, Parser, Rule, other_sql, refuse, refuse_with};
use crate::sql::ast::{
    AlterGroup, AlterRole, AlterRoleSet, CommentOnRole, CreateRole, DropOwned, DropRole, ReassignOwned,
    RenameRole, RoleKind, RoleOption, Secret, Statement,
};
use crate::sql::lex::Token;

impl Parser<'_> {
    pub(super) fn create(&mut self) -> Rule<Statement> {
        self.advance();
        let kind = match self.word(0) {
            Some("role") => RoleKind::Role,
            Some("user") if self.is_user_mapping() => return user_mapping(),
            Some("user") => RoleKind::User,
            Some("group") => RoleKind::Group,
            Some(_) => return other_sql(),
            None => return self.unexpected(),
        };
        self.advance();
        let name = self.role_id()?;
        self.opt_with();
        let options = self.role_options(true)?;
        Ok(Statement::CreateRole(CreateRole { kind, name, options }))
    }

    pub(super) fn drop(&mut self) -> Rule<Statement> {
        self.advance();
        match self.word(0) {
            Some("user") if self.is_user_mapping() => user_mapping(),
            Some("role" | "user" | "group") => {
                self.advance();
                let if_exists = self.if_exists();
                Ok(Statement::DropRole(DropRole { if_exists, roles: self.role_list()? }))
            }
            Some("owned") => {
                self.advance();
                self.expect("by")?;
                let roles = self.role_list()?;
                let cascade = self.drop_behavior();
                Ok(Statement::DropOwned(DropOwned { roles, cascade }))
            }
            Some(_) => other_sql(),
            None => self.unexpected(),
        }
    }

    pub(super) fn reassign_owned(&mut self) -> Rule<Statement> {
        self.advance();
        self.expect("owned")?;
        self.expect("by")?;
        let roles = self.role_list()?;
        self.expect("to")?;
        Ok(Statement::ReassignOwned(ReassignOwned { roles, to: self.role_spec()? }))
    }

    pub(super) fn comment(&mut self) -> Rule<Statement> {
        self.advance();
        self.expect("on")?;
        if !self.at("role") {
            return Err(Failure::Unsupported("of comments only those on roles are understood".to_owned()));
        }
        self.advance();
        let role = self.col_id()?;
        self.expect("is")?;
        let comment = if self.eat("null") { None } else { Some(self.text()?) };
        Ok(Statement::CommentOnRole(CommentOnRole { role, comment }))
    }

    /// IF is a name where EXISTS does not follow.
    pub(super) fn if_exists(&mut self) -> bool {
        let found = self.at("if") && self.word(1) == Some("exists");
        if found {
            self.advance();
            self.advance();
        }
        found
    }

    /// `USER MAPPING FOR` is no role called mapping.
    pub(super) fn is_user_mapping(&self) -> bool {
        self.word(1) == Some("mapping") && matches!(self.word(2), Some("for" | "if"))
    }

    pub(super) fn alter_role(&mut self) -> Rule<Statement> {
        self.advance();
        if self.eat("all") {
            let database = self.in_database()?;
            let change = self.set_or_reset()?;
            return Ok(Statement::AlterRoleSet(AlterRoleSet { role: None, database, change }));
        }
        let start = self.here();
        let role = self.role_spec()?;
        match self.word(0) {
            Some("rename") => {
                let from = Self::role_name(role, start).map_err(Failure::looked_ahead)?;
                self.rename(from)
            }
            Some("in" | "set" | "reset") => {
                let database = self.in_database()?;
                let change = self.set_or_reset()?;
                Ok(Statement::AlterRoleSet(AlterRoleSet { role: Some(role), database, change }))
            }
            _ => {
                self.opt_with();
                let options = self.role_options(false)?;
                Ok(Statement::AlterRole(AlterRole { role, options }))
            }
        }
    }

    pub(super) fn alter_group(&mut self) -> Rule<Statement> {
        self.advance();
        let start = self.here();
        let group = self.role_spec()?;
        let drop = match self.word(0) {
            Some("rename") => {
                let from = Self::role_name(group, start).map_err(Failure::looked_ahead)?;
                return self.rename(from);
            }
            Some("add") => false,
            Some("drop") => true,
            // The grammar takes the name for that of a RENAME until it sees what follows.
            _ => {
                Self::role_name(group, start).map_err(Failure::looked_ahead)?;
                return self.unexpected();
            }
        };
        self.advance();
        self.expect("user")?;
        Ok(Statement::AlterGroup(AlterGroup { group, drop, members: self.role_list()? }))
    }

    fn rename(&mut self, from: String) -> Rule<Statement> {
        self.expect("rename")?;
        self.expect("to")?;
        Ok(Statement::RenameRole(RenameRole { from, to: self.role_id()? }))
    }

    fn in_database(&mut self) -> Rule<Option<String>> {
        if !self.eat("in") {
            return Ok(None);
        }
        self.expect("database")?;
        self.col_id().map(Some)
    }

    fn opt_with(&mut self) {
        if !self.eat("with") {
            self.eat("with_la");
        }
    }

    fn role_options(&mut self, create: bool) -> Rule<Vec<RoleOption>> {
        let mut options = Vec::new();
        while self.peek().is_some() {
            options.push(self.role_option(create)?);
        }
        Ok(options)
    }

    fn role_option(&mut self, create: bool) -> Rule<RoleOption> {
        let start = self.here();
        let word = match self.peek() {
            Some(Token::Ident(name)) => {
                self.advance();
                return attribute(name, start);
            }
            Some(Token::Keyword(keyword)) => keyword.word,
            _ => return self.unexpected(),
        };
        let only_create = matches!(word, "sysid" | "admin" | "role" | "in");
        if only_create && !create {
            return self.unexpected();
        }
        match word {
            "password" => self.password(),
            "encrypted" => {
                self.advance();
                self.expect("password")?;
                Ok(RoleOption::Password(Some(Secret::new(self.text()?))))
            }
            "unencrypted" => self.unencrypted(start),
            "inherit" => self.take(RoleOption::Inherit(true)),
            "connection" => {
                self.advance();
                self.expect("limit")?;
                self.signed_integer().map(RoleOption::ConnectionLimit)
            }
            "valid" => {
                self.advance();
                self.expect("until")?;
                self.text().map(RoleOption::ValidUntil)
            }
            "sysid" => {
                self.advance();
                self.integer().map(RoleOption::SysId)
            }
            "user" | "role" => {
                self.advance();
                self.role_list().map(RoleOption::Members)
            }
            "admin" => {
                self.advance();
                self.role_list().map(RoleOption::Admins)
            }
            "in" => {
                self.advance();
                if !self.eat("group") {
                    self.expect("role")?;
                }
                self.role_list().map(RoleOption::MemberOf)
            }
            _ => self.unexpected(),
        }
    }

    fn take(&mut self, option: RoleOption) -> Rule<RoleOption> {
        self.advance();
        Ok(option)
    }

    fn password(&mut self) -> Rule<RoleOption> {
        self.advance();
        if self.eat("null") {
            return Ok(RoleOption::Password(None));
        }
        Ok(RoleOption::Password(Some(Secret::new(self.text()?))))
    }

    fn unencrypted(&mut self, start: usize) -> Rule<RoleOption> {
        self.advance();
        self.expect("password")?;
        self.text()?;
        refuse_with(
            "0A000",
            "UNENCRYPTED PASSWORD is no longer supported".to_owned(),
            start,
            Some("Remove UNENCRYPTED to store the password in encrypted form instead."),
        )
    }
}

fn user_mapping<T>() -> Rule<T> {
    Err(Failure::Unsupported("user mappings are not understood".to_owned()))
}

/// The attributes that are no keywords; quoted or not, the word counts.
fn attribute(name: &str, start: usize) -> Rule<RoleOption> {
    Ok(match name {
        "superuser" => RoleOption::Superuser(true),
        "nosuperuser" => RoleOption::Superuser(false),
        "createdb" => RoleOption::CreateDb(true),
        "nocreatedb" => RoleOption::CreateDb(false),
        "createrole" => RoleOption::CreateRole(true),
        "nocreaterole" => RoleOption::CreateRole(false),
        "noinherit" => RoleOption::Inherit(false),
        "login" => RoleOption::Login(true),
        "nologin" => RoleOption::Login(false),
        "replication" => RoleOption::Replication(true),
        "noreplication" => RoleOption::Replication(false),
        "bypassrls" => RoleOption::BypassRls(true),
        "nobypassrls" => RoleOption::BypassRls(false),
        _ => return refuse("42601", format!("unrecognized role option \"{name}\""), start),
    })
}
