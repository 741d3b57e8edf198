//! A plan in words: a line of JSON for programs, text for people.

mod changes;
mod effect;
mod json;
mod text;
mod visible;

pub use changes::{ChangeReport, change_report};
pub use json::{Applied, json};
pub use text::{Style, plan_end, text};
pub use visible::{visible, visible_lines};
