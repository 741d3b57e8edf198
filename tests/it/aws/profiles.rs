//! Where credentials and region come from: as for a session of the AWS SDK for Python.

use std::collections::BTreeMap;

use rolescope::server::ConnectError;
use rolescope::server::aws::{Iam, IamArguments};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::environment;
use crate::servers::block_on;

/// What is found: key, secret, session token.
type Found = Option<(String, String, Option<String>)>;

#[derive(Serialize)]
struct Case {
    vars: BTreeMap<String, String>,
    home: String,
    profile: Option<&'static str>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Answer {
    found: Found,
    region: Option<String>,
}

const SCRIPT: &str = r#"
import json, os, sys
import botocore.session
from botocore.exceptions import BotoCoreError

path = os.environ["PATH"]
answers = []
for case in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(case["vars"], HOME=case["home"], PATH=path, AWS_EC2_METADATA_DISABLED="true")
    session = botocore.session.Session(profile=case["profile"])
    try:
        found = session.get_credentials()
        found = found and found.get_frozen_credentials()
        found = found and [found.access_key, found.secret_key, found.token]
    except (BotoCoreError, ValueError, RuntimeError):
        found = None
        # One that stumbled over one file remembers the other.
        session = botocore.session.Session(profile=case["profile"])
    try:
        region = session.get_config_variable("region")
    except BotoCoreError:
        region = None
    answers.append({"found": found, "region": region or None})
json.dump(answers, sys.stdout)
"#;

/// Variables, the profile of the command line, `~/.aws/credentials`, `~/.aws/config`.
type Row = (&'static [(&'static str, &'static str)], Option<&'static str>, &'static str, &'static str);

const KEYS: &str = "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = sd\n\
    [dev]\naws_access_key_id=AKDEV\naws_secret_access_key=s=d/e:v\naws_session_token = tok\n";
const CONFIG: &str = "[default]\nregion = eu-west-1\n[profile dev]\nregion = us-east-2\noutput = json\n\
    [profile \"two words\"]\naws_access_key_id = AKTWO\naws_secret_access_key = st\nregion = eu-north-1\n";
const PROCESS: &str = "[profile p]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"AKP\", \
    \"SecretAccessKey\": \"sp\", \"SessionToken\": \"tp\", \"Expiration\": \"2999-01-01T00:00:00Z\"}'\n\
    region = ap-south-1\n";

