//! `sslrootcert=rds`: the provider's bundle in the usual places; verify-full and nothing less.

use std::path::{Path, PathBuf};

use rolescope::server::password::NoPrompt;
use rolescope::server::tls::Verified;
use rolescope::server::{Arguments, ConnectError, Connection, Environment, ErrorKind, Settings, connect};

use super::environment;
use crate::servers::{block_on, instance, options, server};

fn settings(connection: &str, environment: &Environment) -> Result<Settings, ConnectError> {
    let arguments = Arguments { connection: Some(connection.to_owned()), ..Arguments::default() };
    Settings::resolve(&arguments, environment)
}

fn open(connection: &str, environment: &Environment) -> Result<Connection, ConnectError> {
    block_on(async { connect(&settings(connection, environment)?, &mut NoPrompt).await })
}

fn machine(home: &Path, folder: &Path) -> Environment {
    Environment { bundle_dirs: vec![folder.to_owned()], ..environment(&[], Some(home)) }
}

fn put(from: PathBuf, folder: &Path, name: &str) {
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::copy(from, folder.join(name)).expect("a bundle");
}

#[test]
fn the_bundle_is_found_in_each_place_and_the_first_counts() {
    let server = server(17);
    let other = instance(&options(17));
    let to = |server: &rolescope::demo::Instance| {
        let (port, password) = (server.port(), server.password());
        let place = "host=localhost hostaddr=127.0.0.1 user=rdsadmin dbname=postgres sslrootcert=rds";
        format!("{place} port={port} password='{password}'")
    };
    let (home, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let machine = machine(home.path(), folder.path());
    let nowhere = open(&to(&server.instance), &machine).map(|_| ()).expect_err("no bundle");
    assert_eq!(nowhere.kind, ErrorKind::RootCertificate);
    assert_eq!(nowhere.message.lines().count(), 1);
    let (detail, hint) = (nowhere.detail.unwrap(), nowhere.hint.unwrap());
    for place in [home.path().join(".postgresql"), home.path().join(".aws"), folder.path().to_owned()] {
        assert!(detail.contains(&place.join("global-bundle.pem").display().to_string()), "{detail}");
    }
    assert!(hint.contains("global-bundle.pem") && hint.contains("truststore"), "{hint}");

    put(server.instance.ca_path(), folder.path(), "global-bundle.pem");
    let connection = open(&to(&server.instance), &machine).expect("the machine's");
    assert_eq!(connection.tls.expect("TLS").verified, Verified::Full);
    let untrusted = open(&to(&other), &machine).map(|_| ()).expect_err("another CA");
    assert_eq!(untrusted.kind, ErrorKind::CertificateUntrusted);
    // One's own comes first.
    put(other.ca_path(), &home.path().join(".aws"), "global-bundle.pem");
    assert!(open(&to(&other), &machine).is_ok() && open(&to(&server.instance), &machine).is_err());
    put(server.instance.ca_path(), &home.path().join(".postgresql"), "global-bundle.pem");
    assert!(open(&to(&server.instance), &machine).is_ok() && open(&to(&other), &machine).is_err());
    let elsewhere = to(&server.instance).replace("host=localhost", "host=db.example");
    let error = open(&elsewhere, &machine).map(|_| ()).expect_err("another host");
    assert_eq!(error.kind, ErrorKind::CertificateHost);
}

#[test]
fn every_way_to_say_it_means_verify_full() {
    use rolescope::server::settings::{Roots, SslMode};
    let home = tempfile::tempdir().unwrap();
    let services = home.path().join("services");
    std::fs::write(&services, "[s]\nhost=h\nsslrootcert=rds\n").unwrap();
    let services = services.display().to_string();
    for (connection, vars) in [
        ("host=h sslrootcert=rds", vec![]),
        ("postgresql://h?sslrootcert=rds", vec![]),
        ("host=h", vec![("PGSSLROOTCERT", "rds")]),
        ("service=s", vec![("PGSERVICEFILE", services.as_str())]),
        ("host=h sslrootcert=rds", vec![("PGSSLMODE", "verify-full")]),
    ] {
        let tls = settings(connection, &environment(&vars, None)).expect(connection).tls;
        assert!(
            matches!(tls.roots, Roots::Rds(_)) && tls.mode == SslMode::VerifyFull,
            "{connection}: {tls:?}"
        );
    }
    for weak in ["disable", "allow", "prefer", "require", "verify-ca"] {
        let said = format!("host=h sslrootcert=rds sslmode={weak}");
        let error = settings(&said, &environment(&[], None)).expect_err(weak);
        assert_eq!(
            error.message,
            format!("weak sslmode \"{weak}\" may not be used with sslrootcert=rds (use \"verify-full\")")
        );
    }
    let file = settings("host=h sslrootcert=./rds", &environment(&[], None)).expect("a file").tls.roots;
    assert_eq!(file, Roots::File(Some(PathBuf::from("./rds"))));
}
