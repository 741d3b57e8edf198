//! What comes of every sslmode with every certificate of server and client: the same as psql and libpq 18 get with the
//! same string from the same server. Where they don't connect, neither may we.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use rolescope::demo::{CertKind, Instance};

use super::judge::{Judge, Variables};
use crate::connecting::open;
use crate::servers::{block_on, instance, options, server};

const MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
const CERTS: [Option<CertKind>; 6] = [
    Some(CertKind::Good),
    Some(CertKind::WrongHost),
    Some(CertKind::Expired),
    Some(CertKind::SelfSigned),
    Some(CertKind::OtherAuthority),
    None,
];
/// Files of CAs: none, the server's, another's, one that isn't there, one that is none; and the machine's own.
const ROOTS: [&str; 6] = ["", "right.crt", "wrong.crt", "missing.crt", "garbage.crt", "system"];
/// Our certificate and key: none, good, by another CA, with another's key, and without a key.
const CLIENTS: [&str; 5] = [
    "",
    "sslcert=$T/good.crt sslkey=$T/good.key",
    "sslcert=$T/unknown.crt sslkey=$T/unknown.key",
    "sslcert=$T/good.crt sslkey=$T/unknown.key",
    "sslcert=$T/good.crt sslkey=$T/missing.key",
];
/// Lines of pg_hba.conf: with TLS or without, with TLS alone, a certificate that names the role, any good certificate.
const HBA: [&str; 4] = [
    "host all lax 127.0.0.1/32 trust",
    "hostssl all strict 127.0.0.1/32 trust",
    "hostssl all certified 127.0.0.1/32 cert",
    "hostssl all verified 127.0.0.1/32 trust clientcert=verify-ca",
];
const HOSTS: [&str; 3] =
    ["host=localhost hostaddr=127.0.0.1", "host=127.0.0.1", "host=db.example hostaddr=127.0.0.1"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Encrypted,
    Plain,
    Fails,
}

fn outcome(connects: bool, encrypted: bool) -> Outcome {
    match (connects, encrypted) {
        (true, true) => Outcome::Encrypted,
        (true, false) => Outcome::Plain,
        (false, _) => Outcome::Fails,
    }
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, PermissionsExt::from_mode(0o600)).unwrap();
}

/// A server with that certificate and the files of its clients.
fn start(major: u16, cert: Option<CertKind>, folder: &Path) -> Instance {
    let mut wanted = options(major);
    wanted.tls = cert.is_some();
    wanted.cert = cert.unwrap_or_default();
    let lines = HBA.iter().filter(|line| cert.is_some() || line.starts_with("host "));
    wanted.hba.extend(lines.map(|line| (*line).to_owned()));
    let own = instance(&wanted);
    let roles = "CREATE ROLE lax LOGIN; CREATE ROLE strict LOGIN; CREATE ROLE certified LOGIN; CREATE ROLE verified LOGIN";
    own.run_local("postgres", roles).unwrap();
    let other = &server(18).instance;
    for (name, from) in [("good", &own), ("unknown", other)] {
        let pair = from.client_cert("certified").unwrap();
        write(&folder.join(format!("{name}.crt")), &pair.cert);
        write(&folder.join(format!("{name}.key")), &pair.key);
    }
    fs::copy(own.ca_path(), folder.join("right.crt")).unwrap();
    fs::copy(other.ca_path(), folder.join("wrong.crt")).unwrap();
    fs::write(folder.join("garbage.crt"), "no certificate\n").unwrap();
    own
}

/// The strings of the matrix, without port and database.
fn cells() -> Vec<String> {
    let mut cells = Vec::new();
    for mode in MODES {
        for role in ["lax", "strict"] {
            for roots in ROOTS {
                // The name matters where it is verified.
                let hosts = if mode == "verify-full" { &HOSTS[..] } else { &HOSTS[..1] };
                for host in hosts {
                    cells.push(format!("{host} user={role} {} sslmode={mode}", said_roots(roots)));
                }
            }
        }
        for role in ["lax", "strict", "certified", "verified"] {
            for client in CLIENTS {
                let roots = if mode == "require" { &["", "right.crt"][..] } else { &["right.crt"] };
                for roots in roots {
                    let roots = said_roots(roots);
                    cells.push(format!("{} user={role} {roots} {client} sslmode={mode}", HOSTS[0]));
                }
            }
        }
    }
    // Before TLS 1.3 the server's verdict on our certificate is part of the handshake.
    for mode in &MODES[1..4] {
        for role in ["lax", "certified"] {
            for client in &CLIENTS[1..4] {
                let old = "ssl_max_protocol_version=TLSv1.2";
                cells.push(format!("{} user={role} {old} {client} sslmode={mode}", HOSTS[0]));
            }
        }
    }
    for mode in ["require", "verify-full"] {
        for client in &CLIENTS[..3] {
            let roots = "sslrootcert=$T/right.crt";
            cells.push(format!(
                "{} user=certified {roots} {client} sslmode={mode} sslnegotiation=direct",
                HOSTS[0]
            ));
        }
    }
    cells
}

