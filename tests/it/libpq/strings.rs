//! Tables: each line resolved by libpq and by us.

use std::collections::BTreeMap;

use super::case::{Agreed, Case, PASSFILE, Place, SERVICES, SYSTEM_SERVICES};
use super::judge::Judge;

const GOOD: &[&str] = &[
    "",
    "shop",
    " ",
    "user=ana dbname=shop host=127.0.0.1 port=1",
    " user = 'o\\'hara'  dbname=back\\\\slash\tport=1\nhost=127.0.0.1 ",
    "user='' dbname='' host=127.0.0.1 port=1",
    "dbname='host=elsewhere' host=127.0.0.1",
    "host= port=1",
    "user=a'b'c host=127.0.0.1",
    "password=a\\ b host=127.0.0.1",
    "user=a user=b host=127.0.0.1",
    "host=127.0.0.1,localhost port=1,2",
    "host=127.0.0.1,,/nowhere port=1,,3",
    "host=a,b,c hostaddr=127.0.0.1,127.0.0.2,::1 port=1",
    "host=,x hostaddr=127.0.0.1,127.0.0.2",
    "hostaddr=127.1 port=' 1 '",
    "hostaddr=::1 port=+1",
    "host=/nowhere port=1",
    "host=@abstract port=1",
    "host=127.0.0.1 connect_timeout=-1 keepalives=0 keepalives_idle=1 tcp_user_timeout=' 5'",
    "host=127.0.0.1 requiressl=1",
    "host=127.0.0.1 requiressl=0",
    "host=127.0.0.1 sslmode=require requiressl=0",
    "host=127.0.0.1 sslrootcert=system",
    "host=127.0.0.1 sslmode=require sslnegotiation=direct",
    "host=127.0.0.1 ssl_min_protocol_version=tlsv1.3 ssl_max_protocol_version=TLSV1.3",
    "host=127.0.0.1 ssl_min_protocol_version='' ssl_max_protocol_version=TLSv1.1",
    "host=127.0.0.1 sslsni=no",
    "host=127.0.0.1 require_auth=scram-sha-256,none",
    "host=127.0.0.1 require_auth=!password,!none",
    "host=127.0.0.1 max_protocol_version=latest min_protocol_version=3.0",
    "host=127.0.0.1 target_session_attrs=prefer-standby load_balance_hosts=disable",
    "postgresql://",
    "postgres://127.0.0.1",
    "postgresql://ana@127.0.0.1:1/shop",
    "postgresql://ana:p%40ss%3a%2F@127.0.0.1/shop%20two",
    "postgresql://:pass@127.0.0.1",
    "postgresql://@127.0.0.1",
    "postgresql://ana:@127.0.0.1",
    "postgresql://127.0.0.1:1,localhost:2,[::1]:3/shop",
    "postgresql://127.0.0.1,localhost:2/",
    "postgresql://[::1]/shop?connect_timeout=3",
    "postgresql://%2Fnowhere:1/shop",
    "postgresql:///shop?host=/nowhere&port=1",
    "postgresql://ana@/shop?host=127.0.0.1&hostaddr=127.0.0.2",
    "postgresql://127.0.0.1?user=ana&password=a%26b",
    "postgresql://127.0.0.1/?ssl=true",
    "postgresql://127.0.0.1/?ssl=true&sslmode=disable",
    "postgresql://127.0.0.1/?requiressl=1",
    "postgresql://127.0.0.1/?user=a&",
    "postgresql://127.0.0.1/?",
    "postgresql://127.0.0.1/a/b",
    "postgresql:// ana @127.0.0.1/ shop ?user= b ",
    "postgresql://127.0.0.1:%31/",
    "postgresql://127.0.0.1/?us%65r=ana",
    "postgresql://a@b@127.0.0.1",
    "postgresql://ana:a:b@127.0.0.1",
    "postgresql://127.0.0.1/?options=-c%20geqo%3Doff",
    "postgresql:///mydb?host=localhost&port=1",
];

