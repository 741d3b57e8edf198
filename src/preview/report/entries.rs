//! Catalog entries before and after, for people.

use super::changes::acl_text;
use super::text::{Mark, Text};
use crate::cluster::{
    Acl, AclItem, AclKind, AclTarget, Change, DefaultAclKey, Membership, ObjectId, Oid, Password, Role,
    default_acl,
};
use crate::sql::identity::{object_identity, object_type, quoted};

impl Text<'_> {
    pub(super) fn entry(&mut self, change: &Change) {
        match change {
            Change::Acl { target, before, after } => self.acl(*target, before.as_ref(), after.as_ref()),
            Change::Membership { before, after } => self.membership(before.as_ref(), after.as_ref()),
            Change::Role { before, after, new_password } => {
                self.role(before.as_deref(), after.as_deref(), *new_password);
            }
            Change::Owner { object, before, after } => self.owner(*object, *before, *after),
            Change::DefaultAcl { key, before, after } => {
                self.default_privileges(*key, before.as_ref(), after.as_ref());
            }
            Change::Setting { role, database, before, after } => {
                self.setting(*role, *database, before.as_deref(), after.as_deref());
            }
            Change::Comment { role, before, after } => {
                let place = format!("comment on role {}", self.view.role_name(*role));
                self.value(&place, before.as_deref(), after.as_deref());
            }
            Change::Policy { relation, name, before, after } => {
                let names = |roles: &Vec<Oid>| {
                    roles.iter().map(|role| self.view.role_name(*role)).collect::<Vec<_>>().join(", ")
                };
                let (before, after) = (before.as_ref().map(names), after.as_ref().map(names));
                let table = object_identity(self.view, *relation);
                let place = format!("policy {} on {table}, for", quoted(self.view, name));
                self.value(&place, before.as_deref(), after.as_deref());
            }
        }
    }

    fn acl(&mut self, target: AclTarget, before: Option<&Acl>, after: Option<&Acl>) {
        let place = self.place(target);
        // A column's default is nothing at all.
        if before.is_none() && !target.is_column() {
            self.mark(Mark::Become, &format!("{place}  default privileges (NULL) become written out"));
        }
        let empty: Acl = [].into();
        self.items(&place, before.unwrap_or(&empty), after.unwrap_or(&empty));
    }

    /// Items that go, become others, and come.
    fn items(&mut self, place: &str, before: &Acl, after: &Acl) {
        let view = self.view;
        let text = |acl: &Acl, n: usize| acl_text(acl, view).get(n).cloned().unwrap_or_default();
        for (n, item) in before.iter().enumerate() {
            let key = |other: &&AclItem| (other.grantee, other.grantor) == (item.grantee, item.grantor);
            match after.iter().position(|other| key(&other)) {
                None => self.mark(Mark::Lose, &format!("{place}  {}", text(before, n))),
                Some(m) if after.get(m) != Some(item) => {
                    let line = format!("{place}  {}  becomes  {}", text(before, n), text(after, m));
                    self.mark(Mark::Become, &line);
                }
                Some(_) => {}
            }
        }
        for (m, item) in after.iter().enumerate() {
            if !before.iter().any(|b| (b.grantee, b.grantor) == (item.grantee, item.grantor)) {
                self.mark(Mark::Gain, &format!("{place}  {}", text(after, m)));
            }
        }
    }

    fn membership(&mut self, before: Option<&Membership>, after: Option<&Membership>) {
        let Some(row) = after.or(before) else { return };
        let grantor = self.view.known_name(row.grantor).unwrap_or("nobody known");
        let (role, member) = (self.view.role_name(row.role), self.view.role_name(row.member));
        let what = format!("{member} in {role}");
        let by = format!("granted by {grantor}");
        match (before, after) {
            (Some(before), Some(after)) => {
                let (old, new) = (options(before), options(after));
                self.mark(Mark::Become, &format!("{what}  {old}  becomes  {new}, {by}"));
            }
            (None, _) => self.mark(Mark::Gain, &format!("{what}  {}, {by}", options(row))),
            (_, None) => self.mark(Mark::Lose, &format!("{what}  {}, {by}", options(row))),
        }
    }

    fn role(&mut self, before: Option<&Role>, after: Option<&Role>, new_password: bool) {
        match (before, after) {
            (None, Some(role)) => self.mark(Mark::Gain, &format!("role {}  {}", role.name, described(role))),
            (Some(role), None) => self.mark(Mark::Lose, &format!("role {}  {}", role.name, described(role))),
            (Some(before), Some(after)) => {
                if before.name != after.name {
                    self.mark(Mark::Become, &format!("role {}  becomes  {}", before.name, after.name));
                }
                for (old, new) in differences(before, after, new_password) {
                    self.mark(Mark::Become, &format!("role {}  {old}  becomes  {new}", after.name));
                }
            }
            (None, None) => {}
        }
    }

    fn owner(&mut self, object: ObjectId, before: Oid, after: Oid) {
        let (kind, name) = (object_type(self.view, object), object_identity(self.view, object));
        let (old, new) = (self.view.role_name(before), self.view.role_name(after));
        self.mark(Mark::Become, &format!("{kind} {name}  owner {old}  becomes  {new}"));
    }

    /// A row for all schemas replaces the defaults of PostgreSQL, and without it those hold; a row for one schema adds
    /// to that, and without it there is nothing.
    fn default_privileges(&mut self, key: DefaultAclKey, before: Option<&Acl>, after: Option<&Acl>) {
        let (kind, things) = match key.objtype {
            'r' => (AclKind::Relation, "tables"),
            'S' => (AclKind::Sequence, "sequences"),
            'f' => (AclKind::Function, "functions"),
            'T' => (AclKind::Type, "types"),
            'n' => (AclKind::Schema, "schemas"),
            _ => (AclKind::LargeObject, "large objects"),
        };
        let role = self.view.role_name(key.role);
        let place = match super::changes::schema_name(self.view, key.schema) {
            Some(schema) => format!("new {things} of {role} in schema {schema}"),
            None => format!("new {things} of {role}"),
        };
        let without: Acl = match key.schema {
            Oid(0) => default_acl(kind, key.role, self.view.base().version).into(),
            _ => [].into(),
        };
        self.items(&place, before.unwrap_or(&without), after.unwrap_or(&without));
    }

    fn setting(&mut self, role: Oid, database: Oid, before: Option<&[String]>, after: Option<&[String]>) {
        let role = if role == Oid(0) { "every role".to_owned() } else { self.view.role_name(role) };
        let place = match super::changes::database_name(self.view, database) {
            Some(database) => format!("{role} in database {database}"),
            None => role,
        };
        let pairs = |row: Option<&[String]>| -> Vec<(String, String)> {
            let pair =
                |text: &String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            row.unwrap_or(&[]).iter().filter_map(pair).collect()
        };
        let (before, after) = (pairs(before), pairs(after));
        let find = |row: &[(String, String)], name: &str| {
            row.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone())
        };
        let mut names: Vec<&String> = before.iter().chain(&after).map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        for name in names {
            let (old, new) = (find(&before, name), find(&after, name));
            self.value(&format!("setting {name} of {place}"), old.as_deref(), new.as_deref());
        }
    }

    fn value(&mut self, place: &str, before: Option<&str>, after: Option<&str>) {
        match (before, after) {
            (Some(old), Some(new)) if old == new => {}
            (Some(old), Some(new)) => self.mark(Mark::Become, &format!("{place}  {old}  becomes  {new}")),
            (None, Some(new)) => self.mark(Mark::Gain, &format!("{place}  {new}")),
            (Some(old), None) => self.mark(Mark::Lose, &format!("{place}  {old}")),
            (None, None) => {}
        }
    }
}

