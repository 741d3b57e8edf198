//! Settings as a connection string that leads to the same place again, without what is secret.

use std::borrow::Cow;

use super::pairs::{Origin, Pairs};

/// Never written down: who connects again is asked, or has them where they were found the first time.
const SECRET: [&str; 5] =
    ["password", "sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret"];

/// What names the service: that is written down wherever it was said.
const SERVICE: [&str; 2] = ["service", "servicefile"];

/// Names of files and folders, which may have been said as seen from the folder that the program was started in.
const FILES: [&str; 7] =
    ["sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile", "servicefile"];

/// What was said in words or by the environment. What a service said is said by its name, so that a change in the
/// service file is followed; so is what the environment said beside it, which the service may come to say: in a
/// connection string it would be the stronger.
pub(super) fn recipe(pairs: &Pairs) -> String {
    let serviced = pairs.nonempty("service").is_some();
    let kept = |keyword: &str, origin: Origin| match origin {
        Origin::Service => false,
        Origin::Environment => !serviced || SERVICE.contains(&keyword),
        Origin::Flag | Origin::Conninfo => true,
    };
    let said = pairs.iter().filter(|(keyword, value, origin)| {
        kept(keyword, *origin) && !value.is_empty() && !SECRET.contains(keyword)
    });
    said.map(|(keyword, value, _)| format!("{keyword}={}", quoted(&from_anywhere(keyword, value))))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The same whatever folder the program is started in next time.
fn from_anywhere<'a>(keyword: &str, value: &'a str) -> Cow<'a, str> {
    let word = keyword == "sslrootcert" && ["system", "rds"].contains(&value);
    if word || !FILES.contains(&keyword) {
        return value.into();
    }
    let whole = std::path::absolute(value).ok().and_then(|path| path.into_os_string().into_string().ok());
    whole.map_or(value.into(), Cow::Owned)
}

/// As a value of a connection string.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:,@%+".contains(c);
    if value.chars().all(plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\\', r"\\").replace('\'', r"\'"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::server::settings::{Arguments, Environment, Settings, SslMode};

    fn environment(home: &Path, vars: &[(&str, &str)]) -> Environment {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Environment {
            vars,
            home: Some(home.to_owned()),
            user: Some("ana".to_owned()),
            ..Environment::default()
        }
    }

    fn resolve(connection: &str, environment: &Environment) -> Settings {
        let arguments = Arguments { connection: Some(connection.to_owned()), ..Arguments::default() };
        Settings::resolve(&arguments, environment).unwrap()
    }

    #[test]
    fn what_stood_beside_a_service_never_wins_over_it() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("services");
        std::fs::write(&file, "[shop]\nhost=db\n").unwrap();
        let path = file.to_str().unwrap();
        let weak = [("PGSSLMODE", "disable"), ("PGUSER", "bob"), ("PGSERVICEFILE", path)];
        let settings = resolve("service=shop dbname=orders", &environment(home.path(), &weak));
        assert_eq!(settings.tls.mode, SslMode::Disable);
        assert_eq!(settings.recipe, format!("dbname=orders service=shop servicefile={path}"));
        // The service is named by the environment alone, and still leads there.
        let named = [("PGSERVICE", "shop"), ("PGPORT", "7"), ("PGSERVICEFILE", path)];
        let by_name = resolve("", &environment(home.path(), &named)).recipe;
        assert_eq!(by_name, format!("service=shop servicefile={path}"));
        // The service file changes: it is followed, whatever there was when it was silent.
        std::fs::write(&file, "[shop]\nhost=db\nuser=clerk\nsslmode=verify-full\n").unwrap();
        let again = resolve(&settings.recipe, &environment(home.path(), &[]));
        assert_eq!((again.tls.mode, again.user.as_str()), (SslMode::VerifyFull, "clerk"));
        // Without a service, what the environment said is all that there is.
        let alone = resolve("host=db", &environment(home.path(), &[("PGSSLMODE", "verify-full")]));
        assert_eq!(alone.recipe, "host=db sslmode=verify-full");
    }

    #[test]
    fn files_are_found_from_every_folder() {
        let home = tempfile::tempdir().unwrap();
        let here = std::env::current_dir().unwrap();
        let at = |path: &str| super::quoted(here.join(path).to_str().unwrap());
        let said = "host=db passfile=p sslcert=./c.crt sslcrl=l sslcrldir=d sslkey=/k sslrootcert=../r";
        assert_eq!(
            resolve(said, &environment(home.path(), &[])).recipe,
            format!(
                "host=db passfile={} sslcert={} sslcrl={} sslcrldir={} sslkey=/k sslrootcert={}",
                at("p"),
                at("c.crt"),
                at("l"),
                at("d"),
                at("../r")
            )
        );
        for word in ["system", "rds"] {
            let said = format!("host=db sslrootcert={word}");
            assert_eq!(resolve(&said, &environment(home.path(), &[])).recipe, said);
        }
    }
}
