//! The integration tests: one program, so that it links once and its tests share their servers.

mod connecting;
mod demo;
mod explorer;
mod harness;
mod load;
mod pty;
mod removal;
mod servers;
mod terminal;
