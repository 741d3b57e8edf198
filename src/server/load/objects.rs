//! Rows of the object catalogs as [`Object`]s.

use super::LoadError;
use super::acls::{Acls, exploded};
use super::fields::Fields;
use super::names::Names;
use super::pipeline::{Batch, Rows};
use crate::cluster::{Acl, Class, Detail, Kind, Object, Oid};
use rustc_hash::FxHashMap;

/// What rows of more than one catalog make an object of.
#[derive(Default)]
pub(super) struct Context {
    pub(super) acls: Acls,
    pub(super) names: Names,
    /// The tables that sequences belong to.
    sequence_owners: FxHashMap<Oid, Oid>,
    /// How many columns the relations read so far have, dropped ones among them.
    pub(super) columns: u64,
}

impl Context {
    /// Reads acls.sql and sequence_owners.sql, the next two of the batch.
    pub(super) async fn new(batch: &mut Batch<'_>) -> Result<Context, LoadError> {
        let acls = Acls::read(batch.next().await?).await?;
        let owners = batch.collect(|row| Ok((row.oid(0)?, row.oid(1)?))).await?;
        Ok(Context { acls, sequence_owners: owners.into_iter().collect(), ..Context::default() })
    }

    /// Reads the objects of a class, telling after some how many. Kinds of a newer server that are not known here
    /// are left out: nothing here can name or grant on them.
    pub(super) async fn read(
        &mut self,
        class: Class,
        mut rows: Rows<'_>,
        objects: &mut Vec<Object>,
        mut progress: impl FnMut(usize),
    ) -> Result<(), LoadError> {
        while let Some(row) = rows.next().await? {
            let object = self.object(class, &Fields::new(rows.reading, &row))?;
            objects.extend(object);
            if objects.len().is_multiple_of(super::EVERY) {
                progress(objects.len());
            }
        }
        Ok(())
    }

    fn object(&mut self, class: Class, row: &Fields<'_>) -> Result<Option<Object>, LoadError> {
        match class {
            Class::Relation => self.relation(row),
            Class::Routine => self.routine(row),
            Class::Type => self.data_type(row),
            Class::Schema => self.shared_acl(row, Kind::Schema, Detail::None),
            Class::LargeObject => self.large_object(row),
            Class::Tablespace => self.own_acl(row, Kind::Tablespace, 4, Detail::None),
            Class::Parameter => self.own_acl(row, Kind::Parameter, 4, Detail::None),
            Class::ForeignDataWrapper => self.own_acl(row, Kind::ForeignDataWrapper, 4, Detail::None),
            Class::ForeignServer => {
                self.own_acl(row, Kind::ForeignServer, 5, Detail::Server { wrapper: row.oid(4)? })
            }
            Class::Language => {
                self.own_acl(row, Kind::Language, 5, Detail::Language { trusted: row.get(4)? })
            }
            Class::Database => {
                let detail = Detail::Database { allow_connections: row.get(4)?, is_template: row.get(5)? };
                self.own_acl(row, Kind::Database, 6, detail)
            }
            Class::Operator => {
                self.owned(row, Kind::Operator, Detail::Operator { left: row.oid(4)?, right: row.oid(5)? })
            }
            Class::OperatorClass => self.access_object(row, Kind::OperatorClass),
            Class::OperatorFamily => self.access_object(row, Kind::OperatorFamily),
            Class::Collation => self.owned(row, Kind::Collation, Detail::Collation { encoding: row.get(4)? }),
            Class::Conversion => self.owned(row, Kind::Conversion, Detail::None),
            Class::Statistics => self.owned(row, Kind::Statistics, Detail::None),
            Class::TextSearchConfiguration => self.owned(row, Kind::TextSearchConfiguration, Detail::None),
            Class::TextSearchDictionary => self.owned(row, Kind::TextSearchDictionary, Detail::None),
            Class::EventTrigger => self.owned(row, Kind::EventTrigger, Detail::None),
            Class::Publication => {
                let detail = Detail::Publication { all_tables: row.get(4)?, schemas: row.get(5)? };
                self.owned(row, Kind::Publication, detail)
            }
            Class::Subscription => {
                let detail = Detail::Subscription { database: row.oid(4)?, password_required: row.get(5)? };
                self.owned(row, Kind::Subscription, detail)
            }
            Class::Extension => self.owned(row, Kind::Extension, Detail::None),
        }
    }

    /// A row that begins with OID, name, schema and owner, of a catalog without ACLs.
    fn owned(&mut self, row: &Fields<'_>, kind: Kind, detail: Detail) -> Result<Option<Object>, LoadError> {
        self.finish(row, kind, None, detail)
    }

