//! Rows of the catalogs that hold no objects: roles, memberships, settings, default ACLs, policies, event triggers.

use super::LoadError;
use super::acls::exploded;
use super::fields::Fields;
use crate::cluster::{
    Acl, Class, DefaultAcl, Dependencies, Dependency, EventTrigger, Membership, Name, Objects, Oid,
    Parameter, ParameterContext, ParameterKind, Password, Range, Role, RoleSetting, RuleEvent, Use, UseBy,
};

pub(super) fn role(row: &Fields<'_>) -> Result<Role, LoadError> {
    Ok(Role {
        oid: row.oid(0)?,
        name: row.string(1)?,
        superuser: row.get(2)?,
        inherit: row.get(3)?,
        create_role: row.get(4)?,
        create_db: row.get(5)?,
        login: row.get(6)?,
        replication: row.get(7)?,
        bypass_rls: row.get(8)?,
        connection_limit: row.get(9)?,
        valid_until: row.optional(10)?,
        password: match row.get::<Option<i8>>(11)?.map(|letter| char::from(letter as u8)) {
            Some('n') => Password::None,
            Some('m') => Password::Md5,
            Some(_) => Password::Scram,
            None => Password::Unknown,
        },
    })
}

/// With its OID (16+).
pub(super) fn membership(row: &Fields<'_>) -> Result<(Membership, Option<Oid>), LoadError> {
    let membership = Membership {
        role: row.oid(0)?,
        member: row.oid(1)?,
        grantor: row.oid(2)?,
        admin: row.get(3)?,
        inherit: row.get(4)?,
        set: row.get(5)?,
    };
    Ok((membership, row.get::<Option<u32>>(6)?.map(Oid)))
}

pub(super) fn role_setting(row: &Fields<'_>) -> Result<RoleSetting, LoadError> {
    Ok(RoleSetting { role: row.oid(0)?, database: row.oid(1)?, settings: row.strings(2)? })
}

/// The role and its comment.
pub(super) fn role_comment(row: &Fields<'_>) -> Result<(Oid, String), LoadError> {
    Ok((row.oid(0)?, row.string(1)?))
}

pub(super) fn default_acl(row: &Fields<'_>) -> Result<DefaultAcl, LoadError> {
    Ok(DefaultAcl {
        oid: row.oid(0)?,
        role: row.oid(1)?,
        schema: row.oid(2)?,
        objtype: row.letter(3)?,
        acl: exploded(row, 4)?.map(Acl::from).unwrap_or_default(),
    })
}

pub(super) fn event_trigger(row: &Fields<'_>) -> Result<EventTrigger, LoadError> {
    Ok(EventTrigger {
        name: row.string(0)?,
        event: row.string(1)?,
        tags: row.strings(2)?,
        enabled: row.letter(3)?,
    })
}

/// A parameter; `server_encoding` gives its value.
pub(super) fn parameter(row: &Fields<'_>, encoding: &mut Option<String>) -> Result<Parameter, LoadError> {
    let range = || Ok(Range { unit: row.string(3)?, min: row.string(4)?, max: row.string(5)? });
    let kind = match &*row.text(1)? {
        "bool" => ParameterKind::Bool,
        "integer" => ParameterKind::Integer(range()?),
        "real" => ParameterKind::Real(range()?),
        "enum" => ParameterKind::Enum(row.strings(6)?),
        _ => ParameterKind::Text,
    };
    if let Some(value) = row.optional(7)? {
        *encoding = Some(value);
    }
    let context = row.text(2)?;
    let known = ParameterContext::parse(&context);
    let context = known.ok_or_else(|| LoadError::unexpected(row.reading, format!("context {context}")))?;
    Ok(Parameter { name: row.string(0)?, kind, context })
}

/// A policy whose table is still known by its OID.
pub(super) struct PolicyRow {
    pub(super) oid: Oid,
    pub(super) relation: Oid,
    pub(super) name: String,
    pub(super) roles: Vec<Oid>,
    pub(super) command: char,
    pub(super) permissive: bool,
}

pub(super) fn policy(row: &Fields<'_>) -> Result<PolicyRow, LoadError> {
    Ok(PolicyRow {
        oid: row.oid(3)?,
        relation: row.oid(0)?,
        name: row.string(1)?,
        roles: row.oids(2)?,
        command: row.letter(4)?,
        permissive: row.get(5)?,
    })
}

/// A row of uses.sql; none where one of the two is not known here.
pub(super) fn used(row: &Fields<'_>, objects: &Objects) -> Result<Option<Use>, LoadError> {
    let by = match row.get::<Option<i8>>(2)?.map(|letter| char::from(letter as u8)) {
        None => UseBy::Body,
        Some('p') => UseBy::Parent,
        Some('1') => UseBy::Rule(RuleEvent::Select),
        Some('2') => UseBy::Rule(RuleEvent::Update),
        Some('3') => UseBy::Rule(RuleEvent::Insert),
        Some('4') => UseBy::Rule(RuleEvent::Delete),
        Some(other) => return Err(LoadError::unexpected(row.reading, format!("rule event {other}"))),
    };
    let object = |class: Oid, oid| objects.by_oid(Class::of_catalog(class)?, oid);
    let (user, used) = (object(row.oid(1)?, row.oid(0)?), object(row.oid(3)?, row.oid(4)?));
    let columns = row.get::<Option<Vec<i16>>>(5)?.unwrap_or_default();
    Ok(user.zip(used).map(|(user, used)| Use { user, by, used, columns }))
}

/// A role, and what depends on it here; maybe several times.
pub(super) fn dependency(row: &Fields<'_>, dependencies: &mut Dependencies) -> Result<(), LoadError> {
    let dependency = Dependency {
        catalog: row.oid(1)?,
        oid: row.oid(2)?,
        part: row.get(3)?,
        kind: row.letter(4)?,
        server: row.optional(5)?.map(Name::from),
    };
    let (role, number) = (row.oid(0)?, row.get::<i64>(6)?);
    (0..number).for_each(|_| dependencies.add(role, dependency.clone()));
    Ok(())
}

/// A role, a database, and how much in it depends on the role.
pub(super) fn dependency_count(row: &Fields<'_>) -> Result<(Oid, (Oid, u64)), LoadError> {
    Ok((row.oid(0)?, (row.oid(1)?, u64::try_from(row.get::<i64>(2)?).unwrap_or(0))))
}