/// A variable that is empty counts as not set here; the SDK for Python stumbles over an empty profile or region.
const ROWS: &[Row] = &[
    (&[], None, KEYS, CONFIG),
    (&[], Some("dev"), KEYS, CONFIG),
    (&[("AWS_PROFILE", "dev")], None, KEYS, CONFIG),
    (&[("AWS_PROFILE", "dev")], Some("default"), KEYS, CONFIG),
    (&[("AWS_DEFAULT_PROFILE", "dev"), ("AWS_PROFILE", "default")], None, KEYS, CONFIG),
    (&[], Some("two words"), KEYS, CONFIG),
    (&[], Some("nobody"), KEYS, CONFIG),
    (&[("AWS_PROFILE", "nobody")], None, KEYS, CONFIG),
    (&[], None, "", ""),
    (&[("AWS_ACCESS_KEY_ID", "AKE"), ("AWS_SECRET_ACCESS_KEY", "se")], None, KEYS, CONFIG),
    (
        &[("AWS_ACCESS_KEY_ID", "AKE"), ("AWS_SECRET_ACCESS_KEY", "se"), ("AWS_SESSION_TOKEN", "te")],
        None,
        KEYS,
        CONFIG,
    ),
    (
        &[
            ("AWS_ACCESS_KEY_ID", "AKE"),
            ("AWS_SECRET_ACCESS_KEY", "se"),
            ("AWS_SESSION_TOKEN", "te"),
            ("AWS_SECURITY_TOKEN", "older"),
        ],
        None,
        KEYS,
        CONFIG,
    ),
    (&[("AWS_ACCESS_KEY_ID", "AKE"), ("AWS_SECRET_ACCESS_KEY", "se")], Some("dev"), KEYS, CONFIG),
    (
        &[("AWS_ACCESS_KEY_ID", "AKE"), ("AWS_SECRET_ACCESS_KEY", "se"), ("AWS_PROFILE", "dev")],
        None,
        KEYS,
        CONFIG,
    ),
    (&[("AWS_ACCESS_KEY_ID", "AKE")], None, KEYS, CONFIG),
    (&[("AWS_ACCESS_KEY_ID", "")], None, KEYS, CONFIG),
    (&[("AWS_DEFAULT_REGION", "sa-east-1")], None, KEYS, CONFIG),
    (&[("AWS_DEFAULT_REGION", "sa-east-1")], Some("dev"), KEYS, CONFIG),
    (&[], Some("p"), KEYS, PROCESS),
    // The credentials file comes before a process, a process before keys in the config file.
    (
        &[],
        Some("dev"),
        KEYS,
        "[profile dev]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"AKP\", \"SecretAccessKey\": \"sp\"}'\n",
    ),
    (
        &[],
        Some("both"),
        "",
        "[profile both]\naws_access_key_id = AKC\naws_secret_access_key = sc\n\
         credential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"AKP\", \"SecretAccessKey\": \"sp\"}'\n",
    ),
    (&[], Some("p"), "[p]\ncredential_process = printf '{\"Version\": 2}'\n", ""),
    (&[], Some("p"), "", "[profile p]\ncredential_process = false\n"),
    (&[], Some("p"), "", "[profile p]\ncredential_process = echo no JSON\n"),
    (
        &[],
        Some("p"),
        "",
        "[profile p]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"AKP\", \"SecretAccessKey\": \"sp\", \
         \"Expiration\": \"2001-01-01T00:00:00Z\"}'\n",
    ),
    // Forms of the files.
    (
        &[],
        None,
        "# c\n; c\n\n[default]\nAWS_ACCESS_KEY_ID: AK1\nAws_Secret_Access_Key =   s 1 # no comment  \n",
        "[profile default]\nregion=eu-west-3\n[other]\nregion = x\n",
    ),
    (&[], Some("other"), "", "[other]\naws_access_key_id = AK\naws_secret_access_key = s\n"),
    (
        &[],
        Some("x"),
        "",
        "[profile   x]\naws_access_key_id = AK\naws_secret_access_key = s\ns3 =\n  region = no\nregion = us-west-1\n",
    ),
    (&[], Some("x"), "", "[profile 'x']\naws_access_key_id = AK\naws_secret_access_key = s\n"),
    (&[], Some("x"), "[x]\naws_access_key_id = AK\n", ""),
    (
        &[],
        Some("x"),
        "[x]\naws_access_key_id = AK\n",
        "[profile x]\naws_secret_access_key = s\nregion = us-west-2\n",
    ),
    (
        &[],
        Some("x"),
        "[x]\nregion = eu-south-1\n",
        "[profile x]\naws_access_key_id = AK\naws_secret_access_key = s\nregion = us-west-2\n",
    ),
    (
        &[],
        Some("x"),
        "[x]\r\naws_access_key_id = AK\r\naws_secret_access_key = s\r\naws_security_token = t\r\n",
        "",
    ),
    (&[], Some("x"), "[profile x]\naws_access_key_id = AK\naws_secret_access_key = s\n", ""),
    (&[], None, "[default]\naws_secret_access_key s\n", ""),
    (&[], None, "no section\n", ""),
];

async fn ours(vars: &[(&str, &str)], home: &std::path::Path, profile: Option<&str>) -> Answer {
    let said = IamArguments { profile: profile.map(str::to_owned), ..IamArguments::default() };
    let iam = Iam::new(&said, &environment(vars, Some(home))).expect("nothing wrong is said");
    let found = iam.credentials().await.ok().map(|found| {
        let secret = found.secret_access_key.expose_secret().to_owned();
        (found.access_key_id, secret, found.session_token.map(|token| token.expose_secret().to_owned()))
    });
    Answer { found, region: iam.region("localhost").ok() }
}

/// One question: variables, profile, both files.
struct Question {
    vars: Vec<(&'static str, &'static str)>,
    profile: Option<&'static str>,
    credentials: String,
    config: String,
}

