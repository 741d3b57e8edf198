//! Objects as `pg_identify_object()` names them, and as SQL statements do.

use super::quote::quote_ident_for;
use crate::cluster::{AclTarget, Class, Detail, Kind, Object, ObjectId, Oid, View};

/// `type` of `pg_identify_object()`; `parameter` for a parameter.
pub fn object_type(view: &View, id: ObjectId) -> &'static str {
    view.object(id).map_or("", |object| object.kind.type_name())
}

/// `identity` of `pg_identify_object()`: schema-qualified and quoted; a parameter's name as it is.
pub fn object_identity(view: &View, id: ObjectId) -> String {
    view.object(id).map(|object| identity(view, object)).unwrap_or_default()
}

fn identity(view: &View, object: &Object) -> String {
    match object.kind.class() {
        Class::Relation => qualified(view, object.schema, &object.name),
        Class::Routine => {
            format!("{}({})", qualified(view, object.schema, &object.name), arguments(view, object))
        }
        Class::Type => type_identity(view, object),
        Class::Parameter | Class::LargeObject => object.name.to_string(),
        Class::Schema
        | Class::Language
        | Class::Database
        | Class::Tablespace
        | Class::ForeignDataWrapper
        | Class::ForeignServer
        | Class::EventTrigger
        | Class::Publication
        | Class::Subscription
        | Class::Extension => quoted(view, &object.name),
        Class::Collation
        | Class::Conversion
        | Class::Statistics
        | Class::TextSearchConfiguration
        | Class::TextSearchDictionary => qualified(view, object.schema, &object.name),
        Class::Operator => operator_identity(view, object),
        Class::OperatorClass | Class::OperatorFamily => {
            let Detail::Access { method } = &object.detail else { return object.name.to_string() };
            format!("{} USING {}", qualified(view, object.schema, &object.name), quoted(view, method))
        }
    }
}

/// The symbol is not quoted; a missing operand is NONE.
fn operator_identity(view: &View, object: &Object) -> String {
    let Detail::Operator { left, right } = object.detail else { return object.name.to_string() };
    let schema = view.object_by_oid(Class::Schema, object.schema).and_then(|id| view.object(id));
    let schema = schema.map(|schema| format!("{}.", quoted(view, &schema.name))).unwrap_or_default();
    let operand = |oid: Oid| if oid == Oid(0) { "NONE".to_owned() } else { type_name(view, oid) };
    format!("{schema}{}({},{})", object.name, operand(left), operand(right))
}

/// The column's name as `quote_ident()` gives it; none for an object as a whole.
pub fn column_identity(view: &View, target: AclTarget) -> Option<String> {
    target.is_column().then(|| quoted(view, view.column_name(target).unwrap_or("")))
}

/// A name as `quote_ident()` of this server gives it.
pub fn quoted(view: &View, name: &str) -> String {
    quote_ident_for(name, view.base().version.major()).into_owned()
}

fn qualified(view: &View, schema: Oid, name: &str) -> String {
    let schema = view.object_by_oid(Class::Schema, schema).and_then(|id| view.object(id));
    match schema {
        Some(schema) => format!("{}.{}", quoted(view, &schema.name), quoted(view, name)),
        None => quoted(view, name),
    }
}

fn arguments(view: &View, routine: &Object) -> String {
    let Detail::Routine { arguments, .. } = &routine.detail else { return String::new() };
    arguments.iter().map(|oid| type_name(view, *oid)).collect::<Vec<_>>().join(",")
}

/// A type by OID as `format_type_be_qualified()` gives it; an unknown one by its number.
pub fn type_name(view: &View, oid: Oid) -> String {
    let object = view.object_by_oid(Class::Type, oid).and_then(|id| view.object(id));
    object.map_or_else(|| oid.to_string(), |object| type_identity(view, object))
}

fn type_identity(view: &View, object: &Object) -> String {
    if let Some(name) = standard_name(object.oid, view.base().version.major()) {
        return name.to_owned();
    }
    match (object.kind, &object.detail) {
        (Kind::ArrayType, Detail::Type { of }) if !is_vector(object.oid) => {
            format!("{}[]", type_name(view, *of))
        }
        _ => qualified(view, object.schema, &object.name),
    }
}

