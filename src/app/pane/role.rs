//! Everything about a role.

use super::{How, PaneRow, Rows, SHORT, Section};
use crate::access::{Access, Mode};
use crate::app::snapshot::{Group, Snapshot};
use crate::cluster::{ObjectId, Oid, Role, predefined};
use rustc_hash::FxHashMap;

pub(super) fn rows(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    facts(snapshot, role, rows);
    let view = snapshot.view();
    rows.list(Section::Groups, 0, view.memberships_of(role).iter().map(|m| PaneRow::MemberOf(*m)));
    rows.list(Section::Members, 0, view.members_of(role).iter().map(|m| PaneRow::Member(*m)));
    owns(snapshot, role, rows);
    grants(snapshot, role, How::Direct, Section::Direct, 0, SHORT, rows);
    inherited(snapshot, role, rows);
    grants(snapshot, Oid::PUBLIC, How::Public, Section::Public, 0, 0, rows);
    given(snapshot, role, rows);
    actors(snapshot, role, rows);
    defaults(snapshot, role, rows);
    settings(snapshot, role, rows);
    policies(snapshot, role, rows);
    elsewhere(snapshot, role, rows);
}

fn facts(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let Some(found) = snapshot.view().role(role) else {
        return rows.fact("dropped: only its OID is left in ACLs");
    };
    rows.fact(attributes(found, snapshot.index().member_count(role) > 0));
    if snapshot.is_protected(role) {
        rows.fact("protected: nothing that names or changes it is ever sent");
    }
    if found.superuser {
        rows.fact("superuser: it can do everything, whatever is granted");
    }
    if let Some(until) = &found.valid_until {
        rows.fact(format!("password valid until {until}"));
    }
    if found.connection_limit >= 0 {
        rows.fact(format!("at most {} connections", found.connection_limit));
    }
    implicit(snapshot, role, rows);
}

/// The attributes in PostgreSQL's words, those that differ from CREATE ROLE's defaults among them.
fn attributes(role: &Role, has_members: bool) -> String {
    let login = match (role.login, has_members) {
        (true, _) => "can log in",
        (false, true) => "group, cannot log in",
        (false, false) => "cannot log in",
    };
    let flags = [
        (role.superuser, "SUPERUSER"),
        (role.create_role, "CREATEROLE"),
        (role.create_db, "CREATEDB"),
        (role.replication, "REPLICATION"),
        (role.bypass_rls, "BYPASSRLS"),
        (!role.inherit, "NOINHERIT"),
    ];
    let words = flags.iter().filter(|(on, _)| *on).map(|(_, word)| *word);
    std::iter::once(login).chain(words).collect::<Vec<_>>().join(", ")
}

/// What predefined roles give by rule, without any ACL item.
fn implicit(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let access = Access::new(snapshot.view());
    let rules = [
        (predefined::READ_ALL_DATA, "SELECT on every table, view and sequence, USAGE on every schema"),
        (predefined::WRITE_ALL_DATA, "INSERT, UPDATE, DELETE on every table, USAGE on every schema"),
        (predefined::MAINTAIN, "MAINTAIN on every table"),
        (predefined::DATABASE_OWNER, "all that pg_database_owner has, as owner of this database"),
    ];
    for (rule, gives) in rules {
        if role != rule && access.chain(role, rule, Mode::Inherit).is_some() {
            rows.fact(format!("{gives}: by {}", snapshot.view().role_name(rule)));
        }
    }
}

fn owns(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let owned = snapshot.index().owned_by(role);
    if !rows.head(Section::Owns, 0, owned.len(), usize::MAX) {
        return;
    }
    let mut kinds: Vec<(Group, usize)> = Vec::new();
    let group_of = |id| snapshot.object(id).and_then(|o| Group::of(o.kind));
    let mut counts: FxHashMap<Group, usize> = FxHashMap::default();
    for (_, id) in owned {
        if let Some(group) = group_of(*id) {
            *counts.entry(group).or_default() += 1;
        }
    }
    kinds.extend(counts);
    kinds.sort();
    for (group, count) in kinds {
        if rows.head(Section::OwnedKind(group), 1, count, 0) {
            let of_kind = owned.iter().filter(|(_, id)| group_of(*id) == Some(group));
            rows.rows.extend(of_kind.map(|(_, id)| PaneRow::Owned(*id)));
        }
    }
}

/// The ACL items of a grantee: one row a grantor.
fn grants(
    snapshot: &Snapshot,
    grantee: Oid,
    how: How,
    section: Section,
    depth: u8,
    short: usize,
    rows: &mut Rows<'_>,
) {
    let granted = snapshot.index().grants_to(grantee);
    if !rows.head(section, depth, granted.len(), short) {
        return;
    }
    for (_, target) in granted {
        let items = snapshot.view().items(*target).into_iter().filter(|i| i.grantee == grantee);
        rows.rows.extend(items.map(|item| PaneRow::Grant { target: *target, item, how }));
    }
}

