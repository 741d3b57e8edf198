//! Completing the word before the cursor.

use crate::app::snapshot::{Group, Snapshot};
use crate::cluster::ALL_PRIVILEGES;
use crate::sql::identity::{object_identity, quoted};

/// Longer lists help nobody.
const MOST: usize = 200;

/// Words to choose from, one of them in the line already.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completion {
    /// The words.
    pub words: Vec<String>,
    /// The one that is in the line.
    pub selected: usize,
    before: String,
    after: String,
}

/// What may stand at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    Words(&'static [&'static str]),
    Roles,
    Objects(&'static [Group]),
    Targets,
    /// One, alone.
    Privilege,
    Privileges,
}

impl Completion {
    /// For the word before the cursor, which is counted in characters.
    pub fn new(snapshot: &Snapshot, text: &str, cursor: usize) -> Completion {
        let at = text.char_indices().nth(cursor).map_or(text.len(), |(i, _)| i);
        let (head, after) = text.split_at(at);
        let start = word_start(head);
        let (before, word) = head.split_at(start);
        let words = candidates(snapshot, wanted(before), word);
        Completion { words, selected: 0, before: before.to_owned(), after: after.to_owned() }
    }

    /// The next one (or the previous), round and round.
    pub fn moved(mut self, by: isize) -> Completion {
        let n = isize::try_from(self.words.len().max(1)).unwrap_or(1);
        let selected = isize::try_from(self.selected).unwrap_or(0);
        self.selected = usize::try_from((selected + by).rem_euclid(n)).unwrap_or(0);
        self
    }

    /// The line with the word in it, and the cursor behind the word, in characters.
    pub fn applied(&self) -> Option<(String, usize)> {
        let word = self.words.get(self.selected)?;
        let blank = if self.words.len() == 1 && !self.after.starts_with(' ') { " " } else { "" };
        let head = format!("{}{word}{blank}", self.before);
        let cursor = head.chars().count();
        Some((format!("{head}{}", self.after), cursor))
    }

    /// Is there more than one word?
    pub fn is_choice(&self) -> bool {
        self.words.len() > 1
    }
}

/// Where the word at the end begins: after the last blank, comma or parenthesis outside of quotes.
fn word_start(head: &str) -> usize {
    let mut start = 0;
    let mut quoted = false;
    for (i, c) in head.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ' ' | ',' | '(' | ')' | ';' if !quoted => start = i + c.len_utf8(),
            _ => {}
        }
    }
    start
}

const ON: &[&str] = &[
    "TABLE",
    "SEQUENCE",
    "FUNCTION",
    "PROCEDURE",
    "SCHEMA",
    "DATABASE",
    "TYPE",
    "DOMAIN",
    "LANGUAGE",
    "ALL TABLES IN SCHEMA",
    "ALL SEQUENCES IN SCHEMA",
    "ALL FUNCTIONS IN SCHEMA",
    "FOREIGN SERVER",
    "FOREIGN DATA WRAPPER",
    "LARGE OBJECT",
    "PARAMETER",
    "TABLESPACE",
];
const FIRST: &[&str] = &["GRANT", "REVOKE", "SET ROLE", "why"];
/// What else may stand where a privilege does in GRANT and REVOKE.
const BESIDE: &[&str] = &["ALL", "ON", "TO", "FROM", "GRANT OPTION FOR", "ADMIN OPTION FOR"];
const RELATIONS: &[Group] =
    &[Group::Tables, Group::Views, Group::MaterializedViews, Group::ForeignTables, Group::Sequences];
const ROUTINES: &[Group] = &[Group::Functions, Group::Procedures, Group::Aggregates];

