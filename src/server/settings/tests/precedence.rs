//! Who wins: connection string, flags, service file, environment, password file, defaults.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;

fn write(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn at_home(vars: &[(&str, &str)], home: &Path) -> Environment {
    Environment { home: Some(home.to_owned()), ..machine(vars) }
}

#[test]
fn each_layer_wins_over_the_one_below() {
    let home = tempfile::tempdir().unwrap();
    write(
        home.path(),
        ".pg_service.conf",
        "# x\n[other]\nport=1\n[prod]\nport=2\nuser=service\ndbname=service\n[prod]\nport=9\n",
    );
    let vars = [
        ("PGSERVICE", "prod"),
        ("PGPORT", "3"),
        ("PGUSER", "env"),
        ("PGDATABASE", "env"),
        ("PGHOST", "env"),
        ("PGAPPNAME", "env"),
    ];
    let environment = at_home(&vars, home.path());

    let mut arguments = Arguments::default();
    let settings = Settings::resolve(&arguments, &environment).unwrap();
    assert_eq!(hosts(&settings), [host("env", 2)]);
    assert_eq!((settings.user.as_str(), settings.database.as_str()), ("service", "service"));
    assert_eq!(settings.application_name, "env");

    arguments.port = Some("4".to_owned());
    arguments.user = Some("flag".to_owned());
    arguments.database = Some("flag".to_owned());
    let settings = Settings::resolve(&arguments, &environment).unwrap();
    assert_eq!(hosts(&settings), [host("env", 4)]);
    assert_eq!((settings.user.as_str(), settings.database.as_str()), ("flag", "flag"));

    // psql: a connection string in place of the database name overrides flags.
    arguments.database = Some("port=5 user=d dbname=d".to_owned());
    arguments.connection = Some("user=connection".to_owned());
    let settings = Settings::resolve(&arguments, &environment).unwrap();
    assert_eq!(hosts(&settings), [host("env", 5)]);
    assert_eq!((settings.user.as_str(), settings.database.as_str()), ("connection", "d"));
}

#[test]
fn defaults_come_last() {
    let settings = resolve("host=h").unwrap();
    assert_eq!(hosts(&settings), [host("h", 5432)]);
    assert_eq!((settings.user.as_str(), settings.database.as_str()), ("ana", "ana"));
    assert_eq!(settings.application_name, "rolescope");
    assert_eq!(settings.connect_timeout, Some(std::time::Duration::from_secs(30)));
    assert_eq!(settings.channel_binding, ChannelBinding::Prefer);
    assert_eq!(resolve_with("", &[("PGUSER", "bob")]).unwrap().database, "bob");
}

#[test]
fn service_files_are_searched_and_their_faults_named() {
    let dir = tempfile::tempdir().unwrap();
    let system = tempfile::tempdir().unwrap();
    let file = write(
        dir.path(),
        "services",
        "[bad]\nhots=x\n[nested]\nservice=bad\n[broken]\nhost\n[ok]\nhost=mine\n",
    );
    write(system.path(), "pg_service.conf", "[system]\nhost=theirs\n");
    let vars = [("PGSERVICEFILE", file.to_str().unwrap()), ("PGSYSCONFDIR", system.path().to_str().unwrap())];
    let host_of =
        |text| resolve_with(text, &vars).map(|settings| settings.hosts[0].name()).map_err(|e| e.message);

    assert_eq!(host_of("service=ok").as_deref(), Ok("mine"));
    assert_eq!(host_of("service=system").as_deref(), Ok("theirs"));
    assert_eq!(host_of("postgresql:///?service=ok&host=me").as_deref(), Ok("me"));
    assert_eq!(host_of("service=none").unwrap_err(), "definition of service \"none\" not found");
    assert!(host_of("service=bad").unwrap_err().starts_with("invalid connection option \"hots\""));
    assert!(host_of("service=nested").unwrap_err().starts_with("a nested service"));
    assert!(host_of("service=broken").unwrap_err().ends_with("line 6"));
    let missing = resolve_with("service=ok", &[("PGSERVICEFILE", "/nowhere/x")]).unwrap_err();
    assert_eq!(missing.message, "service file \"/nowhere/x\" not found");
}

#[test]
fn a_password_comes_from_the_strongest_place() {
    let home = tempfile::tempdir().unwrap();
    write(home.path(), ".pgpass", "h:5432:*:ana:from file\n");
    let command = Some("echo from command".to_owned());
    let resolve = |connection: &str, vars: &[(&str, &str)], password_command: &Option<String>| {
        let arguments = Arguments {
            connection: Some(connection.to_owned()),
            password_command: password_command.clone(),
            ..Arguments::default()
        };
        let settings = Settings::resolve(&arguments, &at_home(vars, home.path())).unwrap();
        let of_file = settings.hosts[0].password.as_ref().map(|password| password.expose_secret().to_owned());
        (password(&settings).map(str::to_owned), settings.password_command, of_file)
    };
    let env = [("PGPASSWORD", "from env")];
    let some = |text: &str| Some(text.to_owned());

    assert_eq!(resolve("host=h password=said", &env, &command), (some("said"), None, None));
    assert_eq!(resolve("host=h", &env, &command), (None, command.clone(), None));
    assert_eq!(resolve("host=h", &env, &None), (some("from env"), None, None));
    assert_eq!(resolve("host=h", &[], &None), (None, None, some("from file")));
    assert_eq!(resolve("host=h password=''", &[], &None), (None, None, some("from file")));
    assert_eq!(resolve("host=other", &[], &None), (None, None, None));
}

#[test]
fn each_host_has_its_own_line_of_the_password_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = write(
        dir.path(),
        "p",
        "a:1:*:*:first\n10.0.0.1:2:*:*:second\nlocalhost:3:*:*:third\n/sock:4:*:*:fourth\n",
    );
    let text = "host=a,,/nowhere/run,/sock hostaddr=,10.0.0.1,, port=1,2,3,4";
    let settings = resolve_with(text, &[("PGPASSFILE", path.to_str().unwrap())]).unwrap();
    let of = |at: usize| settings.hosts[at].password.as_ref().map(|password| password.expose_secret());
    assert_eq!([of(0), of(1), of(2), of(3)], [Some("first"), Some("second"), Some("third"), Some("fourth")]);
}

#[test]
fn a_password_file_that_others_can_read_is_ignored_with_a_warning() {
    let home = tempfile::tempdir().unwrap();
    let path = write(home.path(), ".pgpass", "*:*:*:*:x\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let settings = Settings::resolve(&Arguments::default(), &at_home(&[], home.path())).unwrap();
    assert!(settings.hosts[0].password.is_none());
    assert!(settings.warnings[0].contains("has group or world access"), "{:?}", settings.warnings);

    let folder = resolve_with("", &[("PGPASSFILE", home.path().to_str().unwrap())]).unwrap();
    assert!(folder.warnings[0].contains("is not a plain file"), "{:?}", folder.warnings);
    assert!(resolve_with("", &[("PGPASSFILE", "/nowhere/x")]).unwrap().warnings.is_empty());
}

#[test]
fn session_defaults_of_the_environment_become_options() {
    let vars =
        [("PGOPTIONS", "-c lock_timeout=1s"), ("PGTZ", "America/New York"), ("PGDATESTYLE", "default")];
    let settings = resolve_with("", &vars).unwrap();
    assert_eq!(settings.options.as_deref(), Some("-c lock_timeout=1s -c TimeZone=America/New\\ York"));
}