/// What is an error, and the word that both have to name.
const BAD: &[(&str, &str)] = &[
    ("hots=db", "\"hots\""),
    ("Host=db", "\"Host\""),
    ("=x", "\"\""),
    ("Postgresql://ana:secret@127.0.0.1/?x=y", "invalid connection option"),
    ("user=a host", "missing \"=\""),
    ("user = a b", "missing \"=\""),
    ("user='a", "unterminated quoted string"),
    ("user='a\\'", "unterminated quoted string"),
    ("host=127.0.0.1 sslmode=", "sslmode"),
    ("host=127.0.0.1 sslmode=Require", "sslmode"),
    ("host=127.0.0.1 sslmode=require sslrootcert=system", "sslrootcert=system"),
    ("host=127.0.0.1 sslmode=prefer sslnegotiation=direct", "sslnegotiation=direct"),
    ("host=127.0.0.1 sslnegotiation=x", "sslnegotiation"),
    ("host=127.0.0.1 sslcertmode=x", "sslcertmode"),
    ("host=127.0.0.1 channel_binding=x", "channel_binding"),
    ("host=127.0.0.1 gssencmode=x", "gssencmode"),
    ("host=127.0.0.1 require_auth=password,password", "\"password\""),
    ("host=127.0.0.1 require_auth=password,!md5", "\"!md5\""),
    ("host=127.0.0.1 require_auth=!password,md5", "\"md5\""),
    ("host=127.0.0.1 require_auth=x", "require_auth"),
    ("host=127.0.0.1 target_session_attrs=x", "target_session_attrs"),
    ("host=127.0.0.1 min_protocol_version=3", "min_protocol_version"),
    ("host=127.0.0.1 max_protocol_version=x", "max_protocol_version"),
    ("host=127.0.0.1 ssl_min_protocol_version=SSLv3", "ssl_min_protocol_version"),
    ("host=127.0.0.1 ssl_max_protocol_version=x", "ssl_max_protocol_version"),
    ("host=127.0.0.1 ssl_max_protocol_version=TLSv1.1", "protocol version range"),
    ("host=127.0.0.1 port=x", "\"x\""),
    ("host=127.0.0.1 port=0", "\"0\""),
    ("host=127.0.0.1 port=65536", "\"65536\""),
    ("host=127.0.0.1 port=1,2", "2 port numbers to 1 hosts"),
    ("host=127.0.0.1,localhost hostaddr=127.0.0.1", "2 host names to 1 hostaddr values"),
    ("hostaddr=localhost", "network address \"localhost\""),
    ("host=127.0.0.1 connect_timeout=", "\"connect_timeout\""),
    ("host=127.0.0.1 keepalives=x", "\"keepalives\""),
    ("host=127.0.0.1 keepalives_idle=1s", "\"keepalives_idle\""),
    ("postgresql://[::1", "\"]\""),
    ("postgresql://[]", "IPv6 host address may not be empty"),
    ("postgresql://[::1]x", "unexpected character \"x\""),
    ("postgresql://127.0.0.1/?user", "missing"),
    ("postgresql://127.0.0.1/?user=a=b", "extra"),
    ("postgresql://127.0.0.1/?hots=a", "\"hots\""),
    ("postgresql://127.0.0.1/?ssl=false", "\"ssl\""),
    ("postgresql://127.0.0.1/?user=%", "percent-encod"),
    ("postgresql://127.0.0.1/?user=%zz", "percent-encod"),
    ("postgresql://127.0.0.1/?user=%00", "percent-encod"),
    ("postgresql://a b@127.0.0.1", "user"),
];

#[test]
fn strings_mean_what_libpq_says() {
    let (place, mut judge) = (Place::new(), Judge::start());
    for text in GOOD {
        let agreed =
            Case::of(text).compare(&place, &mut judge).unwrap_or_else(|words| panic!("{text:?}: {words}"));
        assert!(matches!(agreed, Agreed::Tried | Agreed::Same), "{text:?}: {agreed:?}");
        if text.contains(['=', ':']) {
            judge.parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        }
    }
}

#[test]
fn what_libpq_refuses_is_refused_by_its_name() {
    let (place, mut judge) = (Place::new(), Judge::start());
    for (text, word) in BAD {
        let agreed =
            Case::of(text).compare(&place, &mut judge).unwrap_or_else(|words| panic!("{text:?}: {words}"));
        assert_eq!(agreed, Agreed::BothRefuse, "{text:?}");
        let (ours, theirs) = Case::of(text).errors(&place, &mut judge);
        let (ours, theirs) = (ours.expect(text).message, theirs.expect(text));
        assert!(ours.contains(word), "{text:?}: {word} is not in {ours:?}; libpq: {theirs}");
        let keyword = word.trim_matches('"');
        assert!(theirs.contains(keyword) || !word.starts_with('"'), "{text:?}: {theirs}");
    }
}

