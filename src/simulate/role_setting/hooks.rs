//! What single parameters ask of their values besides (the check hooks of the server's own parameters).
//!
//! The value is tried as for a test (`PGC_S_TEST`): names that mean nothing now get a notice and are taken.

use super::lists::truncated;
use super::value::invalid;
use crate::cluster::{Class, Oid};
use crate::simulate::ServerError;
use crate::simulate::run::{Run, Stop, error};

/// `GUC_IS_NAME`: their values are cut to the length of a name before they are looked at.
const ARE_NAMES: &[&str] = &[
    "application_name",
    "client_encoding",
    "default_table_access_method",
    "default_tablespace",
    "role",
    "session_authorization",
];

/// The resource managers that can mask pages.
const WAL_CONSISTENCY: &[&str] =
    &["all", "heap2", "heap", "btree", "hash", "gin", "gist", "sequence", "spgist", "brin", "generic"];

/// The text search configurations that initdb makes, and since when.
const TEXT_SEARCH: &[(u16, &[&str])] = &[
    (
        13,
        &[
            "arabic",
            "danish",
            "dutch",
            "english",
            "finnish",
            "french",
            "german",
            "greek",
            "hungarian",
            "indonesian",
            "irish",
            "italian",
            "lithuanian",
            "nepali",
            "norwegian",
            "portuguese",
            "romanian",
            "russian",
            "simple",
            "spanish",
            "swedish",
            "tamil",
            "turkish",
        ],
    ),
    (14, &["armenian", "basque", "catalan", "hindi", "serbian", "yiddish"]),
    (18, &["estonian"]),
];

