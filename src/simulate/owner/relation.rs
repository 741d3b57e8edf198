//! Relations: what ALTER TABLE and its sisters take, and who may give them away (tablecmds.c).

use super::check::not_owner;
use crate::cluster::{Change, Detail, Kind, ObjectId, Oid};
use crate::simulate::ServerError;
use crate::simulate::run::{Run, Stop, error};
use crate::sql::ast::{Name, RelationKind, RoleSpec};

/// `pg_toast`, by its OID of every version.
const TOAST_SCHEMA: Oid = Oid(99);

impl Run<'_> {
    /// The relation is looked at before the new owner is looked up.
    pub(super) fn alter_relation(
        &mut self,
        kind: RelationKind,
        if_exists: bool,
        name: &Name,
        owner: &RoleSpec,
    ) -> Result<Vec<Change>, Stop> {
        let id = match if_exists {
            false => self.relation(name)?,
            true => match self.relation_if_any(name)? {
                Some(id) => id,
                None => {
                    let last = name.last().map_or("", String::as_str);
                    self.note("00000", format!("relation \"{last}\" does not exist, skipping"));
                    return Ok(Vec::new());
                }
            },
        };
        self.can_alter_relation(kind, id)?;
        let owner = self.role(owner)?;
        if !self.can_give_relation(id, owner)? {
            return Ok(Vec::new());
        }
        if self.view.owner(id) != owner {
            self.may_become_owner(owner)?;
            self.new_owner_may_create(id, owner)?;
        }
        Ok(self.give(id, owner))
    }

    /// `RangeVarCallbackForAlterRelation`, and what `CheckAlterTableIsSafe` asks.
    fn can_alter_relation(&self, kind: RelationKind, id: ObjectId) -> Result<(), Stop> {
        let Some(object) = self.view.object(id) else { return Ok(()) };
        let name = &object.name;
        if !self.owns(id) {
            return not_owner(self.relation_noun(object.kind)?, name);
        }
        if self.is_system_relation(id) {
            return error("42501", format!("permission denied: \"{name}\" is a system catalog"));
        }
        let (fits, noun) = match kind {
            RelationKind::Table => (true, ""),
            RelationKind::Index => (matches!(object.kind, Kind::Index | Kind::PartitionedIndex), "an index"),
            RelationKind::Sequence => (object.kind == Kind::Sequence, "a sequence"),
            RelationKind::View => (object.kind == Kind::View, "a view"),
            RelationKind::MaterializedView => (object.kind == Kind::MaterializedView, "a materialized view"),
            RelationKind::ForeignTable => (object.kind == Kind::ForeignTable, "a foreign table"),
        };
        if !fits {
            return error("42809", format!("\"{name}\" is not {noun}"));
        }
        if object.kind == Kind::CompositeRelation {
            let error = ServerError::new("42809", format!("\"{name}\" is a composite type"));
            return Err(error.hint("Use ALTER TYPE instead.").into());
        }
        if self.schema_name(object.schema).starts_with("pg_temp_") {
            // The plan's own session has made none.
            return error("0A000", "cannot alter temporary tables of other sessions");
        }
        Ok(())
    }

    /// `get_relkind_objtype`, which does not know composite types (and said so up to 13).
    fn relation_noun(&self, kind: Kind) -> Result<&'static str, Stop> {
        Ok(match kind {
            Kind::Index | Kind::PartitionedIndex => "index",
            Kind::Sequence => "sequence",
            Kind::View => "view",
            Kind::MaterializedView => "materialized view",
            Kind::ForeignTable => "foreign table",
            _ => "table",
        })
    }

    /// `IsSystemClass`.
    fn is_system_relation(&self, id: ObjectId) -> bool {
        self.view.object(id).is_some_and(|object| {
            let toast = || self.schema_name(object.schema).starts_with("pg_toast_temp_");
            object.oid < Oid::FIRST_UNPINNED || object.schema == TOAST_SCHEMA || toast()
        })
    }

    /// The first part of `ATExecChangeOwner`: false where there is nothing to do.
    fn can_give_relation(&mut self, id: ObjectId, owner: Oid) -> Result<bool, Stop> {
        let Some(object) = self.view.object(id) else { return Ok(false) };
        let differs = self.view.owner(id) != owner;
        let of_index = || format!("cannot change owner of index \"{}\"", object.name);
        match (object.kind, &object.detail) {
            // Old dumps have such statements: a warning and no more.
            (Kind::Index, _) => {
                let message = of_index();
                if differs {
                    self.warn("42809", message);
                }
                Ok(false)
            }
            (Kind::PartitionedIndex, _) => {
                // 16 lost a comma.
                let comma = if self.view.base().version.major() < 16 { "," } else { "" };
                let hint = format!("Change the ownership of the index's table{comma} instead.");
                Err(ServerError::new("42809", of_index()).hint(hint).into())
            }
            (Kind::Sequence, Detail::Relation { owned_by, .. }) if differs && *owned_by != Oid(0) => {
                let table = self.view.object_by_oid(crate::cluster::Class::Relation, *owned_by);
                let table = table.and_then(|id| self.view.object(id)).map_or("", |table| &*table.name);
                let error =
                    ServerError::new("0A000", format!("cannot change owner of sequence \"{}\"", object.name));
                let detail = format!("Sequence \"{}\" is linked to table \"{table}\".", object.name);
                Err(error.detail(detail).into())
            }
            _ => Ok(true),
        }
    }
}
