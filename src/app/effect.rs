//! What the explorer wants done outside, as data.

use crate::preview::Plan;
use crate::sql;
use secrecy::SecretString;
use std::sync::Arc;

/// What is to be stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// Connecting to another place; nothing is answered.
    Attempt,
    /// Loading, the other databases too; nothing is answered any more.
    Load,
    /// What is applied or rehearsed: the reply tells what came of it.
    Plan,
}

/// Something for the terminal's loop to carry out. What answers carries the same generation back.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Connect where there is no connection, and load everything: replies `Connected`, `Loading` (several), then
    /// `Loaded` or `Failed`; then the cluster's other databases side by side: replies `Other` for each, while the rest
    /// goes on.
    Load {
        /// To be sent back with every reply.
        generation: u64,
        /// Which database; none: the one that was connected to.
        database: Option<String>,
        /// What was typed, in place of the password there was.
        password: Option<SecretString>,
    },
    /// Look for places to connect to: action `Choices`.
    Choices,
    /// Connect to another place: action `Attempted`.
    Connect {
        /// To be sent back.
        attempt: u64,
        /// A connection string or URI; it may hold a password.
        conninfo: SecretString,
        /// What was typed when it was asked for.
        password: Option<SecretString>,
    },
    /// Take the connection that an attempt made, in place of the one there is.
    Switch {
        /// The attempt.
        attempt: u64,
    },
    /// Make a connection in place of the one that was lost: action `Reconnected`.
    Reconnect {
        /// To be sent back.
        number: u64,
    },
    /// Stop something.
    Cancel(Stop),
    /// Apply a plan, verified, on a connection of its own: reply `Applied`.
    Apply {
        /// To be sent back with the reply.
        generation: u64,
        /// What was shown and confirmed.
        plan: Arc<Plan>,
    },
    /// Run a plan, read back what it did, and roll it back: reply `Rehearsed`.
    Rehearse {
        /// To be sent back with the reply.
        generation: u64,
        /// What is uncertain.
        plan: Arc<Plan>,
    },
    /// Put a text on the user's clipboard (OSC 52).
    Copy(String),
    /// Put a script on the user's clipboard, with a verifier in the place of each password, as it would be sent; where
    /// that cannot be made, with the passwords masked.
    CopySealed {
        /// With passwords.
        script: String,
        /// How it is read.
        options: sql::Options,
    },
    /// Let the mouse be the explorer's, or the terminal's own, which selects text with it.
    Mouse {
        /// The explorer's.
        captured: bool,
    },
    /// Give the terminal back to the shell until it continues us.
    Suspend,
    /// Restore the terminal and end.
    Quit,
}
