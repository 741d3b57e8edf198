//! rolescope: who can do what in a PostgreSQL cluster and why, and what a GRANT or REVOKE will change before it runs.
//!
//! Data goes one way through the rooms; ARCHITECTURE.md draws the picture.

pub mod access;
pub mod app;
pub mod cli;
pub mod cluster;
pub mod demo;
pub mod diff;
pub mod findings;
pub mod guard;
pub mod preview;
pub mod question;
pub mod server;
pub mod simulate;
pub mod snapshot;
pub mod sql;
pub mod terminal;
pub mod ui;
