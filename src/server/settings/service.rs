//! Service files: named groups of settings.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::keywords;
use super::pairs::{Origin, Pairs};
use crate::server::connect_error::ConnectError;

/// Fills in what the service says, if one is named: the user's file first, then the system's.
pub(super) fn fill(pairs: &mut Pairs, environment: &Environment) -> Result<(), ConnectError> {
    let service = pairs.get("service").or_else(|| environment.var("PGSERVICE"));
    let Some(service) = service.map(str::to_owned) else { return Ok(()) };
    let said = pairs.get("servicefile").or_else(|| environment.var("PGSERVICEFILE"));
    let user_file = match said {
        Some(path) => {
            let path = PathBuf::from(path);
            if !path.exists() {
                return Err(ConnectError::invalid(format!("service file \"{}\" not found", path.display())));
            }
            Some(path)
        }
        None => environment.in_home(".pg_service.conf").filter(|path| path.exists()),
    };
    let system_files =
        system_dirs(environment).map(|dir| dir.join("pg_service.conf")).filter(|path| path.exists());
    for path in user_file.into_iter().chain(system_files) {
        let text = std::fs::read_to_string(&path).map_err(|error| {
            ConnectError::invalid(format!("could not read service file \"{}\": {error}", path.display()))
        })?;
        if let Some(section) = section(&text, &service, &path)? {
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

type Section = Vec<(&'static str, String)>;

/// The pairs of `[service]`, if the file has it; the first one counts.
fn section(text: &str, service: &str, path: &Path) -> Result<Option<Section>, ConnectError> {
    let mut found: Option<Section> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
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
            section.push(pair(line).map_err(|problem| {
                let place = format!("service file \"{}\", line {}", path.display(), number + 1);
                ConnectError::invalid(format!("{problem} in {place}"))
            })?);
        }
    }
    Ok(found)
}

fn pair(line: &str) -> Result<(&'static str, String), String> {
    if line.starts_with("ldap") {
        return Err("an LDAP lookup, which is not supported, stands".to_owned());
    }
    let (name, value) = line.split_once('=').ok_or("syntax error")?;
    match keywords::find(name) {
        Some("service" | "servicefile") => Err("a nested service, which libpq refuses, stands".to_owned()),
        Some(keyword) => Ok((keyword, value.to_owned())),
        None => Err(format!("invalid connection option \"{name}\"")),
    }
}

/// The services that there are, each with its file. What is wrong in a file is told when a service of it is used.
pub(super) fn names(environment: &Environment) -> Vec<(String, PathBuf)> {
    let user_file = match environment.var("PGSERVICEFILE") {
        Some(path) => Some(PathBuf::from(path)),
        None => environment.in_home(".pg_service.conf"),
    };
    let system_files = system_dirs(environment).map(|dir| dir.join("pg_service.conf"));
    let mut names: Vec<(String, PathBuf)> = Vec::new();
    for path in user_file.into_iter().chain(system_files) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for line in text.lines() {
            let name = line.trim().strip_prefix('[').and_then(|line| line.split_once(']'));
            if let Some((name, _)) = name
                && !names.iter().any(|(other, _)| other == name)
            {
                names.push((name.to_owned(), path.clone()));
            }
        }
    }
    names
}
