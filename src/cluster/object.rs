//! Objects that have an owner and an ACL.

use super::{Acl, AclKind, ObjectId, Oid, Version};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A name, shared: the same column name stands on thousands of tables.
pub type Name = Arc<str>;

/// The catalog that an object's row is in; with the OID, its identity on the server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "each is the catalog of that name")]
pub enum Class {
    Relation,
    Routine,
    Schema,
    Type,
    Language,
    Database,
    Tablespace,
    ForeignDataWrapper,
    ForeignServer,
    LargeObject,
    Parameter,
    Operator,
    OperatorClass,
    OperatorFamily,
    Collation,
    Conversion,
    Statistics,
    TextSearchConfiguration,
    TextSearchDictionary,
    EventTrigger,
    Publication,
    Subscription,
    Extension,
}

impl Class {
    /// Every catalog, those with ACLs first.
    pub const ALL: &[Class] = &[
        Class::Relation,
        Class::Routine,
        Class::Schema,
        Class::Type,
        Class::Language,
        Class::Database,
        Class::Tablespace,
        Class::ForeignDataWrapper,
        Class::ForeignServer,
        Class::LargeObject,
        Class::Parameter,
        Class::Operator,
        Class::OperatorClass,
        Class::OperatorFamily,
        Class::Collation,
        Class::Conversion,
        Class::Statistics,
        Class::TextSearchConfiguration,
        Class::TextSearchDictionary,
        Class::EventTrigger,
        Class::Publication,
        Class::Subscription,
        Class::Extension,
    ];

    /// Has its catalog a column for an ACL? Else its objects only have owners.
    pub fn has_acl(self) -> bool {
        self <= Class::Parameter
    }

    /// The catalog's name.
    pub fn catalog(self) -> &'static str {
        match self {
            Class::Relation => "pg_class",
            Class::Routine => "pg_proc",
            Class::Schema => "pg_namespace",
            Class::Type => "pg_type",
            Class::Language => "pg_language",
            Class::Database => "pg_database",
            Class::Tablespace => "pg_tablespace",
            Class::ForeignDataWrapper => "pg_foreign_data_wrapper",
            Class::ForeignServer => "pg_foreign_server",
            Class::LargeObject => "pg_largeobject_metadata",
            Class::Parameter => "pg_parameter_acl",
            Class::Operator => "pg_operator",
            Class::OperatorClass => "pg_opclass",
            Class::OperatorFamily => "pg_opfamily",
            Class::Collation => "pg_collation",
            Class::Conversion => "pg_conversion",
            Class::Statistics => "pg_statistic_ext",
            Class::TextSearchConfiguration => "pg_ts_config",
            Class::TextSearchDictionary => "pg_ts_dict",
            Class::EventTrigger => "pg_event_trigger",
            Class::Publication => "pg_publication",
            Class::Subscription => "pg_subscription",
            Class::Extension => "pg_extension",
        }
    }
}

/// What an object is, as finely as any privilege rule tells apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "PostgreSQL's own words")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Table,
    PartitionedTable,
    View,
    MaterializedView,
    ForeignTable,
    Sequence,
    Index,
    PartitionedIndex,
    /// `relkind` `c`: the relation behind a standalone composite type.
    CompositeRelation,
    Toast,
    Function,
    Procedure,
    Aggregate,
    WindowFunction,
    Schema,
    Database,
    BaseType,
    /// A standalone composite type (CREATE TYPE .. AS).
    CompositeType,
    /// The row type of a table, view or other relation.
    RowType,
    Domain,
    Enum,
    Range,
    Multirange,
    /// A true array type (`typelem` with `typsubscript` of arrays): it has no ACL of its own.
    ArrayType,
    PseudoType,
    Language,
    ForeignDataWrapper,
    ForeignServer,
    LargeObject,
    Tablespace,
    Parameter,
    Operator,
    OperatorClass,
    OperatorFamily,
    Collation,
    Conversion,
    Statistics,
    TextSearchConfiguration,
    TextSearchDictionary,
    EventTrigger,
    Publication,
    Subscription,
    Extension,
}

