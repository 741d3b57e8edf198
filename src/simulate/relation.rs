//! GRANT and REVOKE on relations and their columns (`ExecGrant_Relation`, `ExecGrant_Attribute`).

use super::grant::{Grant, Place, noun_of};
use super::privilege_words::shown;
use super::run::{Run, Stop, error};
use crate::cluster::{
    Acl, AclItem, AclTarget, Kind, ObjectId, Oid, Privileges, SEQUENCE_COLUMNS, SYSTEM_COLUMNS,
    effective_items,
};
use std::collections::BTreeMap;

impl<'a> Run<'a> {
    /// One relation: first itself, then its columns by `attnum`.
    pub fn grant_on_relation(&mut self, grant: &Grant<'_>, id: ObjectId) -> Result<(), Stop> {
        let Some(object) = self.view.object(id) else { return Ok(()) };
        let (name, kind) = (&*object.name, object.kind);
        match kind {
            Kind::Index | Kind::PartitionedIndex => return error("42809", format!("\"{name}\" is an index")),
            Kind::CompositeRelation => return error("42809", format!("\"{name}\" is a composite type")),
            _ if grant.as_sequence && kind != Kind::Sequence => {
                return error("42809", format!("\"{name}\" is not a sequence"));
            }
            _ => {}
        }
        let privileges = self.for_kind(grant, kind, name)?;
        // Revoking from a table revokes from its columns too, whatever then can be revoked from the table.
        let mut columns: BTreeMap<i16, Privileges> = BTreeMap::new();
        if grant.revoke && privileges.intersects(Privileges::COLUMN) {
            columns.extend(self.live_columns(id, kind).map(|n| (n, privileges & Privileges::COLUMN)));
        }
        let owner = self.view.owner(id);
        let target = AclTarget::whole(id);
        let acl_kind = kind.acl_kind();
        let items = effective_items(self.acl(target).as_ref(), acl_kind, owner, self.view.base().version);
        self.begin_relation(target);
        if !privileges.is_empty() {
            let place = Place { target, noun: noun_of(acl_kind), name, column: None };
            let new = self.merged(grant, &place, privileges, grant.wanted.all, owner, &items, &items)?;
            self.write_acl(target, Some(Acl::from(new)));
        }
        for (word, names) in &grant.wanted.columns {
            let privileges = self.column_privileges(*word, kind, name)?;
            for column in *names {
                *columns.entry(self.attnum(id, kind, column, name)?).or_default() |= privileges;
            }
        }
        for (attnum, privileges) in columns.into_iter().filter(|(_, p)| !p.is_empty()) {
            self.grant_on_column(grant, AclTarget::column(id, attnum), privileges, owner, name, &items)?;
        }
        self.end_relation();
        Ok(())
    }

    /// The privileges of the statement that make sense for this kind of relation.
    fn for_kind(&mut self, grant: &Grant<'_>, kind: Kind, name: &str) -> Result<Privileges, Stop> {
        let all = kind.acl_kind().all(self.view.base().version);
        if grant.wanted.all {
            return Ok(all);
        }
        let wanted = grant.wanted.privileges;
        if grant.as_sequence || all.contains(wanted) {
            return Ok(wanted);
        }
        if kind == Kind::Sequence {
            let message = format!("sequence \"{name}\" only supports USAGE, SELECT, and UPDATE privileges");
            self.warn("0LP01", message);
            return Ok(wanted & all);
        }
        // USAGE is the only one that sequences know and tables do not.
        error("0LP01", "invalid privilege type USAGE for table")
    }

    /// System columns first; views have none.
    fn live_columns(&self, id: ObjectId, kind: Kind) -> impl Iterator<Item = i16> + use<> {
        let system = SYSTEM_COLUMNS.iter().map(|(n, _)| *n).filter(move |_| kind != Kind::View);
        let own: Vec<i16> = match kind {
            Kind::Sequence => SEQUENCE_COLUMNS.iter().map(|(n, _)| *n).collect(),
            _ => self.view.columns_of(id).iter().map(|c| c.attnum).filter(|n| *n > 0).collect(),
        };
        system.chain(own)
    }

    fn column_privileges(
        &mut self,
        word: Option<&str>,
        kind: Kind,
        relation: &str,
    ) -> Result<Privileges, Stop> {
        let Some(word) = word else {
            return Ok(self.for_sequence_column(Privileges::COLUMN, kind, relation));
        };
        let privilege = self.privilege(word)?;
        if !Privileges::COLUMN.contains(privilege) {
            return error("0LP01", format!("invalid privilege type {} for column", shown(privilege)));
        }
        Ok(self.for_sequence_column(privilege, kind, relation))
    }

    /// Sequences know only SELECT on columns; for tradition's sake others are a warning.
    fn for_sequence_column(&mut self, privileges: Privileges, kind: Kind, relation: &str) -> Privileges {
        if kind != Kind::Sequence || Privileges::SELECT.contains(privileges) {
            return privileges;
        }
        self.warn("0LP01", format!("sequence \"{relation}\" only supports SELECT column privileges"));
        privileges & Privileges::SELECT
    }

    fn attnum(&self, id: ObjectId, kind: Kind, column: &str, relation: &str) -> Result<i16, Stop> {
        let own = self.view.columns_of(id).iter().find(|c| &*c.name == column).map(|c| c.attnum);
        let fixed = |list: &[(i16, &str)]| list.iter().find(|(_, name)| *name == column).map(|(n, _)| *n);
        let sequence = || fixed(SEQUENCE_COLUMNS).filter(|_| kind == Kind::Sequence);
        let system = || fixed(SYSTEM_COLUMNS).filter(|_| kind != Kind::View);
        match own.or_else(sequence).or_else(system) {
            Some(attnum) => Ok(attnum),
            None => error("42703", format!("column \"{column}\" of relation \"{relation}\" does not exist")),
        }
    }

    fn grant_on_column(
        &mut self,
        grant: &Grant<'_>,
        target: AclTarget,
        privileges: Privileges,
        owner: Oid,
        relation: &str,
        relation_items: &[AclItem],
    ) -> Result<(), Stop> {
        let stored = self.acl(target);
        let items = stored.as_deref().unwrap_or(&[]).to_vec();
        // The table's own options, as they were before this statement, count for its columns.
        let merged: Vec<AclItem> = relation_items.iter().chain(&items).copied().collect();
        let column = self.view.column_name(target).unwrap_or("?");
        let place = Place { target, noun: "column", name: relation, column: Some(column) };
        // Whether ALL was said is guessed from the bits, which only decides about a warning.
        let all = privileges == Privileges::COLUMN;
        let new = self.merged(grant, &place, privileges, all, owner, &items, &merged)?;
        if !new.is_empty() {
            self.write_acl(target, Some(Acl::from(new)));
        } else if stored.is_some() {
            self.write_acl(target, None);
        }
        Ok(())
    }
}