/// What fits after a text, by its last keyword.
fn wanted(before: &str) -> Wanted {
    let statement = before.rsplit(';').next().unwrap_or(before).to_uppercase();
    if let Some(asked) = super::question(before) {
        return wanted_of_question(asked);
    }
    let words: Vec<&str> = statement.split([' ', ',', '(', ')']).filter(|w| !w.is_empty()).collect();
    let list = statement.trim_end().ends_with(',');
    let last = words.iter().rposition(|w| is_keyword(w));
    let Some((position, keyword)) = last.and_then(|i| words.get(i).map(|w| (i, *w))) else {
        return Wanted::Words(FIRST);
    };
    // A name stands behind the keyword already: what follows is a keyword, unless a list goes on.
    if position + 1 < words.len() && !list {
        return match keyword {
            "TO" => Wanted::Words(&["WITH GRANT OPTION", "WITH ADMIN OPTION", "GRANTED BY"]),
            "FROM" => Wanted::Words(&["CASCADE", "RESTRICT", "GRANTED BY"]),
            "GRANT" => Wanted::Words(&["TO", "ON"]),
            "REVOKE" => Wanted::Words(&["FROM", "ON"]),
            "ROLE" => Wanted::Words(&[]),
            _ if words.first() == Some(&"REVOKE") => Wanted::Words(&["FROM"]),
            _ => Wanted::Words(&["TO"]),
        };
    }
    match keyword {
        "TO" | "FROM" | "BY" | "ROLE" => Wanted::Roles,
        "ON" => Wanted::Targets,
        "TABLE" => Wanted::Objects(RELATIONS),
        "SEQUENCE" => Wanted::Objects(&[Group::Sequences]),
        "FUNCTION" | "PROCEDURE" | "ROUTINE" => Wanted::Objects(ROUTINES),
        "SCHEMA" => Wanted::Objects(&[Group::Schemas]),
        "DATABASE" => Wanted::Objects(&[Group::Databases]),
        "TYPE" | "DOMAIN" => Wanted::Objects(&[Group::Types, Group::Domains]),
        "LANGUAGE" => Wanted::Objects(&[Group::Languages]),
        "SERVER" => Wanted::Objects(&[Group::ForeignServers]),
        "WRAPPER" => Wanted::Objects(&[Group::ForeignDataWrappers]),
        "TABLESPACE" => Wanted::Objects(&[Group::Tablespaces]),
        "OBJECT" => Wanted::Objects(&[Group::LargeObjects]),
        "PARAMETER" => Wanted::Objects(&[Group::Parameters]),
        _ => Wanted::Privileges,
    }
}

/// A role, a privilege, an object.
fn wanted_of_question(asked: &str) -> Wanted {
    match asked.split_whitespace().count() {
        0 => Wanted::Roles,
        1 => Wanted::Privilege,
        _ => Wanted::Targets,
    }
}

fn is_keyword(word: &str) -> bool {
    const AFTER_ON: &[&str] = &[
        "TABLE",
        "SEQUENCE",
        "FUNCTION",
        "PROCEDURE",
        "ROUTINE",
        "SCHEMA",
        "DATABASE",
        "TYPE",
        "DOMAIN",
        "LANGUAGE",
        "SERVER",
        "WRAPPER",
        "TABLESPACE",
        "OBJECT",
        "PARAMETER",
    ];
    matches!(word, "GRANT" | "REVOKE" | "ON" | "TO" | "FROM" | "BY" | "ROLE" | "FOR")
        || AFTER_ON.contains(&word)
}

fn candidates(snapshot: &Snapshot, wanted: Wanted, word: &str) -> Vec<String> {
    let mut words = Words { word: word.trim_matches('"').to_lowercase(), found: Vec::new() };
    match wanted {
        Wanted::Words(list) => words.keywords(list),
        Wanted::Privilege => words.privileges(),
        Wanted::Privileges => {
            words.privileges();
            words.keywords(BESIDE);
            words.roles(snapshot);
        }
        Wanted::Roles => {
            words.roles(snapshot);
            words.keywords(&["PUBLIC", "CURRENT_USER", "SESSION_USER"]);
        }
        Wanted::Targets => {
            words.objects(snapshot, RELATIONS);
            words.keywords(ON);
        }
        Wanted::Objects(groups) => words.objects(snapshot, groups),
    }
    words.found.truncate(MOST);
    words.found
}

struct Words {
    word: String,
    found: Vec<String>,
}

impl Words {
    fn keywords(&mut self, list: &[&str]) {
        let word = &self.word;
        self.found
            .extend(list.iter().filter(|k| k.to_lowercase().starts_with(word)).map(|k| (*k).to_owned()));
    }

