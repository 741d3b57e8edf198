//! Default privileges that open what is yet to be made.

use super::facts::Facts;
use super::mend::{Trial, grantee_name};
use super::{Code, Finding, Level};
use crate::cluster::{AclItem, Class, DefaultAclKey, ObjectId, Oid, Privileges, View};
use crate::sql::identity::quoted;

pub(super) fn find(facts: &Facts<'_>, found: &mut Vec<Finding>) {
    let code = Code::OpenDefaults;
    if !facts.is_wanted(code) {
        return;
    }
    for row in &facts.view().base().default_acls {
        let key = row.key();
        let known = facts.view().role(key.role).is_some() && !facts.is_protected(key.role);
        if known && !facts.accepts_role(code, key.role) {
            found.extend(row.acl.iter().filter_map(|item| open(facts, key, item)));
        }
    }
}

/// What of such an item opens something. What everybody has by PostgreSQL's own default is no matter.
fn opens(objtype: char, privileges: Privileges) -> Option<(&'static str, &'static str, Privileges)> {
    let (words, what, counts) = match objtype {
        'r' => ("TABLES", "table and view", Privileges(u16::MAX)),
        'S' => ("SEQUENCES", "sequence", Privileges(u16::MAX)),
        'n' => ("SCHEMAS", "schema", Privileges::CREATE),
        'L' => ("LARGE OBJECTS", "large object", Privileges(u16::MAX)),
        _ => return None,
    };
    Some((words, what, privileges & counts)).filter(|(.., opened)| !opened.is_empty())
}

fn open(facts: &Facts<'_>, key: DefaultAclKey, item: &AclItem) -> Option<Finding> {
    let (words, what, privileges) = opens(key.objtype, item.privileges)?;
    let schema = schema(facts.view(), key);
    // To a group it is how one does it, in a schema; everywhere it opens what nobody thought of.
    let broad = || {
        let group = item.grantee != key.role && !facts.access.has_privs_of(item.grantee, key.role);
        group && key.schema == Oid(0) && key.objtype == 'r' && facts.is_broad(item.grantee)
    };
    let (level, who) = match item.grantee {
        Oid::PUBLIC => (Level::Medium, "everybody".to_owned()),
        group if broad() => {
            (Level::Low, format!("{} with its {} logins", facts.name(group), facts.holders(group).len()))
        }
        _ => return None,
    };
    let place = match schema {
        Some(id) => format!("in {}", facts.object(id)),
        None if key.objtype == 'r' || key.objtype == 'S' => "in any schema".to_owned(),
        None => "in this database".to_owned(),
    };
    let creator = facts.name(key.role);
    let reason = format!(
        "Every {what} that {creator} will make {place} gives {} to {who} from the start.",
        privileges.names()
    );
    let mend = revoke(facts, key, item, privileges, words);
    let finding = facts.finding(Code::OpenDefaults, level, reason).with_roles(&[key.role, item.grantee]);
    let finding = match schema {
        Some(id) => finding.with_object(id),
        None => finding,
    };
    Some(finding.with_mend(mend))
}

fn schema(view: &View, key: DefaultAclKey) -> Option<ObjectId> {
    view.object_by_oid(Class::Schema, key.schema)
}

fn revoke(
    facts: &Facts<'_>,
    key: DefaultAclKey,
    item: &AclItem,
    privileges: Privileges,
    words: &str,
) -> Result<Vec<String>, String> {
    let view = facts.view();
    let schema = schema(view, key).and_then(|id| view.object(id));
    let place = schema.map(|s| format!(" IN SCHEMA {}", quoted(view, &s.name))).unwrap_or_default();
    let statement = format!(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {}{place} REVOKE {} ON {words} FROM {}",
        quoted(view, &facts.name(key.role)),
        privileges.names(),
        grantee_name(view, item.grantee)
    );
    let gone = |view: &View| {
        let acl = view.default_acl(key);
        !acl.is_some_and(|acl| {
            acl.iter().any(|i| i.grantee == item.grantee && i.privileges.intersects(privileges))
        })
    };
    Trial::new(facts).then(statement, &[key.role], &gone).done(&gone)
}
