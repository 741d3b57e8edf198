//! The queries of assets/queries, and which of them a server's major version needs.

use super::pipeline::Query;
use crate::cluster::{Class, Version};

macro_rules! query {
    ($reading:literal, $file:literal) => {
        Query {
            reading: $reading,
            sql: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/queries/", $file)),
        }
    };
}

pub(super) const SETTINGS: Query = query!("the session's settings", "settings.sql");
pub(super) const SESSION: Query = query!("the session's settings", "session.sql");
pub(super) const ROLE_SETTINGS: Query = query!("pg_db_role_setting", "role_settings.sql");
pub(super) const ROLE_COMMENTS: Query = query!("pg_shdescription", "role_comments.sql");
pub(super) const PROVIDER: Query = query!("pg_proc", "provider.sql");
pub(super) const ESTIMATE: Query = query!("pg_class", "estimate.sql");
pub(super) const PARAMETERS: Query = query!("pg_settings", "parameter_descriptions.sql");
pub(super) const ACLS: Query = query!("the catalogs' ACLs", "acls.sql");
pub(super) const SEQUENCE_OWNERS: Query = query!("pg_depend", "sequence_owners.sql");
pub(super) const COLUMNS: Query = query!("pg_attribute", "columns.sql");
pub(super) const DEFAULT_ACLS: Query = query!("pg_default_acl", "default_acls.sql");
pub(super) const EVENT_TRIGGERS: Query = query!("pg_event_trigger", "event_triggers.sql");
pub(super) const DEPENDENCIES: Query = query!("pg_shdepend", "dependencies.sql");
pub(super) const DEPENDENCY_COUNTS: Query = query!("pg_shdepend", "dependency_counts.sql");
pub(super) const THIS_DATABASE: Query = query!("pg_database", "this_database.sql");
pub(super) const ACCESS_METHODS: Query = query!("pg_am", "access_methods.sql");
pub(super) const POLICIES: Query = query!("pg_policy", "policies.sql");

/// The kinds of passwords, for who may read `pg_authid`.
pub(super) fn roles(with_passwords: bool) -> Query {
    match with_passwords {
        true => query!("pg_authid", "roles_with_passwords.sql"),
        false => query!("pg_roles", "roles.sql"),
    }
}

/// Bodies that are parsed when a function is made came with 14.
pub(super) fn definers(version: Version) -> Query {
    match version.major() {
        ..14 => query!("pg_proc", "definers_13.sql"),
        _ => query!("pg_proc", "definers.sql"),
    }
}

/// INHERIT and SET of memberships came with 16.
pub(super) fn memberships(version: Version) -> Query {
    match version.major() {
        ..16 => query!("pg_auth_members", "memberships_13.sql"),
        _ => query!("pg_auth_members", "memberships.sql"),
    }
}

/// SQL-standard bodies of routines came with 14.
pub(super) fn uses(version: Version) -> Query {
    match version.major() {
        ..14 => query!("pg_depend", "uses_13.sql"),
        _ => query!("pg_depend", "uses.sql"),
    }
}

/// What reads the objects of a class. Multiranges and SQL-standard bodies came with 14, ACLs of parameters and publications of schemas with
/// 15, subscriptions of others than superusers with 16.
pub(super) fn objects(class: Class, version: Version) -> Option<Query> {
    Some(match class {
        Class::Relation => query!("pg_class", "relations.sql"),
        Class::Routine if version.major() < 14 => query!("pg_proc", "routines_13.sql"),
        Class::Routine => query!("pg_proc", "routines.sql"),
        Class::Schema => query!("pg_namespace", "schemas.sql"),
        Class::Type if version.major() < 14 => query!("pg_type", "types_13.sql"),
        Class::Type => query!("pg_type", "types.sql"),
        Class::Language => query!("pg_language", "languages.sql"),
        Class::Database => query!("pg_database", "databases.sql"),
        Class::Tablespace => query!("pg_tablespace", "tablespaces.sql"),
        Class::ForeignDataWrapper => query!("pg_foreign_data_wrapper", "foreign_data_wrappers.sql"),
        Class::ForeignServer => query!("pg_foreign_server", "foreign_servers.sql"),
        Class::LargeObject => query!("pg_largeobject_metadata", "large_objects.sql"),
        Class::Parameter if version.major() < 15 => return None,
        Class::Parameter => query!("pg_parameter_acl", "parameters.sql"),
        Class::Operator => query!("pg_operator", "operators.sql"),
        Class::OperatorClass => query!("pg_opclass", "operator_classes.sql"),
        Class::OperatorFamily => query!("pg_opfamily", "operator_families.sql"),
        Class::Collation => query!("pg_collation", "collations.sql"),
        Class::Conversion => query!("pg_conversion", "conversions.sql"),
        Class::Statistics => query!("pg_statistic_ext", "statistics.sql"),
        Class::TextSearchConfiguration => query!("pg_ts_config", "text_search_configurations.sql"),
        Class::TextSearchDictionary => query!("pg_ts_dict", "text_search_dictionaries.sql"),
        Class::EventTrigger => query!("pg_event_trigger", "event_trigger_owners.sql"),
        Class::Publication if version.major() < 15 => query!("pg_publication", "publications_13.sql"),
        Class::Publication => query!("pg_publication", "publications.sql"),
        Class::Subscription => match version.major() {
            ..14 => query!("pg_subscription", "subscriptions_13.sql"),
            14..16 => query!("pg_subscription", "subscriptions_14.sql"),
            _ => query!("pg_subscription", "subscriptions.sql"),
        },
        Class::Extension => query!("pg_extension", "extensions.sql"),
    })
}
