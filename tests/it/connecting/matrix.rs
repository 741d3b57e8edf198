//! Every sslmode with every certificate, file of roots and kind of host name. The expectation is written after libpq's
//! documentation ("SSL Support"); psql 15 gave the same answer for each cell that it knows.

use std::path::{Path, PathBuf};

use rolescope::demo::{CertKind, Instance};
use rolescope::server::ErrorKind;
use rolescope::server::tls::Verified;

use super::open;
use crate::servers::{block_on, instance, options};

const MODES: [&str; 7] = ["", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// Host as it is said, and whether the certificates that are not for another host are for it.
const HOSTS: [(&str, bool); 4] = [
    ("host=localhost hostaddr=127.0.0.1", true),
    ("host=127.0.0.1", true),
    ("host=db.example hostaddr=127.0.0.1", false),
    ("hostaddr=127.0.0.1", true),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Roots {
    /// Nothing said, and no file at the usual place.
    Nothing,
    /// The server's CA.
    Right,
    /// Another CA.
    Wrong,
    /// The server's CA, at the usual place.
    AtHome,
    /// A file that isn't there.
    Missing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Plain,
    Encrypted(Verified),
    Fails(ErrorKind),
}

/// What should come of a cell. Where a certificate has two faults, the TLS library chooses which one it names.
type Expected = Result<Outcome, Vec<ErrorKind>>;

struct Cell {
    cert: Option<CertKind>,
    mode: &'static str,
    roots: Roots,
    host: usize,
    plain_allowed: bool,
}

impl Cell {
    fn expected(&self) -> Expected {
        let plain = if self.plain_allowed || self.cert.is_none() {
            Ok(Outcome::Plain)
        } else {
            Err(vec![ErrorKind::HbaRejected])
        };
        match self.mode {
            "disable" => plain,
            "allow" => plain.or_else(|_| self.encrypted()),
            "prefer" => self.encrypted().or(plain),
            _ => self.encrypted(),
        }
    }

    fn encrypted(&self) -> Expected {
        let full = self.mode == "verify-full";
        let (host, right_host) = HOSTS[self.host];
        if matches!(self.roots, Roots::Nothing | Roots::Missing) {
            return match self.cert {
                _ if full || self.mode == "verify-ca" => Err(vec![ErrorKind::RootCertificate]),
                None => Err(vec![ErrorKind::TlsRefused]),
                Some(_) => Ok(Outcome::Encrypted(Verified::None)),
            };
        }
        // With only an address there is no name to check.
        if full && !host.contains("host=") {
            return Err(vec![ErrorKind::InvalidSetting]);
        }
        let Some(cert) = self.cert else { return Err(vec![ErrorKind::TlsRefused]) };
        let unknown = matches!(cert, CertKind::SelfSigned | CertKind::OtherAuthority);
        let faults: Vec<ErrorKind> = [
            (ErrorKind::CertificateUntrusted, unknown || self.roots == Roots::Wrong),
            (ErrorKind::CertificateExpired, cert == CertKind::Expired),
            (ErrorKind::CertificateHost, full && (!right_host || cert == CertKind::WrongHost)),
        ]
        .into_iter()
        .filter_map(|(kind, there)| there.then_some(kind))
        .collect();
        match faults.is_empty() {
            true => Ok(Outcome::Encrypted(if full { Verified::Full } else { Verified::Ca })),
            false => Err(faults),
        }
    }
}

/// Where the files are.
struct Files {
    right: PathBuf,
    wrong: PathBuf,
    home: PathBuf,
}

async fn outcome(cell: &Cell, server: &Instance, files: &Files) -> Result<Outcome, String> {
    let role = if cell.plain_allowed { "lax" } else { "strict" };
    let mut text = format!("{} port={} user={role} dbname=postgres", HOSTS[cell.host].0, server.port());
    if !cell.mode.is_empty() {
        text += &format!(" sslmode={}", cell.mode);
    }
    let missing = files.home.join("missing.crt");
    let (named, home): (Option<&Path>, _) = match cell.roots {
        Roots::Nothing => (None, None),
        Roots::Right => (Some(&files.right), None),
        Roots::Wrong => (Some(&files.wrong), None),
        Roots::AtHome => (None, Some(files.home.as_path())),
        Roots::Missing => (Some(&missing), None),
    };
    if let Some(path) = named {
        text += &format!(" sslrootcert='{}'", path.display());
    }
    match open(&text, home).await {
        Ok(connection) => {
            let row =
                connection.client.query_one("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[]);
            let encrypted: bool = row.await.map_err(|error| error.to_string())?.get(0);
            if encrypted != connection.tls.is_some() {
                return Err(format!(
                    "the server says that encryption is {encrypted}, we {:?}",
                    connection.tls
                ));
            }
            if !encrypted && cell.mode != "disable" && connection.warnings.is_empty() {
                return Err("a silent fall back to plain text".to_owned());
            }
            Ok(connection.tls.map_or(Outcome::Plain, |tls| Outcome::Encrypted(tls.verified)))
        }
        Err(error) if error.message.contains('\n') => Err(format!("not one line: {error:?}")),
        Err(error) => Ok(Outcome::Fails(error.kind)),
    }
}

fn cells(cert: Option<CertKind>) -> Vec<Cell> {
    let mut cells = Vec::new();
    for mode in MODES {
        for roots in [Roots::Nothing, Roots::Right, Roots::Wrong, Roots::AtHome, Roots::Missing] {
            for host in 0..HOSTS.len() {
                // Modes that never fall back meet the server that would let them.
                let falls_back = matches!(mode, "disable" | "allow" | "prefer");
                let kinds: &[bool] = if falls_back { &[true, false] } else { &[true] };
                for &plain_allowed in kinds {
                    cells.push(Cell { cert, mode, roots, host, plain_allowed });
                }
            }
        }
    }
    cells
}

fn server_with(cert: Option<CertKind>) -> Instance {
    let mut wanted = options(16);
    wanted.tls = cert.is_some();
    wanted.cert = cert.unwrap_or_default();
    let lines: &[&str] = match cert {
        Some(_) => &["host all lax 127.0.0.1/32 trust", "hostssl all strict 127.0.0.1/32 trust"],
        None => &["host all lax,strict 127.0.0.1/32 trust"],
    };
    wanted.hba.extend(lines.iter().map(|line| String::from(*line)));
    let server = instance(&wanted);
    server.run_local("postgres", "CREATE ROLE lax LOGIN; CREATE ROLE strict LOGIN").unwrap();
    server
}

async fn whole_row(cert: Option<CertKind>, other: &Instance) -> Vec<String> {
    let server = server_with(cert);
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".postgresql")).unwrap();
    std::fs::copy(server.ca_path(), home.path().join(".postgresql/root.crt")).unwrap();
    let files = Files { right: server.ca_path(), wrong: other.ca_path(), home: home.path().to_owned() };
    let mut wrong = Vec::new();
    for cell in cells(cert) {
        let expected = cell.expected();
        let got = outcome(&cell, &server, &files).await;
        let fits = match (&got, &expected) {
            (Ok(Outcome::Fails(kind)), Err(kinds)) => kinds.contains(kind),
            (Ok(got), Ok(expected)) => got == expected,
            _ => false,
        };
        if !fits {
            let Cell { mode, roots, host, plain_allowed, .. } = cell;
            wrong.push(format!(
                "{cert:?} {mode} {roots:?} {} {plain_allowed}: {got:?}, not {expected:?}",
                HOSTS[host].0
            ));
        }
    }
    wrong
}

#[test]
fn each_mode_means_what_libpq_says() {
    let certs = [
        Some(CertKind::Good),
        Some(CertKind::WrongHost),
        Some(CertKind::Expired),
        Some(CertKind::SelfSigned),
        Some(CertKind::OtherAuthority),
        None,
    ];
    let other = &crate::servers::server(16).instance;
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let rows: Vec<_> =
            certs.map(|cert| scope.spawn(move || block_on(whole_row(cert, other)))).into_iter().collect();
        rows.into_iter().flat_map(|row| row.join().expect("a row of the matrix")).collect()
    });
    assert!(wrong.is_empty(), "{} cells differ:\n{}", wrong.len(), wrong.join("\n"));
}
