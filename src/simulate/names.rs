//! Names to objects, as the server's session would find them (namespace.c).

use super::run::{Run, Stop, error};
use crate::cluster::{AclTarget, Class, Cluster, Kind, ObjectId, Oid, Privileges};
use crate::sql::ast::{Name, Number, SimpleKind};

const PG_CATALOG: &str = "pg_catalog";

/// A dotted name taken apart: at most a catalog, a schema and a name.
pub struct Qualified<'n> {
    pub schema: Option<&'n str>,
    pub name: &'n str,
}

impl Run<'_> {
    /// `DeconstructQualifiedName`: a third part must be the current database.
    pub fn qualified<'n>(&self, name: &'n Name) -> Result<Qualified<'n>, Stop> {
        match name.as_slice() {
            [name] => Ok(Qualified { schema: None, name }),
            [schema, name] => Ok(Qualified { schema: Some(schema), name }),
            [catalog, schema, name] if self.is_current_database(catalog) => {
                Ok(Qualified { schema: Some(schema), name })
            }
            [_, _, _] => {
                error("0A000", format!("cross-database references are not implemented: {}", name.join(".")))
            }
            _ => {
                error("42601", format!("improper qualified name (too many dotted names): {}", name.join(".")))
            }
        }
    }

    fn is_current_database(&self, name: &str) -> bool {
        let base: &Cluster = self.view.base();
        let id = base.objects.by_oid(Class::Database, base.database);
        id.and_then(|id| self.view.object(id)).is_some_and(|d| &*d.name == name)
    }

    /// `LookupExplicitNamespace`: it must exist, and the current user may USE it.
    pub fn schema(&self, name: &str) -> Result<ObjectId, Stop> {
        if name == "pg_temp" {
            // A session that has made no temporary table has no such schema, and the plan's own never does.
            return error("3F000", "schema \"pg_temp\" does not exist");
        }
        let Some(schema) = self.view.objects_named(Class::Schema, Oid(0), name).first() else {
            return error("3F000", format!("schema \"{name}\" does not exist"));
        };
        if self.has_usage(*schema) {
            Ok(*schema)
        } else {
            error("42501", format!("permission denied for schema {name}"))
        }
    }

    /// The schema's OID.
    pub fn schema_oid(&self, schema: ObjectId) -> Oid {
        self.view.object(schema).map_or(Oid(0), |s| s.oid)
    }

    /// `recomputeNamespacePath`: pg_catalog goes first unless it is named; others only with USAGE.
    pub fn search_path(&self) -> Vec<Oid> {
        let mut path: Vec<Oid> = Vec::new();
        for element in &self.session.search_path {
            let name = match element.as_str() {
                "$user" => self.view.role(self.user()).map_or("", |r| &r.name),
                "pg_temp" => continue,
                name => name,
            };
            let Some(schema) = self.view.objects_named(Class::Schema, Oid(0), name).first() else { continue };
            let oid = self.schema_oid(*schema);
            let reachable = self.access.held(self.user(), AclTarget::whole(*schema));
            if !path.contains(&oid) && reachable.privileges.contains(Privileges::USAGE) {
                path.push(oid);
            }
        }
        let catalog = self.view.objects_named(Class::Schema, Oid(0), PG_CATALOG).first();
        let catalog = catalog.map(|c| self.schema_oid(*c)).filter(|c| !path.contains(c));
        path.splice(0..0, catalog);
        path
    }

    /// The schemas to look in: the one that is named, or the search path.
    pub fn schemas_to_search(&self, schema: Option<&str>) -> Result<Vec<Oid>, Stop> {
        match schema {
            Some(name) => Ok(vec![self.schema_oid(self.schema(name)?)]),
            None => Ok(self.search_path()),
        }
    }

    /// `RangeVarGetRelid`.
    pub fn relation(&self, name: &Name) -> Result<ObjectId, Stop> {
        let Qualified { schema, name } = self.qualified_relation(name)?;
        if let Some(id) = self.relation_in(&self.schemas_to_search(schema)?, name) {
            return Ok(id);
        }
        let shown = schema.map_or(name.to_owned(), |s| format!("{s}.{name}"));
        error("42P01", format!("relation \"{shown}\" does not exist"))
    }

    /// The same with IF EXISTS, which takes a missing schema for a missing relation.
    pub fn relation_if_any(&self, name: &Name) -> Result<Option<ObjectId>, Stop> {
        let Qualified { schema, name } = self.qualified_relation(name)?;
        let is_there = |schema: &str| !self.view.objects_named(Class::Schema, Oid(0), schema).is_empty();
        match schema {
            Some(schema) if !is_there(schema) => Ok(None),
            schema => Ok(self.relation_in(&self.schemas_to_search(schema)?, name)),
        }
    }

    fn relation_in(&self, schemas: &[Oid], name: &str) -> Option<ObjectId> {
        schemas.iter().find_map(|s| self.view.objects_named(Class::Relation, *s, name).first().copied())
    }

    /// A RangeVar's parts; its message quotes the name of another database.
    fn qualified_relation<'n>(&self, name: &'n Name) -> Result<Qualified<'n>, Stop> {
        match name.as_slice() {
            [catalog, _, _] if !self.is_current_database(catalog) => error(
                "0A000",
                format!("cross-database references are not implemented: \"{}\"", name.join(".")),
            ),
            _ => self.qualified(name),
        }
    }

    /// `typenameTypeId` of a bare name.
    pub fn type_named(&self, name: &Name) -> Result<ObjectId, Stop> {
        let shown = name.join(".");
        let Qualified { schema, name } = self.qualified(name)?;
        for oid in self.schemas_to_search(schema)? {
            if let Some(id) = self.view.objects_named(Class::Type, oid, name).first() {
                return Ok(*id);
            }
        }
        error("42704", format!("type \"{shown}\" does not exist"))
    }

    /// Databases, schemas and the others whose name has one part.
    pub fn simple(&self, kind: SimpleKind, name: &str) -> Result<ObjectId, Stop> {
        let (class, sqlstate, word) = match kind {
            SimpleKind::Database => (Class::Database, "3D000", "database"),
            SimpleKind::Schema => (Class::Schema, "3F000", "schema"),
            SimpleKind::Language => (Class::Language, "42704", "language"),
            SimpleKind::Tablespace => (Class::Tablespace, "42704", "tablespace"),
            SimpleKind::ForeignDataWrapper => (Class::ForeignDataWrapper, "42704", "foreign-data wrapper"),
            SimpleKind::ForeignServer => (Class::ForeignServer, "42704", "server"),
        };
        match self.view.objects_named(class, Oid(0), name).first() {
            Some(id) => Ok(*id),
            None => error(sqlstate, format!("{word} \"{name}\" does not exist")),
        }
    }

    /// A large object by its number, which `oidparse` reads.
    pub fn large_object(&self, number: &Number) -> Result<ObjectId, Stop> {
        let oid = match number {
            Number::Integer(n) => Oid(*n as u32),
            Number::Float(text) => Oid(parse_oid(text)?),
        };
        match self.view.object_by_oid(Class::LargeObject, oid) {
            Some(id) => Ok(id),
            None => error("42704", format!("large object {oid} does not exist")),
        }
    }

    /// `objectsInSchemaToOids` for relations: these kinds, kind by kind. Within a kind the server's order is that of
    /// the heap, which nobody can know; here it is that of the OIDs.
    pub fn in_schema(&self, schema: ObjectId, kinds: &[Kind]) -> Vec<ObjectId> {
        let oid = self.schema_oid(schema);
        let mut found: Vec<(usize, Oid, ObjectId)> = Vec::new();
        for (id, object) in self.view.base().objects.iter() {
            if object.schema == oid
                && let Some(rank) = kinds.iter().position(|k| *k == object.kind)
            {
                found.push((rank, object.oid, id));
            }
        }
        found.sort();
        found.into_iter().map(|(.., id)| id).collect()
    }
}

/// `oidin`: a 32-bit number, a negative one wrapping as `strtoul` has it.
fn parse_oid(text: &str) -> Result<u32, Stop> {
    if text.contains(['.', 'e', 'E', 'x', 'X', 'o', 'O', 'b', 'B', '_']) {
        return error("22P02", format!("invalid input syntax for type oid: \"{text}\""));
    }
    match text.parse::<i64>() {
        Ok(n) if (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&n) => Ok(n as u32),
        _ => error("22003", format!("value \"{text}\" is out of range for type oid")),
    }
}
