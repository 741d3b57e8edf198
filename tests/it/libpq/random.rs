//! Connection strings, URIs, service files and password files at random: mostly well-formed, some damaged.

use fastrand::Rng;

use super::case::{Case, File, PASSFILE, SERVICES, SYSTEM_SERVICES};

/// Values that a keyword has, and some that it has not.
const VALUES: &[(&str, &[&str])] = &[
    (
        "host",
        &[
            "localhost",
            "127.0.0.1",
            "::1",
            "$T",
            "/nowhere",
            "@nobody",
            "",
            "localhost,$T",
            "127.0.0.1,,$T",
            "a,b",
        ],
    ),
    (
        "hostaddr",
        &[
            "127.0.0.1",
            "::1",
            "127.1",
            "127.0.0.2,::1",
            "127.0x1",
            "127.00.1",
            "127.0.0.256",
            "",
            "127.0.0.1,",
            "x",
        ],
    ),
    (
        "port",
        &["1", "2", "5432", "1,2", ",2", "65535", "65536", "0", "-1", " 7 ", "+8", "09", "x", "", "1,2,3"],
    ),
    ("user", &["ana", "a b", "", "o'hara", "back\\slash", "ü", "x"]),
    ("dbname", &["shop", "a b", "", "host=x", "ana", "rdsadmin", "ü"]),
    ("password", &["s3cret", "a b'c\\d", "", "p:w", "ü%41"]),
    ("passfile", &["$T/pass", "$T/missing", "", "$T"]),
    ("service", &["shop", "other", "", "none", "a]b", "sh"]),
    ("sslmode", &["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "", "Require", "yes"]),
    ("sslrootcert", &["system", "$T/root.crt", "", "System"]),
    ("sslnegotiation", &["postgres", "direct", "", "d"]),
    ("sslcertmode", &["disable", "allow", "require", "", "prefer"]),
    ("sslsni", &["0", "1", "", "yes"]),
    ("ssl_min_protocol_version", &["TLSv1", "tlsv1.1", "TLSv1.2", "TLSv1.3", "", "SSLv3"]),
    ("ssl_max_protocol_version", &["TLSv1", "tlsv1.1", "TLSv1.2", "TLSv1.3", "", "TLSv2"]),
    ("channel_binding", &["disable", "prefer", "require", "", "x"]),
    ("connect_timeout", &["0", "1", "-1", "10", "", " 5", "5 ", "x", "99999999999", "+2", "1.5"]),
    ("keepalives", &["0", "1", "", "no", "2"]),
    ("keepalives_idle", &["0", "1", "", "x"]),
    ("keepalives_interval", &["3", "", "\t4"]),
    ("keepalives_count", &["5", "-5", "\u{a0}5", "y"]),
    ("tcp_user_timeout", &["6", "", "6 6"]),
    (
        "target_session_attrs",
        &["any", "read-write", "read-only", "primary", "standby", "prefer-standby", "", "x"],
    ),
    ("load_balance_hosts", &["disable", "random", "", "x"]),
    (
        "require_auth",
        &[
            "none",
            "password",
            "md5,scram-sha-256",
            "!password",
            "!none,!md5",
            "!a",
            "none,none",
            "md5,!none",
            "",
            ",",
            "oauth",
            "!gss,!gss",
        ],
    ),
    ("gssencmode", &["disable", "prefer", "require", "", "x"]),
    ("min_protocol_version", &["3.0", "3.2", "latest", "", "3", "2.0"]),
    ("max_protocol_version", &["3.0", "3.2", "latest", "", "4"]),
    ("application_name", &["tool", "", "a b"]),
    ("fallback_application_name", &["psql", ""]),
    ("options", &["-c lock_timeout=1s", "", "-c\\ a"]),
    ("client_encoding", &["UTF8", "LATIN1", ""]),
    ("replication", &["false", "database", ""]),
    ("sslcert", &["$T/c.crt", ""]),
    ("sslkey", &["$T/c.key", ""]),
    ("sslpassword", &["x", ""]),
    ("sslcrl", &["$T/crl", ""]),
    ("requirepeer", &["postgres", ""]),
    ("requiressl", &["1", "0", ""]),
    ("krbsrvname", &["postgres", "x"]),
    ("gsslib", &["gssapi"]),
    ("gssdelegation", &["1"]),
    ("sslcompression", &["0", "x"]),
    ("Host", &["x"]),
    ("ssl", &["true", "false"]),
    ("hots", &["x"]),
    ("", &["x"]),
];

/// Variables of the environment, and the keyword whose values they take.
const VARIABLES: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGUSER", "user"),
    ("PGDATABASE", "dbname"),
    ("PGPASSWORD", "password"),
    ("PGPASSFILE", "passfile"),
    ("PGSERVICE", "service"),
    ("PGSSLMODE", "sslmode"),
    ("PGREQUIRESSL", "requiressl"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGSSLCERTMODE", "sslcertmode"),
    ("PGSSLSNI", "sslsni"),
    ("PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"),
    ("PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
    ("PGREQUIREAUTH", "require_auth"),
    ("PGGSSENCMODE", "gssencmode"),
    ("PGMINPROTOCOLVERSION", "min_protocol_version"),
    ("PGMAXPROTOCOLVERSION", "max_protocol_version"),
    ("PGAPPNAME", "application_name"),
    ("PGOPTIONS", "options"),
    ("PGCLIENTENCODING", "client_encoding"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGSSLCRL", "sslcrl"),
    ("PGREQUIREPEER", "requirepeer"),
    ("PGKRBSRVNAME", "krbsrvname"),
];

/// Characters that mean something somewhere.
const ODD: &[&str] = &[
    " ", "'", "\\", "=", "%", "&", "@", ":", "/", "?", "#", "[", "]", ",", "*", "\t", "\n", "\r", "\u{b}",
    "\u{c}", "\u{a0}", "é", "%41", "%2", "%00", "%20", "+", "0",
];

pub fn case(rng: &mut Rng) -> Case {
    let connection = match rng.u8(..10) {
        0 => None,
        1 => Some(value("dbname", rng)),
        2..5 => Some(damaged(uri(rng), rng)),
        _ => Some(damaged(conninfo(rng), rng)),
    };
    let mut case = Case { connection, ..Case::default() };
    for (flag, keyword) in [(&mut case.host, "host"), (&mut case.port, "port"), (&mut case.user, "user")] {
        if rng.u8(..8) == 0 {
            *flag = Some(value(keyword, rng));
        }
    }
    for _ in 0..rng.u8(..4) {
        let (variable, keyword) = VARIABLES[rng.usize(..VARIABLES.len())];
        case.vars.insert(variable.to_owned(), value(keyword, rng));
    }
    files(&mut case, rng);
    case
}

fn files(case: &mut Case, rng: &mut Rng) {
    if rng.u8(..3) == 0 {
        case.files.push(file(SERVICES, damaged(services(rng), rng), rng));
    }
    if rng.u8(..4) == 0 {
        case.vars.insert("PGSYSCONFDIR".to_owned(), "$T/etc".to_owned());
        case.files.push(file(SYSTEM_SERVICES, damaged(services(rng), rng), rng));
    }
    if rng.u8(..12) == 0 {
        case.vars.insert("PGSERVICEFILE".to_owned(), "$T/services".to_owned());
        if rng.u8(..4) > 0 {
            case.files.push(file("services", services(rng), rng));
        }
    }
    if rng.bool() {
        case.files.push(file(PASSFILE, damaged(passwords(rng), rng), rng));
    }
    if rng.u8(..4) == 0 {
        case.files.push(file("pass", passwords(rng), rng));
    }
}

fn file(path: &'static str, text: String, rng: &mut Rng) -> File {
    let mode = if rng.u8(..8) == 0 { 0o644 } else { 0o600 };
    File { path, text, mode }
}

fn pick<'a>(list: &[&'a str], rng: &mut Rng) -> &'a str {
    list[rng.usize(..list.len())]
}

fn value(keyword: &str, rng: &mut Rng) -> String {
    let (_, values) = VALUES.iter().find(|(name, _)| *name == keyword).expect("a keyword with values");
    // The first are the usual ones.
    let few = values.len().min(3);
    pick(if rng.bool() { &values[..few] } else { values }, rng).to_owned()
}

/// The keywords that come first are said more often.
fn keyword(rng: &mut Rng) -> &'static str {
    let most = if rng.u8(..3) > 0 { 9 } else { VALUES.len() };
    VALUES[rng.usize(..most)].0
}