impl Kind {
    /// The catalog it is in.
    pub fn class(self) -> Class {
        use Kind as K;
        match self {
            K::Table
            | K::PartitionedTable
            | K::View
            | K::MaterializedView
            | K::ForeignTable
            | K::Sequence => Class::Relation,
            K::Index | K::PartitionedIndex | K::CompositeRelation | K::Toast => Class::Relation,
            K::Function | K::Procedure | K::Aggregate | K::WindowFunction => Class::Routine,
            K::Schema => Class::Schema,
            K::Database => Class::Database,
            K::BaseType | K::CompositeType | K::RowType | K::Domain | K::Enum | K::Range | K::Multirange => {
                Class::Type
            }
            K::ArrayType | K::PseudoType => Class::Type,
            K::Language => Class::Language,
            K::ForeignDataWrapper => Class::ForeignDataWrapper,
            K::ForeignServer => Class::ForeignServer,
            K::LargeObject => Class::LargeObject,
            K::Tablespace => Class::Tablespace,
            K::Parameter => Class::Parameter,
            K::Operator => Class::Operator,
            K::OperatorClass => Class::OperatorClass,
            K::OperatorFamily => Class::OperatorFamily,
            K::Collation => Class::Collation,
            K::Conversion => Class::Conversion,
            K::Statistics => Class::Statistics,
            K::TextSearchConfiguration => Class::TextSearchConfiguration,
            K::TextSearchDictionary => Class::TextSearchDictionary,
            K::EventTrigger => Class::EventTrigger,
            K::Publication => Class::Publication,
            K::Subscription => Class::Subscription,
            K::Extension => Class::Extension,
        }
    }

    /// Which ACL rules hold for it.
    pub fn acl_kind(self) -> AclKind {
        match self.class() {
            Class::Relation if self == Kind::Sequence => AclKind::Sequence,
            Class::Relation => AclKind::Relation,
            Class::Routine => AclKind::Function,
            Class::Schema => AclKind::Schema,
            Class::Type => AclKind::Type,
            Class::Language => AclKind::Language,
            Class::Database => AclKind::Database,
            Class::Tablespace => AclKind::Tablespace,
            Class::ForeignDataWrapper => AclKind::ForeignDataWrapper,
            Class::ForeignServer => AclKind::ForeignServer,
            Class::LargeObject => AclKind::LargeObject,
            Class::Parameter => AclKind::Parameter,
            Class::Operator | Class::OperatorClass | Class::OperatorFamily => AclKind::None,
            Class::Collation | Class::Conversion | Class::Statistics => AclKind::None,
            Class::TextSearchConfiguration | Class::TextSearchDictionary => AclKind::None,
            Class::EventTrigger | Class::Publication | Class::Subscription => AclKind::None,
            Class::Extension => AclKind::None,
        }
    }

    /// `type` as `pg_identify_object()` gives it; `parameter` for a parameter.
    pub fn type_name(self) -> &'static str {
        use Kind as K;
        match self {
            K::Table | K::PartitionedTable => "table",
            K::View => "view",
            K::MaterializedView => "materialized view",
            K::ForeignTable => "foreign table",
            K::Sequence => "sequence",
            K::Index | K::PartitionedIndex => "index",
            K::CompositeRelation => "composite type",
            K::Toast => "toast table",
            K::Function | K::WindowFunction => "function",
            K::Procedure => "procedure",
            K::Aggregate => "aggregate",
            K::Schema => "schema",
            K::Database => "database",
            K::BaseType | K::CompositeType | K::RowType | K::Domain | K::Enum => "type",
            K::Range | K::Multirange | K::ArrayType | K::PseudoType => "type",
            K::Language => "language",
            K::ForeignDataWrapper => "foreign-data wrapper",
            K::ForeignServer => "server",
            K::LargeObject => "large object",
            K::Tablespace => "tablespace",
            K::Parameter => "parameter",
            K::Operator => "operator",
            K::OperatorClass => "operator class",
            K::OperatorFamily => "operator family",
            K::Collation => "collation",
            K::Conversion => "conversion",
            K::Statistics => "statistics object",
            K::TextSearchConfiguration => "text search configuration",
            K::TextSearchDictionary => "text search dictionary",
            K::EventTrigger => "event trigger",
            K::Publication => "publication",
            K::Subscription => "subscription",
            K::Extension => "extension",
        }
    }

    /// One row for all databases of a cluster.
    pub fn is_shared(self) -> bool {
        matches!(self.class(), Class::Database | Class::Tablespace | Class::Parameter | Class::Subscription)
    }

    /// Relations that hold rows or values and can be granted on by kind TABLE or SEQUENCE.
    pub fn is_grantable_relation(self) -> bool {
        self.class() == Class::Relation
            && !matches!(self, Kind::Index | Kind::PartitionedIndex | Kind::CompositeRelation)
    }

    /// Relations whose columns can be granted on.
    pub fn has_columns(self) -> bool {
        use Kind as K;
        matches!(self, K::Table | K::PartitionedTable | K::View | K::MaterializedView | K::ForeignTable)
    }
}

