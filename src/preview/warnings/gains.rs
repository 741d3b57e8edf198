//! About a GRANT on objects: more than was meant, or less.

use super::{Context, roles_of};
use crate::cluster::{Acl, AclTarget, Class, Detail, Object, ObjectId, Oid, Privileges};
use crate::simulate::GrantedOn;
use crate::sql::ast::ObjectGrant;
use rustc_hash::FxHashMap;

pub(super) fn warn(context: &mut Context<'_>, grant: &ObjectGrant, on: &GrantedOn) {
    to_public(context);
    nothing_gained(context);
    if grant.grant_option {
        options_to_groups(context, on);
    }
    for role in roles_of(on) {
        out_of_reach(context, role, on);
        needs_select(context, role, on);
        row_security(context, role, on);
    }
    no_connect(context, on);
}

fn to_public(context: &mut Context<'_>) {
    let rows = context.step.effect.gained.iter().filter(|row| row.role == Oid::PUBLIC);
    let (mut privileges, mut targets) = (Privileges::NONE, Vec::new());
    for row in rows {
        privileges |= row.privilege;
        targets.push(row.target);
    }
    targets.dedup();
    if let Some(first) = targets.first() {
        let place = match targets.len() {
            1 => context.place(*first),
            _ => context.places(&targets),
        };
        let names = privileges.names();
        context.warn("public_grant", format!("Everybody gets {names} on {place}, roles made later too."));
    }
}

fn nothing_gained(context: &mut Context<'_>) {
    if !context.step.effect.counts.is_empty() {
        return;
    }
    // The server's own warning says why nothing could be granted.
    if context.step.notices.iter().any(|n| n.sqlstate == "01007") {
        return;
    }
    let message = match context.step.changes.is_empty() {
        true => "Nothing changes: it is granted already.",
        false => {
            "Nobody's effective privileges change: who gets something here has it already by another path."
        }
    };
    context.warn("no_effect", message.to_owned());
}

fn options_to_groups(context: &mut Context<'_>, on: &GrantedOn) {
    for role in roles_of(on) {
        let members = context.with_members(role).len() - 1;
        if members > 0 {
            let name = context.name(role);
            let who = if members == 1 { "Its member".to_owned() } else { format!("Its {members} members") };
            let message =
                format!("{who} can hand it on as {name}, and only {name}'s grants can be revoked so.");
            context.warn("grant_option_to_group", format!("{name} gets the grant option. {message}"));
        }
    }
}

/// Without USAGE on its schema nobody can name an object, though the grant is there.
fn out_of_reach(context: &mut Context<'_>, role: Oid, on: &GrantedOn) {
    let who = context.with_members(role);
    let mut schemas: Vec<ObjectId> = Vec::new();
    for (target, _) in &on.targets {
        if let Some(schema) = schema_of(context, *target).filter(|s| !schemas.contains(s)) {
            schemas.push(schema);
        }
    }
    for schema in schemas {
        let usable = |role: &Oid| {
            let held = context.after.held(*role, AclTarget::whole(schema));
            held.privileges.contains(Privileges::USAGE)
        };
        if !who.iter().any(usable) {
            let (name, place) = (context.name(role), context.place(AclTarget::whole(schema)));
            let message =
                format!("{name} has no USAGE on {place}, without which it cannot use what is in it.");
            context.warn("no_schema_usage", message);
        }
    }
}

fn schema_of(context: &Context<'_>, target: AclTarget) -> Option<ObjectId> {
    let view = context.after.view();
    let object = view.object(target.object)?;
    view.object_by_oid(Class::Schema, object.schema)
}

