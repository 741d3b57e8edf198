//! The integration tests: one program, so that it links once and its tests share their servers.

mod connecting;
mod demo;
mod harness;
mod pty;
mod load;
mod removal;
mod servers;
mod terminal;
