//! GRANT and REVOKE, on objects and of roles.

use super::names::{col_id_of, type_function_name_of};
use super::{Parser, Rule};
use crate::sql::ast::{
    AllKind, GrantTarget, MembershipOption, NamedKind, ObjectGrant, Privilege, Privileges, RoleGrant,
    RoleSpec, RoutineKind, SimpleKind, Statement,
};
use crate::sql::keywords::Category;
use crate::sql::lex::Token;

impl Parser<'_> {
    pub(super) fn grant(&mut self) -> Rule<Statement> {
        self.advance();
        let privileges = self.privileges()?;
        if self.at("to")
            && let Privileges::List(roles) = privileges
        {
            return self.grant_roles(roles);
        }
        self.expect("on")?;
        let target = self.target()?;
        self.expect("to")?;
        let grantees = self.grantees()?;
        let grant_option = self.with_grant_option()?;
        let granted_by = if self.major >= 14 { self.granted_by()? } else { None };
        let (revoke, cascade) = (false, false);
        Ok(Statement::Grant(ObjectGrant {
            revoke,
            grant_option,
            privileges,
            target,
            grantees,
            granted_by,
            cascade,
        }))
    }

    pub(super) fn revoke(&mut self) -> Rule<Statement> {
        self.advance();
        if let Some(option) = self.revoked_option()? {
            let roles = self.list(Self::privilege)?;
            return self.revoke_roles(roles, vec![option]);
        }
        let grant_option = self.grant_option_for()?;
        let privileges = self.privileges()?;
        if self.at("from")
            && !grant_option
            && let Privileges::List(roles) = privileges
        {
            return self.revoke_roles(roles, Vec::new());
        }
        self.expect("on")?;
        let target = self.target()?;
        self.expect("from")?;
        let grantees = self.grantees()?;
        let granted_by = if self.major >= 14 { self.granted_by()? } else { None };
        let cascade = self.drop_behavior();
        let revoke = true;
        Ok(Statement::Grant(ObjectGrant {
            revoke,
            grant_option,
            privileges,
            target,
            grantees,
            granted_by,
            cascade,
        }))
    }

    fn grant_roles(&mut self, roles: Vec<Privilege>) -> Rule<Statement> {
        self.expect("to")?;
        let members = self.role_list()?;
        let options = self.membership_options()?;
        let granted_by = self.granted_by()?;
        let (revoke, cascade) = (false, false);
        Ok(Statement::GrantRole(RoleGrant { revoke, roles, members, options, granted_by, cascade }))
    }

    fn revoke_roles(&mut self, roles: Vec<Privilege>, options: Vec<MembershipOption>) -> Rule<Statement> {
        self.expect("from")?;
        let members = self.role_list()?;
        let granted_by = self.granted_by()?;
        let cascade = self.drop_behavior();
        Ok(Statement::GrantRole(RoleGrant { revoke: true, roles, members, options, granted_by, cascade }))
    }

    /// WITH ADMIN OPTION; since 16 a list of any options with OPTION, TRUE or FALSE.
    fn membership_options(&mut self) -> Rule<Vec<MembershipOption>> {
        if !self.eat("with") {
            return Ok(Vec::new());
        }
        if self.major >= 16 {
            return self.list(Self::membership_option);
        }
        self.expect("admin")?;
        self.expect("option")?;
        Ok(vec![MembershipOption { name: "admin".to_owned(), value: true }])
    }

    fn membership_option(&mut self) -> Rule<MembershipOption> {
        let name = self.col_label()?;
        let value = match self.word(0) {
            Some("option" | "true") => true,
            Some("false") => false,
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(MembershipOption { name, value })
    }

    /// REVOKE ADMIN OPTION FOR; since 16 any name may stand in the place of ADMIN.
    fn revoked_option(&mut self) -> Rule<Option<MembershipOption>> {
        let name = match col_id_of(self.peek()) {
            Some(name) if self.word(1) == Some("option") && (self.major >= 16 || self.at("admin")) => name,
            _ => return Ok(None),
        };
        self.advance();
        self.advance();
        self.expect("for")?;
        Ok(Some(MembershipOption { name, value: false }))
    }

    pub(super) fn grant_option_for(&mut self) -> Rule<bool> {
        if !self.eat("grant") {
            return Ok(false);
        }
        self.expect("option")?;
        self.expect("for")?;
        Ok(true)
    }

    pub(super) fn with_grant_option(&mut self) -> Rule<bool> {
        if !self.eat("with") {
            return Ok(false);
        }
        self.expect("grant")?;
        self.expect("option")?;
        Ok(true)
    }

    fn granted_by(&mut self) -> Rule<Option<RoleSpec>> {
        if !self.eat("granted") {
            return Ok(None);
        }
        self.expect("by")?;
        self.role_spec().map(Some)
    }

    /// Whether CASCADE.
    pub(super) fn drop_behavior(&mut self) -> bool {
        let cascade = self.eat("cascade");
        if !cascade {
            self.eat("restrict");
        }
        cascade
    }

    pub(super) fn privileges(&mut self) -> Rule<Privileges> {
        if !self.eat("all") {
            return self.list(Self::privilege).map(Privileges::List);
        }
        self.eat("privileges");
        let columns = self.columns()?;
        Ok(if columns.is_empty() { Privileges::All } else { Privileges::AllOnColumns(columns) })
    }

    fn privilege(&mut self) -> Rule<Privilege> {
        let name = match self.word(0) {
            Some(word @ ("select" | "references" | "create")) => {
                self.advance();
                word.to_owned()
            }
            // Since 15; ALTER alone is a name like any other.
            Some("alter") if self.word(1) == Some("system") && self.major >= 15 => {
                self.advance();
                self.advance();
                return Ok(Privilege { name: "alter system".to_owned(), columns: Vec::new() });
            }
            _ => self.col_id()?,
        };
        let columns = self.columns()?;
        Ok(Privilege { name, columns })
    }

    fn columns(&mut self) -> Rule<Vec<String>> {
        if !self.eat_symbol('(') {
            return Ok(Vec::new());
        }
        let columns = self.name_list()?;
        self.expect_symbol(')')?;
        Ok(columns)
    }

    pub(super) fn grantees(&mut self) -> Rule<Vec<RoleSpec>> {
        self.list(|parser| {
            parser.eat("group");
            parser.role_spec()
        })
    }

    /// privilege_target. A word for a kind of object is itself a table's name where no name follows it.
    fn target(&mut self) -> Rule<GrantTarget> {
        let word = match self.peek() {
            Some(Token::Keyword(keyword)) => *keyword,
            _ => return self.named(NamedKind::Table),
        };
        match word.word {
            "table" => {
                self.advance();
                self.named(NamedKind::Table)
            }
            "foreign" => {
                self.advance();
                self.foreign_target()
            }
            "all" => {
                self.advance();
                self.all_in_schema()
            }
            "large" if self.word(1) == Some("object") => {
                self.advance();
                self.advance();
                self.list(Self::number).map(GrantTarget::LargeObjects)
            }
            kind if word.category == Category::Unreserved => self.kind_of_object(kind),
            _ => self.named(NamedKind::Table),
        }
    }

    fn kind_of_object(&mut self, kind: &str) -> Rule<GrantTarget> {
        let name_follows = col_id_of(self.peek_at(1)).is_some();
        let routine_follows = name_follows || type_function_name_of(self.peek_at(1)).is_some();
        let named = match kind {
            "sequence" => Some(NamedKind::Sequence),
            "domain" => Some(NamedKind::Domain),
            "type" => Some(NamedKind::Type),
            "parameter" if self.major >= 15 => Some(NamedKind::Parameter),
            _ => None,
        };
        let simple = match kind {
            "database" => Some(SimpleKind::Database),
            "schema" => Some(SimpleKind::Schema),
            "language" => Some(SimpleKind::Language),
            "tablespace" => Some(SimpleKind::Tablespace),
            _ => None,
        };
        match (named, simple, routine_kind(kind)) {
            (Some(kind), ..) if name_follows => {
                self.advance();
                self.named(kind)
            }
            (_, Some(kind), _) if name_follows => {
                self.advance();
                self.simple(kind)
            }
            (_, _, Some(kind)) if routine_follows => {
                self.advance();
                let routines = self.list(Self::routine)?;
                Ok(GrantTarget::Routines { kind, routines })
            }
            _ => self.named(NamedKind::Table),
        }
    }

    fn named(&mut self, kind: NamedKind) -> Rule<GrantTarget> {
        let names = match kind {
            NamedKind::Table | NamedKind::Sequence => self.list(Self::qualified_name)?,
            NamedKind::Domain | NamedKind::Type => self.list(Self::any_name)?,
            NamedKind::Parameter => self.list(Self::setting_name)?,
        };
        Ok(GrantTarget::Named { kind, names })
    }

    fn simple(&mut self, kind: SimpleKind) -> Rule<GrantTarget> {
        Ok(GrantTarget::Simple { kind, names: self.name_list()? })
    }

    fn foreign_target(&mut self) -> Rule<GrantTarget> {
        if self.eat("server") {
            return self.simple(SimpleKind::ForeignServer);
        }
        self.expect("data")?;
        self.expect("wrapper")?;
        self.simple(SimpleKind::ForeignDataWrapper)
    }

    fn all_in_schema(&mut self) -> Rule<GrantTarget> {
        let kind = match self.word(0) {
            Some("tables") => AllKind::Tables,
            Some("sequences") => AllKind::Sequences,
            Some("functions") => AllKind::Functions,
            Some("procedures") => AllKind::Procedures,
            Some("routines") => AllKind::Routines,
            _ => return self.unexpected(),
        };
        self.advance();
        self.expect("in")?;
        self.expect("schema")?;
        Ok(GrantTarget::AllInSchema { kind, schemas: self.name_list()? })
    }
}

pub(super) fn routine_kind(word: &str) -> Option<RoutineKind> {
    match word {
        "function" => Some(RoutineKind::Function),
        "procedure" => Some(RoutineKind::Procedure),
        "routine" => Some(RoutineKind::Routine),
        _ => None,
    }
}
