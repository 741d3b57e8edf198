//! Connection strings and URIs.

use proptest::prelude::*;

use super::*;

#[test]
fn a_connection_string_is_read_with_its_quotes_and_escapes() {
    let settings = resolve(r"host=db.example  port = 5433 user='o''x' dbname=a\ b password = 'it\'s \\ me'");
    // 'o''x' is the value o, followed by a keyword that lacks its "=".
    assert_eq!(settings.expect_err("doubled quote").kind, ErrorKind::InvalidSetting);

    let settings =
        resolve("host=db.example\tport = 5433\nuser = o\\'x dbname=a\\ b password = 'it\\'s \\\\ me'")
            .unwrap();
    assert_eq!(hosts(&settings), [host("db.example", 5433)]);
    assert_eq!((settings.user.as_str(), settings.database.as_str()), ("o'x", "a b"));
    assert_eq!(password(&settings), Some(r"it's \ me"));
}

#[test]
fn the_last_of_two_values_counts_and_empty_ones_are_not_said() {
    let settings = resolve("dbname=a dbname=b user='' password='' application_name=''").unwrap();
    assert_eq!((settings.database.as_str(), settings.user.as_str()), ("b", "ana"));
    assert_eq!(password(&settings), None);
    assert_eq!(settings.application_name, "rolescope");
}

#[test]
fn what_cannot_be_read_is_named() {
    for (text, message) in [
        ("hots=db", "invalid connection option \"hots\""),
        ("host=a port", "missing \"=\" in connection string"),
        ("host=a = port", "invalid connection option \"\""),
        ("host=a port", "missing \"=\" in connection string"),
        ("user='ana", "unterminated quoted string in connection string"),
        ("port=0", "invalid port number: \"0\""),
        ("port=65536", "invalid port number: \"65536\""),
        ("port=5432x", "invalid port number: \"5432x\""),
        ("host=a,b port=1,2,3", "could not match 3 port numbers to 2 hosts"),
        ("host=a,b hostaddr=127.0.0.1", "could not match 2 host names to 1 hostaddr values"),
        ("hostaddr=db.example", "could not parse network address \"db.example\""),
        ("connect_timeout=soon", "invalid integer value \"soon\" for connection option \"connect_timeout\""),
        ("target_session_attrs=best", "invalid target_session_attrs value: \"best\""),
        ("channel_binding=yes", "invalid channel_binding value: \"yes\""),
        ("require_auth=kerberos", "invalid require_auth value: \"kerberos\""),
        ("require_auth=md5,md5", "require_auth method \"md5\" is specified more than once"),
        ("require_auth=md5,!gss", "require_auth method \"!gss\" mixes what is required with what is refused"),
        ("require_auth=!md5,gss", "require_auth method \"gss\" mixes what is required with what is refused"),
        ("sslmode=on", "invalid sslmode value: \"on\""),
        ("sslmode=", "invalid sslmode value: \"\""),
        ("load_balance_hosts=yes", "invalid load_balance_hosts value: \"yes\""),
        ("postgresql://h/db?hots=x", "invalid URI query parameter \"hots\""),
        ("postgresql://h/db?sslmode", "missing \"=\" in URI query parameter \"sslmode\""),
        ("postgresql://h/db?user=a=b", "extra \"=\" in URI query parameter \"user\""),
        ("postgresql://[::1/db", "no matching \"]\" for an IPv6 host address in the URI"),
        ("postgresql://[]/db", "IPv6 host address may not be empty in the URI"),
        ("postgresql://[::1]z/db", "unexpected character \"z\" after \"]\" in the URI"),
        ("postgresql://h/d%2", "invalid percent-encoding in the dbname of the URI"),
        ("postgresql://h/d%00", "invalid percent-encoding in the dbname of the URI"),
        ("postgresql://h/d%zz", "invalid percent-encoding in the dbname of the URI"),
    ] {
        let message_of = |text| resolve(text).map(|_| ()).expect_err(text).to_string();
        assert_eq!(
            (text, message_of(if text == "host" { "host= host" } else { text }).as_str()),
            (text, message)
        );
    }
}

#[test]
fn a_uri_is_read_part_by_part() {
    let settings =
        resolve("postgres://o%27x:p%40ss%2f@db.example:5433/a%20b?application_name=x+y&connect_timeout=3")
            .unwrap();
    assert_eq!(hosts(&settings), [host("db.example", 5433)]);
    assert_eq!((settings.user.as_str(), settings.database.as_str()), ("o'x", "a b"));
    assert_eq!(password(&settings), Some("p@ss/"));
    // A plus is a plus: this is no form.
    assert_eq!(settings.application_name, "x+y");
    assert_eq!(settings.connect_timeout, Some(Duration::from_secs(3)));
}