fn inherited(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let access = Access::new(snapshot.view());
    let groups: Vec<Oid> = access.reaches(role, Mode::Inherit).into_iter().filter(|g| *g != role).collect();
    let index = snapshot.index();
    let count_of = |g: &Oid| index.grants_to(*g).len() + usize::from(!index.owned_by(*g).is_empty());
    let count = groups.iter().map(count_of).sum();
    if !rows.head(Section::Inherited, 0, count, usize::MAX) {
        return;
    }
    for group in groups {
        let owned = index.owned_by(group).len();
        if owned > 0 {
            rows.rows.push(PaneRow::OwnerThrough { role: group, count: owned });
        }
        grants(snapshot, group, How::Through(group), Section::Through(group), 1, 12, rows);
    }
}

fn given(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let given = snapshot.index().grants_by(role);
    if !rows.head(Section::Given, 0, given.len(), 0) {
        return;
    }
    for (_, target) in given {
        let items = snapshot.view().items(*target).into_iter();
        let items = items.filter(|i| i.grantor == role && i.grantee != snapshot.view().owner(target.object));
        rows.rows.extend(items.map(|item| PaneRow::Grant { target: *target, item, how: How::Given }));
    }
}

/// Who has its privileges, or can become it: members of members too.
fn actors(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    if snapshot.view().members_of(role).is_empty() {
        return;
    }
    let access = Access::new(snapshot.view());
    let mut actors: FxHashMap<Oid, (bool, bool)> = FxHashMap::default();
    for actor in access.reached_by(role, Mode::Inherit) {
        actors.entry(actor).or_default().0 = true;
    }
    for actor in access.reached_by(role, Mode::Set) {
        actors.entry(actor).or_default().1 = true;
    }
    actors.remove(&role);
    let mut actors: Vec<(Oid, (bool, bool))> = actors.into_iter().collect();
    actors.sort_by_key(|(actor, _)| (snapshot.index().role_rank(*actor), *actor));
    if rows.head(Section::Actors, 0, actors.len(), 0) {
        let row = |(role, (inherit, set))| PaneRow::Actor { role, inherit, set };
        rows.rows.extend(actors.into_iter().map(row));
    }
}

/// What the next objects that it makes will give, and the default privileges that it gets.
fn defaults(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let all = snapshot.cluster().default_acls.iter().enumerate();
    let items = all.flat_map(|(index, d)| d.acl.iter().map(move |item| (index, d.role, *item)));
    let mine = items.filter(|(_, creator, item)| *creator != role && item.grantee == role);
    let found: Vec<PaneRow> = mine.map(|(index, _, item)| PaneRow::Default { index, item }).collect();
    super::next::of_creator(snapshot, role, rows);
    rows.list(Section::Defaults, 0, found.into_iter());
}

fn settings(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let mut lines = Vec::new();
    for row in snapshot.cluster().role_settings.iter().filter(|s| s.role == role) {
        let database = snapshot.cluster().objects.by_oid(crate::cluster::Class::Database, row.database);
        let place = database.and_then(|id| snapshot.object(id)).map(|o| format!(" in database {}", o.name));
        let place = place.unwrap_or_default();
        lines.extend(row.settings.iter().map(|s| PaneRow::Fact(format!("  {s}{place}"))));
    }
    rows.list(Section::Settings, 0, lines.into_iter());
}

fn policies(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let all = snapshot.cluster().policies.iter().enumerate();
    let named: Vec<PaneRow> =
        all.filter(|(_, p)| p.roles.contains(&role)).map(|(i, _)| PaneRow::Policy(i)).collect();
    rows.list(Section::Policies, 0, named.into_iter());
}

/// What it has in the cluster's other databases. What all of them share is told above.
fn elsewhere(snapshot: &Snapshot, role: Oid, rows: &mut Rows<'_>) {
    let loaded = snapshot.others().iter().filter_map(|other| Some((other.database, other.loaded()?)));
    let row = |(database, there): (Oid, &std::sync::Arc<Snapshot>)| {
        let inside = |id: ObjectId| there.object(id).is_some_and(|o| !o.kind.is_shared());
        let owned = there.index().owned_by(role).iter().filter(|(_, id)| inside(*id)).count();
        let mut on: Vec<ObjectId> = there.index().grants_to(role).iter().map(|(_, t)| t.object).collect();
        on.retain(|id| inside(*id));
        on.dedup();
        (owned + on.len() > 0).then_some(PaneRow::Elsewhere { database, owned, granted: on.len() })
    };
    let found: Vec<PaneRow> = loaded.filter_map(row).collect();
    rows.list(Section::Elsewhere, 0, found.into_iter());
}