/// Where ours and theirs differ, and how many the SDK finds something for.
fn differences(questions: &[Question]) -> (Vec<String>, usize) {
    let homes: Vec<_> = questions.iter().map(|_| tempfile::tempdir().expect("a home")).collect();
    let mut cases = Vec::new();
    for (question, home) in questions.iter().zip(&homes) {
        let folder = home.path().join(".aws");
        std::fs::create_dir(&folder).expect("a folder");
        std::fs::write(folder.join("credentials"), &question.credentials).expect("a file");
        std::fs::write(folder.join("config"), &question.config).expect("a file");
        let vars = question.vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let home = home.path().display().to_string();
        cases.push(Case { vars: vars.collect(), home, profile: question.profile });
    }
    let input = serde_json::to_string(&cases).expect("JSON");
    let theirs = crate::python::run(&super::botocore(), SCRIPT, &input);
    let theirs: Vec<Answer> = serde_json::from_str(&theirs).expect("answers");
    assert_eq!(theirs.len(), questions.len());
    let found = theirs.iter().filter(|answer| answer.found.is_some()).count();
    let mut differ = Vec::new();
    for ((question, home), theirs) in questions.iter().zip(&homes).zip(theirs) {
        let ours = block_on(ours(&question.vars, home.path(), question.profile));
        if ours != theirs {
            let Question { vars, profile, credentials, config } = question;
            differ.push(format!(
                "{vars:?} {profile:?}\n--- credentials\n{credentials}\n--- config\n{config}\n  ours {ours:?}\n  theirs {theirs:?}"
            ));
        }
    }
    (differ, found)
}

#[test]
fn credentials_and_region_are_found_as_the_sdk_finds_them() {
    let question = |(vars, profile, credentials, config): &Row| Question {
        vars: vars.to_vec(),
        profile: *profile,
        credentials: (*credentials).to_owned(),
        config: (*config).to_owned(),
    };
    let (differ, found) = differences(&ROWS.iter().map(question).collect::<Vec<_>>());
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(found > 20, "the SDK finds {found} alone");
}

/// Sections of such files, and some that mean nothing there.
const SECTIONS: &[&str] = &[
    "[default]",
    "[dev]",
    "[profile dev]",
    "[profile  dev ]",
    "[profile default]",
    "[profile \"dev\"]",
    "[profiles dev]",
    "[ dev ]",
    "[sso-session dev]",
];

/// Each key in some spellings.
const KEY_LINES: &[&[&str]] = &[
    &[
        "aws_access_key_id = AK1",
        "aws_access_key_id=AK2",
        "AWS_ACCESS_KEY_ID: AK3",
        "  aws_access_key_id = AK4",
    ],
    &[
        "aws_secret_access_key = s1",
        "aws_secret_access_key : s=2 # c",
        "Aws_Secret_Access_Key=s/3+=",
        "\taws_secret_access_key = s4",
    ],
    &["aws_session_token = t1", "aws_security_token = t2"],
    &["region = eu-west-1", "Region=us-east-2", "region: ap-south-1  ", "  region = il-central-1"],
];

/// What may stand anywhere, or breaks a file.
const NOISE: &[&str] = &[
    "",
    "# c",
    "; c",
    "  # indented",
    "output = json",
    "s3 =\n  max_queue_size = 9\n  region = no",
    "\tmore",
    "cli_pager =",
    "retry_mode =   standard  ",
    "region = twice",
    "no key",
    "[dev",
    "= x",
];

