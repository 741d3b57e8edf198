//! The integration tests: one program, so that it links once and its tests share their servers.

mod apply;
mod cli;
mod connecting;
mod demo;
mod differential;
mod effects;
mod explorer;
mod facts;
mod grammar;
mod harness;
mod house;
mod identity;
mod load;
mod passwords;
mod pty;
mod removal;
mod servers;
mod terminal;