/// A WHERE clause reads; so UPDATE and DELETE without SELECT can touch only whole tables.
fn needs_select(context: &mut Context<'_>, role: Oid, on: &GrantedOn) {
    let who = context.with_members(role);
    let writes = Privileges::UPDATE | Privileges::DELETE;
    let is_table =
        |t: &AclTarget| context.after.view().object(t.object).is_some_and(|o| o.kind.has_columns());
    let mut blind: Vec<AclTarget> =
        on.targets.iter().filter(|(t, p)| p.intersects(writes) && is_table(t)).map(|(t, _)| *t).collect();
    // Thousands of tables of one owner have equal ACLs, and the same answer.
    let mut known: FxHashMap<(Oid, Option<Acl>), bool> = FxHashMap::default();
    blind.retain(|t| {
        let view = context.after.view();
        let key = (view.owner(t.object), view.acl(AclTarget::whole(t.object)).cloned());
        let by_table = *known.entry(key).or_insert_with(|| reads(context, &who, AclTarget::whole(t.object)));
        let columns = || view.column_acls(t.object).into_iter().map(|(n, _)| AclTarget::column(t.object, n));
        !by_table && !columns().any(|column| reads(context, &who, column))
    });
    if !blind.is_empty() {
        let (name, places) = (context.name(role), context.places(&blind));
        let message =
            format!("{name} has no SELECT on {places}: UPDATE or DELETE with a WHERE clause needs it.");
        context.warn("needs_select", message);
    }
}

fn reads(context: &Context<'_>, who: &[Oid], target: AclTarget) -> bool {
    who.iter().any(|role| context.after.held(*role, target).privileges.contains(Privileges::SELECT))
}

/// Row security is on, and no policy is for this role: it sees and writes no row.
fn row_security(context: &mut Context<'_>, role: Oid, on: &GrantedOn) {
    let who = context.with_members(role);
    let mut hidden: Vec<AclTarget> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for (target, _) in &on.targets {
        let whole = AclTarget::whole(target.object);
        let Some(object) = context.after.view().object(target.object) else { continue };
        if is_secured(object) && seen.insert(whole) && !who.iter().any(|r| passes(context, *r, whole)) {
            hidden.push(whole);
        }
    }
    if !hidden.is_empty() {
        let (name, places) = (context.name(role), context.places(&hidden));
        let message =
            format!("Row security is on and no policy is for {name}: it reaches no row of {places}.");
        context.warn("row_security", message);
    }
}

fn is_secured(object: &Object) -> bool {
    matches!(object.detail, Detail::Relation { row_security: true, .. })
}

/// Superusers, BYPASSRLS, the owner unless FORCE, and whom a policy is for (`check_role_for_policy`).
fn passes(context: &Context<'_>, role: Oid, table: AclTarget) -> bool {
    let view = context.after.view();
    let bypasses = view.role(role).is_some_and(|r| r.superuser || r.bypass_rls);
    let forced = view
        .object(table.object)
        .is_some_and(|o| matches!(o.detail, Detail::Relation { force_row_security: true, .. }));
    let owns = !forced && context.after.has_privs_of(role, view.owner(table.object));
    let for_role = |policy: &crate::cluster::Policy| {
        policy.roles.iter().any(|r| *r == Oid::PUBLIC || context.after.has_privs_of(role, *r))
    };
    bypasses
        || owns
        || view.base().policies.iter().any(|policy| policy.relation == table.object && for_role(policy))
}

/// A login that cannot connect here cannot use what it is given here.
fn no_connect(context: &mut Context<'_>, on: &GrantedOn) {
    let view = context.after.view();
    let base = view.base();
    let Some(database) = base.objects.by_oid(Class::Database, base.database) else { return };
    let is_local = |t: &AclTarget| {
        let class = view.object(t.object).map(|o| o.kind.class());
        !matches!(class, None | Some(Class::Database | Class::Tablespace | Class::Parameter))
    };
    if !on.targets.iter().any(|(t, _)| is_local(t)) {
        return;
    }
    let connects = |role: &Oid| {
        let held = context.after.held(*role, AclTarget::whole(database));
        held.privileges.contains(Privileges::CONNECT)
    };
    let mut cut_off = roles_of(on);
    cut_off.retain(|role| view.role(*role).is_some_and(|r| r.login) && !connects(role));
    if !cut_off.is_empty() {
        let (names, place) = (context.names(&cut_off), context.place(AclTarget::whole(database)));
        context.warn("no_connect", format!("No CONNECT on {place}: {names}."));
    }
}
