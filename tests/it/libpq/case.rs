//! One thing to be resolved: by us, by libpq, and whether the two agree.

use std::net::ToSocketAddrs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rolescope::server::settings::Address;
use rolescope::server::{Arguments, ConnectError, Environment, ErrorKind, Settings};
use secrecy::ExposeSecret;

use super::judge::{Judge, Outcome, Resolved, Variables};

/// What a person has said and written. `$T` in any text is the folder that the files are in.
#[derive(Debug, Clone, Default)]
pub struct Case {
    pub host: Option<String>,
    pub port: Option<String>,
    pub user: Option<String>,
    /// A connection string, a URI or a database name.
    pub connection: Option<String>,
    pub vars: Variables,
    pub files: Vec<File>,
}

/// How a case came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreed {
    /// The same values, hosts, ports and passwords, and the hosts were tried.
    Tried,
    /// The same values; the hosts may be elsewhere.
    Same,
    /// An error for both.
    BothRefuse,
    /// One of the differences that are meant.
    OnPurpose,
}

#[derive(Debug, Clone)]
pub struct File {
    pub path: &'static str,
    pub text: String,
    pub mode: u32,
}

/// The user's service file, the system's, and the password file.
pub const SERVICES: &str = "home/.pg_service.conf";
pub const SYSTEM_SERVICES: &str = "etc/pg_service.conf";
pub const PASSFILE: &str = "home/.pgpass";

/// What Debian's libpq, and so the judge's, was built with.
const SOCKETS: &str = "/var/run/postgresql";

/// A folder for the files of one case after another.
pub struct Place {
    folder: tempfile::TempDir,
    me: Option<String>,
}

impl Place {
    pub fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["home", "etc"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let me = Environment::from_process().expect("an environment").user;
        Place { folder, me }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn at(&self, text: &str) -> String {
        text.replace("$T", &self.path().to_string_lossy())
    }

    fn write(&self, files: &[File]) {
        for File { path, text, mode } in files {
            let path = self.path().join(path);
            std::fs::write(&path, self.at(text)).expect("a file");
            std::fs::set_permissions(&path, PermissionsExt::from_mode(*mode)).expect("a mode");
        }
    }

    fn clear(&self, files: &[File]) {
        for file in files {
            let _ = std::fs::remove_file(self.path().join(file.path));
        }
    }
}

impl Case {
    pub fn of(connection: &str) -> Case {
        Case { connection: Some(connection.to_owned()), ..Case::default() }
    }

    #[must_use]
    pub fn var(mut self, name: &str, value: &str) -> Case {
        self.vars.insert(name.to_owned(), value.to_owned());
        self
    }

    #[must_use]
    pub fn file(mut self, path: &'static str, text: &str) -> Case {
        self.files.push(File { path, text: text.to_owned(), mode: 0o600 });
        self
    }

    fn arguments(&self, place: &Place) -> Arguments {
        let at = |text: &Option<String>| text.as_ref().map(|text| place.at(text));
        Arguments {
            host: at(&self.host),
            port: at(&self.port),
            user: at(&self.user),
            connection: at(&self.connection),
            ..Arguments::default()
        }
    }

    /// Whether it spells a text that is not UTF-8, which we refuse even if another value comes in its place.
    fn is_foreign(&self) -> bool {
        let text = self.connection.as_deref().unwrap_or_default();
        percent_encoding::percent_decode_str(text).decode_utf8().is_err()
    }

    fn vars(&self, place: &Place) -> Variables {
        self.vars.iter().map(|(name, value)| (name.clone(), place.at(value))).collect()
    }

