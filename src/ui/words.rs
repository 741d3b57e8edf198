//! One word for each thing, the same everywhere.

use super::theme::Glyphs;
use crate::access::Via;
use crate::app::Snapshot;
use crate::app::pane::Section;
use crate::app::text::{count, grouped};
use crate::cluster::{AclItem, AclKind, AclTarget, Membership};

/// A heading with its count.
pub fn section(snapshot: &Snapshot, glyphs: &Glyphs, section: Section, n: usize) -> String {
    let name = |oid| snapshot.view().role_name(oid);
    match section {
        Section::Groups => format!("member of {}", grouped(n)),
        Section::Members => count(n, "member"),
        Section::Owns => format!("owns {}", grouped(n)),
        Section::OwnedKind(group) => count(n, group.title().strip_suffix('s').unwrap_or_default()),
        Section::Direct => format!("{} to it directly", count(n, "grant")),
        Section::Inherited => format!("{} inherited", count(n, "grant")),
        Section::Through(group) => format!("{} {}  {}", glyphs.via, name(group), count(n, "grant")),
        Section::Public => format!("{} more by PUBLIC", grouped(n)),
        Section::Given => format!("{} that it gave", count(n, "grant")),
        Section::Actors => format!("{} can act as it", count(n, "role")),
        Section::Defaults | Section::SchemaDefaults => count(n, "default privilege"),
        Section::Settings => count(n, "setting"),
        Section::Policies => {
            if n == 1 {
                "1 policy".to_owned()
            } else {
                format!("{} policies", grouped(n))
            }
        }
        Section::Acl => count(n, "ACL item"),
        Section::Columns => format!("{} with grants of their own", count(n, "column")),
        Section::Who => "who may do what".to_owned(),
        Section::Holders(privilege) => format!("{} {}", privilege.name(), count(n, "role")),
        Section::Owners => count(n, "owner"),
        Section::Elsewhere => format!("in {}", count(n, "other database")),
        Section::Next => format!("what the next objects will give: {}", count(n, "grant")),
        Section::FoundObjects => count(n, "object"),
        Section::FoundRoles => count(n, "role"),
    }
}

/// What a role has in another database.
pub fn elsewhere(owned: usize, granted: usize) -> String {
    let owns = (owned > 0).then(|| format!("owns {}", grouped(owned)));
    let has = (granted > 0).then(|| format!("granted something on {}", count(granted, "object")));
    owns.into_iter().chain(has).collect::<Vec<_>>().join(", ")
}

/// The options of a membership; before 16 there is only ADMIN.
pub fn options(row: &Membership) -> String {
    let mut words = Vec::new();
    match row.inherit {
        Some(true) => words.push("inherit"),
        Some(false) => words.push("no inherit"),
        None => {}
    }
    match row.set {
        Some(true) => words.push("set"),
        Some(false) => words.push("no set"),
        None => {}
    }
    if row.admin {
        words.push("admin");
    }
    words.join(" ")
}

/// The privileges of an item on its object; all of them in one word.
pub fn privileges(snapshot: &Snapshot, target: AclTarget, item: &AclItem) -> String {
    let kind = snapshot.object(target.object).map(|o| o.kind.acl_kind());
    let kind = if target.is_column() { Some(AclKind::Column) } else { kind };
    let all = kind.map(|k| k.all(snapshot.cluster().version)).unwrap_or_default();
    if item.privileges == all && all.count() > 2 {
        if item.options.is_empty() {
            return "ALL".to_owned();
        }
        if item.options == all {
            return "ALL*".to_owned();
        }
    }
    privilege_list(item)
}

/// The privileges of an item, those with grant option starred as in an ACL.
pub fn privilege_list(item: &AclItem) -> String {
    let star = |p| if item.options.intersects(p) { "*" } else { "" };
    let words: Vec<String> = item.privileges.iter().map(|p| format!("{}{}", p.name(), star(p))).collect();
    words.join(", ")
}

/// How one has it, the way one says it.
pub fn via(snapshot: &Snapshot, glyphs: &Glyphs, via: &Via) -> String {
    let name = |oid| snapshot.view().role_name(oid);
    match via {
        Via::Superuser => "superuser".to_owned(),
        Via::Owner => "owner".to_owned(),
        Via::Direct => "direct".to_owned(),
        Via::Public => "PUBLIC".to_owned(),
        Via::Chain(chain) => {
            let groups = chain.iter().skip(1).map(|g| format!("{} {}", glyphs.via, name(*g)));
            groups.collect::<Vec<_>>().join(" ")
        }
        Via::Predefined(rule) => name(*rule),
    }
}

/// One object of `pg_default_acl.defaclobjtype`.
pub fn next_kind(objtype: char) -> &'static str {
    match objtype {
        'r' => "table or view",
        'S' => "sequence",
        'f' => "function",
        'T' => "type",
        'n' => "schema",
        'L' => "large object",
        _ => "object",
    }
}

/// `pg_default_acl.defaclobjtype` in words.
pub fn default_kind(objtype: char) -> &'static str {
    match objtype {
        'r' => "tables",
        'S' => "sequences",
        'f' => "functions",
        'T' => "types",
        'n' => "schemas",
        'L' => "large objects",
        _ => "objects",
    }
}
