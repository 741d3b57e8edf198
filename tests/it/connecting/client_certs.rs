//! Certificates that say who we are.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rolescope::demo::Instance;
use rolescope::server::ErrorKind;

use super::{failure, open};
use crate::servers::{block_on, instance, options};

fn with_carol() -> Instance {
    let mut wanted = options(17);
    wanted.hba.push("hostssl all carol 127.0.0.1/32 cert".into());
    let server = instance(&wanted);
    server.run_local("postgres", "CREATE ROLE carol LOGIN").unwrap();
    server
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_client_certificate_is_sent_where_there_is_one() {
    let server = with_carol();
    let pair = server.client_cert("carol").unwrap();
    let other = server.client_cert("dave").unwrap();
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join(".postgresql");
    fs::create_dir(&dir).unwrap();
    let conninfo = server.conninfo("carol", "postgres");
    let files = |cert: &str, key: &str| {
        format!("{conninfo} sslcert='{}/{cert}' sslkey='{}/{key}'", dir.display(), dir.display())
    };
    block_on(async {
        let none = failure(&conninfo).await;
        assert_eq!(none.kind, ErrorKind::ClientCertificate, "{none:?}");
        // libpq goes on without a file that isn't there, even if it was named.
        assert_eq!(failure(&files("missing.crt", "missing.key")).await.kind, ErrorKind::ClientCertificate);

        write(&dir.join("postgresql.crt"), &pair.cert, 0o644);
        write(&dir.join("postgresql.key"), &pair.key, 0o600);
        open(&files("postgresql.crt", "postgresql.key"), None).await.unwrap();
        open(&conninfo, Some(home.path())).await.unwrap();
        let off = open(&format!("{conninfo} sslcertmode=disable"), Some(home.path())).await.err().unwrap();
        assert_eq!(off.kind, ErrorKind::ClientCertificate, "{off:?}");

        write(&dir.join("dave.crt"), &other.cert, 0o644);
        write(&dir.join("dave.key"), &other.key, 0o600);
        let dave = failure(&files("dave.crt", "dave.key")).await;
        assert_eq!(dave.kind, ErrorKind::Authentication, "{dave:?}");
    });
}

#[test]
fn a_key_that_cannot_be_used_is_an_error_and_why() {
    let server = with_carol();
    let pair = server.client_cert("carol").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = (dir.path().join("c.crt"), dir.path().join("c.key"));
    let conninfo = format!(
        "{} sslcert='{}' sslkey='{}'",
        server.conninfo("carol", "postgres"),
        cert.display(),
        key.display()
    );
    let message = || {
        let error = block_on(failure(&conninfo));
        (error.kind, error.message)
    };
    write(&cert, &pair.cert, 0o644);
    assert_message(message(), ErrorKind::ClientCertificate, "certificate present, but not private key file");
    write(&key, &pair.key, 0o666);
    assert_message(message(), ErrorKind::ClientCertificate, "has group or world access");
    write(&key, "-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----\n", 0o600);
    assert_message(message(), ErrorKind::ClientCertificate, "could not load private key file");
    write(&key, &server.client_cert("dave").unwrap().key, 0o600);
    assert_message(message(), ErrorKind::ClientCertificate, "does not match its private key");
    write(&cert, "no certificate", 0o644);
    assert_message(message(), ErrorKind::ClientCertificate, "could not read certificate file");
}

fn assert_message((kind, message): (ErrorKind, String), expected: ErrorKind, words: &str) {
    assert_eq!((kind, message.contains(words)), (expected, true), "{message}");
}
