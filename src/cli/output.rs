//! Standard output that ends quietly when nobody reads any more.

use std::io::{self, IsTerminal, Write};

use super::failure::Failure;
use crate::preview::report::Style;

/// Writes `text` whole. A reader that left (`| head`) ends the program without a word, as it does for other filters.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("could not write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes piece by piece what is too much for one text. A reader that left ends it, as for [`print`].
pub fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("could not write to standard output: {error}")))
        }
        Err(_) => {
            // What is left in the buffer has no reader either.
            let _ = out.into_parts();
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

/// How to write on standard output: colour on a terminal only, unless NO_COLOR says no.
pub fn style() -> Style {
    Style { color: is_terminal() && !no_color(), ..Style::default() }
}

/// Whether a person sees standard output.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether colour is unwanted everywhere.
pub fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Writes to standard error; nothing can be done if that fails.
pub fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
