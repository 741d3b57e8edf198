//! ALTER DEFAULT PRIVILEGES (`ExecAlterDefaultPrivilegesStmt` and below, aclchk.c).

use super::acl_update::{AclUpdate, ItemChange};
use super::run::{Run, Stop, error};
use super::steps::Steps;
use crate::cluster::{
    Acl, AclItem, AclKind, Change, Class, DefaultAclKey, Oid, Privileges, View, default_acl,
};
use crate::sql::ast::{
    self, AlterDefaultPrivileges, DefaultPrivilegesOption, DefaultPrivilegesTarget as Target, RoleSpec,
};

/// The statement with whom it grants to and what.
struct Granted<'s> {
    statement: &'s AlterDefaultPrivileges,
    grantees: Vec<Oid>,
    privileges: Privileges,
}

/// Runs the statement: role by role, and for each of them schema by schema.
pub fn run(steps: &mut Steps<'_>, statement: &AlterDefaultPrivileges) -> Result<(), Stop> {
    let (mut roles, mut schemas) = (None, None);
    for option in &statement.options {
        let redundant = match option {
            DefaultPrivilegesOption::ForRole(list) => roles.replace(list).is_some(),
            DefaultPrivilegesOption::InSchema(list) => schemas.replace(list).is_some(),
        };
        if redundant {
            return error("42601", "conflicting or redundant options");
        }
    }
    let granted = steps.ask(|run| run.granted(statement))?;
    let Some(roles) = roles else {
        let user = steps.ask(|run| Ok(run.user()))?;
        return in_schemas(steps, &granted, user, schemas);
    };
    for spec in roles {
        let role = steps.ask(|run| run.role_with_defaults(spec))?;
        in_schemas(steps, &granted, role, schemas)?;
    }
    Ok(())
}

/// `SetDefaultACLsInSchemas`.
fn in_schemas(
    steps: &mut Steps<'_>,
    granted: &Granted<'_>,
    role: Oid,
    schemas: Option<&Vec<String>>,
) -> Result<(), Stop> {
    let Some(schemas) = schemas else {
        return steps.step(|run| run.set_default_acl(granted, role, Oid(0)));
    };
    for name in schemas {
        steps.step(|run| {
            // Neither USAGE on the schema nor CREATE in it is asked for.
            let Some(schema) = run.view.objects_named(Class::Schema, Oid(0), name).first() else {
                return error("3F000", format!("schema \"{name}\" does not exist"));
            };
            run.set_default_acl(granted, role, run.schema_oid(*schema))
        })?;
    }
    Ok(())
}

