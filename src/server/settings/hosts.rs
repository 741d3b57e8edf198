//! The list of servers to try: `host`, `hostaddr` and `port`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::environment::Environment;
use super::pairs::Pairs;
use super::values::is_space;
use crate::server::connect_error::ConnectError;

/// One server to try.
#[derive(Debug, Clone)]
pub struct Host {
    /// How to reach it.
    pub address: Address,
    /// Its port; for a Unix socket part of the file's name.
    pub port: u16,
    /// What the password file calls it: host and port as they were said.
    pub(crate) in_passfile: (String, String),
    /// What the password file has for it.
    pub(crate) password: Option<SecretString>,
}

/// How to reach a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// By TCP: the name to look up and to check the certificate against, and the address that spares the look-up.
    Tcp {
        /// `host`, unless only `hostaddr` was said.
        name: Option<String>,
        /// `hostaddr`.
        addr: Option<IpAddr>,
    },
    /// By a Unix socket in this folder; a leading `@` means Linux's abstract namespace.
    Unix(PathBuf),
}

impl Host {
    /// The name for people: host name, address or socket folder.
    pub fn name(&self) -> String {
        match &self.address {
            // What stands before an @ was to be a password, in a URI where it is not written as %40.
            Address::Tcp { name: Some(name), .. } => match name.rsplit_once('@') {
                Some((_, host)) => format!("***@{host}"),
                None => name.clone(),
            },
            Address::Tcp { addr: Some(addr), .. } => addr.to_string(),
            Address::Tcp { .. } => "localhost".to_owned(),
            Address::Unix(dir) => dir.display().to_string(),
        }
    }

    /// Whether it is reached by a Unix socket.
    pub fn is_unix(&self) -> bool {
        matches!(self.address, Address::Unix(_))
    }
}

const DEFAULT_PORT: u16 = 5432;

pub(super) fn resolve(pairs: &Pairs, environment: &Environment) -> Result<Vec<Host>, ConnectError> {
    let names = list(pairs.nonempty("host"));
    let addrs = list(pairs.nonempty("hostaddr"));
    if !names.is_empty() && !addrs.is_empty() && names.len() != addrs.len() {
        return Err(ConnectError::invalid(format!(
            "could not match {} host names to {} hostaddr values",
            names.len(),
            addrs.len()
        )));
    }
    let count = names.len().max(addrs.len()).max(1);
    let ports = list(pairs.nonempty("port"));
    if ports.len() > 1 && ports.len() != count {
        return Err(ConnectError::invalid(format!(
            "could not match {} port numbers to {count} hosts",
            ports.len()
        )));
    }
    (0..count)
        .map(|at| {
            let said_port = ports.get(at).or(ports.first()).copied().unwrap_or("");
            let port = parse_port(said_port)?;
            let name = names.get(at).copied().unwrap_or("");
            let addr = addrs.get(at).copied().unwrap_or("");
            let address = address(name, addr, port, environment)?;
            let in_passfile = in_passfile(&address, [name, addr], said_port, environment);
            Ok(Host { address, port, in_passfile, password: None })
        })
        .collect()
}

fn list(text: Option<&str>) -> Vec<&str> {
    text.map(|text| text.split(',').collect()).unwrap_or_default()
}

fn parse_port(text: &str) -> Result<u16, ConnectError> {
    if text.is_empty() {
        return Ok(DEFAULT_PORT);
    }
    match text.trim_matches(is_space).parse::<u16>() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(ConnectError::invalid(format!("invalid port number: \"{text}\""))),
    }
}

/// The password file knows a server by the words that were said, and calls the default socket folder `localhost`.
fn in_passfile(
    address: &Address,
    [name, addr]: [&str; 2],
    port: &str,
    environment: &Environment,
) -> (String, String) {
    let host = match address {
        // Letter by letter, so that a slash at the end is another folder.
        Address::Unix(_) if environment.socket_dirs.iter().any(|dir| dir.as_os_str() == name) => "localhost",
        _ if !name.is_empty() => name,
        _ if !addr.is_empty() => addr,
        _ => "localhost",
    };
    let port = if port.is_empty() { DEFAULT_PORT.to_string() } else { port.to_owned() };
    (host.to_owned(), port)
}

fn address(name: &str, addr: &str, port: u16, environment: &Environment) -> Result<Address, ConnectError> {
    if !addr.is_empty() {
        let addr = parse_addr(addr)
            .ok_or_else(|| ConnectError::invalid(format!("could not parse network address \"{addr}\"")))?;
        let name = (!name.is_empty()).then(|| name.to_owned());
        return Ok(Address::Tcp { name, addr: Some(addr) });
    }
    if name.is_empty() {
        return Ok(default_address(port, environment));
    }
    if is_socket_dir(name) {
        return Ok(Address::Unix(PathBuf::from(name)));
    }
    Ok(Address::Tcp { name: Some(name.to_owned()), addr: None })
}

/// An address as the C library reads it. It takes 127.1 too, 0x7f000001, and octal numbers.
fn parse_addr(text: &str) -> Option<IpAddr> {
    if text.contains(':') {
        return text.parse().ok();
    }
    let parts = text.split('.').map(parse_number).collect::<Option<Vec<u32>>>()?;
    // The last part fills all bytes that are left.
    let (last, bytes) = parts.split_last().filter(|(_, bytes)| bytes.len() < 4)?;
    let left = 32 - 8 * u32::try_from(bytes.len()).ok()?;
    if bytes.iter().any(|byte| *byte > 255) || (left < 32 && *last >= 1 << left) {
        return None;
    }
    let high = bytes.iter().zip([24, 16, 8]).map(|(byte, shift)| byte << shift).sum::<u32>();
    Some(IpAddr::V4((high | last).into()))
}

/// A number as in C: decimal, octal or hexadecimal.
fn parse_number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    // Rust would take a sign.
    if digits.starts_with('+') { None } else { u32::from_str_radix(digits, radix).ok() }
}

fn is_socket_dir(name: &str) -> bool {
    name.starts_with('/') || name.starts_with('@')
}

/// libpq's default is the socket folder it was built with; here it is the first that has a server's socket.
fn default_address(port: u16, environment: &Environment) -> Address {
    let dirs = &environment.socket_dirs;
    let with_socket = dirs.iter().find(|dir| socket_path(dir, port).exists());
    match with_socket.or(dirs.first()) {
        Some(dir) => Address::Unix(dir.clone()),
        None => Address::Tcp { name: Some("localhost".to_owned()), addr: None },
    }
}

/// The socket's file in its folder.
pub(crate) fn socket_path(dir: &Path, port: u16) -> PathBuf {
    dir.join(format!(".s.PGSQL.{port}"))
}