    fn privileges(&mut self) {
        let names: Vec<&str> = ALL_PRIVILEGES.iter().map(|(.., name)| *name).collect();
        self.keywords(&names);
    }

    fn roles(&mut self, snapshot: &Snapshot) {
        let view = snapshot.view();
        let roles = snapshot.index().roles().iter().filter_map(|oid| view.role(*oid));
        let fitting = roles.filter(|r| starts_with(&r.name, &self.word)).take(MOST);
        self.found.extend(fitting.map(|r| quoted(view, &r.name)));
    }

    /// By their name, or by their schema's name, a dot and their name.
    fn objects(&mut self, snapshot: &Snapshot, groups: &[Group]) {
        let (schema, name) = match self.word.rsplit_once('.') {
            Some((schema, name)) => {
                (Some(schema.trim_matches('"').to_owned()), name.trim_matches('"').to_owned())
            }
            None => (None, self.word.clone()),
        };
        let fits = |id: &&crate::cluster::ObjectId| {
            let Some(object) = snapshot.object(**id) else { return false };
            let of_kind = Group::of(object.kind).is_some_and(|g| groups.contains(&g));
            if !of_kind {
                return false;
            }
            let place = snapshot.schema_of(object).and_then(|s| snapshot.object(s));
            match (&schema, place) {
                (Some(schema), Some(place)) => {
                    place.name.to_lowercase() == *schema && starts_with(&object.name, &name)
                }
                (None, place) => {
                    starts_with(&object.name, &name) || place.is_some_and(|p| starts_with(&p.name, &name))
                }
                (Some(_), None) => false,
            }
        };
        let fitting = snapshot.index().objects().iter().filter(fits).take(MOST);
        self.found.extend(fitting.map(|id| object_identity(snapshot.view(), *id)));
    }
}

/// Without regard to case; most names are ASCII, and need no copy.
fn starts_with(name: &str, lower: &str) -> bool {
    match name.get(..lower.len()) {
        Some(head) if head.is_ascii() => head.eq_ignore_ascii_case(lower),
        _ => name.to_lowercase().starts_with(lower),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::{company, snapshot};

    fn after(text: &str) -> Vec<String> {
        Completion::new(&snapshot(company(16).build()), text, text.chars().count()).words
    }

    #[test]
    fn what_fits_is_known_by_what_stands_before() {
        assert_eq!(after(""), ["GRANT", "REVOKE", "SET ROLE", "why"]);
        assert_eq!(after("why al"), ["alice"]);
        assert_eq!(after("why alice sel"), ["SELECT"]);
        assert_eq!(after("why alice SELECT shop.ord"), ["shop.orders", "shop.order_totals"]);
        assert_eq!(after("grant sel"), ["SELECT"]);
        assert_eq!(after("GRANT SELECT ON sho"), ["shop.customers", "shop.orders", "shop.order_totals"]);
        assert_eq!(after("GRANT SELECT ON TABLE shop.ord"), ["shop.orders", "shop.order_totals"]);
        assert_eq!(after("GRANT USAGE ON SCHEMA s"), ["shop"]);
        assert_eq!(after("GRANT EXECUTE ON FUNCTION ref"), ["shop.refund()"]);
        assert_eq!(after("GRANT SELECT ON shop.orders TO al"), ["alice"]);
        assert_eq!(after("GRANT SELECT ON shop.orders TO alice, bi"), ["bi_reader"]);
        assert_eq!(after("GRANT app_readonly T"), ["TO"]);
        assert_eq!(after("REVOKE app_readonly FROM alice ca"), ["CASCADE"]);
    }

    #[test]
    fn a_single_word_is_put_in_with_a_blank() {
        let snapshot = snapshot(company(16).build());
        let done = Completion::new(&snapshot, "GRANT app_readonly TO al WITH ADMIN OPTION", 24);
        let (text, cursor) = done.applied().expect("one word");
        assert_eq!((text.as_str(), cursor), ("GRANT app_readonly TO alice WITH ADMIN OPTION", 27));
        assert!(!done.is_choice());
    }
}
