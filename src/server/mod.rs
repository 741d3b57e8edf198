//! Connection settings, TLS, passwords; loading a cluster; applying a plan; the journal.

pub mod apply;
mod attempt;
pub mod aws;
mod backend_key;
pub mod child;
pub mod choices;
mod client_key;
pub mod connect;
pub mod connect_error;
pub mod connection;
mod diagnose;
mod handshake;
mod identity;
pub mod journal;
pub mod load;
pub mod memory;
mod messages;
pub mod password;
mod prompt;
mod reachable;
pub mod recent;
mod revocations;
mod running;
pub mod scram;
pub mod settings;
pub mod tls;
mod watched;
mod wire;

pub use connect::connect;
pub use connect_error::{ConnectError, ErrorKind};
pub use connection::{Cancel, Closed, Connection, Opener, Pooler, Server};
pub use identity::Identity;
pub use load::{LoadError, Progress, load};
pub use reachable::reachable;
pub use running::Running;
pub use settings::{Arguments, Environment, Settings};