const HERE: &str = "host=127.0.0.1 port=1";
const SHOP: &str = "[shop]\nhost=127.0.0.1\nport=1\nuser=of_service\nsslmode=verify-ca\n";

fn service(connection: &str, text: &str) -> Case {
    Case::of(connection).file(SERVICES, text)
}

fn system(case: Case, text: &str) -> Case {
    case.var("PGSYSCONFDIR", "$T/etc").file(SYSTEM_SERVICES, text)
}

/// Cases with files and variables; whether they are errors.
fn with_files() -> Vec<(bool, Case)> {
    let long = |length: usize| format!("[shop]\nhost=127.0.0.1\napplication_name={}\n", "x".repeat(length));
    vec![
        (true, service("service=shop", SHOP)),
        (true, service("service=shop user=said port=2", SHOP)),
        (true, service("postgresql:///?service=shop", SHOP)),
        (true, service("", SHOP).var("PGSERVICE", "shop").var("PGUSER", "of_environment")),
        (true, service("service=shop", SHOP).var("PGSERVICE", "other").var("PGSSLMODE", "disable")),
        (
            true,
            service(
                "service=shop",
                "# a comment\n\n [other]\nuser=x\n\t[shop]  \r\n  user=\r\nhost=127.0.0.1\n",
            )
            .var("PGUSER", "x"),
        ),
        (false, service("service=shop", "[shop]\nuser = x\n")),
        (false, service("service=shop", "[shop]\nno equals sign\n")),
        (false, service("service=shop", "[shop]\nhots=x\n")),
        (false, service("service=shop", "[shop]\nrequiressl=1\n")),
        (false, service("service=shop", "[shop]\nservice=other\n[other]\n")),
        (false, service("service=shop", "[shops]\nuser=x\n")),
        (false, service("service=none", SHOP)),
        (false, Case::of("service=shop")),
        (
            true,
            service(
                "service=shop",
                "broken before\n[other]\nhots=x\n[shop]\nhost=127.0.0.1\n[shop]\nuser=second\n[",
            ),
        ),
        (true, service("service=shop", "[shop]\nhost=127.0.0.1\nuser=first\nuser=second\n")),
        (true, service("service=shop", "[shop]trailing\nhost=127.0.0.1\n")),
        (true, service("service=shop", &long(1004))),
        (false, service("service=shop", &long(1005))),
        (true, service("service=shop", &(SHOP.to_owned() + "[other]\n" + &long(2000)))),
        (true, system(service("service=shop", "[other]\nuser=x\n"), SHOP)),
        (true, system(service("service=shop", "[shop]\nhost=127.0.0.1\nuser=of_user\n"), SHOP)),
        (true, system(Case::of("service=shop"), SHOP)),
        (false, system(service("service=shop", "[shop]\nbroken\n"), SHOP)),
        (true, Case::of("service=shop").var("PGSERVICEFILE", "$T/services").file("services", SHOP)),
        (false, service("service=shop", SHOP).var("PGSERVICEFILE", "$T/missing")),
        (false, system(Case::of("service=shop").var("PGSERVICEFILE", "$T/missing"), SHOP)),
        (false, service("service=shop", SHOP).var("PGSERVICEFILE", "")),
        (false, service("service=", SHOP)),
        (true, service("service=", "[]\nhost=127.0.0.1\nuser=x\n")),
        (
            true,
            service("service=shop passfile=$T/pass", "[shop]\nhost=127.0.0.1\nport=1\npassword=of_service\n")
                .file("pass", "*:*:*:*:of_file\n"),
        ),
        (
            true,
            service("service=shop", "[shop]\nhost=127.0.0.1\npassfile=$T/pass\n")
                .file("pass", "*:*:*:*:of_file\n")
                .var("PGPASSFILE", "$T/none"),
        ),
    ]
}

fn passwords(connection: &str, text: &str) -> Case {
    Case::of(connection).file(PASSFILE, text)
}