impl Run<'_> {
    /// Grantees come before privilege words, and both before FOR ROLE and IN SCHEMA.
    fn granted<'s>(&self, statement: &'s AlterDefaultPrivileges) -> Result<Granted<'s>, Stop> {
        let grantees = statement.grantees.iter().map(|g| self.grantee(g)).collect::<Result<Vec<_>, _>>()?;
        let kind = kind_of(statement.target);
        let all = kind.all(self.view.base().version);
        let for_columns = || error("0LP01", "default privileges cannot be set for columns");
        let words = match &statement.privileges {
            ast::Privileges::All => return Ok(Granted { statement, grantees, privileges: all }),
            ast::Privileges::AllOnColumns(_) => return for_columns(),
            ast::Privileges::List(words) => words,
        };
        let mut privileges = Privileges::NONE;
        for word in words {
            if !word.columns.is_empty() {
                return for_columns();
            }
            let privilege = self.privilege(&word.name)?;
            if !all.contains(privilege) {
                let (shown, noun) = (super::privilege_words::shown(privilege), noun_of(statement.target));
                return error("0LP01", format!("invalid privilege type {shown} for {noun}"));
            }
            privileges |= privilege;
        }
        Ok(Granted { statement, grantees, privileges })
    }

    /// Before 16 any membership in the role will do; since 16 its privileges must be had.
    fn role_with_defaults(&self, spec: &RoleSpec) -> Result<Oid, Stop> {
        let role = self.role(spec)?;
        if self.switches.membership_options {
            if !self.access.has_privs_of(self.user(), role) {
                return error("42501", "permission denied to change default privileges");
            }
        } else if !self.access.is_member_of(self.user(), role) {
            let name = self.view.role_name(role);
            return error("42501", format!("must be member of role \"{name}\""));
        }
        Ok(role)
    }

    /// `SetDefaultACL`: the row of one role, schema and kind of object. Schema 0 is everywhere.
    fn set_default_acl(
        &mut self,
        granted: &Granted<'_>,
        role: Oid,
        schema: Oid,
    ) -> Result<Vec<Change>, Stop> {
        let target = granted.statement.target;
        let words = match target {
            Target::Schemas => Some("SCHEMAS"),
            Target::LargeObjects => Some("LARGE OBJECTS"),
            _ => None,
        };
        if let Some(words) = words.filter(|_| schema != Oid(0)) {
            let clause = format!("cannot use IN SCHEMA clause when using GRANT/REVOKE ON {words}");
            return error("0LP01", clause);
        }
        let key = DefaultAclKey { role, schema, objtype: letter_of(target) };
        let default = sorted(starting_acl(self.view, key, target));
        let before = self.view.default_acl(key).cloned();
        let start = before.as_deref().unwrap_or(&default);
        let after = sorted(self.with_grant(granted, role, start)?);
        let after = (after != default).then(|| Acl::from(after));
        Ok(vec![Change::DefaultAcl { key, before, after }])
    }

    /// `RemoveRoleFromObjectACL`: REVOKE ALL .. FROM a role, as the row's own role. Nobody is asked for a privilege.
    pub fn revoke_default(&mut self, key: DefaultAclKey, from: Oid) -> Result<Vec<Change>, Stop> {
        let Some(target) = target_of(key.objtype) else { return Ok(Vec::new()) };
        let statement = AlterDefaultPrivileges {
            options: Vec::new(),
            revoke: true,
            grant_option: false,
            privileges: ast::Privileges::All,
            target,
            grantees: Vec::new(),
            cascade: true,
        };
        let privileges = kind_of(target).all(self.view.base().version);
        let granted = Granted { statement: &statement, grantees: vec![from], privileges };
        self.set_default_acl(&granted, key.role, key.schema)
    }

    /// `merge_acl_with_grant`: the role itself is owner and grantor.
    fn with_grant(&self, granted: &Granted<'_>, role: Oid, start: &[AclItem]) -> Result<Vec<AclItem>, Stop> {
        let AlterDefaultPrivileges { revoke, grant_option, cascade, .. } = *granted.statement;
        let update = AclUpdate { access: &self.access, owner: role, cascade };
        let bits = |wanted: bool| if wanted { granted.privileges } else { Privileges::NONE };
        let mut items = start.to_vec();
        for grantee in &granted.grantees {
            if !revoke && grant_option && *grantee == Oid::PUBLIC {
                return error("0LP01", "grant options can only be granted to roles");
            }
            let item = AclItem {
                grantee: *grantee,
                grantor: role,
                privileges: bits(!revoke || !grant_option),
                options: bits(revoke || grant_option),
            };
            items = update.apply(&items, ItemChange { revoke, item })?;
        }
        Ok(items)
    }
}

/// What a row starts from. One for everywhere replaces the built-in default; one for a schema adds to that.
fn starting_acl(view: &View, key: DefaultAclKey, target: Target) -> Vec<AclItem> {
    match key.schema {
        Oid(0) => default_acl(kind_of(target), key.role, view.base().version),
        _ => Vec::new(),
    }
}

/// `aclitemsort`: by grantee, then grantor, then the bits.
fn sorted(mut items: Vec<AclItem>) -> Vec<AclItem> {
    items.sort();
    items
}

fn kind_of(target: Target) -> AclKind {
    match target {
        Target::Tables => AclKind::Relation,
        Target::Functions => AclKind::Function,
        Target::Sequences => AclKind::Sequence,
        Target::Types => AclKind::Type,
        Target::Schemas => AclKind::Schema,
        Target::LargeObjects => AclKind::LargeObject,
    }
}

/// How messages call what privileges are invalid for.
fn noun_of(target: Target) -> &'static str {
    match target {
        Target::Tables => "relation",
        other => super::grant::noun_of(kind_of(other)),
    }
}

/// What a row's letter stands for.
fn target_of(letter: char) -> Option<Target> {
    let all = [
        Target::Tables,
        Target::Functions,
        Target::Sequences,
        Target::Types,
        Target::Schemas,
        Target::LargeObjects,
    ];
    all.into_iter().find(|target| letter_of(*target) == letter)
}

/// `pg_default_acl.defaclobjtype`.
fn letter_of(target: Target) -> char {
    match target {
        Target::Tables => 'r',
        Target::Functions => 'f',
        Target::Sequences => 'S',
        Target::Types => 'T',
        Target::Schemas => 'n',
        Target::LargeObjects => 'L',
    }
}
