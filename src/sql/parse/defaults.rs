//! ALTER DEFAULT PRIVILEGES.

use super::{Parser, Rule};
use crate::sql::ast::{AlterDefaultPrivileges, DefaultPrivilegesOption, DefaultPrivilegesTarget, Statement};

impl Parser<'_> {
    /// From behind ALTER DEFAULT.
    pub(super) fn default_privileges(&mut self) -> Rule<Statement> {
        self.expect("privileges")?;
        let mut options = Vec::new();
        while let Some(option) = self.default_privileges_option()? {
            options.push(option);
        }
        let revoke = match self.word(0) {
            Some("grant") => false,
            Some("revoke") => true,
            _ => return self.unexpected(),
        };
        self.advance();
        let option_for = revoke && self.grant_option_for()?;
        let privileges = self.privileges()?;
        self.expect("on")?;
        let target = self.default_privileges_target()?;
        self.expect(if revoke { "from" } else { "to" })?;
        let grantees = self.grantees()?;
        let grant_option = if revoke { option_for } else { self.with_grant_option()? };
        let cascade = revoke && self.drop_behavior();
        Ok(Statement::AlterDefaultPrivileges(AlterDefaultPrivileges {
            options,
            revoke,
            grant_option,
            privileges,
            target,
            grantees,
            cascade,
        }))
    }

    fn default_privileges_option(&mut self) -> Rule<Option<DefaultPrivilegesOption>> {
        if self.eat("in") {
            self.expect("schema")?;
            return Ok(Some(DefaultPrivilegesOption::InSchema(self.name_list()?)));
        }
        if self.eat("for") {
            if !self.eat("user") {
                self.expect("role")?;
            }
            return Ok(Some(DefaultPrivilegesOption::ForRole(self.role_list()?)));
        }
        Ok(None)
    }

    fn default_privileges_target(&mut self) -> Rule<DefaultPrivilegesTarget> {
        let target = match self.word(0) {
            Some("tables") => DefaultPrivilegesTarget::Tables,
            Some("functions" | "routines") => DefaultPrivilegesTarget::Functions,
            Some("sequences") => DefaultPrivilegesTarget::Sequences,
            Some("types") => DefaultPrivilegesTarget::Types,
            Some("schemas") => DefaultPrivilegesTarget::Schemas,
            Some("large") if self.major >= 18 => {
                self.advance();
                self.expect("objects")?;
                return Ok(DefaultPrivilegesTarget::LargeObjects);
            }
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(target)
    }
}
