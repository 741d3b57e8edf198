//! Service files: named groups of settings.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::keywords;
use super::pairs::{Origin, Pairs};
use super::values::is_space;
use crate::server::connect_error::ConnectError;

/// Fills in what the service says, if one is named: the user's file first, then the system's.
pub(super) fn fill(pairs: &mut Pairs, environment: &Environment) -> Result<(), ConnectError> {
    let service = pairs.get("service").or_else(|| environment.var("PGSERVICE"));
    let Some(service) = service.map(str::to_owned) else { return Ok(()) };
    let said = pairs.get("servicefile").or_else(|| environment.var("PGSERVICEFILE"));
    let user_file = match said {
        Some(path) => Some(PathBuf::from(path)),
        None => environment.in_home(".pg_service.conf").filter(|path| path.exists()),
    };
    let system_files =
        system_dirs(environment).map(|dir| dir.join("pg_service.conf")).filter(|path| path.exists());
    for path in user_file.into_iter().chain(system_files) {
        if let Some(section) = section(&read(&path)?, &service, &path)? {
            for (keyword, value) in section {
                pairs.fill(keyword, value, Origin::Service);
            }
            return Ok(());
        }
    }
    Err(ConnectError::invalid(format!("definition of service \"{service}\" not found")))
}

fn system_dirs(environment: &Environment) -> impl Iterator<Item = PathBuf> + '_ {
    let said = environment.var("PGSYSCONFDIR").map(PathBuf::from);
    let usual = if said.is_some() { &[][..] } else { &environment.sysconf_dirs[..] };
    said.into_iter().chain(usual.iter().cloned())
}

/// The file's bytes: other services may be written in other encodings.
fn read(path: &Path) -> Result<Vec<u8>, ConnectError> {
    // libpq opens a folder, and finds no line in it.
    if path.is_dir() {
        return Ok(Vec::new());
    }
    std::fs::read(path).map_err(|error| {
        ConnectError::invalid(format!("service file \"{}\" not found", path.display()))
            .detail(error.to_string())
    })
}

type Section = Vec<(&'static str, String)>;

/// libpq reads lines into 1024 bytes, newline and final zero byte among them, and gives up on a line that fills them.
const TOO_LONG: usize = 1023;

/// The pairs of `[service]`, if the file has it; the first one counts.
fn section(text: &[u8], service: &str, path: &Path) -> Result<Option<Section>, ConnectError> {
    let mut found: Option<Section> = None;
    for (number, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let problem = |problem: &str| {
            let place = format!("service file \"{}\", line {}", path.display(), number + 1);
            Err(ConnectError::invalid(format!("{problem} in {place}")))
        };
        if line.len() >= TOO_LONG {
            return problem("a line that is too long");
        }
        let line = String::from_utf8_lossy(line);
        let line = line.trim_matches(is_space);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            if found.is_some() {
                return Ok(found);
            }
            if name.strip_prefix(service).is_some_and(|rest| rest.starts_with(']')) {
                found = Some(Section::new());
            }
        } else if let Some(section) = &mut found {
            match pair(line) {
                Ok(pair) => section.push(pair),
                Err(words) => return problem(&words),
            }
        }
    }
    Ok(found)
}

fn pair(line: &str) -> Result<(&'static str, String), String> {
    if line.starts_with("ldap") {
        return Err("an LDAP lookup, which is not supported, stands".to_owned());
    }
    if line.contains(char::REPLACEMENT_CHARACTER) {
        return Err("a setting that is not UTF-8 stands".to_owned());
    }
    let (name, value) = line.split_once('=').ok_or("syntax error")?;
    match keywords::find(name) {
        Some("service" | "servicefile") => Err("a nested service, which libpq refuses, stands".to_owned()),
        Some(keyword) => Ok((keyword, value.to_owned())),
        None => Err(format!("invalid connection option \"{name}\"")),
    }
}

/// The services that there are, each with its file; and the files that cannot be read, with the reason. What is wrong in
/// a file is told when a service of it is used.
pub(super) fn names(environment: &Environment) -> Vec<(Result<String, String>, PathBuf)> {
    let user_file = match environment.var("PGSERVICEFILE") {
        Some(path) => Some(PathBuf::from(path)),
        None => environment.in_home(".pg_service.conf"),
    };
    let system_files = system_dirs(environment).map(|dir| dir.join("pg_service.conf"));
    let mut names: Vec<(Result<String, String>, PathBuf)> = Vec::new();
    for path in user_file.into_iter().chain(system_files).filter(|path| path.exists()) {
        let text = match std::fs::read(&path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                names.push((Err(error.to_string()), path));
                continue;
            }
        };
        for line in text.lines() {
            let name = line.trim().strip_prefix('[').and_then(|line| line.split_once(']'));
            let known = |name: &str| names.iter().any(|(other, _)| other.as_deref() == Ok(name));
            if let Some((name, _)) = name.filter(|(name, _)| !known(name)) {
                names.push((Ok(name.to_owned()), path.clone()));
            }
        }
    }
    names
}
