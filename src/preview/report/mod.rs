//! A plan in words: a line of JSON for programs, text for people.

mod changes;
mod effect;
mod entries;
mod json;
mod numbers;
#[cfg(test)]
mod tests;
mod text;
mod visible;

pub use changes::{ChangeReport, change_report, change_reports};
pub(crate) use changes::{acl_text, attributes};
pub use json::{Applied, json};
pub use numbers::{count, grouped};
pub use text::{Line, Mark, Style, lines, plan_end, plan_end_lines, text};
pub use visible::{json_escaped, visible, visible_lines};
