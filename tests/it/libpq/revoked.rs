//! Lists of revoked certificates, by file, by folder and at libpq's usual place.

use std::fs;
use std::path::Path;

use openssl::x509::X509;
use rolescope::server::ErrorKind;

use super::judge::{Judge, Variables};
use crate::connecting::open;
use crate::servers::{block_on, server};

/// What libpq does with a list, and the one thing that we refuse and it ignores: a list that cannot be read.
#[test]
fn a_revoked_certificate_is_refused() {
    let (server, mut judge) = (server(17), Judge::start());
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let pem = fs::read(server.instance.ca_path().with_file_name("server.pem")).unwrap();
    let serial = X509::from_pem(&pem).unwrap().serial_number().to_bn().unwrap().to_vec();
    let list = |serials: &[Vec<u8>]| server.instance.revocations(serials).unwrap();
    fs::write(at("revoked.crl"), list(std::slice::from_ref(&serial))).unwrap();
    fs::write(at("others.crl"), list(&[vec![1, 2, 3]])).unwrap();
    fs::write(at("other_ca.crl"), crate::servers::server(18).instance.revocations(&[]).unwrap()).unwrap();
    fs::write(at("garbage.crl"), "no list").unwrap();
    for (home, list) in [("revoking", list(&[serial])), ("content", list(&[])), ("empty", String::new())] {
        fs::create_dir_all(at(home).join(".postgresql")).unwrap();
        if !list.is_empty() {
            fs::write(at(home).join(".postgresql/root.crl"), list).unwrap();
        }
    }
    let conninfo = server.instance.conninfo_with_password("rdsadmin", server.instance.password(), "postgres");
    let mut check = |home: &str, said: &str| {
        let text = format!("{conninfo} {}", said.replace("$T", &folder.path().to_string_lossy()));
        let env = Variables::from([("HOME".to_owned(), at(home).to_string_lossy().into_owned())]);
        let libpq = judge.connect(&[("dbname", &text)], &env);
        let ours = block_on(open(&text, Some(&at(home)))).map(drop).map_err(|error| error.kind);
        (ours, libpq.ok, libpq.error)
    };
    for mode in ["verify-full", "verify-ca", "require"] {
        for (home, said, connects) in [
            ("empty", "sslcrl=$T/revoked.crl", false),
            ("empty", "sslcrl=$T/others.crl", true),
            ("empty", "sslcrl=$T/other_ca.crl", false),
            ("empty", "", true),
            ("revoking", "", false),
            ("content", "", true),
            ("revoking", "sslcrl=$T/others.crl", true),
            ("content", "sslcrl=$T/revoked.crl", false),
        ] {
            let (ours, libpq, error) = check(home, &format!("{said} sslmode={mode}"));
            assert_eq!(
                (ours.is_ok(), libpq),
                (connects, connects),
                "{home} {said} {mode}: {ours:?}; {error}"
            );
            assert!(connects || ours == Err(ErrorKind::CertificateRevoked), "{home} {said} {mode}: {ours:?}");
        }
    }
    for said in ["sslcrl=$T/missing.crl", "sslcrl=$T/garbage.crl"] {
        let (ours, libpq, error) = check("empty", said);
        assert_eq!((ours, libpq), (Err(ErrorKind::RootCertificate), true), "{said}: {error}");
    }
    let (ours, libpq, error) = check("empty", "sslcrldir=$T/missing");
    assert_eq!((ours, libpq), (Err(ErrorKind::RootCertificate), false), "{error}");
    by_folder(&at("hashed"), &at("revoked.crl"), &mut check);
}

/// As `openssl rehash` names it: the hash of the issuer's name, and `.r0`.
fn by_folder(
    folder: &Path,
    list: &Path,
    check: &mut impl FnMut(&str, &str) -> (Result<(), ErrorKind>, bool, String),
) {
    let output = std::process::Command::new("openssl")
        .args(["crl", "-noout", "-hash", "-in"])
        .arg(list)
        .output()
        .expect("openssl runs");
    let hash = String::from_utf8(output.stdout).unwrap();
    fs::create_dir(folder).unwrap();
    // A folder without the list of our CA does not tell.
    let (ours, libpq, error) = check("empty", "sslcrldir=$T/hashed");
    assert_eq!((ours, libpq), (Err(ErrorKind::CertificateRevoked), false), "{error}");
    fs::copy(list, folder.join(format!("{}.r0", hash.trim()))).unwrap();
    let (ours, libpq, error) = check("revoking", "sslcrldir=$T/hashed");
    assert_eq!((ours, libpq), (Err(ErrorKind::CertificateRevoked), false), "{error}");
}