fn options(row: &Membership) -> String {
    let flag = |name: &'static str, set: Option<bool>| match set {
        Some(true) => Some(name.to_owned()),
        Some(false) => Some(format!("no {name}")),
        None => None,
    };
    let admin = row.admin.then(|| "admin".to_owned());
    let words: Vec<String> =
        [admin, flag("inherit", row.inherit), flag("set", row.set)].into_iter().flatten().collect();
    if words.is_empty() { "plain".to_owned() } else { words.join(" ") }
}

type Flag = (fn(&Role) -> bool, &'static str, &'static str);

const FLAGS: [Flag; 7] = [
    (|role| role.superuser, "SUPERUSER", "NOSUPERUSER"),
    (|role| role.login, "LOGIN", "NOLOGIN"),
    (|role| role.inherit, "INHERIT", "NOINHERIT"),
    (|role| role.create_role, "CREATEROLE", "NOCREATEROLE"),
    (|role| role.create_db, "CREATEDB", "NOCREATEDB"),
    (|role| role.replication, "REPLICATION", "NOREPLICATION"),
    (|role| role.bypass_rls, "BYPASSRLS", "NOBYPASSRLS"),
];

fn limit(role: &Role) -> String {
    match role.connection_limit {
        -1 => "no connection limit".to_owned(),
        limit => format!("connection limit {limit}"),
    }
}

fn until(role: &Role) -> String {
    match &role.valid_until {
        None => "no VALID UNTIL".to_owned(),
        Some(text) => format!("valid until {text}"),
    }
}

fn password(role: &Role) -> &'static str {
    match role.password {
        Password::Unknown => "password not to be seen",
        Password::None => "no password",
        Password::Md5 => "an MD5 password",
        Password::Scram => "a SCRAM password",
    }
}

/// What of a role is not what every new one has.
fn described(role: &Role) -> String {
    let plain = Role { inherit: true, connection_limit: -1, ..Role::default() };
    let differs = |(is, yes, no): &Flag| {
        let on = is(role);
        (on != is(&plain)).then(|| (if on { *yes } else { *no }).to_owned())
    };
    let mut words: Vec<String> = FLAGS.iter().filter_map(differs).collect();
    words.extend((role.connection_limit != -1).then(|| limit(role)));
    words.extend(role.valid_until.is_some().then(|| until(role)));
    words.extend(matches!(role.password, Password::Md5 | Password::Scram).then(|| password(role).to_owned()));
    if words.is_empty() { "NOLOGIN".to_owned() } else { words.join(", ") }
}

fn differences(before: &Role, after: &Role, new_password: bool) -> Vec<(String, String)> {
    let word = |(is, yes, no): &Flag, role: &Role| (if is(role) { *yes } else { *no }).to_owned();
    let flags = FLAGS.iter().filter(|(is, ..)| is(before) != is(after));
    let mut found: Vec<(String, String)> =
        flags.map(|flag| (word(flag, before), word(flag, after))).collect();
    if before.connection_limit != after.connection_limit {
        found.push((limit(before), limit(after)));
    }
    if before.valid_until != after.valid_until {
        found.push((until(before), until(after)));
    }
    if new_password {
        found.push((password(before).to_owned(), format!("{}, a new one", password(after))));
    } else if before.password != after.password {
        found.push((password(before).to_owned(), password(after).to_owned()));
    }
    found
}
