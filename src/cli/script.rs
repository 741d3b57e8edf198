//! The statements of -c and -f, read and parsed in the order they were given.

use std::io::Read;
use std::path::Path;

use super::args::Input;
use super::failure::Failure;

/// The texts, in order. A -f is read whole before anything is sent anywhere.
pub fn read(inputs: &[Input]) -> Result<Vec<String>, Failure> {
    let stdin = inputs.iter().filter(|input| matches!(input, Input::File(path) if is_stdin(path)));
    if stdin.count() > 1 {
        return Err(Failure::usage("standard input can be read only once: -f - was given twice"));
    }
    inputs.iter().map(text).collect()
}

fn text(input: &Input) -> Result<String, Failure> {
    match input {
        Input::Text(text) => Ok(text.to_string()),
        Input::File(path) if is_stdin(path) => {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| Failure::usage(format!("could not read standard input: {error}")))?;
            utf8(bytes, "standard input")
        }
        Input::File(path) => {
            let name = path.display();
            let bytes = std::fs::read(path)
                .map_err(|error| Failure::usage(format!("could not read file \"{name}\": {error}")))?;
            utf8(bytes, &format!("file \"{name}\""))
        }
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A byte order mark is dropped, as psql does.
fn utf8(bytes: Vec<u8>, what: &str) -> Result<String, Failure> {
    let text = String::from_utf8(bytes)
        .map_err(|error| Failure::usage(format!("{what} is not UTF-8")).detail(error.to_string()))?;
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}
