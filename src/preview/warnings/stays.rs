//! About a REVOKE on objects: what stays although it was to go, and what goes although nobody named it.

use super::{Context, roles_of};
use crate::access::{Access, Held, Via};
use crate::cluster::{AclItem, AclTarget, Change, Class, DefaultAcl, Kind, Oid, Privileges};
use crate::simulate::GrantedOn;
use crate::sql::ast::ObjectGrant;
use crate::sql::identity::{grant_target, quoted};

pub(super) fn warn(context: &mut Context<'_>, grant: &ObjectGrant, on: &GrantedOn) {
    for grantee in std::iter::once(Oid::PUBLIC).filter(|p| on.grantees.contains(p)).chain(roles_of(on)) {
        by_other_grantors(context, grant, grantee, on);
        if grantee != Oid::PUBLIC {
            by_other_paths(context, grant, grantee, on);
        }
    }
    default_privileges(context, on);
    from_owner(context);
    cascaded(context, on);
    written_out(context);
}

/// REVOKE edits only the items of the grantor it acts as: others' stay, without a word from the server.
fn by_other_grantors(context: &mut Context<'_>, grant: &ObjectGrant, grantee: Oid, on: &GrantedOn) {
    let view = context.after.view();
    let mut found: Vec<(AclTarget, AclItem, Privileges)> = Vec::new();
    for (target, named) in &on.targets {
        for item in view.items(*target).into_iter().filter(|item| item.grantee == grantee) {
            let left = *named & if grant.grant_option { item.options } else { item.privileges };
            if !left.is_empty() {
                found.push((*target, item, left));
            }
        }
    }
    let Some((target, item, left)) = found.first().copied() else { return };
    let (who, by) = (context.name(grantee), context.name(item.grantor));
    let place = context.place(target);
    let more = match found.len() {
        1 => String::new(),
        n => format!(" The same holds for {} more.", n - 1),
    };
    let what = if grant.grant_option { "the grant option for " } else { "" };
    let how =
        statement(context, grant, target, &item, left).map(|sql| format!(" Try: {sql}")).unwrap_or_default();
    let names = left.names();
    let message = format!(
        "{who} keeps {what}{names} on {place}, granted by {by}: REVOKE takes back only what its own grantor \
         gave.{how}{more}"
    );
    context.warn("granted_by_other", message);
}

/// The REVOKE that the item's grantor would have to run.
fn statement(
    context: &Context<'_>,
    grant: &ObjectGrant,
    target: AclTarget,
    item: &AclItem,
    left: Privileges,
) -> Option<String> {
    let view = context.after.view();
    let (keyword, name) = grant_target(view, target)?;
    let column = crate::sql::identity::column_identity(view, target);
    let one = |p: Privileges| match &column {
        Some(column) => format!("{} ({column})", p.name()),
        None => p.name().to_owned(),
    };
    let privileges = left.iter().map(one).collect::<Vec<_>>().join(", ");
    let option = if grant.grant_option { "GRANT OPTION FOR " } else { "" };
    let from = if item.grantee == Oid::PUBLIC {
        "PUBLIC".to_owned()
    } else {
        quoted(view, &context.name(item.grantee))
    };
    let grantor = view.role(item.grantor).filter(|role| !context.protected.has_name(&role.name))?;
    let grantor = quoted(view, &grantor.name);
    Some(format!(
        "SET ROLE {grantor}; REVOKE {option}{privileges} ON {keyword} {name} FROM {from}; RESET ROLE"
    ))
}

/// What the grantee has by membership, PUBLIC, ownership or a predefined role stays.
fn by_other_paths(context: &mut Context<'_>, grant: &ObjectGrant, grantee: Oid, on: &GrantedOn) {
    let mut found: Vec<(AclTarget, Privileges, Via)> = Vec::new();
    for (target, named) in &on.targets {
        let held = held(context.after, grantee, *target);
        let left = *named & if grant.grant_option { held.options & held.privileges } else { held.privileges };
        let vias: Vec<(Privileges, Via)> = left
            .iter()
            .filter_map(|p| via(context.after, grantee, *target, p).map(|via| (p, via)))
            .filter(|(_, via)| !matches!(via, Via::Direct))
            .collect();
        if let Some((_, via)) = vias.first() {
            let same = vias.iter().filter(|(_, v)| v == via).fold(Privileges::NONE, |sum, (p, _)| sum | *p);
            found.push((*target, same, via.clone()));
        }
    }
    let Some((_, left, how)) = found.first().cloned() else { return };
    let targets: Vec<AclTarget> = found.iter().map(|(t, ..)| *t).collect();
    let what = if grant.grant_option { "the grant option for " } else { "" };
    let (who, names, how) = (context.name(grantee), left.names(), context.how(&how));
    let places = context.places(&targets);
    context.warn("still_has", format!("{who} still has {what}{names} on {places}, {how}."));
}

/// As has_column_privilege() asks where it is a column.
fn held(access: &Access<'_>, role: Oid, target: AclTarget) -> Held {
    match target.is_column() {
        true => access.held_on_column(role, target.object, target.attnum),
        false => access.held(role, target),
    }
}

