//! A SET's values as one text (`flatten_set_variable_args` of guc.c), and the session's own.

use crate::simulate::run::{Run, Stop, error};
use crate::sql::ast::{Number, SettingValue};
use crate::sql::quote_ident_for;

/// `GUC_LIST_QUOTE`: lists of names, quoted where they need it.
const NAMES: &[&str] = &[
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
];

/// `GUC_LIST_INPUT` without the former: lists of words.
const WORDS: &[&str] = &[
    "createrole_self_grant",
    "DateStyle",
    "debug_io_direct",
    "listen_addresses",
    "log_destination",
    "oauth_validator_libraries",
    "plpgsql.extra_errors",
    "plpgsql.extra_warnings",
    "restrict_nonsystem_relation_kind",
    "synchronized_standby_slots",
    "synchronous_standby_names",
    "wal_consistency_checking",
];

impl Run<'_> {
    /// The values in a row, as they are stored.
    pub fn flattened(&self, name: &str, values: &[SettingValue]) -> Result<String, Stop> {
        let known = self.known(name).map(|parameter| parameter.name).unwrap_or_default();
        let quote = NAMES.contains(&known.as_str());
        // 13's sockets are one string still; log_connections became a list in 18.
        let major = self.view.base().version.major();
        let quote = quote && !(known == "unix_socket_directories" && major == 13);
        let list = quote || WORDS.contains(&known.as_str()) || (known == "log_connections" && major >= 18);
        if !list && values.len() != 1 {
            return error("22023", format!("SET {name} takes only one argument"));
        }
        let text = |value: &SettingValue| match value {
            SettingValue::Text(text) if quote => quote_ident_for(text, major).into_owned(),
            SettingValue::Text(text) | SettingValue::Number(Number::Float(text)) => text.clone(),
            SettingValue::Number(Number::Integer(number)) => number.to_string(),
        };
        Ok(values.iter().map(text).collect::<Vec<_>>().join(", "))
    }

    /// What the session has, as SHOW gives it.
    pub fn current(&self, name: &str) -> Result<String, Stop> {
        let (session, login) = (self.session, &self.view.base().session);
        let Some(known) = self.known(name) else {
            if name.contains('.') {
                return unknown(name);
            }
            return error("42704", format!("unrecognized configuration parameter \"{name}\""));
        };
        match known.name.as_str() {
            "search_path" if session.search_path == login.search_path => Ok(login.search_path_text.clone()),
            "search_path" => {
                let major = self.view.base().version.major();
                let path = session.search_path.iter().map(|name| quote_ident_for(name, major));
                Ok(path.collect::<Vec<_>>().join(", "))
            }
            "role" if session.current_user == session.session_user => Ok("none".to_owned()),
            "role" => Ok(self.view.role_name(session.current_user)),
            "session_authorization" => Ok(self.view.role_name(session.session_user)),
            "createrole_self_grant" => Ok(session.createrole_self_grant.clone()),
            "password_encryption" => Ok(session.password_encryption.clone()),
            other => unknown(other),
        }
    }
}

fn unknown<T>(name: &str) -> Result<T, Stop> {
    Err(Stop::Unsupported(format!("What the session has for {name} is not known here.")))
}