fn said_roots(roots: &str) -> String {
    match roots {
        "" => String::new(),
        "system" => "sslrootcert=system".to_owned(),
        file => format!("sslrootcert=$T/{file}"),
    }
}

fn psql(text: &str, home: &Path) -> Outcome {
    let query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let mut command = Command::new("psql");
    command.args(["-XAtwq", "-c", query, text]).env_clear().env("HOME", home);
    let output =
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).output().expect("psql runs");
    outcome(output.status.success(), output.stdout.starts_with(b"t"))
}

/// What psql of this machine cannot tell: it is older.
fn knows(psql: u16, cell: &str) -> bool {
    (psql >= 17 || !cell.contains("sslnegotiation")) && (psql >= 16 || !cell.contains("sslrootcert=system"))
}

fn psql_major() -> u16 {
    let output = Command::new("psql").arg("--version").output().expect("psql runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().nth(2).expect("a version");
    version.split(|c: char| !c.is_ascii_digit()).next().and_then(|major| major.parse().ok()).expect("a major")
}

/// How often we connect encrypted, in plain text and not at all; and what differs.
type Row = ([usize; 3], Vec<String>);

async fn row(major: u16, cert: Option<CertKind>) -> Row {
    let folder = tempfile::tempdir().unwrap();
    let own = start(major, cert, folder.path());
    let mut judge = Judge::start();
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    let env = Variables::from([("HOME".to_owned(), home.to_string_lossy().into_owned())]);
    let psql_major = psql_major();
    let (mut wrong, mut tally) = (Vec::new(), [0; 3]);
    let cells = cells();
    for (at, cell) in cells.iter().enumerate() {
        let text = cell.replace("$T", &folder.path().to_string_lossy());
        let text = format!("{text} port={} dbname=postgres", own.port());
        let opened = open(&text, Some(&home)).await;
        let said = opened.as_ref().err().map(|error| error.message.clone());
        let ours = (outcome(opened.is_ok(), opened.is_ok_and(|connection| connection.tls.is_some())), said);
        tally[ours.0 as usize] += 1;
        let libpq = judge.connect(&[("dbname", &text)], &env);
        let mut theirs = vec![("libpq", outcome(libpq.ok, libpq.ssl))];
        // psql takes longer than all else: it looks at the cells with our certificates, and at a sample of the others.
        if knows(psql_major, cell) && (cell.contains("sslcert=") || at % 5 == 0) {
            theirs.push(("psql", psql(&text, &home)));
        }
        for (who, theirs) in theirs {
            if theirs != ours.0 {
                wrong.push(format!(
                    "{cert:?} {cell}: {who} {theirs:?}, ours {ours:?}; libpq: {}",
                    libpq.error
                ));
            }
        }
    }
    (tally, wrong)
}

#[test]
fn nothing_connects_where_psql_refuses() {
    let major = 18;
    let rows: Vec<Row> = std::thread::scope(|scope| {
        let rows: Vec<_> =
            CERTS.map(|cert| scope.spawn(move || block_on(row(major, cert)))).into_iter().collect();
        rows.into_iter().map(|row| row.join().expect("a row of the matrix")).collect()
    });
    let tally = [0, 1, 2].map(|at| rows.iter().map(|(tally, _)| tally[at]).sum::<usize>());
    let wrong: Vec<String> = rows.into_iter().flat_map(|(_, wrong)| wrong).collect();
    println!("encrypted, plain, refused: {tally:?}");
    assert!(tally.iter().all(|count| *count > 100), "{tally:?}");
    assert!(wrong.is_empty(), "{} of {tally:?} cells differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// OpenSSL finds the machine's CAs where SSL_CERT_FILE says.
#[test]
fn the_systems_roots_are_those_of_libpq() {
    let (one, mut judge) = (&server(18).instance, Judge::start());
    let home = tempfile::tempdir().unwrap();
    let text = one.conninfo_with_password("rdsadmin", one.password(), "postgres") + " sslrootcert=system";
    let ca = one.ca_path().to_string_lossy().into_owned();
    let home_var = ("HOME".to_owned(), home.path().to_string_lossy().into_owned());
    for (trusted, other) in [(true, ""), (false, ""), (true, "sslmode=require"), (true, "host=db.example")] {
        let mut env = Variables::from([home_var.clone()]);
        if trusted {
            env.insert("SSL_CERT_FILE".to_owned(), ca.clone());
        }
        let text = format!("{text} {other}");
        let libpq = judge.connect(&[("dbname", &text)], &env);
        let mut program = Command::new(env!("CARGO_BIN_EXE_rolescope"));
        let output = program.args(["status", "-w", &text]).env_clear().envs(&env).output().unwrap();
        let ours = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.status.success(), libpq.ok),
            (trusted && other.is_empty(), trusted && other.is_empty()),
            "{ours} {}",
            libpq.error
        );
    }
}
