//! Raw mode and its restore, signals, the one event loop that owns state.
//!
//! The loop runs on the thread that called [`run`]; whatever waits for a server runs beside it and answers with an
//! action.

mod clipboard;
mod event_loop;
mod input;
mod keys;
mod output;
mod run;
mod screen;
mod signals;
mod worker;

pub use run::{Ended, ExplorerError, ExplorerOptions, Limits, Source, run};
pub use screen::{NoTerminal, Screen, check};
pub use worker::Ways;
