//! Keys of client certificates in every form, lists of revoked certificates and the owner of a socket: what libpq does
//! with each, we do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use openssl::pkey::{PKey, Private};
use openssl::symm::Cipher;
use rolescope::demo::Instance;
use rolescope::server::{ConnectError, ErrorKind};

use super::judge::{Judge, Variables};
use crate::connecting::open;
use crate::servers::{block_on, instance, options, server};

fn write(path: &Path, bytes: &[u8], mode: u32) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// The key in every form that OpenSSL writes; whether it needs the password `se cret`.
fn forms(key: &PKey<Private>) -> Vec<(&'static str, bool, Vec<u8>)> {
    let (cipher, password) = (Cipher::aes_256_cbc(), b"se cret");
    let ec = key.ec_key().unwrap();
    let pkcs8 = key.private_key_to_pem_pkcs8().unwrap();
    vec![
        ("PKCS#8", false, pkcs8.clone()),
        ("SEC1", false, ec.private_key_to_pem().unwrap()),
        ("text before it", false, [b"Bag Attributes\n    friendlyName: x\n".as_slice(), &pkcs8].concat()),
        ("DER", false, ec.private_key_to_der().unwrap()),
        ("PKCS#8 in DER", false, key.private_key_to_pkcs8().unwrap()),
        ("encrypted PKCS#8", true, key.private_key_to_pem_pkcs8_passphrase(cipher, password).unwrap()),
        ("encrypted SEC1", true, ec.private_key_to_pem_passphrase(cipher, password).unwrap()),
        (
            "encrypted with 3DES",
            true,
            ec.private_key_to_pem_passphrase(Cipher::des_ede3_cbc(), password).unwrap(),
        ),
        ("no key", false, b"-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----\n".to_vec()),
    ]
}

/// With an empty home folder.
async fn ours(conninfo: &str, home: &Path) -> Result<(), ConnectError> {
    open(conninfo, Some(home)).await.map(drop)
}

fn with_certified() -> Instance {
    let mut wanted = options(18);
    wanted.hba.push("hostssl all certified 127.0.0.1/32 cert".to_owned());
    let own = instance(&wanted);
    own.run_local("postgres", "CREATE ROLE certified LOGIN").unwrap();
    own
}

#[test]
fn keys_are_read_in_every_form_that_libpq_reads() {
    let own = with_certified();
    let (folder, mut judge) = (tempfile::tempdir().unwrap(), Judge::start());
    let env = Variables::from([("HOME".to_owned(), folder.path().to_string_lossy().into_owned())]);
    let (cert, path) = (folder.path().join("c.crt"), folder.path().join("c.key"));
    let pair = own.client_cert("certified").unwrap();
    write(&cert, pair.cert.as_bytes(), 0o644);
    let key = PKey::private_key_from_pem(pair.key.as_bytes()).unwrap();
    let conninfo = own.conninfo("certified", "postgres");
    let conninfo = format!("{conninfo} sslcert='{}' sslkey='{}'", cert.display(), path.display());
    for (form, encrypted, bytes) in forms(&key) {
        for mode in [0o600, 0o400, 0o640, 0o644, 0o660] {
            write(&path, &bytes, mode);
            for password in [" sslpassword='se cret'", " sslpassword=wrong", ""] {
                // There libpq would ask at its terminal.
                if encrypted && password.is_empty() || mode != 0o600 && password.ends_with("wrong") {
                    continue;
                }
                let text = format!("{conninfo}{password}");
                let libpq = judge.connect(&[("dbname", &text)], &env);
                let ours = block_on(ours(&text, folder.path()));
                let place = format!("{form} {mode:o}{password}: {ours:?}; libpq: {}", libpq.error);
                assert_eq!(ours.is_ok(), libpq.ok, "{place}");
                if mode == 0o600 && password == " sslpassword='se cret'" {
                    assert_eq!(ours.is_ok(), form != "no key", "{place}");
                }
            }
        }
        write(&path, &bytes, 0o600);
        if encrypted {
            let error = block_on(ours(&conninfo, folder.path())).unwrap_err();
            assert_eq!(error.kind, ErrorKind::KeyPassword, "{form}: {error:?}");
        }
    }
}

#[test]
fn a_socket_of_somebody_else_is_refused() {
    let (server, mut judge) = (server(18), Judge::start());
    let home = tempfile::tempdir().unwrap();
    let env = Variables::from([("HOME".to_owned(), home.path().to_string_lossy().into_owned())]);
    let socket = format!("host={}", server.instance.socket_folder().display());
    let tcp = server.instance.conninfo_with_password("rdsadmin", server.instance.password(), "postgres");
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(server.instance.data_folder()).unwrap());
    let output = std::process::Command::new("id").args(["-un", &owner.to_string()]).output().unwrap();
    let owner = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    let here = format!("{socket} port={} user=rdsadmin dbname=postgres", server.instance.port());
    for (text, connects) in [
        (format!("{here} requirepeer={owner}"), true),
        (format!("{here} requirepeer=''"), true),
        (format!("{here} requirepeer=somebody"), false),
        // It is about sockets alone.
        (format!("{tcp} requirepeer=somebody"), true),
    ] {
        let libpq = judge.connect(&[("dbname", &text)], &env);
        let ours = block_on(ours(&text, home.path()));
        assert_eq!(
            (ours.is_ok(), libpq.ok),
            (connects, connects),
            "{text}: {ours:?}; libpq: {}",
            libpq.error
        );
        if let Err(error) = ours {
            assert!(error.message.contains("requirepeer specifies \"somebody\""), "{error:?}");
        }
    }
}