    /// How we and libpq agree; or how we don't, in words.
    pub fn compare(&self, place: &Place, judge: &mut Judge) -> Result<Agreed, String> {
        place.write(&self.files);
        let vars = self.vars(place);
        let home = place.path().join("home");
        let environment = Environment {
            vars: vars.clone(),
            home: Some(home.clone()),
            user: place.me.clone(),
            socket_dirs: vec![PathBuf::from(SOCKETS)],
            sysconf_dirs: vec!["/etc/postgresql-common".into()],
            ..Environment::default()
        };
        let arguments = self.arguments(place);
        let ours = Settings::resolve(&arguments, &environment);
        let said = Settings::said(&arguments, &environment);
        let mut env = vars;
        env.insert("HOME".to_owned(), home.to_string_lossy().into_owned());
        let params: Vec<(&str, &str)> = [
            ("host", &arguments.host),
            ("port", &arguments.port),
            ("user", &arguments.user),
            ("dbname", &arguments.connection),
        ]
        .into_iter()
        .filter_map(|(keyword, value)| Some((keyword, value.as_deref()?)))
        .collect();
        let theirs = judge.resolve(&params, &env);
        place.clear(&self.files);
        let said: Said = said
            .unwrap_or_default()
            .into_iter()
            .map(|(keyword, value)| (keyword, value.expose_secret().to_owned()))
            .collect();
        match (&ours, theirs.error()) {
            (Ok(ours), None) => match values(ours, &said, &theirs) {
                None if theirs.tried.is_some() => Ok(Agreed::Tried),
                None => Ok(Agreed::Same),
                Some(words) => Err(words),
            },
            (Ok(_), Some(error)) if !is_on_purpose(&error, &said) => {
                Err(format!("libpq refuses, and we don't: {error}"))
            }
            (Err(error), None) if !is_stricter(error, &theirs) && !self.is_foreign() => {
                Err(format!("we refuse, and libpq doesn't: {error} ({:?})", error.kind))
            }
            (Err(_), Some(_)) => Ok(Agreed::BothRefuse),
            _ => Ok(Agreed::OnPurpose),
        }
    }

