//! The answer in words: a small picture, shortest path first.

use super::json::{command_word, event_word};
use super::mend::mend;
use super::{Answered, SelfGrant};
use crate::access::Via;
use crate::access::why::{
    Door, DoorKind, Doubt, Exempt, Missing, Need, Path, PathEnd, Question, RowSecurity,
};
use crate::cluster::{AclTarget, ObjectId, Oid, View};
use crate::preview::report::{count, visible};
use crate::sql::identity::{column_identity, object_identity, object_type};

/// What a line says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "each is what it says")]
pub enum Tone {
    Title,
    Good,
    Bad,
    Note,
    Text,
}

/// A line, safe to print.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it says.
    pub tone: Tone,
    /// Its text.
    pub text: String,
}

fn line(tone: Tone, text: impl AsRef<str>) -> Line {
    Line { tone, text: visible(text.as_ref()).into_owned() }
}

/// The question, and yes or no.
pub fn heading(view: &View, answered: &Answered) -> [Line; 2] {
    let why = &answered.why;
    let (role, privilege) = (view.role_name(why.question.role), why.question.privilege.name());
    let object = target_text(view, why.question.target);
    let paths = &why.paths;
    let said = match (why.answer, paths.more) {
        (false, _) => line(Tone::Bad, "no"),
        (true, false) => line(Tone::Good, format!("yes, by {}", count(paths.list.len() as u64, "path"))),
        (true, true) => {
            line(Tone::Good, format!("yes, by more than {}", count(paths.list.len() as u64, "path")))
        }
    };
    [line(Tone::Title, format!("Why can {role} {privilege} on {object}?")), said]
}

/// Everything; `ascii` draws without other characters.
pub fn all(view: &View, answered: &Answered, ascii: bool) -> Vec<Line> {
    let mut lines: Vec<Line> = heading(view, answered).into();
    for path in &answered.why.paths.list {
        lines.push(line(Tone::Text, format!("  {}", path_text(view, path, ascii))));
    }
    lines.extend(rest(view, answered, ascii));
    lines
}

/// What comes below the paths.
pub fn rest(view: &View, answered: &Answered, ascii: bool) -> Vec<Line> {
    let why = &answered.why;
    let mut lines = Vec::new();
    if !why.columns.is_empty() {
        let column = |n: &i16| column_identity(view, AclTarget::column(why.question.target.object, *n));
        let columns: Vec<String> = why.columns.iter().filter_map(column).collect();
        lines.push(line(Tone::Note, format!("  on columns alone: {}", columns.join(", "))));
    }
    lines.extend(why.needs.iter().map(|need| need_line(view, need, ascii)));
    for missing in &why.missing {
        lines.extend(missing_lines(view, why.question, missing, ascii));
    }
    lines.extend(reachable_lines(view, answered, ascii));
    lines.extend(why.doors.iter().map(|door| door_line(view, door, ascii)));
    lines.extend(routine_lines(view, answered));
    lines.extend(
        why.row_security.iter().flat_map(|security| row_security_lines(view, why.question, security)),
    );
    lines
}

fn target_text(view: &View, target: AclTarget) -> String {
    let identity = object_identity(view, target.object);
    let object = match object_type(view, target.object) {
        "table" | "view" | "materialized view" | "foreign table" | "sequence" => identity,
        "function" | "procedure" | "aggregate" => identity,
        kind => format!("{kind} {identity}"),
    };
    match column_identity(view, target) {
        Some(column) => format!("{object} column {column}"),
        None => object,
    }
}

fn arrow(word: &str, ascii: bool) -> String {
    if ascii { format!("-{word}->") } else { format!("─{word}─▸") }
}

fn chain_text(view: &View, chain: &[Oid], word: &str, ascii: bool) -> String {
    let names: Vec<String> = chain.iter().map(|role| view.role_name(*role)).collect();
    names.join(&format!(" {} ", arrow(word, ascii)))
}

/// `alice ─inherit─▸ app_ro ── SELECT granted by shop_owner (owner)`.
pub(super) fn path_text(view: &View, path: &Path, ascii: bool) -> String {
    let roles: Vec<Oid> = path.roles().collect();
    let dash = if ascii { "--" } else { "──" };
    format!("{} {dash} {}", chain_text(view, &roles, "inherit", ascii), end_text(view, path))
}

/// What stands at the end of a path.
fn end_text(view: &View, path: &Path) -> String {
    let option = if path.grantable { ", can hand it on" } else { "" };
    let granted = |on: AclTarget, grantee: Oid, grantor: Oid, how: &str| {
        let owner = view.owner(on.object);
        let is_owner = if grantor == owner { " (owner)" } else { "" };
        let column = if on.is_column() { " on the column" } else { "" };
        let items = items_text(view, on, grantee, grantor);
        format!("{items}{how}{column} by {}{is_owner}{option}", view.role_name(grantor))
    };
    match path.end {
        PathEnd::Item { on, grantor } => granted(on, path.last, grantor, " granted"),
        PathEnd::Public { on, grantor } => granted(on, Oid::PUBLIC, grantor, " granted to PUBLIC"),
        PathEnd::Owner { on, grantor } => {
            format!("{} as the owner{option}", items_text(view, on, path.last, grantor))
        }
        PathEnd::Superuser => "superuser: no grant is needed".to_owned(),
        PathEnd::Predefined => "by the rule of this predefined role".to_owned(),
        PathEnd::Setting => "lo_compat_privileges is on: everybody may".to_owned(),
    }
}