/// Sometimes a character goes, comes or changes.
fn damaged(mut text: String, rng: &mut Rng) -> String {
    if rng.u8(..5) > 0 {
        return text;
    }
    for _ in 0..rng.u8(1..3) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = places[rng.usize(..places.len())];
        if rng.bool() {
            text.insert_str(at, pick(ODD, rng));
        } else if at < text.len() {
            text.remove(at);
        }
    }
    text
}

fn conninfo(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.u8(..6) {
        let keyword = keyword(rng);
        let value = value(keyword, rng);
        let space =
            |rng: &mut Rng| if rng.u8(..8) == 0 { pick(&[" ", "\t", "\n ", "\u{b}"], rng) } else { "" };
        text += keyword;
        text += space(rng);
        text.push('=');
        text += space(rng);
        text += &quoted(&value, rng);
        text += pick(&[" ", " ", " ", "  ", "\t", "\r\n", ""], rng);
    }
    text
}

fn quoted(value: &str, rng: &mut Rng) -> String {
    let plain = !value.is_empty() && !value.contains([' ', '\'', '\\', '\t']);
    if plain && rng.u8(..4) > 0 {
        return value.to_owned();
    }
    let escaped = value.replace('\\', "\\\\").replace('\'', "\\'");
    match rng.u8(..10) {
        0 => value.to_owned(),
        1 => escaped.replace(' ', "\\ "),
        _ => format!("'{escaped}'"),
    }
}

