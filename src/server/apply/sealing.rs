//! No password in clear text is sent: the server gets what `\password` of psql would send.

use super::outcome::Difference;
use crate::server::scram;
use crate::sql::ast::Secret;
use crate::sql::{self, Options, Statement};

/// How the passwords of a session's statements are hashed.
pub(super) struct Sealing {
    options: Options,
    iterations: u32,
}

impl Sealing {
    /// For a server of that version and its settings. `scram_iterations` there is since 16; libpq heeds it, too.
    pub(super) fn new(version_num: u32, conforming: Option<&str>, iterations: Option<&str>) -> Sealing {
        let major = u16::try_from(version_num / 10_000).unwrap_or(u16::MAX);
        let options = Options { major, standard_conforming_strings: conforming != Some("off") };
        let iterations = iterations.and_then(|text| text.parse().ok()).unwrap_or(scram::ITERATIONS);
        Sealing { options, iterations }
    }

    /// What a sealed statement sets as a password: the server stores it as it is.
    pub(super) fn password(&self, sealed: &str) -> Option<Secret> {
        let script = sql::parse_script(sealed, &self.options);
        let statements = script.iter().filter_map(|parsed| parsed.result.as_ref().ok());
        statements.flat_map(Statement::passwords).next().cloned()
    }

    /// The statement with verifiers in the place of passwords.
    pub(super) fn seal(&self, statement: &str) -> Result<String, Difference> {
        let why = "a password could not be hashed, and is not sent as it was typed";
        scram::seal(statement, &self.options, self.iterations)
            .ok_or_else(|| Difference::Unverifiable(why.to_owned()))
    }
}
