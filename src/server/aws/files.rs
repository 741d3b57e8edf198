//! The AWS configuration files: `~/.aws/credentials` and `~/.aws/config`, or those that variables name.
//!
//! The form is that of Python's configparser, which the AWS tools share: sections, `key = value`, lines that begin with
//! `#` or `;` are comments, and an indented line goes on with the value before it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::server::connect_error::{ConnectError, ErrorKind};
use crate::server::settings::Environment;

type Section = BTreeMap<String, String>;

/// Both files, by the names of their profiles.
pub(super) struct Files {
    credentials: BTreeMap<String, Section>,
    config: BTreeMap<String, Section>,
}

impl Files {
    /// Reads those that are there.
    pub(super) fn read(environment: &Environment) -> Result<Files, ConnectError> {
        let file = |variable, usual| match environment.var(variable).filter(|path| !path.is_empty()) {
            Some(path) => Some(expanded(path, environment)),
            None => environment.home.as_ref().map(|home| home.join(usual)),
        };
        let credentials = read(file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials"))?;
        let config = read(file("AWS_CONFIG_FILE", ".aws/config"))?;
        // A profile may be spelled in two ways: then the later one is it.
        let config = config.into_iter().filter_map(|(name, section)| Some((profile(&name)?, section)));
        Ok(Files { credentials: credentials.into_iter().collect(), config: config.collect() })
    }

    pub(super) fn has(&self, profile: &str) -> bool {
        self.credentials.contains_key(profile) || self.config.contains_key(profile)
    }

    /// A value of a profile that is not empty; that of the credentials file, if both have it.
    pub(super) fn get(&self, profile: &str, key: &str) -> Option<&str> {
        self.in_credentials(profile, key).or_else(|| self.in_config(profile, key))
    }

    pub(super) fn in_credentials(&self, profile: &str, key: &str) -> Option<&str> {
        value(&self.credentials, profile, key)
    }

    pub(super) fn in_config(&self, profile: &str, key: &str) -> Option<&str> {
        value(&self.config, profile, key)
    }
}

fn value<'a>(sections: &'a BTreeMap<String, Section>, profile: &str, key: &str) -> Option<&'a str> {
    sections.get(profile)?.get(key).map(String::as_str).filter(|value| !value.is_empty())
}

fn expanded(path: &str, environment: &Environment) -> PathBuf {
    match (path.strip_prefix("~/"), &environment.home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

/// A file that is not there is empty. What is wrong with another is told without its text: it holds keys.
fn read(path: Option<PathBuf>) -> Result<Vec<(String, Section)>, ConnectError> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let failed = |detail: String| {
        let message = format!("could not read the AWS file \"{}\"", path.display());
        ConnectError::new(ErrorKind::PasswordSource, message).detail(detail)
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error.to_string())),
    };
    parse(&text).map_err(|line| {
        failed(format!("line {line} is neither a section nor a key with its value, or comes twice"))
    })
}

/// The sections, or the number of the first line that is wrong; a section or key that comes twice is, as for the AWS
/// tools. Keys are told apart without regard to case.
fn parse(text: &str) -> Result<Vec<(String, Section)>, usize> {
    let mut sections: Vec<(String, Section)> = Vec::new();
    // The key that an indented line goes on with, and how far it is indented itself.
    let mut last: Option<(String, usize)> = None;
    let mut blank_lines = 0;
    for (number, line) in text.lines().enumerate() {
        let wrong = number + 1;
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            blank_lines += usize::from(trimmed.is_empty());
            continue;
        }
        let between = "\n".repeat(1 + std::mem::take(&mut blank_lines));
        let indent = line.len() - line.trim_start().len();
        let keys = sections.last_mut().map(|(_, keys)| keys);
        if let (Some((key, _)), Some(keys)) = (last.as_ref().filter(|(_, its)| indent > *its), keys) {
            let value = keys.entry(key.clone()).or_default();
            // What begins on the next line is settings of their own.
            if (value.is_empty() || value.starts_with('\n')) && !trimmed.contains('=') {
                return Err(wrong);
            }
            value.push_str(&between);
            value.push_str(trimmed);
        } else if let Some(header) = trimmed.strip_prefix('[') {
            let name = header.rsplit_once(']').ok_or(wrong)?.0.to_owned();
            if name.is_empty() || sections.iter().any(|(other, _)| *other == name) {
                return Err(wrong);
            }
            sections.push((name, Section::new()));
            last = None;
        } else {
            let (key, value) = trimmed.split_once(['=', ':']).ok_or(wrong)?;
            let key = key.trim().to_lowercase();
            let keys = sections.last_mut().map(|(_, keys)| keys).ok_or(wrong)?;
            if key.is_empty() || keys.insert(key.clone(), value.trim().to_owned()).is_some() {
                return Err(wrong);
            }
            last = Some((key, indent));
        }
    }
    Ok(sections)
}

/// In the config file a profile's section is called `[profile NAME]`, the name perhaps in quotes; `[default]` is one too.
/// The AWS tools look no closer at the first word than this.
fn profile(section: &str) -> Option<String> {
    if section == "default" {
        return Some(section.to_owned());
    }
    let (first, name) = section.trim_end().split_once([' ', '\t'])?;
    let name = name.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    let is_one_word = quoted.is_some() || !name.contains([' ', '\t']);
    (first.starts_with("profile") && is_one_word).then(|| quoted.unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_wrong_is_told_by_its_number() {
        assert_eq!(parse("[default]\naws_secret_access_key hunter2\n"), Err(2));
        assert_eq!(parse("key = value\n"), Err(1));
        assert_eq!(parse("# c\n\n[default\n"), Err(3));
        assert_eq!(parse("[a]\nb=c\nB=d\n"), Err(3));
        assert_eq!(parse("[a]\n[b]\n[a]\n"), Err(3));
    }

    #[test]
    fn what_is_indented_goes_on() {
        let sections =
            parse("[profile a]\ns3 =\n  region = x\n  b = c\nRegion: eu-west-1 ; no comment\n").unwrap();
        let section = &sections[0].1;
        assert_eq!(section["s3"], "\nregion = x\nb = c");
        assert_eq!(section["region"], "eu-west-1 ; no comment");
    }
}