fn uri(rng: &mut Rng) -> String {
    let mut text =
        pick(&["postgresql://", "postgres://", "postgresql://", "Postgres://", "postgresql:"], rng)
            .to_owned();
    if rng.bool() {
        text += &encoded(&value("user", rng), rng);
        if rng.bool() {
            text.push(':');
            text += &encoded(&value("password", rng), rng);
        }
        text.push('@');
    }
    let hosts = ["localhost", "127.0.0.1", "[::1]", "", "%2Fnowhere", "$T", "[]", "[::1", "a b"];
    for at in 0..rng.u8(..4) {
        if at > 0 {
            text.push(',');
        }
        let host = pick(if rng.u8(..4) > 0 { &hosts[..5] } else { &hosts }, rng);
        text += &host.replace("$T", "%2Ftmp");
        if rng.bool() {
            text.push(':');
            text += pick(&["1", "2", "", "65536", "%31", "+3", " 4", "x"], rng);
        }
    }
    if rng.bool() {
        text.push('/');
        text += &encoded(&value("dbname", rng), rng);
    }
    for at in 0..rng.u8(..4) {
        text.push(if at == 0 { '?' } else { '&' });
        let keyword = keyword(rng);
        text += keyword;
        text.push('=');
        text += &encoded(&value(keyword, rng), rng);
    }
    if rng.u8(..10) == 0 {
        text += pick(&["?", "&", "#", "?&", "&&", "=", "/"], rng);
    }
    text
}

/// Percent-encoded where it has to be, more than that, or not at all.
fn encoded(value: &str, rng: &mut Rng) -> String {
    let how = rng.u8(..10);
    // The folder's place is not known yet, and has slashes.
    if how == 0 || value.contains("$T") {
        return value.to_owned();
    }
    let mut text = String::new();
    for byte in value.bytes() {
        let safe = byte.is_ascii_alphanumeric() || b"-._,".contains(&byte);
        if safe && how > 1 { text.push(char::from(byte)) } else { text += &format!("%{byte:02x}") }
    }
    text
}

fn services(rng: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.u8(..4) {
        text += pick(
            &[
                "[shop]\n",
                "[shop]\n",
                "[other]\n",
                " [shop]  \r\n",
                "[shop\n",
                "[]\n",
                "[shop]x\n",
                "[a]b]\n",
            ],
            rng,
        );
        for _ in 0..rng.u8(..4) {
            text += &line_of_service(rng);
        }
    }
    text
}

fn line_of_service(rng: &mut Rng) -> String {
    match rng.u8(..20) {
        0 => "# a comment\n".to_owned(),
        1 => "\n \t\n".to_owned(),
        2 => "no equals sign\n".to_owned(),
        3 => format!("application_name={}\n", "x".repeat(rng.usize(995..1015))),
        4 => format!("  user={}  \r\n", value("user", rng)),
        5 => "servicefile=x\n".to_owned(),
        _ => {
            let keyword = keyword(rng);
            format!("{keyword}={}\n", value(keyword, rng))
        }
    }
}

fn passwords(rng: &mut Rng) -> String {
    let mut text = String::new();
    for at in 0..rng.u8(..5) {
        let hosts = [
            "*",
            "localhost",
            "127.0.0.1",
            "$T",
            "\\:\\:1",
            "::1",
            "/var/run/postgresql",
            "",
            "@nobody",
            "*x",
        ];
        let fields = [
            pick(&hosts, rng).to_owned(),
            pick(&["*", "*", "1", "2", "5432", "", "\\*", "01"], rng).to_owned(),
            pick(&["*", "*", "shop", "ana", "a b", "\\shop", ""], rng).to_owned(),
            pick(&["*", "*", "ana", "a b", "back\\\\slash", "ü", "ana\\"], rng).to_owned(),
        ];
        text += pick(&["", "", "", "", "#", " "], rng);
        text += &fields.join(":");
        let passwords = ["secret", "a\\:b", "a:b", "", "back\\\\", "end\\", "ü", " x "];
        text += &format!(":{}{at}", pick(&passwords, rng));
        text += pick(&["\n", "\n", "\r\n", "\r", "", "\\\n", "\n\n"], rng);
    }
    text
}