/// All that the item gives, not only what was asked for; what has its grant option is starred.
fn items_text(view: &View, on: AclTarget, grantee: Oid, grantor: Oid) -> String {
    let items = view.items(on);
    let Some(item) = items.iter().find(|i| i.grantee == grantee && i.grantor == grantor) else {
        return String::new();
    };
    let all = view.object(on.object).map(|o| o.kind.acl_kind().all(view.base().version)).unwrap_or_default();
    if !on.is_column() && item.privileges == all && all.count() > 2 && item.options.is_empty() {
        return "ALL".to_owned();
    }
    let star = |privilege| if item.options.intersects(privilege) { "*" } else { "" };
    let words: Vec<String> = item.privileges.iter().map(|p| format!("{}{}", p.name(), star(p))).collect();
    words.join(", ")
}

fn need_line(view: &View, need: &Need, ascii: bool) -> Line {
    let what =
        format!("  needs too: {} on {}", need.privilege.name(), kind_and_name(view, need.target.object));
    match &need.via {
        Some(via) => {
            let mark = if ascii { "ok:" } else { "✓" };
            line(Tone::Good, format!("{what}  {mark} {}", via_text(view, via)))
        }
        None => line(Tone::Bad, format!("{what}  ! missing")),
    }
}

fn via_text(view: &View, via: &Via) -> String {
    match via {
        Via::Superuser => "superuser".to_owned(),
        Via::Owner => "owner".to_owned(),
        Via::Direct => "direct".to_owned(),
        Via::Public => "PUBLIC".to_owned(),
        Via::Chain(chain) => chain.last().map(|role| view.role_name(*role)).unwrap_or_default(),
        Via::Predefined(rule) => view.role_name(*rule),
    }
}

fn kind_and_name(view: &View, id: ObjectId) -> String {
    format!("{} {}", object_type(view, id), object_identity(view, id))
}

fn missing_lines(view: &View, question: Question, missing: &Missing, ascii: bool) -> Vec<Line> {
    let text = match missing {
        Missing::Privilege => {
            format!("the privilege: {} on {}", question.privilege.name(), target_text(view, question.target))
        }
        Missing::Need(target, privilege) => {
            format!("{} on {}", privilege.name(), kind_and_name(view, target.object))
        }
        Missing::NoConnections(id) => {
            format!("database {} allows no connections", object_identity(view, *id))
        }
        Missing::Login => "LOGIN: the role cannot connect itself; others may act as it".to_owned(),
        Missing::ConnectionLimit => "a connection: CONNECTION LIMIT is 0".to_owned(),
        Missing::ValidUntil(until) => format!("a password that is valid: this one was until {until}"),
        Missing::Inherit { chain, off } => {
            let way = chain_text(view, chain, "member", ascii);
            let off = off.iter().map(|off| off_text(view, off));
            format!("inheriting: {way} has it, but {}", off.collect::<Vec<_>>().join(" and "))
        }
    };
    let mut lines = vec![line(Tone::Bad, format!("  missing: {text}"))];
    let statements = mend(view, question, missing);
    if !statements.is_empty() {
        lines.push(line(Tone::Text, format!("           {}", statements.join("; "))));
    }
    lines
}

fn off_text(view: &View, off: &crate::access::why::Off) -> String {
    let member = view.role_name(off.member);
    match view.base().version.major() {
        ..16 => format!("{member} is NOINHERIT"),
        _ => {
            let (role, grantor) = (view.role_name(off.role), view.role_name(off.grantor));
            format!("{member} is in {role} without INHERIT (granted by {grantor})")
        }
    }
}

fn reachable_lines(view: &View, answered: &Answered, ascii: bool) -> Vec<Line> {
    let reachable = &answered.why.reachable;
    let mut lines = Vec::new();
    for chain in &reachable.chains {
        let role = chain.last().map(|role| view.role_name(*role)).unwrap_or_default();
        let role = crate::sql::identity::quoted(view, &role);
        let way = chain_text(view, chain, "set", ascii);
        lines.push(line(Tone::Note, format!("  one step away: SET ROLE {role}  ({way})")));
    }
    let more = reachable.count.saturating_sub(reachable.chains.len());
    if more > 0 {
        lines.push(line(Tone::Note, format!("  {more} more by SET ROLE")));
    }
    lines.extend(answered.self_grants.iter().map(self_grant_line));
    lines
}