/// A column's privilege may come by its table's.
fn via(access: &Access<'_>, role: Oid, target: AclTarget, privilege: Privileges) -> Option<Via> {
    let whole = || access.via(role, AclTarget::whole(target.object), privilege);
    if !target.is_column() {
        return whole();
    }
    match whole() {
        // A grant on the table is none of the column's: it stays, and the column's REVOKE does nothing.
        Some(Via::Direct) => Some(Via::Chain(vec![role])),
        found => found.or_else(|| access.via(role, target, privilege)),
    }
}

/// Default privileges that will give on new objects what is taken away on those that exist.
fn default_privileges(context: &mut Context<'_>, on: &GrantedOn) {
    let view = context.after.view();
    let mut warned: Vec<(Oid, Oid, Privileges)> = Vec::new();
    for (target, named) in on.targets.iter().filter(|(t, _)| !t.is_column()) {
        let Some(object) = view.object(target.object) else { continue };
        let about = |row: &&DefaultAcl| {
            default_letter(object.kind) == Some(row.objtype)
                && (row.schema == object.schema || (row.schema == Oid(0) && row.role == object.owner))
        };
        for row in view.base().default_acls.iter().filter(about) {
            for item in row.acl.iter().filter(|item| on.grantees.contains(&item.grantee)) {
                let given = item.privileges & *named;
                let key = (row.oid, item.grantee, given);
                if !given.is_empty() && item.grantee != row.role && !warned.contains(&key) {
                    warned.push(key);
                    default_privilege(context, row, item.grantee, given, object.kind);
                }
            }
        }
    }
}

fn default_privilege(
    context: &mut Context<'_>,
    row: &DefaultAcl,
    grantee: Oid,
    given: Privileges,
    kind: Kind,
) {
    let view = context.after.view();
    let schema = view.object_by_oid(Class::Schema, row.schema).and_then(|id| view.object(id));
    let place = schema.map(|s| format!(" in schema {}", quoted(view, &s.name))).unwrap_or_default();
    let what = match kind.class() {
        Class::Relation if kind == Kind::Sequence => "sequences",
        Class::Relation => "tables",
        Class::Routine => "functions",
        Class::Type => "types",
        Class::Schema => "schemas",
        _ => "large objects",
    };
    let (who, owner, names) = (context.name(grantee), context.name(row.role), given.names());
    let message = format!("Default privileges still give {who} {names} on new {what} of {owner}{place}.");
    context.warn("default_privileges", message);
}

fn default_letter(kind: Kind) -> Option<char> {
    Some(match kind.class() {
        Class::Relation if kind == Kind::Sequence => 'S',
        Class::Relation => 'r',
        Class::Routine => 'f',
        Class::Type => 'T',
        Class::Schema => 'n',
        Class::LargeObject => 'L',
        _ => return None,
    })
}

/// An owner's own privileges are items like others'; without them its views and foreign keys fail too.
fn from_owner(context: &mut Context<'_>) {
    let view = context.after.view();
    let lost = context.step.effect.lost.iter();
    let rows: Vec<_> =
        lost.filter(|row| !row.grant_option_only && row.role == view.owner(row.target.object)).collect();
    let Some(first) = rows.first() else { return };
    let privileges = rows.iter().fold(Privileges::NONE, |sum, row| sum | row.privilege);
    let targets: Vec<AclTarget> = {
        let mut targets: Vec<AclTarget> = rows.iter().map(|row| row.target).collect();
        targets.dedup();
        targets
    };
    let (owner, places) = (context.name(first.role), context.places(&targets));
    let message = format!(
        "{owner} loses {} on its own {places}; it can grant that to itself again at any time.",
        privileges.names()
    );
    context.warn("owner_revoked", message);
}

/// Grants that others made and that go with the grant option they were made by.
fn cascaded(context: &mut Context<'_>, on: &GrantedOn) {
    let mut gone: Vec<(AclTarget, AclItem)> = Vec::new();
    for change in &context.step.changes {
        let Change::Acl { target, before, after } = change else { continue };
        let after = after.as_deref().unwrap_or(&[]);
        let less = |item: &&AclItem| {
            let now = after.iter().find(|i| (i.grantee, i.grantor) == (item.grantee, item.grantor));
            !now.is_some_and(|i| i.privileges.contains(item.privileges) && i.options.contains(item.options))
        };
        let items = before.as_deref().unwrap_or(&[]).iter().filter(less);
        gone.extend(items.filter(|item| !on.grantees.contains(&item.grantee)).map(|item| (*target, *item)));
    }
    if gone.is_empty() {
        return;
    }
    let view = context.after.view();
    let name = |oid| view.role(oid).map(|role| role.name.as_str());
    let text = super::some(&gone, |(target, item)| {
        format!("{} on {}", crate::cluster::item_text(item, name), context.place(*target))
    });
    let n = gone.len();
    let grants = if n == 1 { "a grant".to_owned() } else { format!("{n} grants") };
    context.warn("cascade", format!("CASCADE reaches {grants} to others than named: {text}."));
}

/// The only thing that happens is that a NULL ACL is written out.
fn written_out(context: &mut Context<'_>) {
    let same = |change: &Change| match change {
        Change::Acl { target, before: None, .. } => {
            context.before.view().items(*target) == context.after.view().items(*target)
        }
        _ => false,
    };
    if !context.step.changes.is_empty() && context.step.changes.iter().all(same) {
        let message = "Nothing is taken away: the default privileges (a NULL ACL) are only written out.";
        context.warn("acl_written_out", message.to_owned());
    }
}
