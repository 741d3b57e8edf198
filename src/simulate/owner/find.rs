//! Which object ALTER .. OWNER TO means (`get_object_address` of objectaddress.c, namespace.c).

use crate::cluster::{Class, Detail, ObjectId, Oid};
use crate::simulate::dependencies::Describer;
use crate::simulate::names::Qualified;
use crate::simulate::run::{Run, Stop, error};
use crate::sql::ast::{Name, OwnedNamedKind, OwnedObject, OwnedSimpleKind, SimpleKind};
use crate::sql::types::{OperatorSignature, TypeName};

impl Run<'_> {
    /// The object; relations as ALTER TABLE finds them.
    pub fn owned(&self, object: &OwnedObject) -> Result<ObjectId, Stop> {
        match object {
            OwnedObject::Relation { name, .. } => self.relation(name),
            OwnedObject::Named(OwnedNamedKind::Domain | OwnedNamedKind::Type, name) => self.type_named(name),
            OwnedObject::Named(OwnedNamedKind::Collation, name) => self.collation(name),
            OwnedObject::Named(kind, name) => self.in_path(*kind, name),
            OwnedObject::Simple(kind, name) => self.unqualified(*kind, name),
            OwnedObject::Routine(kind, routine) => self.routine(*kind, routine),
            OwnedObject::Aggregate(routine) => self.aggregate(routine),
            OwnedObject::LargeObject(number) => self.large_object(number),
            OwnedObject::Operator(operator) => self.operator(operator),
            OwnedObject::OperatorClass { name, method } => {
                self.access_object(Class::OperatorClass, name, method)
            }
            OwnedObject::OperatorFamily { name, method } => {
                self.access_object(Class::OperatorFamily, name, method)
            }
        }
    }

    fn unqualified(&self, kind: OwnedSimpleKind, name: &str) -> Result<ObjectId, Stop> {
        let (class, noun) = match kind {
            OwnedSimpleKind::Database => return self.simple(SimpleKind::Database, name),
            OwnedSimpleKind::Schema => return self.simple(SimpleKind::Schema, name),
            OwnedSimpleKind::Language => return self.simple(SimpleKind::Language, name),
            OwnedSimpleKind::Tablespace => return self.simple(SimpleKind::Tablespace, name),
            OwnedSimpleKind::ForeignDataWrapper => return self.simple(SimpleKind::ForeignDataWrapper, name),
            OwnedSimpleKind::Server => return self.simple(SimpleKind::ForeignServer, name),
            OwnedSimpleKind::EventTrigger => (Class::EventTrigger, "event trigger"),
            OwnedSimpleKind::Publication => (Class::Publication, "publication"),
            OwnedSimpleKind::Subscription => (Class::Subscription, "subscription"),
        };
        let current = self.view.base().database;
        let is_here = |id: &&ObjectId| match self.view.object(**id).map(|object| &object.detail) {
            Some(Detail::Subscription { database, .. }) => *database == current,
            _ => true,
        };
        match self.view.objects_named(class, Oid(0), name).iter().find(is_here) {
            Some(id) => Ok(*id),
            None => error("42704", format!("{noun} \"{name}\" does not exist")),
        }
    }

    /// The first of that name along the path.
    fn in_path(&self, kind: OwnedNamedKind, written: &Name) -> Result<ObjectId, Stop> {
        let (class, noun) = match kind {
            OwnedNamedKind::Conversion => (Class::Conversion, "conversion"),
            OwnedNamedKind::Statistics => (Class::Statistics, "statistics object"),
            OwnedNamedKind::TextSearchConfiguration => {
                (Class::TextSearchConfiguration, "text search configuration")
            }
            OwnedNamedKind::TextSearchDictionary => (Class::TextSearchDictionary, "text search dictionary"),
            OwnedNamedKind::Collation => (Class::Collation, "collation"),
            OwnedNamedKind::Domain | OwnedNamedKind::Type => (Class::Type, "type"),
        };
        let Qualified { schema, name } = self.qualified(written)?;
        let schemas = self.schemas_to_search(schema)?;
        let mut found = schemas.iter().flat_map(|s| self.view.objects_named(class, *s, name));
        match found.next() {
            Some(id) => Ok(*id),
            None => error("42704", format!("{noun} \"{}\" does not exist", written.join("."))),
        }
    }

    /// `get_collation_oid`: in each schema the one for the database's encoding goes before the one for any.
    fn collation(&self, written: &Name) -> Result<ObjectId, Stop> {
        let Qualified { schema, name } = self.qualified(written)?;
        let encoding = &self.view.base().encoding;
        let of = |id: &ObjectId, wanted: i32| {
            self.view.object(*id).is_some_and(|o| o.detail == Detail::Collation { encoding: wanted })
        };
        for schema in self.schemas_to_search(schema)? {
            let here = self.view.objects_named(Class::Collation, schema, name);
            let found = [encoding.number, -1].iter().find_map(|e| here.iter().find(|id| of(id, *e)));
            if let Some(id) = found {
                return Ok(*id);
            }
        }
        let message =
            format!("collation \"{}\" for encoding \"{}\" does not exist", written.join("."), encoding.name);
        error("42704", message)
    }

    /// `get_object_address_opcf`: the access method first.
    fn access_object(&self, class: Class, written: &Name, method: &str) -> Result<ObjectId, Stop> {
        match self.view.base().access_methods.get(method) {
            None => return error("42704", format!("access method \"{method}\" does not exist")),
            Some('i') => {}
            Some(_) => return error("55000", format!("access method \"{method}\" is not of type INDEX")),
        }
        let Qualified { schema, name } = self.qualified(written)?;
        let schemas = self.schemas_to_search(schema)?;
        let fits = |id: &&ObjectId| {
            let detail = self.view.object(**id).map(|object| &object.detail);
            matches!(detail, Some(Detail::Access { method: of }) if **of == *method)
        };
        let mut found = schemas.iter().flat_map(|s| self.view.objects_named(class, *s, name)).filter(fits);
        let noun = if class == Class::OperatorClass { "operator class" } else { "operator family" };
        match found.next() {
            Some(id) => Ok(*id),
            None => {
                let name = written.join(".");
                error("42704", format!("{noun} \"{name}\" does not exist for access method \"{method}\""))
            }
        }
    }

    /// `LookupOperWithArgs`. A schema that is not there is no error of its own.
    fn operator(&self, operator: &OperatorSignature) -> Result<ObjectId, Stop> {
        let operand = |written: &Option<TypeName>| match written {
            Some(written) => self.type_oid(written),
            None => Ok(Oid(0)),
        };
        let (left, right) = (operand(&operator.left)?, operand(&operator.right)?);
        let written: Name = operator.schema.iter().chain([&operator.symbol]).cloned().collect();
        let Qualified { schema, name } = self.qualified(&written)?;
        let schemas = match schema {
            Some(schema) if self.view.objects_named(Class::Schema, Oid(0), schema).is_empty() => Vec::new(),
            schema => self.schemas_to_search(schema)?,
        };
        let fits = |id: &&ObjectId| {
            self.view.object(**id).is_some_and(|o| o.detail == Detail::Operator { left, right })
        };
        let mut found =
            schemas.iter().flat_map(|s| self.view.objects_named(Class::Operator, *s, name)).filter(fits);
        match found.next() {
            Some(id) => Ok(*id),
            None if right == Oid(0) && self.switches.no_postfix_operators => {
                error("42601", "postfix operators are not supported")
            }
            None => {
                let shown = |oid: Oid, at: &str| match oid {
                    Oid(0) => String::new(),
                    oid if at == "left" => format!("{} ", self.shown_type(oid)),
                    oid => format!(" {}", self.shown_type(oid)),
                };
                let (left, right) = (shown(left, "left"), shown(right, "right"));
                error("42883", format!("operator does not exist: {left}{}{right}", written.join(".")))
            }
        }
    }

    /// `format_type_be`: qualified where the path does not lead to it.
    pub fn shown_type(&self, oid: Oid) -> String {
        Describer { view: self.view, path: self.search_path() }.type_named(oid)
    }

    /// The name of a schema by OID.
    pub(super) fn schema_name(&self, oid: Oid) -> &str {
        let id = self.view.object_by_oid(Class::Schema, oid);
        id.and_then(|id| self.view.object(id)).map_or("", |schema| &*schema.name)
    }
}
