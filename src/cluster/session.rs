//! What a new session of a user starts with.

use super::{Cluster, Oid};
use serde::{Deserialize, Serialize};

/// The session that a statement would start in: a new connection of this user.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoginSession {
    /// Who authenticated.
    pub user: Oid,
    /// `role` setting at start (ALTER ROLE .. SET role), else none.
    pub role: Option<Oid>,
    /// `search_path` as its elements, unquoted; `$user` kept.
    pub search_path: Vec<String>,
    /// The same as the session's own text.
    pub search_path_text: String,
    /// `createrole_self_grant` (16+), as its text.
    pub createrole_self_grant: String,
    /// `password_encryption`.
    pub password_encryption: String,
    /// `standard_conforming_strings`.
    pub standard_conforming_strings: bool,
    /// `lo_compat_privileges`: on, large objects have no privileges to speak of.
    pub lo_compat_privileges: bool,
    /// May the loading user read `pg_authid.rolpassword`?
    pub sees_passwords: bool,
    /// `TimeZone`, in which VALID UNTIL is read and shown.
    pub time_zone: String,
}

impl Cluster {
    /// What a new session of `role` in this database would start with, as far as it can be known: the settings that
    /// ALTER ROLE and ALTER DATABASE left for it, and else what the loading user's session has.
    pub fn login_of(&self, role: Oid) -> LoginSession {
        if role == self.session.user {
            return self.session.clone();
        }
        let mut login = LoginSession { user: role, role: None, ..self.session.clone() };
        if let Some(name) = self.setting_of(role, "role") {
            login.role = self.roles.by_name(name).map(|r| r.oid);
        }
        match self.setting_of(role, "search_path") {
            Some(path) => {
                login.search_path = split_identifiers(path);
                login.search_path_text = path.to_owned();
            }
            // The loading user's path is its own; the other would get the server's, which is this by default.
            None if self.setting_of(self.session.user, "search_path").is_some() => {
                login.search_path = vec!["$user".to_owned(), "public".to_owned()];
                login.search_path_text = "\"$user\", public".to_owned();
            }
            None => {}
        }
        for (name, slot) in [
            ("createrole_self_grant", &mut login.createrole_self_grant),
            ("password_encryption", &mut login.password_encryption),
        ] {
            if let Some(value) = self.setting_of(role, name) {
                *slot = value.to_owned();
            }
        }
        login
    }

    /// `pg_db_role_setting` as a session reads it: the role's in this database, the role's, the database's, anyone's.
    fn setting_of(&self, role: Oid, name: &str) -> Option<&str> {
        let none = Oid(0);
        [(role, self.database), (role, none), (none, self.database), (none, none)].into_iter().find_map(
            |place| {
                let rows = self.role_settings.iter().filter(|row| (row.role, row.database) == place);
                let settings = rows.flat_map(|row| row.settings.iter()).filter_map(|s| s.split_once('='));
                settings.filter(|(key, _)| *key == name).map(|(_, value)| value).next_back()
            },
        )
    }
}

/// The elements of a list of identifiers as the server splits it (`SplitIdentifierString`): folded unless quoted.
pub fn split_identifiers(list: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = list.trim_start();
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_identifier(quoted),
            None => {
                let (name, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                (name.trim_end().to_ascii_lowercase(), after)
            }
        };
        out.push(name);
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    out
}

/// What is inside the quotes, and what comes after them.
fn quoted_identifier(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if chars.next_if(|(_, next)| *next == '"').is_some() => name.push('"'),
            '"' => return (name, text.get(at + 1..).unwrap_or("")),
            _ => name.push(c),
        }
    }
    (name, "")
}

#[cfg(test)]
mod tests {
    use super::split_identifiers;

    #[test]
    fn search_path_is_split_as_the_server_does() {
        assert_eq!(split_identifiers("\"$user\", public"), ["$user", "public"]);
        assert_eq!(split_identifiers("  Sales ,\"Sales\",\"a\"\"b, c\" "), ["sales", "Sales", "a\"b, c"]);
        assert_eq!(split_identifiers(""), [""; 0]);
        assert_eq!(split_identifiers("\"\""), [""]);
    }
}
