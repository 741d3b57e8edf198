//! From arguments to a connection.

use crate::server::password::TerminalPrompt;
use crate::server::{self, Connection, Environment, Settings};

use super::args::ConnectionArgs;
use super::failure::Failure;
use super::{output, private};
use crate::preview::report::visible;

/// What the arguments, the environment and its files say about where to connect.
pub fn settings(said: &ConnectionArgs, target: Option<&str>) -> Result<Settings, Failure> {
    if let Some(word) = target.filter(|target| !is_connection(target)) {
        // Behind -W, or where a statement stands in the wrong place, it may be a password.
        let word = if said.ask_password { ".." } else { private::shown(word) };
        return Err(Failure::usage(format!("unrecognized command or connection \"{word}\"")).hint(
            "A connection is a conninfo string (host=.. dbname=..) or a postgresql:// URI; \
             a database name alone goes with -d. rolescope --help lists the commands.",
        ));
    }
    Ok(Settings::resolve(&said.arguments(target), &Environment::from_process()?)?)
}

/// Connects, asking for a password where one is needed.
pub async fn connect(settings: &Settings) -> Result<Connection, Failure> {
    let connection = server::connect(settings, &mut TerminalPrompt).await?;
    for warning in &connection.warnings {
        output::complain(&format!("rolescope: WARNING:  {}\n", visible(warning)));
    }
    Ok(connection)
}

/// libpq's own test, for both spellings.
pub fn is_connection(text: &str) -> bool {
    text.contains('=') || text.starts_with("postgresql://") || text.starts_with("postgres://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_no_connection() {
        assert!(is_connection("host=db") && is_connection("postgres://db") && is_connection("postgresql://"));
        let error = settings(&ConnectionArgs::default(), Some("audit")).unwrap_err();
        assert_eq!(error.status, super::super::Status::Usage);
        assert!(error.message.contains("\"audit\""));
    }
}
