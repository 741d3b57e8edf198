//! What everybody may do.

use super::facts::{Facts, Unit};
use super::mend::Trial;
use super::{Code, Finding, Level};
use crate::cluster::{AclKind, AclTarget, Class, ObjectId, Oid, Privileges, View};
use std::collections::BTreeMap;

/// What changes a table or what runs at its changes.
const WRITES: Privileges = Privileges(Privileges::WRITE.0 | Privileges::TRUNCATE.0 | Privileges::TRIGGER.0);

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    if facts.is_wanted(Code::PublicCreate) {
        create_in_schemas(facts, found);
    }
    if facts.is_wanted(Code::PublicCreateSchema) {
        create_schemas(facts, found);
    }
    for (code, privileges) in [(Code::PublicWrites, WRITES), (Code::PublicReads, Privileges::SELECT)] {
        if facts.is_wanted(code) {
            open_tables(facts, code, privileges, found);
        }
    }
}

/// What PUBLIC has of these in a unit.
pub(super) fn of_public(unit: &Unit, privileges: Privileges) -> Privileges {
    let items = unit.items.iter().filter(|item| item.grantee == Oid::PUBLIC);
    items.fold(Privileges::NONE, |all, item| all | item.privileges) & privileges
}

fn create_in_schemas(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let code = Code::PublicCreate;
    for unit in facts.units.iter().filter(|u| u.kind == AclKind::Schema) {
        if of_public(unit, Privileges::CREATE).is_empty() {
            continue;
        }
        for target in unit.targets.iter().filter(|t| !facts.accepts(code, t.object)) {
            let schema = facts.object(target.object);
            let why = match facts.view().object(target.object).map(|o| &*o.name) {
                Some("public") if facts.major() < 15 => ", as PostgreSQL before 15 makes it",
                _ => "",
            };
            let reason = format!(
                "Every role may create in {schema}{why}: a function or table of theirs there is found by whoever has \
                 the schema in the search_path, and runs with that one's privileges."
            );
            let gone = |view: &View| !public_has(view, *target, Privileges::CREATE);
            let mend = Trial::new(facts).revoke(&[*target], Oid::PUBLIC, Privileges::CREATE).done(&gone);
            let finding = facts.finding(code, Level::High, reason).with_objects(&[*target]);
            found.push(finding.with_roles(&[Oid::PUBLIC]).with_mend(mend));
        }
    }
}

fn public_has(view: &View, target: AclTarget, privileges: Privileges) -> bool {
    let mut items = view.items(target).into_iter().filter(|item| item.grantee == Oid::PUBLIC);
    items.any(|item| item.privileges.intersects(privileges))
}

/// Of every database: they are shared.
fn create_schemas(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let code = Code::PublicCreateSchema;
    let databases = facts.databases.iter().filter(|_| facts.options.shared).copied();
    for database in databases.filter(|id| !facts.accepts(code, *id)) {
        let target = AclTarget::whole(database);
        if !public_has(facts.view(), target, Privileges::CREATE) {
            continue;
        }
        let reason = format!(
            "Every role that connects to {} may make schemas there, and trusted extensions.",
            facts.object(database)
        );
        let gone = |view: &View| !public_has(view, target, Privileges::CREATE);
        let mend = Trial::new(facts).revoke(&[target], Oid::PUBLIC, Privileges::CREATE).done(&gone);
        let finding = facts.finding(code, Level::Medium, reason).with_object(database);
        found.push(finding.with_roles(&[Oid::PUBLIC]).with_mend(mend));
    }
}

/// One finding a schema, owner and set of privileges.
fn open_tables(facts: &Facts<'_>, code: Code, wanted: Privileges, found: &mut Vec<Finding>) {
    let mut places: BTreeMap<(ObjectId, Oid, Privileges), Vec<AclTarget>> = BTreeMap::new();
    for unit in facts.units.iter().filter(|u| matches!(u.kind, AclKind::Relation | AclKind::Column)) {
        let privileges = of_public(unit, wanted);
        if privileges.is_empty() {
            continue;
        }
        for target in unit.targets.iter().filter(|t| !facts.accepts(code, t.object)) {
            let Some(object) = facts.view().object(target.object) else { continue };
            // What a table gives, no column need be told of.
            let of_table =
                target.is_column() && public_has(facts.view(), AclTarget::whole(target.object), privileges);
            let schema = facts.view().object_by_oid(Class::Schema, object.schema);
            if let (Some(schema), false) = (schema, of_table) {
                places.entry((schema, unit.owner, privileges)).or_default().push(*target);
            }
        }
    }
    for ((schema, owner, privileges), targets) in places {
        let strangers = facts.strangers_in(schema, owner);
        if strangers.count == 0 {
            continue;
        }
        let what = match targets.as_slice() {
            [one] => facts.object(one.object),
            many => format!("{} tables, views or columns of {}", many.len(), facts.name(owner)),
        };
        let reason = format!(
            "PUBLIC has {} on {what}, in {}, which is {}.",
            privileges.names(),
            facts.object(schema),
            strangers.words()
        );
        // Its trigger runs as whoever writes to the table.
        let level = match code {
            Code::PublicReads => Level::Info,
            _ if privileges.intersects(Privileges::TRIGGER) => Level::High,
            _ => Level::Medium,
        };
        let gone = |view: &View| targets.iter().all(|target| !public_has(view, *target, wanted));
        let mend = Trial::new(facts).revoke(&targets, Oid::PUBLIC, privileges).done(&gone);
        let finding = facts.finding(code, level, reason).with_objects(&targets);
        found.push(finding.with_roles(&[Oid::PUBLIC]).with_mend(mend));
    }
}