fn with_passwords() -> Vec<(bool, Case)> {
    let here = "host=127.0.0.1 port=1 user=ana dbname=shop";
    let mut cases: Vec<(bool, Case)> = [
        "127.0.0.1:1:shop:ana:exact\n",
        "*:*:*:*:any\n",
        "127.0.0.1:1:shop:bob:x\n*:*:shop:ana:second\n*:*:*:*:third\n",
        "# *:*:*:*:comment\n*:*:*:*:b\n",
        " *:*:*:*:space\n",
        "*:*:*:*:a\\:b\\\\c\\d:rest\n",
        "*:*:*:*:\n*:*:*:*:second\n",
        "*:*:*:*:p\r\r\n",
        "*:*:*:*:no newline",
        "*:*:*:*:end\\\n",
        "127.0.0.1:01:shop:ana:x\n",
        "127.0.0.1:1:sh\\op:a\\na:escaped\n",
        "127*:1:shop:ana:x\n",
        "\\*:*:*:*:x\n",
        "localhost:1:shop:ana:x\n",
        "127.0.0.1:1:shop\n*:*:*:*\n",
        "\n\n*:*:*:*:after empty lines\n",
        "*:*:*:*: spaces \n",
    ]
    .map(|text| (true, passwords(here, text)))
    .into();
    let by_host = "localhost:*:*:*:of localhost\n/nowhere:*:*:*:of socket\n127.0.0.1:*:*:*:of address\n\\:\\:1:*:*:*:of six\n";
    for connection in [
        "",
        "host=localhost",
        "host=/nowhere",
        "host=/var/run/postgresql",
        "host=/var/run/postgresql/",
        "hostaddr=127.0.0.1",
        "host=localhost hostaddr=127.0.0.1",
        "hostaddr=127.1",
        "host=::1",
        "hostaddr=127.0.00.1",
        "host=/nowhere,127.0.0.1",
        "host=127.0.0.1,/nowhere",
        "host=127.0.0.1,,localhost port=1,2,3",
    ] {
        cases.push((true, passwords(connection, by_host)));
    }
    let port = "*:05432:*:*:zero\n*:5432:*:*:plain\n";
    cases.extend(
        ["", "port=05432", "port=5432", "port=''", "port=' 5432'"].map(|c| (true, passwords(c, port))),
    );
    let any = "*:*:*:*:of file\n";
    cases.extend([
        (true, passwords("host=127.0.0.1 password=said", any)),
        (true, passwords("host=127.0.0.1 password=''", any)),
        (true, passwords(HERE, any).var("PGPASSWORD", "of environment")),
        (true, passwords(HERE, any).var("PGPASSWORD", "")),
        (true, passwords(HERE, any).var("PGPASSFILE", "$T/missing")),
        (true, passwords(HERE, any).var("PGPASSFILE", "")),
        (true, passwords("host=127.0.0.1 passfile=$T", any)),
        (
            true,
            passwords("host=127.0.0.1 passfile=$T/pass", any)
                .var("PGPASSFILE", "$T/x")
                .file("pass", "*:*:*:*:other\n"),
        ),
    ]);
    for mode in [0o400, 0o640, 0o604, 0o700] {
        let mut case = passwords(HERE, any);
        case.files[0].mode = mode;
        cases.push((true, case));
    }
    cases
}

#[test]
fn files_are_read_as_libpq_reads_them() {
    let (place, mut judge) = (Place::new(), Judge::start());
    for (good, case) in with_files().into_iter().chain(with_passwords()) {
        let agreed = case.compare(&place, &mut judge).unwrap_or_else(|words| panic!("{words}\n{case:#?}"));
        assert_eq!(agreed, if good { Agreed::Tried } else { Agreed::BothRefuse }, "{case:#?}");
    }
}