/// What only some kinds have.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Nothing more.
    #[default]
    None,
    /// A relation.
    Relation {
        /// `relrowsecurity`.
        row_security: bool,
        /// `relforcerowsecurity`.
        force_row_security: bool,
        /// `relispartition`.
        is_partition: bool,
        /// `security_invoker` of a view (15+).
        security_invoker: bool,
        /// The table whose column owns this sequence (serial or identity), else 0.
        owned_by: Oid,
        /// The table that this index or TOAST table belongs to, else 0.
        part_of: Oid,
    },
    /// A routine.
    Routine {
        /// `proargtypes`: the input arguments, which make the signature.
        arguments: Box<[Oid]>,
        /// With the OUT arguments (`proallargtypes`), for procedures that have some: since 14 a procedure can be
        /// named by these too.
        all_arguments: Option<Box<[Oid]>>,
        /// `prosecdef`.
        security_definer: bool,
        /// `provariadic` is set.
        variadic: bool,
        /// `prorettype`: trigger functions cannot be called.
        returns: Oid,
        /// Has it an SQL-standard body (14+), of which is recorded what it names?
        sql_body: bool,
    },
    /// A type.
    Type {
        /// The element of an array, the range of a multirange, the relation of a composite or row type; else 0.
        of: Oid,
    },
    /// A language; only trusted ones can be granted.
    Language {
        /// `lanpltrusted`.
        trusted: bool,
    },
    /// An operator.
    Operator {
        /// The type of the left operand; 0 of a prefix operator.
        left: Oid,
        /// The type of the right operand; 0 of a postfix operator (13).
        right: Oid,
    },
    /// An operator class or family.
    Access {
        /// The index access method.
        method: Name,
    },
    /// A collation; several may have one name, each for an encoding.
    Collation {
        /// `collencoding`; -1 is any.
        encoding: i32,
    },
    /// A foreign server.
    Server {
        /// Its foreign-data wrapper.
        wrapper: Oid,
    },
    /// A publication.
    Publication {
        /// FOR ALL TABLES.
        all_tables: bool,
        /// FOR TABLES IN SCHEMA (15+).
        schemas: bool,
    },
    /// A subscription.
    Subscription {
        /// Its database: the catalog is shared, the names are not.
        database: Oid,
        /// `subpasswordrequired` (16+).
        password_required: bool,
    },
    /// A database.
    Database {
        /// `datallowconn`.
        allow_connections: bool,
        /// `datistemplate`.
        is_template: bool,
    },
}

/// An object: a row of one of the catalogs of [`Class`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// Its OID within its catalog; 0 for a parameter without a row.
    pub oid: Oid,
    /// What it is.
    pub kind: Kind,
    /// The schema's OID, 0 where it has none.
    pub schema: Oid,
    /// Its name; a large object's is its OID.
    pub name: Name,
    /// Who owns it.
    pub owner: Oid,
    /// Its ACL as stored: none is NULL, which means the default.
    pub acl: Option<Acl>,
    /// What only its kind has.
    pub detail: Detail,
}

/// A column of a relation. System columns are here only while they have an ACL.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its relation.
    pub relation: ObjectId,
    /// `attnum`.
    pub attnum: i16,
    /// `attname`.
    pub name: Name,
    /// `attacl`; none is NULL, which for a column means nothing.
    pub acl: Option<Acl>,
}

/// System columns by `attnum`: every table has them, views have none.
pub const SYSTEM_COLUMNS: &[(i16, &str)] =
    &[(-6, "tableoid"), (-5, "cmax"), (-4, "xmax"), (-3, "cmin"), (-2, "xmin"), (-1, "ctid")];

/// The columns of every sequence.
pub const SEQUENCE_COLUMNS: &[(i16, &str)] = &[(1, "last_value"), (2, "log_cnt"), (3, "is_called")];

/// All objects, found by OID and by name.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    rows: Vec<Object>,
    by_oid: FxHashMap<(Class, Oid), ObjectId>,
    /// (name space, schema, name) to the objects of that name, several only for overloaded routines.
    by_name: FxHashMap<(Class, Oid, Name), Vec<ObjectId>>,
    /// Sorted by (relation, attnum).
    columns: Vec<Column>,
    /// What has no owner of its own, by what it follows.
    followers: FxHashMap<ObjectId, Vec<ObjectId>>,
    /// The sequences that belong to a table, by its OID.
    sequences: FxHashMap<Oid, Vec<ObjectId>>,
}

