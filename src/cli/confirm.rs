//! The question before anything is run, asked on the terminal whatever standard input is.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};

use crate::preview::Risk;

use super::failure::Failure;
use crate::preview::report::visible;

/// The terminal that a person sits at.
pub struct Terminal {
    out: File,
    lines: BufReader<File>,
}

impl Terminal {
    /// The controlling terminal; none in a CI job or under cron.
    pub fn open() -> Option<Terminal> {
        let file = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
        let out = file.try_clone().ok()?;
        Some(Terminal { out, lines: BufReader::new(file) })
    }

    /// Shows a text.
    pub fn show(&mut self, text: &str) -> Result<(), Failure> {
        let shown = self.out.write_all(text.as_bytes());
        shown.map_err(|error| Failure::usage(format!("could not write to the terminal: {error}")))
    }

    /// Shows `question`, and gives the line that was typed; none at end of input.
    fn ask(&mut self, question: &str) -> Result<Option<String>, Failure> {
        let mut line = String::new();
        let asked = write!(self.out, "{question}").and_then(|()| self.out.flush());
        let read = asked.and_then(|()| self.lines.read_line(&mut line));
        match read {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => Err(Failure::usage(format!("could not ask on the terminal: {error}"))),
        }
    }

    /// Whether the person agrees: with a y, or, where the risk is high, by typing the name at stake.
    pub fn agrees(&mut self, risk: &Risk, statements: usize) -> Result<bool, Failure> {
        let what = if statements == 1 {
            "this statement".to_owned()
        } else {
            format!("these {statements} statements")
        };
        let (question, wanted): (String, &[&str]) = match risk {
            // A name that is empty would be typed by mistake.
            Risk::High { name, .. } if name.is_empty() => (format!("Type yes to apply {what}: "), &["yes"]),
            Risk::Low => (format!("Apply {what}? [y/N] "), &["y", "Y", "yes"]),
            Risk::High { name, because } => {
                (format!("{}.\nType {} to apply {what}: ", visible(because), visible(name)), &[name])
            }
        };
        let answer = self.ask(&question)?;
        Ok(answer.is_some_and(|answer| wanted.contains(&answer.as_str())))
    }
}
