//! Configuration parameters: what can be set, and to what.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A configuration parameter as `pg_settings` describes it; its value is the session's affair.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Parameter {
    /// As the server spells it (`DateStyle`).
    pub name: String,
    /// What values it takes.
    pub kind: ParameterKind,
    /// Who may change it, and when.
    pub context: ParameterContext,
}

/// What values a parameter takes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// `bool`.
    Bool,
    /// `integer`.
    Integer(Range),
    /// `real`.
    Real(Range),
    /// `string`.
    Text,
    /// `enum`: the values that it names; it may know others.
    Enum(Vec<String>),
}

/// Bounds and unit of a number, as text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Range {
    /// The least value.
    pub min: String,
    /// The greatest.
    pub max: String,
    /// `kB`, `8kB`, `ms`, ..; empty where there is none.
    pub unit: String,
}

/// `GucContext`: who may change a parameter, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterContext {
    /// Nobody.
    Internal,
    /// At the server's start.
    Postmaster,
    /// In the configuration file.
    Sighup,
    /// When a session starts.
    Backend,
    /// By superusers, and since 15 who holds SET on it.
    Superuser,
    /// Anybody.
    User,
}

impl ParameterContext {
    /// From `pg_settings.context`.
    pub fn parse(text: &str) -> Option<ParameterContext> {
        Some(match text {
            "internal" => ParameterContext::Internal,
            "postmaster" => ParameterContext::Postmaster,
            "sighup" => ParameterContext::Sighup,
            "backend" | "superuser-backend" => ParameterContext::Backend,
            "superuser" => ParameterContext::Superuser,
            "user" => ParameterContext::User,
            _ => return None,
        })
    }
}

/// The parameters that the loading user can see.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    by_name: FxHashMap<String, Parameter>,
    /// `server_encoding`, of the connected database.
    pub server_encoding: String,
}

impl Parameters {
    /// Of these.
    pub fn new(parameters: impl IntoIterator<Item = Parameter>, server_encoding: String) -> Parameters {
        let by_name = parameters.into_iter().map(|p| (p.name.to_ascii_lowercase(), p)).collect();
        Parameters { by_name, server_encoding }
    }

    /// Is there one of that name, in lower case?
    pub fn contains(&self, folded: &str) -> bool {
        self.by_name.contains_key(folded)
    }

    /// The one of that name, in lower case.
    pub fn get(&self, folded: &str) -> Option<&Parameter> {
        self.by_name.get(folded)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.by_name.values()
    }

    /// Does a loaded extension keep names with this prefix to itself?
    pub fn is_prefix(&self, prefix: &str) -> bool {
        let mut prefixes = self.by_name.values().filter_map(|p| p.name.split_once('.'));
        prefixes.any(|(of, _)| of == prefix)
    }
}
