//! GRANT, REVOKE, default privileges and owners.

use super::Printer;
use crate::sql::ast::{
    AllKind, AlterDefaultPrivileges, DefaultPrivilegesOption, DefaultPrivilegesTarget, GrantTarget,
    MembershipOption, NamedKind, ObjectGrant, OwnedNamedKind, OwnedObject, OwnedSimpleKind, Privilege,
    Privileges, RelationKind, RoleGrant, RoutineKind, SimpleKind,
};

/// Privileges that print in capitals. The rest of a list's words are nobody's privileges, and print as names.
const PRIVILEGES: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "truncate",
    "references",
    "trigger",
    "maintain",
    "usage",
    "create",
    "connect",
    "temporary",
    "temp",
    "execute",
    "set",
    "rule",
];

impl Printer {
    pub(super) fn grant(&mut self, s: &ObjectGrant) {
        self.word(if s.revoke { "REVOKE" } else { "GRANT" });
        self.word_if(s.revoke && s.grant_option, "GRANT OPTION FOR");
        self.privileges(&s.privileges).word("ON").target(&s.target);
        self.word(if s.revoke { "FROM" } else { "TO" }).roles(&s.grantees);
        self.word_if(!s.revoke && s.grant_option, "WITH GRANT OPTION");
        self.granted_by(s.granted_by.as_ref()).word_if(s.cascade, "CASCADE");
    }

    pub(super) fn grant_role(&mut self, s: &RoleGrant) {
        self.word(if s.revoke { "REVOKE" } else { "GRANT" });
        if s.revoke {
            for option in &s.options {
                self.option_name(option).word("OPTION FOR");
            }
        }
        self.list(&s.roles, |printer, role| {
            printer.ident(&role.name).columns(&role.columns);
        });
        self.word(if s.revoke { "FROM" } else { "TO" }).roles(&s.members);
        if !s.revoke && !s.options.is_empty() {
            self.word("WITH").list(&s.options, |printer, option| printer.membership_option(option));
        }
        self.granted_by(s.granted_by.as_ref()).word_if(s.cascade, "CASCADE");
    }

    fn option_name(&mut self, option: &MembershipOption) -> &mut Self {
        match option.name.as_str() {
            "admin" | "inherit" | "set" => self.word(&option.name.to_ascii_uppercase()),
            name => self.ident(name),
        }
    }

    /// ADMIN OPTION is what every version understands.
    fn membership_option(&mut self, option: &MembershipOption) {
        let value = match (option.name.as_str(), option.value) {
            ("admin", true) => "OPTION",
            (_, true) => "TRUE",
            (_, false) => "FALSE",
        };
        self.option_name(option).word(value);
    }

    fn granted_by(&mut self, role: Option<&crate::sql::ast::RoleSpec>) -> &mut Self {
        match role {
            Some(role) => self.word("GRANTED BY").role(role),
            None => self,
        }
    }

    fn privileges(&mut self, privileges: &Privileges) -> &mut Self {
        match privileges {
            Privileges::All => self.word("ALL"),
            Privileges::AllOnColumns(columns) => self.word("ALL").columns(columns),
            Privileges::List(list) => self.list(list, |printer, privilege| printer.privilege(privilege)),
        }
    }

    fn privilege(&mut self, privilege: &Privilege) {
        match privilege.name.as_str() {
            "alter system" if self.major >= 15 && privilege.columns.is_empty() => self.word("ALTER SYSTEM"),
            name if PRIVILEGES.contains(&name) => self.word(&name.to_ascii_uppercase()),
            name => self.ident(name),
        };
        self.columns(&privilege.columns);
    }

    fn columns(&mut self, columns: &[String]) -> &mut Self {
        if columns.is_empty() { self } else { self.word("(").idents(columns).glue(")") }
    }

    fn target(&mut self, target: &GrantTarget) -> &mut Self {
        match target {
            GrantTarget::Named { kind, names } => {
                self.word(named_kind(*kind)).list(names, |printer, name| {
                    printer.name(name);
                })
            }
            GrantTarget::Simple { kind, names } => self.word(simple_kind(*kind)).idents(names),
            GrantTarget::Routines { kind, routines } => {
                self.word(routine_kind(*kind)).list(routines, Self::routine)
            }
            GrantTarget::LargeObjects(numbers) => {
                self.word("LARGE OBJECT").list(numbers, |printer, number| {
                    printer.number(number);
                })
            }
            GrantTarget::AllInSchema { kind, schemas } => {
                self.word(all_kind(*kind)).word("IN SCHEMA").idents(schemas)
            }
        }
    }

