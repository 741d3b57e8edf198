//! The kinds under which objects are listed.

use crate::cluster::Kind;

/// A list of objects of one kind, as the tree and the pane name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
pub enum Group {
    Tables,
    Views,
    MaterializedViews,
    ForeignTables,
    Sequences,
    Functions,
    Procedures,
    Aggregates,
    Types,
    Domains,
    Schemas,
    Databases,
    Tablespaces,
    Languages,
    ForeignDataWrappers,
    ForeignServers,
    LargeObjects,
    Parameters,
}

impl Group {
    /// Those outside any schema, in the order in which they are shown.
    pub const GLOBAL: &[Group] = &[
        Group::Databases,
        Group::Tablespaces,
        Group::Languages,
        Group::ForeignDataWrappers,
        Group::ForeignServers,
        Group::LargeObjects,
        Group::Parameters,
    ];

    /// Where a kind is listed; none for what follows another object's privileges, or knows none.
    pub fn of(kind: Kind) -> Option<Group> {
        use Kind as K;
        Some(match kind {
            K::Table | K::PartitionedTable => Group::Tables,
            K::View => Group::Views,
            K::MaterializedView => Group::MaterializedViews,
            K::ForeignTable => Group::ForeignTables,
            K::Sequence => Group::Sequences,
            K::Function | K::WindowFunction => Group::Functions,
            K::Procedure => Group::Procedures,
            K::Aggregate => Group::Aggregates,
            K::Domain => Group::Domains,
            K::BaseType | K::CompositeType | K::Enum | K::Range | K::Multirange | K::PseudoType => {
                Group::Types
            }
            K::Schema => Group::Schemas,
            K::Database => Group::Databases,
            K::Tablespace => Group::Tablespaces,
            K::Language => Group::Languages,
            K::ForeignDataWrapper => Group::ForeignDataWrappers,
            K::ForeignServer => Group::ForeignServers,
            K::LargeObject => Group::LargeObjects,
            K::Parameter => Group::Parameters,
            K::Index | K::PartitionedIndex | K::CompositeRelation | K::Toast | K::RowType | K::ArrayType => {
                return None;
            }
            // These have owners and no privileges.
            K::Operator | K::OperatorClass | K::OperatorFamily | K::Collation | K::Conversion => return None,
            K::Statistics | K::TextSearchConfiguration | K::TextSearchDictionary => return None,
            K::EventTrigger | K::Publication | K::Subscription | K::Extension => return None,
        })
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Tables => "tables",
            Group::Views => "views",
            Group::MaterializedViews => "materialized views",
            Group::ForeignTables => "foreign tables",
            Group::Sequences => "sequences",
            Group::Functions => "functions",
            Group::Procedures => "procedures",
            Group::Aggregates => "aggregates",
            Group::Types => "types",
            Group::Domains => "domains",
            Group::Schemas => "schemas",
            Group::Databases => "databases",
            Group::Tablespaces => "tablespaces",
            Group::Languages => "languages",
            Group::ForeignDataWrappers => "foreign-data wrappers",
            Group::ForeignServers => "foreign servers",
            Group::LargeObjects => "large objects",
            Group::Parameters => "parameters",
        }
    }
}
