//! Objects in words (`getObjectDescription` of objectaddress.c).

use super::visible::is_visible;
use super::{Dependent, What};
use crate::cluster::{AclTarget, Class, DefaultAclKey, Detail, Kind, Object, ObjectId, Oid, View};
use crate::sql::identity;

/// Describes objects as a session with this search path sees them: names that it would not find are qualified.
pub struct Describer<'v> {
    pub view: &'v View,
    /// As [`search_path`](crate::simulate::run::Run::search_path) gives it.
    pub path: Vec<Oid>,
}

impl Describer<'_> {
    /// The line for one dependency (`storeObjectDescription`).
    pub fn dependency(&self, role: Oid, dependent: &Dependent) -> String {
        let relation = match dependent.kind {
            'o' => "owner of",
            'a' => "privileges for",
            'r' => "target of",
            'i' => "initial privileges for",
            _ => "something else of",
        };
        format!("{relation} {}", self.what(role, dependent))
    }

    /// What depends on the role.
    pub fn what(&self, role: Oid, dependent: &Dependent) -> String {
        match &dependent.what {
            What::Object(target) => self.target(*target),
            What::DefaultAcl(key) => self.default_acl(*key),
            What::Policy(relation, name) => {
                format!("policy {name} on {}", self.target(AclTarget::whole(*relation)))
            }
            What::Membership(row) => {
                let [member, group] = [row.member, row.role].map(|oid| self.view.role_name(oid));
                format!("membership of role {member} in role {group}")
            }
            What::UserMapping(server) => {
                format!("user mapping for {} on server {server}", self.view.role_name(role))
            }
            What::Unknown => format!("object {} of catalog {}", dependent.oid, dependent.catalog),
        }
    }

    /// An object or a column.
    pub fn target(&self, target: AclTarget) -> String {
        let Some(object) = self.view.object(target.object) else { return String::new() };
        match target.is_column().then(|| self.view.column_name(target)).flatten() {
            Some(column) => format!("column {column} of {}", self.object(object)),
            None => self.object(object),
        }
    }

    fn object(&self, object: &Object) -> String {
        let name = &object.name;
        let named = self.name(object);
        match object.kind.class() {
            Class::Relation => format!("{} {named}", object.kind.type_name()),
            Class::Routine => format!("function {named}({})", self.arguments(object)),
            Class::Type => format!("type {}", self.type_of(object)),
            Class::Operator => format!("operator {}", self.operator(object)),
            Class::OperatorClass | Class::OperatorFamily => {
                let Detail::Access { method } = &object.detail else { return named };
                format!("{} {named} for access method {method}", object.kind.type_name())
            }
            Class::Collation
            | Class::Conversion
            | Class::Statistics
            | Class::TextSearchConfiguration
            | Class::TextSearchDictionary => format!("{} {named}", object.kind.type_name()),
            // Names without a schema are not quoted either.
            _ => format!("{} {name}", object.kind.type_name()),
        }
    }

    /// The name, quoted where it must be, with its schema where the name alone would not find it.
    fn name(&self, object: &Object) -> String {
        let name = identity::quoted(self.view, &object.name);
        match self.schema_of(object) {
            Some(schema) => format!("{schema}.{name}"),
            None => name,
        }
    }

    fn schema_of(&self, object: &Object) -> Option<String> {
        let id = self.view.object_by_oid(Class::Schema, object.schema)?;
        let schema = self.view.object(id)?;
        (!is_visible(self.view, &self.path, object)).then(|| identity::quoted(self.view, &schema.name))
    }

    fn arguments(&self, routine: &Object) -> String {
        let Detail::Routine { arguments, .. } = &routine.detail else { return String::new() };
        arguments.iter().map(|oid| self.type_named(*oid)).collect::<Vec<_>>().join(",")
    }

    /// The symbol is not quoted; a missing operand is NONE.
    fn operator(&self, object: &Object) -> String {
        let Detail::Operator { left, right } = object.detail else { return object.name.to_string() };
        let schema = self.schema_of(object).map(|schema| format!("{schema}.")).unwrap_or_default();
        let operand = |oid: Oid| if oid == Oid(0) { "NONE".to_owned() } else { self.type_named(oid) };
        format!("{schema}{}({},{})", object.name, operand(left), operand(right))
    }

    /// `format_type_be`.
    pub fn type_named(&self, oid: Oid) -> String {
        let id: Option<ObjectId> = self.view.object_by_oid(Class::Type, oid);
        id.and_then(|id| self.view.object(id)).map_or_else(|| "???".to_owned(), |found| self.type_of(found))
    }

    fn type_of(&self, object: &Object) -> String {
        if let Some(name) = identity::standard_name(object.oid, self.view.base().version.major()) {
            return name.to_owned();
        }
        match (object.kind, &object.detail) {
            (Kind::ArrayType, Detail::Type { of }) if !identity::is_vector(object.oid) => {
                format!("{}[]", self.type_named(*of))
            }
            _ => self.name(object),
        }
    }

    fn default_acl(&self, key: DefaultAclKey) -> String {
        let kind = match key.objtype {
            'r' => " on new relations",
            'S' => " on new sequences",
            'f' => " on new functions",
            'T' => " on new types",
            'n' => " on new schemas",
            'L' => " on new large objects",
            _ => "",
        };
        let schema = self.view.object_by_oid(Class::Schema, key.schema).and_then(|id| self.view.object(id));
        let within = schema.map(|schema| format!(" in schema {}", schema.name)).unwrap_or_default();
        format!("default privileges{kind} belonging to role {}{within}", self.view.role_name(key.role))
    }
}
