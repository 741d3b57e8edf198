//! Tokens byte for byte as `generate_db_auth_token()` of the AWS SDK for Python makes them at the same time.

use fastrand::Rng;
use jiff::Timestamp;
use rolescope::server::aws::{Credentials, Purpose, token};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

#[derive(Serialize, Debug, Clone)]
struct Case {
    host: String,
    port: u16,
    user: String,
    region: String,
    key: String,
    secret: String,
    session: Option<String>,
    time: i64,
}

const SCRIPT: &str = r#"
import datetime, json, sys
import botocore.auth, botocore.session
from botocore.credentials import Credentials

client = botocore.session.Session().create_client(
    "rds", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
tokens = []
for case in json.load(sys.stdin):
    frozen = datetime.datetime.fromtimestamp(case["time"], datetime.timezone.utc).replace(tzinfo=None)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: frozen
    client._request_signer._credentials = Credentials(case["key"], case["secret"], case["session"])
    tokens.append(client.generate_db_auth_token(
        DBHostname=case["host"], Port=case["port"], DBUsername=case["user"], Region=case["region"]))
json.dump(tokens, sys.stdout)
"#;

fn ours(case: &Case) -> String {
    let credentials = Credentials {
        access_key_id: case.key.clone(),
        secret_access_key: SecretString::from(case.secret.as_str()),
        session_token: case.session.as_deref().map(SecretString::from),
        expires: None,
        source: String::new(),
    };
    let Case { host, port, user, region, .. } = case;
    let now = Timestamp::from_second(case.time).expect("a time");
    token(&credentials, Purpose { host, port: *port, user, region }, now).expose_secret().to_owned()
}

fn agree(cases: &[Case]) {
    let input = serde_json::to_string(cases).expect("JSON");
    let theirs: Vec<String> =
        serde_json::from_str(&crate::python::run(&super::botocore(), SCRIPT, &input)).expect("tokens");
    assert_eq!(theirs.len(), cases.len());
    for (case, theirs) in cases.iter().zip(theirs) {
        assert_eq!(ours(case), theirs, "{case:?}");
    }
}

#[test]
fn the_sdk_makes_the_same_token() {
    let usual = Case {
        host: "orders.cluster-c9akciq32.eu-west-1.rds.amazonaws.com".to_owned(),
        port: 5432,
        user: "dba_master".to_owned(),
        region: "eu-west-1".to_owned(),
        key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        session: None,
        time: 1_795_788_000,
    };
    let mut cases = vec![usual.clone()];
    for port in [1, 80, 443, 5433, 65535] {
        cases.push(Case { port, ..usual.clone() });
    }
    for host in
        ["ORDERS.c9akciq32.EU-WEST-1.rds.amazonaws.com", "localhost", "127.0.0.1", "a_b.example", "orders."]
    {
        cases.push(Case { host: host.to_owned(), ..usual.clone() });
    }
    for user in ["a b", "Ärger", "x+y", "a%20b", "a/b", "a&b=c", "~.-_", "a*b", "'\"\\", "\u{1f511}", "a\tb"]
    {
        cases.push(Case { user: user.to_owned(), ..usual.clone() });
    }
    for region in ["cn-north-1", "us-gov-west-1", "us-iso-east-1", "ap-southeast-3"] {
        cases.push(Case { region: region.to_owned(), ..usual.clone() });
    }
    for time in [0, 951_782_400, 1_709_164_799, 1_735_689_599, 4_102_444_800] {
        cases.push(Case { time, ..usual.clone() });
    }
    let session = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJH+/==".repeat(30);
    cases.push(Case { session: Some(session), ..usual });
    agree(&cases);
}

fn text(rng: &mut Rng, alphabet: &str, lengths: std::ops::Range<usize>) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    (0..rng.usize(lengths)).map(|_| alphabet[rng.usize(0..alphabet.len())]).collect()
}

#[test]
fn the_sdk_makes_the_same_tokens_of_anything() {
    let mut rng = Rng::with_seed(5);
    let letters = "abcXYZ019";
    let cases: Vec<Case> = (0..2000)
        .map(|_| Case {
            host: (0..rng.usize(1..6))
                .map(|_| text(&mut rng, "abcXYZ019-_", 1..12))
                .collect::<Vec<_>>()
                .join("."),
            port: rng.u16(1..),
            user: text(&mut rng, "aZ09 .-_~+/%&=?#:;@!$'()*,[]\"\\{}|<>^`\n\tüß€\u{1f511}\u{a0}", 1..64),
            region: ["eu-west-1", "us-gov-east-1", "cn-northwest-1", "il-central-1"][rng.usize(0..4)]
                .to_owned(),
            key: text(&mut rng, letters, 16..128),
            secret: text(&mut rng, "abcXYZ019+/=", 40..80),
            session: rng.bool().then(|| text(&mut rng, "abcXYZ019+/=", 1..2000)),
            time: rng.i64(0..4_102_444_800),
        })
        .collect();
    agree(&cases);
}