impl Run<'_> {
    /// Parameters that are strings.
    pub fn check_text(&mut self, name: &str, value: &str) -> Result<(), Stop> {
        let value = if ARE_NAMES.contains(&name) { self.cut(value) } else { value };
        match name {
            "DateStyle" => self.check_date_style(name, value),
            "TimeZone" => self.check_time_zone(name, value),
            "client_encoding" => self.check_client_encoding(name, value),
            "search_path" => self.words(name, value).map(drop),
            "temp_tablespaces" => {
                let tablespaces = self.words(name, value)?;
                tablespaces.iter().for_each(|tablespace| self.look_for_tablespace(tablespace));
                Ok(())
            }
            "default_tablespace" => {
                self.look_for_tablespace(value);
                Ok(())
            }
            "role" => {
                self.look_for_role(value);
                Ok(())
            }
            "session_authorization" => {
                self.look_for_session_user(value);
                Ok(())
            }
            "createrole_self_grant" => self.only(name, value, &["set", "inherit"]),
            "restrict_nonsystem_relation_kind" => self.only(name, value, &["view", "foreign-table"]),
            "wal_consistency_checking" => self.only(name, value, WAL_CONSISTENCY),
            "backtrace_functions" => self.check_backtrace_functions(name, value),
            "default_table_access_method" => self.check_access_method(name, value),
            "default_text_search_config" => self.check_text_search(value),
            "timezone_abbreviations" => self.check_abbreviations(name, value),
            "lc_messages" | "lc_monetary" | "lc_numeric" | "lc_time" => self.check_locale(name, value),
            name if name.contains('.') => {
                self.doubt(format!(
                    "What the extension that has {name} makes of the value is not known here."
                ));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Parameters that are on or off.
    pub fn check_boolean(&self, name: &str, on: bool) -> Result<(), Stop> {
        match name {
            "default_with_oids" if on => error("0A000", "tables declared WITH OIDS are not supported"),
            "transaction_deferrable" => {
                error("25001", "SET TRANSACTION [NOT] DEFERRABLE must be called before any query")
            }
            _ => Ok(()),
        }
    }

    /// Parameters that are whole numbers.
    pub fn check_integer(&mut self, name: &str, number: i64) -> Result<(), Stop> {
        match name {
            "max_stack_depth" if number > 2048 => {
                self.doubt("How deep the stack may be is the server's operating system's affair.");
                Ok(())
            }
            "vacuum_buffer_usage_limit" if (1..128).contains(&number) => {
                let stop = if self.switches.canonical_parameter_names { "." } else { "" };
                let message = format!("invalid value for parameter \"{name}\": {number}");
                let detail = format!("\"{name}\" must be 0 or between 128 kB and 16777216 kB{stop}");
                Err(ServerError::new("22023", message).detail(detail).into())
            }
            _ => Ok(()),
        }
    }

    /// Parameters with a list of values. A transaction's isolation is settled by then.
    pub fn check_enum(&self, name: &str, value: &str) -> Result<(), Stop> {
        if name == "transaction_isolation" && !value.eq_ignore_ascii_case("read committed") {
            return error("25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query");
        }
        Ok(())
    }

    fn cut<'v>(&mut self, value: &'v str) -> &'v str {
        let kept = truncated(value);
        if kept != value {
            self.note("42622", format!("identifier \"{value}\" will be truncated to \"{kept}\""));
        }
        kept
    }

    fn look_for_tablespace(&mut self, name: &str) {
        let found = self.view.objects_named(Class::Tablespace, Oid(0), name);
        if !name.is_empty() && found.is_empty() {
            self.note("42704", format!("tablespace \"{name}\" does not exist"));
        }
    }

    fn look_for_role(&mut self, name: &str) {
        let role = self.view.role_by_name(name).map(|role| role.oid);
        match role {
            _ if name == "none" => {}
            None => self.note("42704", format!("role \"{name}\" does not exist")),
            Some(role) if self.access.can_set_role(self.session.session_user, role) => {}
            Some(_) => self.note("42501", format!("permission will be denied to set role \"{name}\"")),
        }
    }

    fn look_for_session_user(&mut self, name: &str) {
        let authenticated = self.session.authenticated;
        match self.view.role_by_name(name).map(|role| role.oid) {
            None => self.note("42704", format!("role \"{name}\" does not exist")),
            Some(role) if role == authenticated || self.access.is_superuser(authenticated) => {}
            Some(_) => self
                .note("42501", format!("permission will be denied to set session authorization \"{name}\"")),
        }
    }

    fn check_backtrace_functions(&self, name: &str, value: &str) -> Result<(), Stop> {
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b',' | b' ' | b'\n' | b'\t');
        if value.bytes().all(is_allowed) {
            return Ok(());
        }
        let detail = match self.view.base().version.major() {
            ..=16 => "invalid character",
            17 => "Invalid character",
            _ => "Invalid character.",
        };
        Err(invalid(name, value).detail(detail).into())
    }

    fn check_access_method(&mut self, name: &str, value: &str) -> Result<(), Stop> {
        match value {
            "" if self.switches.units_of_bounds => {
                Err(invalid(name, value).detail(format!("\"{name}\" cannot be empty.")).into())
            }
            "" => Err(invalid(name, value).detail(format!("{name} cannot be empty.")).into()),
            "heap" => Ok(()),
            other => {
                self.note("42704", format!("table access method \"{other}\" does not exist"));
                self.doubt("Which table access methods there are is not known here.");
                Ok(())
            }
        }
    }

    /// Up to 15 a text that is no name at all is an error of its own.
    fn check_text_search(&mut self, value: &str) -> Result<(), Stop> {
        let parts = super::lists::split(value, '.').filter(|parts| !parts.is_empty());
        let name = match parts.as_deref() {
            None if !self.switches.membership_options => return error("42602", "invalid name syntax"),
            Some([name]) => Some(name.as_str()),
            Some([schema, name]) if schema == "pg_catalog" => Some(name.as_str()),
            _ => None,
        };
        let major = self.view.base().version.major();
        let since = TEXT_SEARCH.iter().filter(|(since, _)| *since <= major);
        if name.is_some_and(|name| since.flat_map(|(_, names)| *names).any(|known| *known == name)) {
            return Ok(());
        }
        self.note("42704", format!("text search configuration \"{value}\" does not exist"));
        if parts.is_some() {
            self.doubt("Which text search configurations users have made is not known here.");
        }
        Ok(())
    }

    /// A file of the server's, named by letters alone.
    fn check_abbreviations(&mut self, name: &str, value: &str) -> Result<(), Stop> {
        if ["Default", "Australia", "India"].contains(&value) {
            return Ok(());
        }
        if value.bytes().all(|b| b.is_ascii_alphabetic()) {
            self.doubt("Which sets of time zone abbreviations the server has is not known here.");
        }
        Err(invalid(name, value).into())
    }

    /// Locales are the server's operating system's.
    fn check_locale(&mut self, name: &str, value: &str) -> Result<(), Stop> {
        match value {
            "" if name == "lc_messages" => return Err(invalid(name, value).into()),
            "" | "C" | "POSIX" => {}
            other => self.doubt(format!("Whether the server has the locale {other} is not known here.")),
        }
        Ok(())
    }
}
