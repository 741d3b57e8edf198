//! Everything about an object or a column.

use super::{Holders, PaneRow, Rows, SHORT, Section};
use crate::app::snapshot::{Group, Snapshot};
use crate::cluster::{AclKind, AclTarget, Class, Detail, Object, Oid};

pub(super) fn rows(snapshot: &Snapshot, target: AclTarget, rows: &mut Rows<'_>) {
    let Some(object) = snapshot.object(target.object) else { return };
    facts(snapshot, target, object, rows);
    acl(snapshot, target, rows);
    if !target.is_column() && object.kind.has_columns() {
        columns(snapshot, target, rows);
    }
    who(snapshot, target, object, rows);
    policies(snapshot, target, rows);
    match object.kind.class() == Class::Schema {
        true => super::next::in_schema(snapshot, target.object, rows),
        false => defaults(snapshot, target, object, rows),
    }
}

fn facts(snapshot: &Snapshot, target: AclTarget, object: &Object, rows: &mut Rows<'_>) {
    let view = snapshot.view();
    let kind = object.kind.type_name();
    if let Some(column) = view.column_name(target) {
        let table = crate::app::identity(snapshot, AclTarget::whole(target.object));
        rows.fact(format!("column {column} of {kind} {table}"));
    }
    rows.rows.push(PaneRow::Owner { role: object.owner, count: 0 });
    for fact in details(snapshot, &object.detail) {
        rows.fact(fact);
    }
}

fn details(snapshot: &Snapshot, detail: &Detail) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    let mut say = |on: bool, text: &str| facts.extend(on.then(|| text.to_owned()));
    match detail {
        Detail::Relation {
            row_security,
            force_row_security,
            is_partition,
            security_invoker,
            owned_by,
            ..
        } => {
            say(*row_security && !force_row_security, "row-level security is on, not for the owner");
            say(*row_security && *force_row_security, "row-level security is on, for the owner too");
            say(
                *is_partition,
                "a partition: going through its parent asks for the parent's privileges alone",
            );
            say(*security_invoker, "security_invoker: runs as whoever asks");
            let table = snapshot.cluster().objects.by_oid(Class::Relation, *owned_by);
            if let Some(table) = table.filter(|_| *owned_by != Oid(0)) {
                let name = crate::app::identity(snapshot, AclTarget::whole(table));
                facts.push(format!("belongs to a column of {name}"));
            }
        }
        Detail::Routine { security_definer, .. } => {
            say(*security_definer, "SECURITY DEFINER: runs as its owner")
        }
        Detail::Language { trusted } => {
            say(!trusted, "untrusted: only superusers can use it, and it cannot be granted");
        }
        Detail::Database { allow_connections, is_template } => {
            say(!allow_connections, "allows no connections");
            say(*is_template, "a template: who has CREATEDB can copy it");
        }
        Detail::Type { .. }
        | Detail::Operator { .. }
        | Detail::Access { .. }
        | Detail::Collation { .. }
        | Detail::Server { .. }
        | Detail::Publication { .. }
        | Detail::Subscription { .. }
        | Detail::None => {}
    }
    facts
}

fn acl(snapshot: &Snapshot, target: AclTarget, rows: &mut Rows<'_>) {
    let view = snapshot.view();
    let items = view.items(target);
    if view.acl(target).is_none() {
        rows.fact(match target.is_column() {
            true => "its ACL is NULL: what the table gives holds",
            false => "its ACL is NULL: the default holds",
        });
    }
    let items = items.into_iter().map(|item| PaneRow::Acl { target, item });
    rows.list(Section::Acl, 0, items);
}

fn columns(snapshot: &Snapshot, target: AclTarget, rows: &mut Rows<'_>) {
    let acls = snapshot.view().column_acls(target.object);
    if !rows.head(Section::Columns, 0, acls.len(), SHORT) {
        return;
    }
    for (attnum, acl) in acls {
        let column = AclTarget::column(target.object, attnum);
        rows.rows.push(PaneRow::Column(column));
        rows.rows.extend(acl.iter().map(|item| PaneRow::Acl { target: column, item: *item }));
    }
}

/// Who may do what, each privilege with its count; the list only when it is wanted.
fn who(snapshot: &Snapshot, target: AclTarget, object: &Object, rows: &mut Rows<'_>) {
    let kind = if target.is_column() { AclKind::Column } else { object.kind.acl_kind() };
    let all = kind.all(snapshot.cluster().version);
    if !rows.head(Section::Who, 0, all.count() as usize, usize::MAX) {
        return;
    }
    let mut holders = Holders::new(snapshot, target);
    for privilege in all.iter() {
        let (everybody, roles) = holders.of(privilege);
        if everybody {
            rows.rows.push(PaneRow::Everybody { target, privilege });
        }
        if rows.head(Section::Holders(privilege), 1, roles.len(), 0) {
            let row = |role| PaneRow::Holder { target, privilege, role };
            rows.rows.extend(holders.sorted(privilege).1.into_iter().map(row));
        }
    }
}

fn policies(snapshot: &Snapshot, target: AclTarget, rows: &mut Rows<'_>) {
    let all = snapshot.cluster().policies.iter().enumerate();
    let own: Vec<PaneRow> =
        all.filter(|(_, p)| p.relation == target.object).map(|(i, _)| PaneRow::Policy(i)).collect();
    rows.list(Section::Policies, 0, own.into_iter());
}

/// The rows that say what objects of its kind to come in its schema will carry.
fn defaults(snapshot: &Snapshot, target: AclTarget, object: &Object, rows: &mut Rows<'_>) {
    let schema = object.schema;
    if target.is_column() || schema == Oid(0) {
        return;
    }
    let letter = Group::of(object.kind).and_then(default_letter);
    let all = snapshot.cluster().default_acls.iter().enumerate();
    let here = all.filter(|(_, d)| (d.schema == schema || d.schema == Oid(0)) && d.objtype != 'n');
    let here = here.filter(|(_, d)| letter == Some(d.objtype));
    let items = here.flat_map(|(index, d)| {
        d.acl.iter().filter(|i| i.grantee != d.role).map(move |item| PaneRow::Default { index, item: *item })
    });
    let items: Vec<PaneRow> = items.collect();
    rows.list(Section::SchemaDefaults, 0, items.into_iter());
}

/// `pg_default_acl.defaclobjtype`.
fn default_letter(group: Group) -> Option<char> {
    Some(match group {
        Group::Tables | Group::Views | Group::MaterializedViews | Group::ForeignTables => 'r',
        Group::Sequences => 'S',
        Group::Functions | Group::Procedures | Group::Aggregates => 'f',
        Group::Types | Group::Domains => 'T',
        _ => return None,
    })
}
