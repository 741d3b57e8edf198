//! What was said about TLS.

use super::*;

#[test]
fn with_nothing_said_tls_is_required() {
    let tls = resolve("host=h").unwrap().tls;
    assert_eq!((tls.mode, tls.said, tls.min), (SslMode::Require, false, Some(TlsVersion::V1_2)));
}

#[test]
fn the_mode_is_what_was_said_in_words() {
    for (text, vars, mode) in [
        ("sslmode=disable", &[][..], SslMode::Disable),
        ("postgresql://h?sslmode=allow", &[], SslMode::Allow),
        ("host=h", &[("PGSSLMODE", "prefer")], SslMode::Prefer),
        ("sslmode=verify-ca", &[("PGSSLMODE", "prefer")], SslMode::VerifyCa),
        ("sslmode=verify-full", &[], SslMode::VerifyFull),
        ("requiressl=0", &[], SslMode::Prefer),
        ("requiressl=1", &[], SslMode::Require),
        ("postgresql://h?ssl=true", &[("PGSSLMODE", "disable")], SslMode::Require),
        ("host=h", &[("PGREQUIRESSL", "1")], SslMode::Require),
        ("sslmode=prefer", &[("PGREQUIRESSL", "1")], SslMode::Prefer),
    ] {
        let tls = resolve_with(text, vars).unwrap().tls;
        assert_eq!((text, tls.mode, tls.said), (text, mode, true));
    }
}

#[test]
fn the_systems_roots_go_with_verify_full_alone() {
    let tls = resolve("sslrootcert=system").unwrap().tls;
    assert_eq!((tls.mode, tls.roots), (SslMode::VerifyFull, Roots::System));
    let error = refusal("sslrootcert=system sslmode=verify-ca");
    assert!(error.message.starts_with("weak sslmode \"verify-ca\""), "{error}");
}

#[test]
fn files_are_looked_for_below_the_home_folder() {
    let environment = Environment { home: Some(PathBuf::from("/home/ana")), ..machine(&[]) };
    let tls = Settings::resolve(&Arguments::default(), &environment).unwrap().tls;
    let file = |name: &str| PathBuf::from("/home/ana/.postgresql").join(name);
    assert_eq!(tls.roots, Roots::File(Some(file("root.crt"))));
    assert_eq!(tls.default_crl, Some(file("root.crl")));
    let client = ClientCertificate { certificate: file("postgresql.crt"), key: file("postgresql.key") };
    assert_eq!(tls.client, Some(client));
    assert_eq!(resolve("sslcertmode=disable sslcert=/a sslkey=/b").unwrap().tls.client, None);
}

#[test]
fn versions_have_a_range() {
    let tls = resolve("ssl_min_protocol_version=tlsv1.3 ssl_max_protocol_version=TLSv1.3").unwrap().tls;
    assert_eq!((tls.min, tls.max), (Some(TlsVersion::V1_3), Some(TlsVersion::V1_3)));
    assert_eq!(refusal("ssl_max_protocol_version=TLSv1.1").message, "invalid SSL protocol version range");
    let error = refusal("ssl_min_protocol_version=SSLv3");
    assert_eq!(error.message, "invalid \"ssl_min_protocol_version\" value: \"SSLv3\"");
}

#[test]
fn direct_negotiation_needs_a_mode_that_insists() {
    assert!(resolve("sslnegotiation=direct").unwrap().tls.direct);
    assert!(refusal("sslnegotiation=direct sslmode=prefer").message.starts_with("weak sslmode \"prefer\""));
}
