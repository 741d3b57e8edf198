//! ALTER .. OWNER TO.

use super::{Name, Number, RoleSpec, RoutineKind};
use crate::sql::types::{OperatorSignature, Routine};

/// ALTER .. OWNER TO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlterOwner {
    /// The object.
    pub object: OwnedObject,
    /// Its new owner.
    pub owner: RoleSpec,
}

/// An object that has an owner, by the name that ALTER .. OWNER TO takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnedObject {
    /// A relation: ALTER TABLE, VIEW, SEQUENCE, ..
    Relation {
        /// Which keyword.
        kind: RelationKind,
        /// IF EXISTS.
        if_exists: bool,
        /// ONLY (TABLE and FOREIGN TABLE).
        only: bool,
        /// Its name.
        name: Name,
    },
    /// An object with a dotted name.
    Named(OwnedNamedKind, Name),
    /// An object with a name of one part.
    Simple(OwnedSimpleKind, String),
    /// FUNCTION, PROCEDURE or ROUTINE.
    Routine(RoutineKind, Routine),
    /// AGGREGATE.
    Aggregate(Routine),
    /// OPERATOR.
    Operator(OperatorSignature),
    /// OPERATOR CLASS .. USING.
    OperatorClass {
        /// Its name.
        name: Name,
        /// The index access method.
        method: String,
    },
    /// OPERATOR FAMILY .. USING.
    OperatorFamily {
        /// Its name.
        name: Name,
        /// The index access method.
        method: String,
    },
    /// LARGE OBJECT.
    LargeObject(Number),
}

/// The keyword of an ALTER of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RelationKind {
    /// TABLE.
    Table,
    /// INDEX.
    Index,
    /// SEQUENCE.
    Sequence,
    /// VIEW.
    View,
    /// MATERIALIZED VIEW.
    MaterializedView,
    /// FOREIGN TABLE.
    ForeignTable,
}

/// Owned objects with a dotted name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnedNamedKind {
    /// COLLATION.
    Collation,
    /// CONVERSION.
    Conversion,
    /// DOMAIN.
    Domain,
    /// TYPE.
    Type,
    /// STATISTICS.
    Statistics,
    /// TEXT SEARCH CONFIGURATION.
    TextSearchConfiguration,
    /// TEXT SEARCH DICTIONARY.
    TextSearchDictionary,
}

/// Owned objects with a name of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnedSimpleKind {
    /// DATABASE.
    Database,
    /// EVENT TRIGGER.
    EventTrigger,
    /// FOREIGN DATA WRAPPER.
    ForeignDataWrapper,
    /// LANGUAGE.
    Language,
    /// PUBLICATION.
    Publication,
    /// SCHEMA.
    Schema,
    /// SERVER.
    Server,
    /// SUBSCRIPTION.
    Subscription,
    /// TABLESPACE.
    Tablespace,
}
