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
        let config = config.into_iter().filter_map(|(name, section)| Some((profile(&name)?, section)));
        Ok(Files { credentials, config: config.collect() })
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
fn read(path: Option<PathBuf>) -> Result<BTreeMap<String, Section>, ConnectError> {
    let Some(path) = path else { return Ok(BTreeMap::new()) };
    let failed = |detail: String| {
        let message = format!("could not read the AWS file \"{}\"", path.display());
        ConnectError::new(ErrorKind::PasswordSource, message).detail(detail)
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed(error.to_string())),
    };
    parse(&text).map_err(|line| failed(format!("line {line} is neither a section nor a key with its value")))
}

/// The sections, or the number of the first line that is wrong. Keys are told apart without regard to case.
fn parse(text: &str) -> Result<BTreeMap<String, Section>, usize> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut at: Option<(String, Option<String>)> = None;
    for (number, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        let indented = line.starts_with([' ', '\t']);
        match &mut at {
            Some((section, Some(key))) if indented => {
                if let Some(value) = sections.get_mut(section).and_then(|section| section.get_mut(key)) {
                    value.push('\n');
                    value.push_str(trimmed);
                }
            }
            _ if trimmed.starts_with('[') => {
                let name = trimmed[1..].split_once(']').ok_or(number + 1)?.0;
                sections.entry(name.to_owned()).or_default();
                at = Some((name.to_owned(), None));
            }
            Some((section, last)) => {
                let (key, value) = trimmed.split_once(['=', ':']).ok_or(number + 1)?;
                let key = key.trim().to_lowercase();
                sections.entry(section.clone()).or_default().insert(key.clone(), value.trim().to_owned());
                *last = Some(key);
            }
            None => return Err(number + 1),
        }
    }
    Ok(sections)
}

/// In the config file a profile's section is called `[profile NAME]`, the name perhaps in quotes; `[default]` is one too.
fn profile(section: &str) -> Option<String> {
    if section == "default" {
        return Some(section.to_owned());
    }
    let name = section.strip_prefix("profile")?;
    if !name.starts_with([' ', '\t']) {
        return None;
    }
    let name = name.trim();
    let unquoted = ['"', '\''].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote));
    Some(unquoted.unwrap_or(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_wrong_is_told_by_its_number() {
        assert_eq!(parse("[default]\naws_secret_access_key hunter2\n"), Err(2));
        assert_eq!(parse("key = value\n"), Err(1));
        assert_eq!(parse("# c\n\n[default\n"), Err(3));
    }

    #[test]
    fn what_is_indented_goes_on() {
        let sections =
            parse("[profile a]\ns3 =\n  region = x\n  b = c\nRegion: eu-west-1 ; no comment\n").unwrap();
        let section = &sections["profile a"];
        assert_eq!(section["s3"], "\nregion = x\nb = c");
        assert_eq!(section["region"], "eu-west-1 ; no comment");
    }
}
