//! `postgresql://` URIs, by the rules of libpq.

use percent_encoding::percent_decode_str;

use super::pairs::{Origin, Pairs};
use crate::server::connect_error::ConnectError;

const PREFIXES: [&str; 2] = ["postgresql://", "postgres://"];

/// Whether the text says that it is a URI.
pub(super) fn is_uri(text: &str) -> bool {
    PREFIXES.iter().any(|prefix| text.starts_with(prefix))
}

/// Parses a URI. Messages name the part that is wrong and never repeat the whole, which may hold a password.
pub(super) fn parse(text: &str) -> Result<Pairs, ConnectError> {
    let mut pairs = Pairs::default();
    let rest = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    let rest = credentials(rest, &mut pairs)?;
    let rest = hosts(rest, &mut pairs)?;
    let (database, query) = match rest.strip_prefix('/') {
        Some(path) => match path.split_once('?') {
            Some((database, query)) => (database, Some(query)),
            None => (path, None),
        },
        None => ("", rest.strip_prefix('?')),
    };
    store_decoded(&mut pairs, "dbname", database)?;
    if let Some(query) = query.filter(|query| !query.is_empty()) {
        // A trailing "&" is accepted, as libpq does.
        for parameter in query.strip_suffix('&').unwrap_or(query).split('&') {
            parse_parameter(parameter, &mut pairs)?;
        }
    }
    Ok(pairs)
}

/// `user:password@`, if an `@` stands before the first slash.
fn credentials<'a>(text: &'a str, pairs: &mut Pairs) -> Result<&'a str, ConnectError> {
    let Some(at) = text.find(['@', '/']).filter(|&at| text[at..].starts_with('@')) else {
        return Ok(text);
    };
    let (user, password) = text[..at].split_once(':').unwrap_or((&text[..at], ""));
    store_decoded(pairs, "user", user)?;
    if !password.is_empty() {
        let password =
            decode(password).ok_or_else(|| invalid("the password in the URI is not percent-encoded well"))?;
        pairs.set("password", password, Origin::Conninfo);
    }
    Ok(&text[at + 1..])
}

/// `host:port,host:port`; gives back what follows.
fn hosts<'a>(text: &'a str, pairs: &mut Pairs) -> Result<&'a str, ConnectError> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    let mut rest = text;
    loop {
        let (host, after) = one_host(rest)?;
        let (port, after) = match after.strip_prefix(':') {
            Some(port) => port.split_at(port.find(['/', '?', ',']).unwrap_or(port.len())),
            None => ("", after),
        };
        // An unescaped slash in a password makes the rest of it a port here, so the value is not repeated.
        if !port.bytes().all(|byte| byte.is_ascii_digit() || b"% +".contains(&byte)) {
            return Err(invalid("invalid port number in the URI")
                .hint("In a user name or password, \"/\" is written %2F, \"@\" %40 and \":\" %3A."));
        }
        hosts.push(host);
        ports.push(port);
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => {
                store_decoded(pairs, "host", &hosts.join(","))?;
                store_decoded(pairs, "port", &ports.join(","))?;
                return Ok(after);
            }
        }
    }
}

fn one_host(text: &str) -> Result<(&str, &str), ConnectError> {
    let Some(bracketed) = text.strip_prefix('[') else {
        return Ok(text.split_at(text.find([':', '/', '?', ',']).unwrap_or(text.len())));
    };
    let Some((address, rest)) = bracketed.split_once(']') else {
        return Err(invalid("no matching \"]\" for an IPv6 host address in the URI"));
    };
    if address.is_empty() {
        return Err(invalid("IPv6 host address may not be empty in the URI"));
    }
    match rest.chars().next() {
        None | Some(':' | '/' | '?' | ',') => Ok((address, rest)),
        Some(c) => Err(invalid(format!("unexpected character \"{c}\" after \"]\" in the URI"))),
    }
}

fn parse_parameter(parameter: &str, pairs: &mut Pairs) -> Result<(), ConnectError> {
    let Some((name, value)) = parameter.split_once('=') else {
        return Err(invalid(format!("missing \"=\" in URI query parameter \"{parameter}\"")));
    };
    let name = decode(name).ok_or_else(|| bad_token("name of a URI query parameter"))?;
    if value.contains('=') {
        return Err(invalid(format!("extra \"=\" in URI query parameter \"{name}\"")));
    }
    let value = decode(value).ok_or_else(|| bad_token(&format!("URI query parameter \"{name}\"")))?;
    // libpq takes over JDBC's ssl=true.
    if name == "ssl" && value == "true" {
        pairs.set("sslmode", "require".to_owned(), Origin::Conninfo);
        return Ok(());
    }
    pairs
        .store(&name, value, Origin::Conninfo)
        .map_err(|_| invalid(format!("invalid URI query parameter \"{name}\"")))
}

fn store_decoded(pairs: &mut Pairs, keyword: &'static str, text: &str) -> Result<(), ConnectError> {
    if !text.is_empty() {
        let value = decode(text).ok_or_else(|| bad_token(&format!("the {keyword} of the URI")))?;
        pairs.set(keyword, value, Origin::Conninfo);
    }
    Ok(())
}

fn bad_token(place: &str) -> ConnectError {
    invalid(format!("invalid percent-encoding in {place}"))
}

fn invalid(message: impl Into<String>) -> ConnectError {
    ConnectError::invalid(message)
}

/// None if a `%` isn't followed by two hexadecimal digits, or stands for a zero byte. Spaces around the text are cut
/// off and others are an error, since libpq 18.
fn decode(text: &str) -> Option<String> {
    let text = text.trim_matches(' ');
    if text.contains(' ') {
        return None;
    }
    let bytes = text.as_bytes();
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%') {
        let digits = bytes.get(at + 1..at + 3)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) || digits == b"00" {
            return None;
        }
    }
    percent_decode_str(text).decode_utf8().ok().map(|value| value.into_owned())
}
