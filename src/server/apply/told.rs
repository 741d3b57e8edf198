//! What others have changed, in sentences.

use super::rows;
use crate::cluster::{
    AclItem, AclKind, AclTarget, Change, Class, Cluster, Membership, Oid, Role, effective_items,
};
use crate::preview::Plan;
use crate::server::load::{Entry, Graph};

/// What happened to one entry that the plan touches: who has what now, and who gave it.
pub(super) fn entry(plan: &Plan, target: AclTarget, found: Option<&Entry>) -> Vec<String> {
    let before = Entry::in_cluster(plan.after.base(), target);
    let one = match (&before, found) {
        (Some(before), None) => format!("The {} is gone.", name(before)),
        (Some(before), Some(found)) if before.owner != found.owner => {
            format!("The owner of {} is {} now.", name(found), plan.after.role_name(found.owner))
        }
        (Some(before), Some(found)) if before.acl != found.acl => {
            return acl(plan, &items(plan, target, before), &items(plan, target, found), &name(found));
        }
        (Some(before), Some(found)) => format!("The {} is {} now.", name(before), name(found)),
        (None, Some(found)) => return acl(plan, &[], &items(plan, target, found), &name(found)),
        (None, None) => "An object is gone.".to_owned(),
    };
    vec![one]
}

fn items(plan: &Plan, target: AclTarget, entry: &Entry) -> Vec<AclItem> {
    let kind = if target.is_column() { AclKind::Column } else { entry.kind.acl_kind() };
    effective_items(entry.acl.as_ref(), kind, entry.owner, plan.after.base().version)
}

/// Item by item, as (grantee, grantor) is what makes one.
fn acl(plan: &Plan, before: &[AclItem], after: &[AclItem], on: &str) -> Vec<String> {
    let role = |oid| plan.after.role_name(oid);
    let same = |a: &AclItem, b: &AclItem| (a.grantee, a.grantor) == (b.grantee, b.grantor);
    let mut what = Vec::new();
    for item in after.iter().filter(|item| !before.contains(item)) {
        let had = before.iter().find(|old| same(old, item)).map(|old| old.privileges).unwrap_or_default();
        let (grantee, grantor) = (role(item.grantee), role(item.grantor));
        let come = item.privileges.without(had);
        let lost = had.without(item.privileges);
        if !come.is_empty() {
            what.push(format!("{grantee} has {} on {on} now, granted by {grantor}.", come.names()));
        }
        if !lost.is_empty() {
            what.push(format!("{grantee} has no {} on {on} from {grantor} any more.", lost.names()));
        }
        if come.is_empty() && lost.is_empty() {
            what.push(format!("{grantee} has other grant options on {on} now, from {grantor}."));
        }
    }
    for item in before.iter().filter(|item| !after.iter().any(|new| same(new, item))) {
        let (grantee, grantor) = (role(item.grantee), role(item.grantor));
        what.push(format!("{grantee} has no {} on {on} from {grantor} any more.", item.privileges.names()));
    }
    if what.is_empty() {
        what.push(format!("The privileges on {on} are stored otherwise now, and mean the same."));
    }
    what
}

fn name(entry: &Entry) -> String {
    let schema = entry.schema_name.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
    let column = entry.column.as_ref().map(|column| format!("column {column} of ")).unwrap_or_default();
    format!("{column}{} {schema}{}", entry.kind.type_name(), entry.name)
}

/// How roles, memberships and other rows differ, a sentence each; empty: not at all.
pub(super) fn graph(base: &Cluster, now: &Graph) -> Vec<String> {
    let names = Names { base, now };
    let changes = rows::changes(&Graph::of(base), now, base.version);
    let mut what: Vec<String> = changes.iter().filter_map(|change| names.change(change)).collect();
    if base.event_triggers != now.event_triggers {
        what.push("The event triggers are others now.".to_owned());
    }
    what
}

/// Names of now; of what is gone, the former ones.
struct Names<'a> {
    base: &'a Cluster,
    now: &'a Graph,
}

impl Names<'_> {
    fn role(&self, oid: Oid) -> String {
        match self.now.roles.get(oid).or(self.base.roles.get(oid)) {
            Some(role) => role.name.clone(),
            None => oid.to_string(),
        }
    }

    fn object(&self, class: Class, oid: Oid) -> String {
        let object = self.base.objects.by_oid(class, oid).and_then(|id| self.base.objects.get(id));
        object.map_or_else(|| oid.to_string(), |object| object.name.to_string())
    }

    fn change(&self, change: &Change) -> Option<String> {
        let name = |oid| self.role(oid);
        Some(match change {
            Change::Membership { before, after } => return self.membership(before.as_ref(), after.as_ref()),
            Change::Role { before, after, .. } => return role(before.as_deref(), after.as_deref()),
            Change::DefaultAcl { key, .. } => match key.schema {
                Oid(0) => format!("The default privileges of {} are others now.", name(key.role)),
                schema => {
                    let schema = self.object(Class::Schema, schema);
                    format!("The default privileges of {} in schema {schema} are others now.", name(key.role))
                }
            },
            Change::Setting { role: Oid(0), .. } => "The settings of all roles are others now.".to_owned(),
            Change::Setting { role, database: Oid(0), .. } => {
                format!("The settings of {} are others now.", name(*role))
            }
            Change::Setting { role, database, .. } => {
                let database = self.object(Class::Database, *database);
                format!("The settings of {} in database {database} are others now.", name(*role))
            }
            Change::Comment { role, .. } => format!("The comment on {} is another now.", name(*role)),
            Change::Policy { relation, name, .. } => {
                let relation = self.base.objects.get(*relation);
                let relation = relation.map_or_else(String::new, |object| object.name.to_string());
                format!("The policy {name} on {relation} is for other roles now.")
            }
            Change::Acl { .. } | Change::Owner { .. } => return None,
        })
    }

    fn membership(&self, before: Option<&Membership>, after: Option<&Membership>) -> Option<String> {
        let row = after.or(before)?;
        let (member, role) = (self.role(row.member), self.role(row.role));
        Some(match (before, after) {
            (None, _) => {
                format!("{member} is a member of {role} now, granted by {}.", self.role(row.grantor))
            }
            (_, None) => format!("{member} is no member of {role} any more."),
            (Some(_), Some(_)) => format!("The membership of {member} in {role} has other options now."),
        })
    }
}

fn role(before: Option<&Role>, after: Option<&Role>) -> Option<String> {
    Some(match (before, after) {
        (None, Some(new)) => format!("The role {} is there now.", new.name),
        (Some(old), None) => format!("The role {} is gone.", old.name),
        (Some(old), Some(new)) if old.name != new.name => {
            format!("The role {} is called {} now.", old.name, new.name)
        }
        (Some(_), Some(new)) => format!("The role {} has other attributes now.", new.name),
        (None, None) => return None,
    })
}