    /// What both say of an error, for tables where there is but one.
    pub fn errors(&self, place: &Place, judge: &mut Judge) -> (Option<ConnectError>, Option<String>) {
        let environment =
            Environment { vars: self.vars(place), user: place.me.clone(), ..Environment::default() };
        let ours = Settings::resolve(&self.arguments(place), &environment).err();
        let params = [("dbname", self.connection.as_deref().unwrap_or_default())];
        (ours, judge.resolve(&params, &self.vars(place)).error())
    }
}

type Said = std::collections::BTreeMap<&'static str, String>;

impl Resolved {
    /// What libpq finds wrong with the settings; that nobody listens is no fault of theirs.
    fn error(&self) -> Option<String> {
        let stopped = self.checked.error.trim() == "invalid load_balance_hosts value: \"*stop*\"";
        if !stopped {
            return Some(self.checked.error.clone());
        }
        let tried = self.tried.as_ref()?;
        // One entry an attempt; a name in it may have several lines.
        let entries = tried.error.trim().replace("\nconnection to server", "\0connection to server");
        let wrong: Vec<&str> = entries.split('\0').filter(|entry| !is_about_network(entry)).collect();
        (!wrong.is_empty()).then(|| wrong.join("\n"))
    }
}

fn is_about_network(entry: &str) -> bool {
    let about_setting = ["for connection option", "could not parse network address", "invalid port number"];
    let about_network = [" failed: ", "Unix-domain", "could not translate host name"];
    let about = |words: &[&str]| words.iter().any(|words| entry.contains(words));
    entry.is_empty() || about(&about_network) && !about(&about_setting)
}

/// Where libpq refuses and we need not: nothing said about TLS means `require` here, which direct TLS may be used with;
/// and `servicefile` is libpq 19's.
fn is_on_purpose(error: &str, said: &Said) -> bool {
    let direct = error.contains("weak sslmode \"prefer\"") && error.contains("sslnegotiation=direct");
    (direct && !said.contains_key("sslmode")) || error.contains("\"servicefile\"")
}

/// Where we refuse and libpq does not.
fn is_stricter(error: &ConnectError, theirs: &Resolved) -> bool {
    // What it honours and we cannot; and the provider's own database.
    if matches!(error.kind, ErrorKind::Unsupported | ErrorKind::ProtectedDatabase) {
        return true;
    }
    let message = error.message.as_str();
    let info = &theirs.checked.info;
    let value = |keyword: &str| info.get(keyword).map_or("", |(value, _)| value.as_str());
    // Texts that are not UTF-8.
    if info.values().any(|(value, _)| value.contains(char::REPLACEMENT_CHARACTER)) {
        return true;
    }
    // It looks at these only when it comes to use them.
    let late =
        ["invalid port number", "could not parse network address", "load_balance_hosts", "protocol_version"];
    // What is no port in a URI may be a piece of a password, and is refused before it is shown.
    let early = message.starts_with("invalid port number in the URI");
    if early || theirs.tried.is_none() && late.iter().any(|words| message.contains(words)) {
        return true;
    }
    let tcp = theirs.tried.as_ref().is_some_and(|tried| tried.error.contains("connection to server at"));
    let keepalives_off = value("keepalives").trim().parse() == Ok(0);
    let failed = theirs.tried.as_ref().is_some_and(|tried| tried.error.contains("setsockopt"));
    message.contains("invalid integer value") && (!tcp || keepalives_off || failed)
}

fn values(ours: &Settings, said: &Said, theirs: &Resolved) -> Option<String> {
    let outcome = theirs.tried.as_ref().unwrap_or(&theirs.checked);
    said_values(said, outcome, theirs.tried.is_none())
        .or_else(|| differs("user", &ours.user, outcome.user.as_deref()))
        .or_else(|| differs("dbname", &ours.database, outcome.db.as_deref()))
        .or_else(|| ssl_mode(ours, said, outcome))
        .or_else(|| host(ours, 0, &theirs.checked))
        .or_else(|| theirs.tried.as_ref().and_then(|tried| attempts(ours, tried)))
}

fn differs(what: &str, ours: &str, theirs: Option<&str>) -> Option<String> {
    (Some(ours) != theirs).then(|| format!("{what}: ours is {ours:?}, libpq's {theirs:?}"))
}

/// Keyword by keyword, as they were said.
fn said_values(said: &Said, outcome: &Outcome, stopped: bool) -> Option<String> {
    // Filled in by either side, and looked at apart.
    let apart = |keyword: &str| {
        matches!(keyword, "user" | "dbname" | "sslmode") || (stopped && keyword == "load_balance_hosts")
    };
    for (keyword, (value, compiled)) in outcome.info.iter().filter(|(keyword, _)| !apart(keyword)) {
        let ours = said.get(keyword.as_str());
        let default = match keyword.as_str() {
            "sslcertmode" => value == "allow",
            "passfile" => value.ends_with("/home/.pgpass"),
            _ => *compiled,
        };
        let unsaid = ours.is_none() || (keyword == "passfile" && ours.is_some_and(String::is_empty));
        if ours != Some(value) && !(unsaid && default) {
            return Some(format!("{keyword}: ours is {ours:?}, libpq's {value:?}"));
        }
    }
    said.iter().filter(|(keyword, _)| !apart(keyword)).find_map(|(keyword, value)| {
        let unknown = *keyword != "servicefile" && !outcome.info.contains_key(*keyword);
        unknown.then(|| format!("{keyword}: ours is {value:?}, libpq has none"))
    })
}

fn ssl_mode(ours: &Settings, said: &Said, outcome: &Outcome) -> Option<String> {
    let theirs = outcome.info.get("sslmode").map(|(mode, _)| mode.as_str());
    let theirs = match theirs {
        Some("prefer") if !said.contains_key("sslmode") => Some("require"),
        theirs => theirs,
    };
    differs("sslmode", ours.tls.mode.as_str(), theirs)
}

/// Host, port and password of the one that libpq is at.
fn host(ours: &Settings, at: usize, outcome: &Outcome) -> Option<String> {
    let Some(host) = ours.hosts.get(at) else { return Some(format!("we have no host {at}")) };
    let named = match &host.address {
        Address::Tcp { name: Some(name), .. } => Some(name.clone()),
        Address::Unix(dir) => Some(dir.to_string_lossy().into_owned()),
        Address::Tcp { .. } => None,
    };
    let password = ours.password_for(host).map_or("", |password| password.expose_secret());
    let port = outcome.port.as_ref().and_then(|port| port.trim().parse::<u16>().ok());
    named
        .and_then(|named| differs("host", &named, outcome.host.as_deref()))
        .or_else(|| {
            (port != Some(host.port)).then(|| format!("port: ours is {}, libpq's {port:?}", host.port))
        })
        .or_else(|| differs("password", password, outcome.password.as_deref()))
}

/// All hosts, in the order of trying.
fn attempts(ours: &Settings, tried: &Outcome) -> Option<String> {
    // libpq passes keepalives of zero on, which Linux refuses; here they are the system's, as the manual has it.
    let elsewhere = ["FATAL", "Unix-domain", "setsockopt", "could not translate"];
    if tried.ok || elsewhere.iter().any(|words| tried.error.contains(words)) {
        return None;
    }
    // A message of lines cannot be taken apart where a name has several; the first host was compared.
    if outcome_has_lines(tried) {
        return None;
    }
    let mut theirs: Vec<String> = tried.error.lines().filter_map(place_of).collect();
    let mut wanted: Vec<String> = ours
        .hosts
        .iter()
        .map(|host| match &host.address {
            Address::Unix(dir) => format!("{}/.s.PGSQL.{}", dir.display(), host.port),
            Address::Tcp { addr: Some(addr), .. } => format!("{addr} {}", host.port),
            Address::Tcp { name, .. } => format!("{} {}", name.as_deref().unwrap_or_default(), host.port),
        })
        .collect();
    let shuffled = ours.load_balance && ours.hosts.len() > 1;
    if shuffled {
        theirs.sort();
        wanted.sort();
    }
    theirs.dedup();
    wanted.dedup();
    // A name may have several addresses, and the address is what an attempt is known by where it was said.
    let fits =
        theirs.len() >= wanted.len() && wanted.iter().all(|place| theirs.iter().any(|t| is_at(t, place)));
    if !fits {
        return Some(format!("hosts: ours are {wanted:?}, libpq's {theirs:?}"));
    }
    if shuffled { None } else { host(ours, ours.hosts.len() - 1, tried) }
}

fn outcome_has_lines(outcome: &Outcome) -> bool {
    outcome.info.get("host").is_some_and(|(host, _)| host.contains('\n'))
}

fn is_at(theirs: &str, wanted: &str) -> bool {
    theirs == wanted
        || theirs.split_once('|').is_some_and(|(named, by_address)| named == wanted || by_address == wanted)
}

/// Out of libpq's message: the socket, or `NAME PORT|ADDRESS PORT`.
fn place_of(line: &str) -> Option<String> {
    if let Some((_, rest)) = line.split_once("on socket \"") {
        return rest.rsplit_once("\" failed").map(|(path, _)| path.to_owned());
    }
    let (_, rest) = line.split_once("connection to server at \"")?;
    let (place, _) = rest.rsplit_once(" failed: ")?;
    let (place, port) = place.rsplit_once(", port ")?;
    let port: u16 = port.trim().parse().ok()?;
    match place.rsplit_once("\" (") {
        Some((name, addr)) => Some(format!("{name} {port}|{} {port}", addr.trim_end_matches(')'))),
        None => {
            // As 127.1 is an address in other words.
            let name = place.trim_end_matches('"');
            let addr = (name, port).to_socket_addrs().ok()?.next()?.ip();
            Some(format!("{name} {port}|{addr} {port}"))
        }
    }
}