    fn access_object(&mut self, row: &Fields<'_>, kind: Kind) -> Result<Option<Object>, LoadError> {
        let method = self.names.shared(&row.text(4)?);
        self.owned(row, kind, Detail::Access { method })
    }

    fn relation(&mut self, row: &Fields<'_>) -> Result<Option<Object>, LoadError> {
        let Some(kind) = relation_kind(row.letter(4)?) else { return Ok(None) };
        if kind.has_columns() {
            self.columns += u64::try_from(row.get::<i16>(5)?).unwrap_or(0);
        }
        let detail = Detail::Relation {
            row_security: row.get(6)?,
            force_row_security: row.get(7)?,
            is_partition: row.get(8)?,
            security_invoker: row.get(9)?,
            owned_by: self.sequence_owners.get(&row.oid(0)?).copied().unwrap_or_default(),
            part_of: row.get::<Option<u32>>(10)?.map(Oid).unwrap_or_default(),
        };
        self.shared_acl(row, kind, detail)
    }

    fn routine(&mut self, row: &Fields<'_>) -> Result<Option<Object>, LoadError> {
        let kind = match row.letter(4)? {
            'f' => Kind::Function,
            'p' => Kind::Procedure,
            'a' => Kind::Aggregate,
            'w' => Kind::WindowFunction,
            _ => return Ok(None),
        };
        let detail = Detail::Routine {
            arguments: row.oids(7)?.into_boxed_slice(),
            all_arguments: row.get::<Option<Vec<u32>>>(8)?.map(|all| all.into_iter().map(Oid).collect()),
            security_definer: row.get(5)?,
            variadic: row.get(6)?,
            returns: row.oid(9)?,
            sql_body: row.get(10)?,
        };
        self.shared_acl(row, kind, detail)
    }

    fn data_type(&mut self, row: &Fields<'_>) -> Result<Option<Object>, LoadError> {
        let kind = match row.letter(4)? {
            'a' => Kind::ArrayType,
            'b' => Kind::BaseType,
            'c' => Kind::CompositeType,
            'd' => Kind::Domain,
            'e' => Kind::Enum,
            'm' => Kind::Multirange,
            'p' => Kind::PseudoType,
            'r' => Kind::Range,
            'w' => Kind::RowType,
            _ => return Ok(None),
        };
        self.shared_acl(row, kind, Detail::Type { of: row.oid(5)? })
    }

    fn large_object(&mut self, row: &Fields<'_>) -> Result<Option<Object>, LoadError> {
        let oid = row.oid(0)?;
        Ok(Some(Object {
            oid,
            kind: Kind::LargeObject,
            schema: Oid(0),
            name: oid.to_string().into(),
            owner: row.oid(1)?,
            acl: self.acls.of(Class::LargeObject, oid),
            detail: Detail::None,
        }))
    }

    /// A row that begins with OID, name, schema and owner, and whose ACL acls.sql gave.
    fn shared_acl(
        &mut self,
        row: &Fields<'_>,
        kind: Kind,
        detail: Detail,
    ) -> Result<Option<Object>, LoadError> {
        let acl = self.acls.of(kind.class(), row.oid(0)?);
        self.finish(row, kind, acl, detail)
    }

    /// A row that begins with OID, name, schema and owner, and holds its ACL from column `acl` on.
    fn own_acl(
        &mut self,
        row: &Fields<'_>,
        kind: Kind,
        acl: usize,
        detail: Detail,
    ) -> Result<Option<Object>, LoadError> {
        let acl = exploded(row, acl)?.map(Acl::from);
        self.finish(row, kind, acl, detail)
    }

    fn finish(
        &mut self,
        row: &Fields<'_>,
        kind: Kind,
        acl: Option<Acl>,
        detail: Detail,
    ) -> Result<Option<Object>, LoadError> {
        let name = self.names.shared(&row.text(1)?);
        Ok(Some(Object {
            oid: row.oid(0)?,
            kind,
            schema: row.oid(2)?,
            name,
            owner: row.oid(3)?,
            acl,
            detail,
        }))
    }
}

fn relation_kind(relkind: char) -> Option<Kind> {
    Some(match relkind {
        'r' => Kind::Table,
        'p' => Kind::PartitionedTable,
        'v' => Kind::View,
        'm' => Kind::MaterializedView,
        'f' => Kind::ForeignTable,
        'S' => Kind::Sequence,
        'i' => Kind::Index,
        'I' => Kind::PartitionedIndex,
        'c' => Kind::CompositeRelation,
        't' => Kind::Toast,
        _ => return None,
    })
}