fn file(rng: &mut fastrand::Rng) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut sections = SECTIONS.to_vec();
    rng.shuffle(&mut sections);
    for section in &sections[..rng.usize(0..4)] {
        lines.push(section);
        let mut keys = KEY_LINES.to_vec();
        rng.shuffle(&mut keys);
        for spellings in keys {
            if rng.u8(0..10) < 7 {
                lines.push(spellings[rng.usize(0..spellings.len())]);
            }
            // The later ones break more.
            if rng.u8(0..10) < 2 {
                let most = rng.usize(1..=NOISE.len());
                lines.push(NOISE[rng.usize(0..most)]);
            }
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn files_at_random_are_read_as_the_sdk_reads_them() {
    let mut rng = fastrand::Rng::with_seed(8);
    let questions: Vec<Question> = (0..1000)
        .map(|number| Question {
            vars: Vec::new(),
            profile: [None, Some("dev"), Some("default")][number % 3],
            credentials: file(&mut rng),
            config: file(&mut rng),
        })
        .collect();
    let (differ, found) = differences(&questions);
    assert!(differ.is_empty(), "{} differ: {}", differ.len(), differ[..differ.len().min(5)].join("\n"));
    assert!(found > 100, "the SDK finds {found} of 1000");
}

fn failure(vars: &[(&str, &str)], profile: Option<&str>, config: &str) -> ConnectError {
    let home = tempfile::tempdir().expect("a home");
    std::fs::create_dir(home.path().join(".aws")).expect("a folder");
    std::fs::write(home.path().join(".aws/config"), config).expect("a file");
    let said = IamArguments { profile: profile.map(str::to_owned), ..IamArguments::default() };
    let iam = Iam::new(&said, &environment(vars, Some(home.path()))).expect("nothing wrong is said");
    block_on(iam.credentials()).map(|_| ()).expect_err("no credentials")
}

/// What takes a request to AWS is told with a way that works; it is not passed over for weaker credentials below it.
#[test]
fn what_takes_a_request_says_how_the_cli_does_it() {
    let keys = "aws_access_key_id = AK\naws_secret_access_key = hunter2\n";
    for line in [
        "role_arn = arn:aws:iam::1:role/dba\nsource_profile = default",
        "web_identity_token_file = /x\nrole_arn = arn:aws:iam::1:role/dba",
        "sso_session = corp",
        "sso_start_url = https://example.com\nsso_region = x",
    ] {
        let error = failure(&[], Some("p"), &format!("[profile p]\n{line}\n{keys}"));
        let hint = error.hint.clone().unwrap_or_default();
        assert!(error.message.contains("takes a request to AWS"), "{error:?}");
        assert!(
            hint.contains("generate-db-auth-token") && hint.contains("export-credentials --profile p"),
            "{hint}"
        );
        assert!(!format!("{error:?}").contains("hunter2"));
    }
    let error = failure(&[("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2")], None, "");
    assert!(error.message.starts_with("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set"), "{error:?}");
    let error = failure(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/x")], None, &format!("[default]\n{keys}"));
    assert!(error.message.starts_with("AWS_WEB_IDENTITY_TOKEN_FILE is set"), "{error:?}");
}

#[test]
fn absent_and_expired_credentials_are_told() {
    let error = failure(&[], None, "");
    assert_eq!(error.message, "there are no AWS credentials to make an IAM token with");
    assert!(error.hint.expect("a hint").contains("AWS_ACCESS_KEY_ID"));
    let error = failure(&[], Some("gone"), "[profile dev]\n");
    assert_eq!(error.message, "there is no AWS profile \"gone\"");
    let vars = [
        ("AWS_ACCESS_KEY_ID", "AK"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2"),
        ("AWS_CREDENTIAL_EXPIRATION", "2020-01-02T03:04:05Z"),
    ];
    let error = failure(&vars, None, "");
    assert_eq!(error.message, "the AWS credentials from the environment expired at 2020-01-02T03:04:05Z");
    let printed = "printf '{\"Version\": 1, \"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"hunter2\", \"SessionToken\": 7}'";
    let error = failure(&[], Some("p"), &format!("[profile p]\ncredential_process = {printed}\n"));
    assert!(error.detail.as_ref().is_some_and(|detail| detail.contains("no credentials")), "{error:?}");
    assert!(!format!("{error:?}").contains("hunter2"));
}

/// AWS_REGION is newer than what the SDK for Python reads; the CLI and the other SDKs have it first.
#[test]
fn the_region_is_that_of_the_name_if_nothing_is_said() {
    let region = |said: Option<&str>, vars: &[(&str, &str)], host: &str| {
        let said = IamArguments { region: said.map(str::to_owned), ..IamArguments::default() };
        Iam::new(&said, &environment(vars, None)).expect("nothing wrong is said").region(host)
    };
    let endpoint = "orders.c9akciq32.eu-west-1.rds.amazonaws.com";
    let vars = [("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-2")];
    assert_eq!(region(None, &vars, endpoint).expect("a region"), "eu-west-1");
    assert_eq!(region(Some("x-y-1"), &vars, endpoint).expect("a region"), "x-y-1");
    assert_eq!(region(None, &vars, "orders.example.com").expect("a region"), "us-east-1");
    assert_eq!(region(None, &vars[1..], "orders.example.com").expect("a region"), "us-east-2");
    let error = region(None, &[], "orders.example.com").expect_err("no region");
    assert_eq!(error.message, "the AWS region of \"orders.example.com\" is not known");
    assert!(error.hint.expect("a hint").contains("--aws-endpoint"));
}
