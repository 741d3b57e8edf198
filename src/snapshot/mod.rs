//! The snapshot file: everything that was loaded, as bytes. Pure: who reads and writes files is `cli`.
//!
//! A file is one zstd frame with a checksum; in it JSON lines, so that `zstdcat FILE | jq` shows all of it:
//!
//! 1. `{"rolescope":"snapshot","format":1,"taken":..,"host":..,"port":..,"user":..,"server_version":..}`
//! 2. What the databases share: `role`, `membership`, `setting`, `comment`, `count` (of `pg_shdepend`), `left_out`, and
//!    `object` lines of those that all databases list alike and first (databases, tablespaces, parameters).
//! 3. For each database, the connected one first, a `database` line and then what is in it: `object`, `columns`,
//!    `default_acl`, `event_trigger`, `access_method`, `policy`, `unpinned_definer`, `use`,
//!    `dependency`, `parameter`.
//! 4. `{"end":{"lines":N}}`, N being the number of the lines before it.
//!
//! An object's id is its place: shared ones count first in every database. An `acl` line stands before the first line
//! that refers to it by its number, from 0: a list of [grantee, grantor, letters, letters of grant options]. A line's one
//! key says what it is; keys that are not known are passed over, in lines and within them. `format` grows when an older
//! reader would be misled.
//!
//! No secret is in it. Of a password its kind is known here, and nothing more. Values of settings of roles and databases
//! are kept, but not those of custom parameters (`app.jwt_secret`): people do keep keys there, so they read `***`. What
//! user mappings and subscriptions hold is never loaded.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod instant;
mod lines;
mod names;
mod pack;
mod read;
mod secrets;
#[cfg(test)]
mod tests;
mod write;

use crate::cluster::Databases;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use read::decode;
pub use secrets::{HIDDEN, without_secrets};
pub use write::encode;

/// The version of the format that is written here, and the newest that is read.
pub const FORMAT: u32 = 1;

/// Where and when a snapshot was taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct About {
    /// When loading began.
    #[serde(with = "instant")]
    pub taken: Timestamp,
    /// The host, as it was said.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who loaded it.
    pub user: String,
    /// As in `16.4 (Debian 16.4-1)`.
    pub server_version: String,
}

/// What a file holds.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Where and when it was taken.
    pub about: About,
    /// The databases, as they were loaded.
    pub databases: Databases,
}

/// Why bytes are no snapshot, or cannot be written.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Something else.
    #[error("it is no snapshot of rolescope")]
    NotASnapshot,
    /// By a newer rolescope.
    #[error("its format is {0}, and this rolescope reads formats up to {FORMAT}")]
    Newer(u32),
    /// Changed, cut short, or longer than it can be.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// It could not be made into bytes.
    #[error("it cannot be written: {0}")]
    Unwritable(String),
}