/// Each variable that libpq reads, with a value that is not its default.
const VARIABLES: &[(&str, &str)] = &[
    ("PGHOST", "/nowhere"),
    ("PGHOSTADDR", "127.0.0.1"),
    ("PGPORT", "1"),
    ("PGUSER", "of_environment"),
    ("PGDATABASE", "shop"),
    ("PGPASSWORD", "secret"),
    ("PGPASSFILE", "$T/pass"),
    ("PGCHANNELBINDING", "require"),
    ("PGCONNECT_TIMEOUT", "7"),
    ("PGCLIENTENCODING", "UTF8"),
    ("PGOPTIONS", "-c geqo=off"),
    ("PGAPPNAME", "tool"),
    ("PGSSLMODE", "verify-full"),
    ("PGREQUIRESSL", "1"),
    ("PGSSLNEGOTIATION", "postgres"),
    ("PGSSLCOMPRESSION", "1"),
    ("PGSSLCERT", "$T/c.crt"),
    ("PGSSLKEY", "$T/c.key"),
    ("PGSSLCERTMODE", "disable"),
    ("PGSSLROOTCERT", "system"),
    ("PGSSLSNI", "0"),
    ("PGREQUIREAUTH", "scram-sha-256"),
    ("PGMINPROTOCOLVERSION", "3.0"),
    ("PGMAXPROTOCOLVERSION", "3.2"),
    ("PGSSLMINPROTOCOLVERSION", "TLSv1.3"),
    ("PGSSLMAXPROTOCOLVERSION", "TLSv1.3"),
    ("PGGSSENCMODE", "prefer"),
    ("PGKRBSRVNAME", "pg"),
    ("PGGSSLIB", "gssapi"),
    ("PGGSSDELEGATION", "1"),
    ("PGTARGETSESSIONATTRS", "read-only"),
    ("PGLOADBALANCEHOSTS", "random"),
];

#[test]
fn every_variable_is_read_and_is_the_weakest() {
    let (place, mut judge) = (Place::new(), Judge::start());
    let keyword = |variable: &str, judge: &mut Judge| {
        // libpq says itself which keyword it is: the one that is there only with the variable.
        let env =
            |vars: &[(&str, &str)]| vars.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let without: BTreeMap<_, _> = judge.resolve(&[("user", "x")], &env(&[])).checked.info;
        let with = judge.resolve(&[("user", "x")], &env(&[(variable, "zzz")])).checked.info;
        with.into_iter().find(|(name, value)| without.get(name) != Some(value)).map(|(name, _)| name)
    };
    for (variable, value) in VARIABLES {
        let alone = Case::default().var(variable, value);
        let agreed = alone.compare(&place, &mut judge).unwrap_or_else(|words| panic!("{variable}: {words}"));
        assert_eq!(agreed, Agreed::Tried, "{variable}");
        for empty in [Case::default().var(variable, ""), Case::of("host=127.0.0.1").var(variable, "")] {
            empty.compare(&place, &mut judge).unwrap_or_else(|words| panic!("{variable} empty: {words}"));
        }
        let Some(keyword) =
            keyword(variable, &mut judge).filter(|name| !["user", "dbname"].contains(&name.as_str()))
        else {
            continue;
        };
        // The service, the flags and the connection string are each stronger than what comes before.
        let service = format!("[shop]\n{keyword}={value}\n");
        let cases = [
            Case::of("service=shop").file(SERVICES, &service).var(variable, "zzz"),
            Case::of(&format!("{keyword}='{value}'")).var(variable, "zzz"),
            Case::of(&format!("service=shop {keyword}='{value}'"))
                .file(SERVICES, &format!("[shop]\n{keyword}=zzz\n")),
        ];
        for case in cases {
            let agreed =
                case.compare(&place, &mut judge).unwrap_or_else(|words| panic!("{words}\n{case:#?}"));
            assert_eq!(agreed, Agreed::Tried, "{case:#?}");
        }
    }
}

#[test]
fn flags_are_weaker_than_the_connection_string_and_stronger_than_the_rest() {
    let (place, mut judge) = (Place::new(), Judge::start());
    for connection in
        [None, Some(""), Some("shop"), Some(HERE), Some("postgresql://x@127.0.0.1:2"), Some("service=shop")]
    {
        for flags in 0..8 {
            let mut case =
                Case::default().file(SERVICES, SHOP).var("PGUSER", "of_environment").var("PGPORT", "3");
            case.connection = connection.map(str::to_owned);
            case.host = (flags & 1 > 0).then(|| "localhost".to_owned());
            case.port = (flags & 2 > 0).then(|| "4".to_owned());
            case.user = (flags & 4 > 0).then(|| if flags == 7 { "" } else { "of_flag" }.to_owned());
            let agreed =
                case.compare(&place, &mut judge).unwrap_or_else(|words| panic!("{words}\n{case:#?}"));
            assert_eq!(agreed, Agreed::Tried, "{case:#?}");
        }
    }
}
