//! What there is to ask about.

use crate::cluster::{Cluster, Kind, Object, Role};

/// Which roles and objects a question over everything is about.
///
/// By itself: what users made in the connected database, schema `public`, and the database itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Universe {
    /// The system's own roles and objects too.
    pub system: bool,
    /// The other databases too, as objects.
    pub databases: bool,
}

impl Universe {
    /// Is the object part of it? Of types: domains, enums, ranges and standalone composites; of the system's own
    /// also base types.
    pub fn has(self, cluster: &Cluster, object: &Object) -> bool {
        match object.kind {
            Kind::Index | Kind::PartitionedIndex | Kind::CompositeRelation | Kind::Toast => false,
            Kind::RowType | Kind::Multirange | Kind::ArrayType | Kind::PseudoType => false,
            Kind::BaseType => self.system && !object.oid.is_user_made(),
            kind if !kind.class().has_acl() => false,
            Kind::Database if object.oid == cluster.database => true,
            // `postgres` is where people work, although initdb makes it.
            Kind::Database => {
                let is_users = object.oid.is_user_made() || &*object.name == "postgres";
                self.databases && (self.system || is_users)
            }
            Kind::Schema if &*object.name == "public" => true,
            _ => self.system || object.oid.is_user_made(),
        }
    }

    /// Is the role part of it?
    pub fn has_role(self, role: &Role) -> bool {
        self.system || role.oid.is_user_made()
    }
}