fn self_grant_line(grant: &SelfGrant) -> Line {
    let sure = if grant.certain { "" } else { "  (not certain)" };
    line(Tone::Note, format!("  it can give it to itself: {}{sure}", grant.statements.join("; ")))
}

fn door_line(view: &View, door: &Door, ascii: bool) -> Line {
    let through: Vec<String> = door.through.iter().map(|id| kind_and_name(view, *id)).collect();
    let through = through.join(if ascii { " -> " } else { " ▸ " });
    let runs_as = door.runs_as.map(|role| view.role_name(role)).unwrap_or_default();
    let how = match door.kind {
        DoorKind::View => format!("runs as {runs_as}"),
        DoorKind::MaterializedView => format!("a copy, as of its last REFRESH as {runs_as}"),
        DoorKind::Rule(event) => format!("its rule ON {} runs as {runs_as}", event_word(event)),
        DoorKind::Parent => "which it is part of: its own privileges are not asked for".to_owned(),
    };
    let doubt = door.doubt.map(|doubt| format!("; {}", doubt_text(doubt))).unwrap_or_default();
    let rows = if door.row_security { "; row security applies" } else { "" };
    let sure = if door.doubt.is_some() { "maybe " } else { "" };
    line(Tone::Note, format!("  through other doors: {sure}{through} ({how}{doubt}{rows})"))
}

fn doubt_text(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Updatable => "if the view can be written to",
        Doubt::RuleBody => "what the rule does with it is not recorded",
        Doubt::Columns => "which columns come through is not recorded",
        Doubt::ColumnPrivileges => "the reader holds privileges on columns alone",
        Doubt::Function => "a function of the view may not be executed",
    }
}

pub(super) fn doubt_code(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Updatable => "updatable",
        Doubt::RuleBody => "rule_body",
        Doubt::Columns => "columns",
        Doubt::ColumnPrivileges => "column_privileges",
        Doubt::Function => "function",
    }
}

pub(super) fn missing_code(missing: &Missing) -> &'static str {
    match missing {
        Missing::Privilege => "privilege",
        Missing::Need(_, privilege) if *privilege == crate::cluster::Privileges::CONNECT => {
            "database_connect"
        }
        Missing::Need(..) => "schema_usage",
        Missing::NoConnections(_) => "database_connections",
        Missing::Login => "login",
        Missing::ConnectionLimit => "connection_limit",
        Missing::ValidUntil(_) => "valid_until",
        Missing::Inherit { .. } => "inherit",
    }
}

pub(super) fn exempt_word(exempt: Exempt) -> &'static str {
    match exempt {
        Exempt::Superuser => "superuser",
        Exempt::BypassRls => "bypassrls",
        Exempt::Owner => "owner",
    }
}

fn routine_lines(view: &View, answered: &Answered) -> Vec<Line> {
    let routines = &answered.why.routines;
    let mut lines = Vec::new();
    for id in &routines.recorded {
        let owner = view.role_name(view.owner(*id));
        let what = kind_and_name(view, *id);
        lines.push(line(
            Tone::Note,
            format!("  through other doors: {what} (SECURITY DEFINER, runs as {owner}; its body names it)"),
        ));
    }
    if routines.may_count > 0 {
        let n = count(routines.may_count as u64, "SECURITY DEFINER routine");
        lines.push(line(
            Tone::Note,
            format!("  {n} that may do it: callable, and owned by who has it; the body is not read"),
        ));
        for id in &routines.may {
            let owner = view.role_name(view.owner(*id));
            lines.push(line(Tone::Text, format!("    {} (runs as {owner})", kind_and_name(view, *id))));
        }
        let more = routines.may_count - routines.may.len();
        if more > 0 {
            lines.push(line(Tone::Text, format!("    and {more} more")));
        }
    }
    lines
}

fn row_security_lines(view: &View, question: Question, security: &RowSecurity) -> Vec<Line> {
    let role = view.role_name(question.role);
    let forced = if security.forced { "forced" } else { "on" };
    let text = match security.exempt {
        Some(Exempt::Superuser) => format!("row security is {forced}; {role} sees past it: superuser"),
        Some(Exempt::BypassRls) => format!("row security is {forced}; {role} sees past it: BYPASSRLS"),
        Some(Exempt::Owner) => format!("row security is {forced}; {role} sees past it: owner"),
        None if security.no_rows() => {
            format!("row security is {forced}; no permissive policy is for {role}: no rows at all")
        }
        None => format!("row security is {forced}; {role} is subject to it:"),
    };
    let mut lines = vec![line(Tone::Note, format!("  {text}"))];
    if security.exempt.is_some() {
        return lines;
    }
    for policy in security.policies.iter().filter(|policy| policy.applies) {
        let kind = if policy.permissive { "permissive" } else { "restrictive" };
        let name = crate::sql::identity::quoted(view, &policy.name);
        let command = command_word(policy.command);
        lines.push(line(Tone::Text, format!("    policy {name} for {command}, {kind}")));
    }
    lines
}