#[test]
fn a_uri_may_leave_out_nearly_everything() {
    for (text, name, database) in [
        ("postgresql://", "/nowhere/run", "ana"),
        ("postgresql:///db", "/nowhere/run", "db"),
        ("postgresql://h", "h", "ana"),
        ("postgresql://h?dbname=db", "h", "db"),
        ("postgresql:///?host=h&dbname=db", "h", "db"),
        ("postgresql:///db?host=/sock", "/sock", "db"),
        ("postgresql://%2Fsock/db", "/sock", "db"),
        ("postgresql://bob@", "/nowhere/run", "bob"),
        ("postgresql://@h", "h", "ana"),
        ("postgresql://h/?", "h", "ana"),
        ("postgresql://h/db?user=ana&", "h", "db"),
    ] {
        let settings = resolve(text).unwrap();
        assert_eq!((text, hosts(&settings)), (text, vec![host(name, 5432)]));
        assert_eq!((text, settings.database.as_str()), (text, database));
    }
}

#[test]
fn several_hosts_share_one_port_or_have_their_own() {
    let two = resolve("postgresql://a:1,[2001:db8::1]:2/db").unwrap();
    assert_eq!(hosts(&two), [host("a", 1), host("2001:db8::1", 2)]);
    let one_port = resolve("host=a,/sock,b port=7 hostaddr=,,127.0.0.1").unwrap();
    assert_eq!(hosts(&one_port), [host("a", 7), host("/sock", 7), host("b", 7)]);
    assert!(one_port.hosts[1].is_unix());
    let name = Some("b".to_owned());
    assert_eq!(one_port.hosts[2].address, Address::Tcp { name, addr: "127.0.0.1".parse().ok() });
    assert_eq!(hosts(&resolve("postgresql://a,b:2").unwrap()), [host("a", 5432), host("b", 2)]);
}

#[test]
fn a_socket_folder_is_found_by_its_socket() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".s.PGSQL.6000"), "").unwrap();
    let mut environment = machine(&[("PGPORT", "6000")]);
    environment.socket_dirs.push(dir.path().to_owned());
    let settings = Settings::resolve(&Arguments::default(), &environment).unwrap();
    assert_eq!(settings.hosts[0].address, Address::Unix(dir.path().to_owned()));
}

#[test]
fn the_providers_database_is_refused_however_it_is_named() {
    for text in ["rdsadmin", "dbname=rdsadmin", "postgresql://h/rds%61dmin", "user=rdsadmin"] {
        assert_eq!((text, refusal(text).kind), (text, ErrorKind::ProtectedDatabase));
    }
    // Names of databases are not folded by the protocol: this is another one.
    assert_eq!(resolve("dbname=RDSADMIN").unwrap().database, "RDSADMIN");
}

#[test]
fn what_cannot_be_honoured_is_refused_by_name() {
    for text in [
        "sslkeylogfile=/x",
        "gssencmode=require",
        "sslcertmode=require",
        "replication=database",
        "scram_client_key=x",
        "oauth_issuer=x",
        "min_protocol_version=3.2",
    ] {
        let error = refusal(text);
        let keyword = text.split('=').next().unwrap();
        assert_eq!((text, error.kind), (text, ErrorKind::Unsupported));
        assert!(error.message.contains(keyword), "{error}");
    }
    resolve("gssencmode=prefer sslcertmode=allow krbsrvname=x sslcompression=1 replication=off sslcrl=''")
        .unwrap();
}

#[test]
fn no_error_repeats_a_password() {
    for text in [
        "password='hunter2",
        "password=cor hunter2 battery",
        "postgresql://ana:hunter2%zz@h/db",
        "postgresql://ana:hunter2/x@h/db",
        "postgresql://ana:x/hunter2%zz@h/db",
        "postgresql://ana:[x]@h/db?password=hunter2%",
    ] {
        let error = refusal(text);
        assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
    }
    let settings = resolve("password=hunter2").unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
}

fn quote(value: &str) -> String {
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

fn percent(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

proptest! {
    #[test]
    fn values_come_back_from_either_form(user in "[^\0]{1,12}", secret in "[^\0]{1,12}", name in "[^\0]{1,12}") {
        prop_assume!(name != "rdsadmin");
        let pairs = format!("user={} password={} dbname={}", quote(&user), quote(&secret), quote(&name));
        let uri = format!("postgresql://{}:{}@/{}", percent(&user), percent(&secret), percent(&name));
        for text in [pairs, uri] {
            let settings = resolve(&text).unwrap();
            prop_assert_eq!(&settings.user, &user);
            prop_assert_eq!(&settings.database, &name);
            prop_assert_eq!(password(&settings), Some(secret.as_str()));
        }
    }

    #[test]
    fn nothing_makes_it_panic(text in "\\PC*", uri in "[a-z:@/?&=%,0-9\\[\\]']*") {
        let _ = resolve(&text);
        let _ = resolve(&format!("postgresql://{uri}"));
        let _ = resolve(&format!("host={text}"));
    }
}