    pub(super) fn default_privileges(&mut self, s: &AlterDefaultPrivileges) {
        self.word("ALTER DEFAULT PRIVILEGES");
        for option in &s.options {
            match option {
                DefaultPrivilegesOption::ForRole(roles) => self.word("FOR ROLE").roles(roles),
                DefaultPrivilegesOption::InSchema(schemas) => self.word("IN SCHEMA").idents(schemas),
            };
        }
        self.word(if s.revoke { "REVOKE" } else { "GRANT" });
        self.word_if(s.revoke && s.grant_option, "GRANT OPTION FOR").privileges(&s.privileges).word("ON");
        self.word(match s.target {
            DefaultPrivilegesTarget::Tables => "TABLES",
            DefaultPrivilegesTarget::Functions => "FUNCTIONS",
            DefaultPrivilegesTarget::Sequences => "SEQUENCES",
            DefaultPrivilegesTarget::Types => "TYPES",
            DefaultPrivilegesTarget::Schemas => "SCHEMAS",
            DefaultPrivilegesTarget::LargeObjects => "LARGE OBJECTS",
        });
        self.word(if s.revoke { "FROM" } else { "TO" }).roles(&s.grantees);
        self.word_if(!s.revoke && s.grant_option, "WITH GRANT OPTION").word_if(s.cascade, "CASCADE");
    }

    pub(super) fn owned_object(&mut self, object: &OwnedObject) -> &mut Self {
        match object {
            OwnedObject::Relation { kind, if_exists, only, name } => {
                self.word(relation_kind(*kind)).word_if(*if_exists, "IF EXISTS");
                self.word_if(*only, "ONLY").name(name)
            }
            OwnedObject::Named(kind, name) => self.word(owned_named_kind(*kind)).name(name),
            OwnedObject::Simple(kind, name) => self.word(owned_simple_kind(*kind)).ident(name),
            OwnedObject::Routine(kind, routine) => {
                self.word(routine_kind(*kind)).routine(routine);
                self
            }
            OwnedObject::Aggregate(aggregate) => {
                self.word("AGGREGATE").routine(aggregate);
                self
            }
            OwnedObject::Operator(operator) => self.word("OPERATOR").operator(operator),
            OwnedObject::OperatorClass { name, method } => {
                self.word("OPERATOR CLASS").name(name).word("USING").ident(method)
            }
            OwnedObject::OperatorFamily { name, method } => {
                self.word("OPERATOR FAMILY").name(name).word("USING").ident(method)
            }
            OwnedObject::LargeObject(number) => self.word("LARGE OBJECT").number(number),
        }
    }
}

fn named_kind(kind: NamedKind) -> &'static str {
    match kind {
        NamedKind::Table => "TABLE",
        NamedKind::Sequence => "SEQUENCE",
        NamedKind::Domain => "DOMAIN",
        NamedKind::Type => "TYPE",
        NamedKind::Parameter => "PARAMETER",
    }
}

fn simple_kind(kind: SimpleKind) -> &'static str {
    match kind {
        SimpleKind::Database => "DATABASE",
        SimpleKind::Schema => "SCHEMA",
        SimpleKind::Language => "LANGUAGE",
        SimpleKind::Tablespace => "TABLESPACE",
        SimpleKind::ForeignDataWrapper => "FOREIGN DATA WRAPPER",
        SimpleKind::ForeignServer => "FOREIGN SERVER",
    }
}

fn routine_kind(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Function => "FUNCTION",
        RoutineKind::Procedure => "PROCEDURE",
        RoutineKind::Routine => "ROUTINE",
    }
}

fn all_kind(kind: AllKind) -> &'static str {
    match kind {
        AllKind::Tables => "ALL TABLES",
        AllKind::Sequences => "ALL SEQUENCES",
        AllKind::Functions => "ALL FUNCTIONS",
        AllKind::Procedures => "ALL PROCEDURES",
        AllKind::Routines => "ALL ROUTINES",
    }
}

fn relation_kind(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table => "TABLE",
        RelationKind::Index => "INDEX",
        RelationKind::Sequence => "SEQUENCE",
        RelationKind::View => "VIEW",
        RelationKind::MaterializedView => "MATERIALIZED VIEW",
        RelationKind::ForeignTable => "FOREIGN TABLE",
    }
}

fn owned_named_kind(kind: OwnedNamedKind) -> &'static str {
    match kind {
        OwnedNamedKind::Collation => "COLLATION",
        OwnedNamedKind::Conversion => "CONVERSION",
        OwnedNamedKind::Domain => "DOMAIN",
        OwnedNamedKind::Type => "TYPE",
        OwnedNamedKind::Statistics => "STATISTICS",
        OwnedNamedKind::TextSearchConfiguration => "TEXT SEARCH CONFIGURATION",
        OwnedNamedKind::TextSearchDictionary => "TEXT SEARCH DICTIONARY",
    }
}

fn owned_simple_kind(kind: OwnedSimpleKind) -> &'static str {
    match kind {
        OwnedSimpleKind::Database => "DATABASE",
        OwnedSimpleKind::EventTrigger => "EVENT TRIGGER",
        OwnedSimpleKind::ForeignDataWrapper => "FOREIGN DATA WRAPPER",
        OwnedSimpleKind::Language => "LANGUAGE",
        OwnedSimpleKind::Publication => "PUBLICATION",
        OwnedSimpleKind::Schema => "SCHEMA",
        OwnedSimpleKind::Server => "SERVER",
        OwnedSimpleKind::Subscription => "SUBSCRIPTION",
        OwnedSimpleKind::Tablespace => "TABLESPACE",
    }
}