/// int2vector and oidvector are arrays by nature and not by name (their storage is plain).
pub fn is_vector(oid: Oid) -> bool {
    matches!(oid, Oid(22) | Oid(30))
}

/// Types with a spelling of their own in the SQL standard (`format_type_extended` of format_type.c).
pub fn standard_name(oid: Oid, major: u16) -> Option<&'static str> {
    Some(match oid.0 {
        16 => "boolean",
        20 => "bigint",
        21 => "smallint",
        23 => "integer",
        // A type of the grammar since SQL/JSON constructors came.
        114 if major >= 17 => "json",
        700 => "real",
        701 => "double precision",
        1042 => "character",
        1043 => "character varying",
        1083 => "time without time zone",
        1114 => "timestamp without time zone",
        1184 => "timestamp with time zone",
        1186 => "interval",
        1266 => "time with time zone",
        1560 => "bit",
        1562 => "bit varying",
        1700 => "numeric",
        _ => return None,
    })
}

/// The object as GRANT and REVOKE name it: the keyword, and the name with its schema. Columns need the keyword TABLE,
/// also on a sequence.
///
/// None for what cannot be granted on.
pub fn grant_target(view: &View, target: AclTarget) -> Option<(&'static str, String)> {
    let object = view.object(target.object)?;
    let keyword = match object.kind {
        Kind::Sequence if !target.is_column() => "SEQUENCE",
        kind if kind.class() == Class::Relation => "TABLE",
        Kind::Procedure => "PROCEDURE",
        kind if kind.class() == Class::Routine => "FUNCTION",
        Kind::Schema => "SCHEMA",
        Kind::Database => "DATABASE",
        Kind::Domain => "DOMAIN",
        kind if kind.class() == Class::Type => "TYPE",
        Kind::Language => "LANGUAGE",
        Kind::Tablespace => "TABLESPACE",
        Kind::ForeignDataWrapper => "FOREIGN DATA WRAPPER",
        Kind::ForeignServer => "FOREIGN SERVER",
        Kind::LargeObject => "LARGE OBJECT",
        Kind::Parameter => "PARAMETER",
        _ => return None,
    };
    let name = match object.kind.class() {
        // By its catalog name: a standard spelling would mean the type with that name in pg_catalog too.
        Class::Type => qualified(view, object.schema, &object.name),
        Class::Parameter => {
            object.name.split('.').map(|part| quoted(view, part)).collect::<Vec<_>>().join(".")
        }
        _ => identity(view, object),
    };
    Some((keyword, name))
}

/// The object as ALTER .. OWNER TO names it: the keyword, and the name with its schema.
///
/// None for what follows another object's owner, and for what has none.
pub fn owner_target(view: &View, id: ObjectId) -> Option<(&'static str, String)> {
    let object = view.object(id)?;
    let keyword = match object.kind {
        Kind::Table | Kind::PartitionedTable => "TABLE",
        Kind::View => "VIEW",
        Kind::MaterializedView => "MATERIALIZED VIEW",
        Kind::ForeignTable => "FOREIGN TABLE",
        Kind::Sequence => "SEQUENCE",
        Kind::BaseType | Kind::Enum | Kind::Range | Kind::CompositeType | Kind::Multirange => "TYPE",
        // The relation behind a composite type, which bears its name.
        Kind::CompositeRelation => "TYPE",
        Kind::Operator => "OPERATOR",
        Kind::OperatorClass => "OPERATOR CLASS",
        Kind::OperatorFamily => "OPERATOR FAMILY",
        Kind::Collation => "COLLATION",
        Kind::Conversion => "CONVERSION",
        Kind::Statistics => "STATISTICS",
        Kind::TextSearchConfiguration => "TEXT SEARCH CONFIGURATION",
        Kind::TextSearchDictionary => "TEXT SEARCH DICTIONARY",
        Kind::EventTrigger => "EVENT TRIGGER",
        Kind::Publication => "PUBLICATION",
        Kind::Subscription => "SUBSCRIPTION",
        Kind::ForeignServer => "SERVER",
        Kind::Parameter => return None,
        _ => return grant_target(view, AclTarget::whole(id)),
    };
    let name = match object.kind.class() {
        Class::Type => qualified(view, object.schema, &object.name),
        _ => identity(view, object),
    };
    Some((keyword, name))
}