impl Objects {
    /// From the loaded rows; columns in any order.
    pub fn new(rows: Vec<Object>, mut columns: Vec<Column>) -> Self {
        let mut objects = Objects::default();
        columns.sort_by_key(|c| (c.relation, c.attnum));
        objects.columns = columns;
        objects.rows.reserve(rows.len());
        for row in rows {
            objects.push(row);
        }
        objects.followers = objects.found_followers();
        objects.sequences = objects.found_sequences();
        objects
    }

    fn found_sequences(&self) -> FxHashMap<Oid, Vec<ObjectId>> {
        let mut sequences: FxHashMap<Oid, Vec<ObjectId>> = FxHashMap::default();
        for (id, object) in self.iter() {
            if let Detail::Relation { owned_by, .. } = object.detail
                && owned_by != Oid(0)
            {
                sequences.entry(owned_by).or_default().push(id);
            }
        }
        sequences
    }

    /// The sequences that belong to columns of this table: serial and identity.
    pub fn sequences_of(&self, table: Oid) -> &[ObjectId] {
        self.sequences.get(&table).map_or(&[], Vec::as_slice)
    }

    fn found_followers(&self) -> FxHashMap<ObjectId, Vec<ObjectId>> {
        let mut followers: FxHashMap<ObjectId, Vec<ObjectId>> = FxHashMap::default();
        for (id, object) in self.iter() {
            let leader = match (object.kind, &object.detail) {
                (_, Detail::Relation { part_of, .. }) => (Class::Relation, *part_of),
                (Kind::RowType | Kind::CompositeType, Detail::Type { of }) => (Class::Relation, *of),
                (Kind::ArrayType | Kind::Multirange, Detail::Type { of }) => (Class::Type, *of),
                _ => continue,
            };
            let Some(leader) = self.by_oid(leader.0, leader.1) else { continue };
            match object.kind {
                // A standalone composite type is the object; the relation behind it is its own affair.
                Kind::CompositeType => followers.entry(id).or_default().push(leader),
                _ => followers.entry(leader).or_default().push(id),
            }
        }
        followers
    }

    /// What has the owner of this object, always: indexes and TOAST tables of a table, row and array types, the
    /// relation behind a standalone composite type, and what follows those.
    ///
    /// A multirange follows its range since 17 (`AlterTypeOwnerInternal`); before, it is an object of its own.
    pub fn followers_of(&self, id: ObjectId, version: Version) -> Vec<ObjectId> {
        let follows = |id: &ObjectId| {
            version.major() >= 17 || self.get(*id).is_some_and(|object| object.kind != Kind::Multirange)
        };
        let of = |id: ObjectId| self.followers.get(&id).into_iter().flatten().copied().filter(follows);
        let mut found: Vec<ObjectId> = of(id).collect();
        let mut at = 0;
        while let Some(next) = found.get(at).copied() {
            found.extend(of(next));
            at += 1;
        }
        found
    }

    /// Adds an object.
    pub fn push(&mut self, object: Object) -> ObjectId {
        let id = ObjectId(self.rows.len() as u32);
        let class = object.kind.class();
        if object.oid != Oid::PUBLIC {
            self.by_oid.insert((class, object.oid), id);
        }
        self.by_name.entry((class, object.schema, object.name.clone())).or_default().push(id);
        self.rows.push(object);
        id
    }

    /// The object; none for an id of another snapshot.
    pub fn get(&self, id: ObjectId) -> Option<&Object> {
        self.rows.get(id.0 as usize)
    }
    /// By catalog and OID.
    pub fn by_oid(&self, class: Class, oid: Oid) -> Option<ObjectId> {
        self.by_oid.get(&(class, oid)).copied()
    }
    /// By catalog, schema (0 where there is none) and name. Several only for routines.
    pub fn by_name(&self, class: Class, schema: Oid, name: &str) -> &[ObjectId] {
        self.by_name.get(&(class, schema, Name::from(name))).map_or(&[], Vec::as_slice)
    }
    /// All with their ids, in the order of loading.
    pub fn iter(&self) -> impl Iterator<Item = (ObjectId, &Object)> {
        self.rows.iter().enumerate().map(|(i, o)| (ObjectId(i as u32), o))
    }
    /// How many.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
    /// None at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
    /// The live columns of a relation, by `attnum`; system columns only where they have an ACL.
    pub fn columns_of(&self, relation: ObjectId) -> &[Column] {
        let start = self.columns.partition_point(|c| c.relation < relation);
        let end = self.columns.partition_point(|c| c.relation <= relation);
        self.columns.get(start..end).unwrap_or(&[])
    }
    /// All columns, by (relation, attnum).
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }
}
