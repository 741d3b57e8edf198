//! A name to the parameter that it means (`find_option` of guc.c).

use crate::cluster::{AclTarget, Parameter, ParameterContext, ParameterKind, Privileges, Range};
use crate::simulate::ServerError;
use crate::simulate::parameter::{folded, is_custom_name};
use crate::simulate::run::{Run, Stop, error};

/// What a name stands for.
pub enum Found {
    /// A parameter of the server or of a loaded extension.
    Known(Parameter),
    /// A name that some extension may define one day.
    Custom,
}

/// Those that `pg_settings` never shows.
fn unlisted(name: &str) -> Option<Parameter> {
    use ParameterContext::{Internal, User};
    let range =
        |min: &str, max: &str| Range { min: min.to_owned(), max: max.to_owned(), unit: String::new() };
    let (context, kind) = match name {
        "is_superuser" => (Internal, ParameterKind::Bool),
        "default_with_oids" => (User, ParameterKind::Bool),
        "ssl_renegotiation_limit" => (User, ParameterKind::Integer(range("0", "0"))),
        "seed" => (User, ParameterKind::Real(range("-1", "1"))),
        "role" | "session_authorization" => (User, ParameterKind::Text),
        _ => return None,
    };
    Some(Parameter { name: name.to_owned(), kind, context })
}

/// Those that `pg_settings` hides from who may not read all settings (`GUC_SUPERUSER_ONLY`). None but superusers can
/// set them, so that their values don't matter.
fn hidden(name: &str, major: u16) -> Option<Parameter> {
    use ParameterContext::{Postmaster, Sighup, Superuser};
    let context = match name {
        "config_file"
        | "data_directory"
        | "external_pid_file"
        | "hba_file"
        | "ident_file"
        | "jit_provider"
        | "shared_preload_libraries"
        | "unix_socket_directories" => Postmaster,
        "krb_server_keyfile"
        | "log_directory"
        | "log_filename"
        | "primary_conninfo"
        | "ssl_ciphers"
        | "ssl_dh_params_file"
        | "ssl_max_protocol_version"
        | "ssl_min_protocol_version"
        | "ssl_passphrase_command" => Sighup,
        "stats_temp_directory" if major <= 14 => Sighup,
        "ssl_ecdh_curve" if major <= 17 => Sighup,
        "oauth_validator_libraries" | "ssl_groups" | "ssl_tls13_ciphers" if major >= 18 => Sighup,
        "dynamic_library_path" | "session_preload_libraries" => Superuser,
        "extension_control_path" if major >= 18 => Superuser,
        _ => return None,
    };
    Some(Parameter { name: name.to_owned(), kind: ParameterKind::Text, context })
}

impl Run<'_> {
    /// The parameter that the server has under this name, or had under an old one.
    pub fn known(&self, name: &str) -> Option<Parameter> {
        let folded = folded(name, self.switches.ssl_groups);
        let listed = self.view.base().parameters.get(&folded).cloned();
        listed.or_else(|| unlisted(&folded)).or_else(|| hidden(&folded, self.view.base().version.major()))
    }

    /// What the name stands for, or the error.
    pub fn found(&self, name: &str) -> Result<Found, Stop> {
        if let Some(known) = self.known(name) {
            return Ok(Found::Known(known));
        }
        let Some((prefix, _)) = name.split_once('.') else {
            return error("42704", format!("unrecognized configuration parameter \"{name}\""));
        };
        let invalid = |why: String| {
            let message = format!("invalid configuration parameter name \"{name}\"");
            Err(ServerError::new("42602", message).detail(why).into())
        };
        // 13 takes whatever has a dot in it.
        if self.switches.custom_names_checked && !is_custom_name(name) {
            let why = "Custom parameter names must be two or more simple identifiers separated by dots.";
            return invalid(why.to_owned());
        }
        if self.is_reserved_prefix(prefix) {
            return invalid(format!("\"{prefix}\" is a reserved prefix."));
        }
        Ok(Found::Custom)
    }

    /// 15+: a loaded extension keeps its prefix to itself.
    fn is_reserved_prefix(&self, prefix: &str) -> bool {
        self.switches.parameter_acls && self.view.base().parameters.is_prefix(prefix)
    }

    /// Superusers, and since 15 those who hold SET on the parameter.
    pub fn has_set_privilege(&self, name: &str) -> bool {
        let folded = folded(name, self.switches.ssl_groups);
        let held = |id| self.access.held(self.user(), AclTarget::whole(id)).privileges;
        let row = self.view.find_parameter(&folded);
        self.superuser() || row.is_some_and(|id| held(id).contains(Privileges::SET))
    }
}
