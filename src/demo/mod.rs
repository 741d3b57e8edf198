//! A throwaway PostgreSQL with TLS and an Aurora-like set of roles; the tests start their servers with the same code.
//!
//! [`Binaries`] finds a server's programs, [`Instance`] runs one in a folder of its own that is removed at exit,
//! whatever way the owner ends. [`start_demo`] does both and fills it.

mod binaries;
mod certs;
mod cluster;
mod error;
mod instance;
mod npm;
mod process;
mod setup;
mod template;
mod user;
mod watchdog;

pub use binaries::{Binaries, MAJORS};
pub use certs::{CertKind, ClientCert};
pub use cluster::{DATABASE, Demo, DemoOptions, MASTER, populate, start_demo};
pub use error::DemoError;
pub use instance::{Instance, Options};
pub use user::{cache_folder, lock};
