//! Where one could connect: services, recent connections, and what libpq does when nothing is said; each with what it
//! would do about TLS. Nothing is connected to.

use std::path::PathBuf;

use jiff::Timestamp;

use super::recent::Recent;
use super::settings::{Arguments, Environment, Roots, Settings, SslMode};

/// One place to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Where it is known from.
    pub source: Source,
    /// What leads there: a connection string without anything secret.
    pub conninfo: String,
    /// `DATABASE @ HOST:PORT as USER`; or why it leads nowhere.
    pub place: Result<Place, String>,
}

/// Where a choice is known from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A service of a service file.
    Service {
        /// Its name.
        name: String,
        /// The file.
        file: PathBuf,
    },
    /// It was connected to.
    Recent {
        /// When.
        at: Timestamp,
        /// With an IAM token for the password.
        iam: bool,
    },
    /// What the environment and the defaults lead to.
    Default,
}

/// What a choice comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `DATABASE @ HOST:PORT as USER`.
    pub words: String,
    /// What it would do about TLS.
    pub tls: TlsPromise,
}

/// What a connection would do about TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsPromise {
    /// How safe that is.
    pub safety: Safety,
    /// In two or three words.
    pub short: String,
    /// In a sentence.
    pub long: String,
}

/// How safe a connection would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// Nobody can read along or be in between.
    Safe,
    /// Somebody could be in between.
    Doubtful,
    /// Anybody on the way can read it.
    Open,
}

/// So many recent connections are shown; services come after them.
const SHOWN: usize = 8;

/// All there are: recent connections, the newest first, then services by name, then the default.
pub fn choices(environment: &Environment, recent: Option<&Recent>) -> Vec<Choice> {
    let mut services = Settings::services(environment);
    services.sort_by(|a, b| a.0.cmp(&b.0));
    let services = services.into_iter().map(|(name, file)| {
        let name = match name {
            Ok(name) => name,
            Err(why) => {
                let source = Source::Service { name: String::new(), file: file.clone() };
                let place = Err(format!("{}: {why}", file.display()));
                return Choice { source, conninfo: String::new(), place };
            }
        };
        let conninfo = format!("service='{}'", name.replace('\\', r"\\").replace('\'', r"\'"));
        choice(Source::Service { name, file }, conninfo, environment)
    });
    let services: Vec<Choice> = services.collect();
    // What was connected to by a service is that service, unless with a token.
    let known = |conninfo: &str| {
        services.iter().any(|choice| {
            matches!(&choice.source, Source::Service { name, .. } if conninfo == format!("service={name}"))
        })
    };
    let visits = recent.map(Recent::visits).unwrap_or_default();
    let visits = visits.into_iter().filter(|visit| visit.iam.is_some() || !known(&visit.conninfo));
    let mut all: Vec<Choice> = visits
        .take(SHOWN)
        .map(|visit| {
            let source = Source::Recent { at: visit.at, iam: visit.iam.is_some() };
            choice(source, visit.conninfo, environment)
        })
        .collect();
    all.extend(services);
    let default = choice(Source::Default, String::new(), environment);
    all.push(default);
    all
}

fn choice(source: Source, conninfo: String, environment: &Environment) -> Choice {
    let arguments = Arguments { connection: Some(conninfo.clone()), ..Arguments::default() };
    let place = match Settings::resolve(&arguments, environment) {
        Ok(settings) => Ok(Place { words: words(&settings), tls: promise(&settings) }),
        Err(error) => Err(error.message),
    };
    Choice { source, conninfo, place }
}

fn words(settings: &Settings) -> String {
    let hosts: Vec<String> =
        settings.hosts.iter().map(|host| format!("{}:{}", host.name(), host.port)).collect();
    format!("{} @ {} as {}", settings.database, hosts.join(","), settings.user)
}

/// What settings would do about TLS, as far as that can be told before connecting.
pub fn promise(settings: &Settings) -> TlsPromise {
    let said = |safety, short: &str, long: String| TlsPromise { safety, short: short.to_owned(), long };
    if settings.hosts.iter().all(|host| host.is_unix()) {
        let long = "A Unix socket of this machine: nothing leaves it, and TLS is not used.".to_owned();
        return said(Safety::Safe, "Unix socket", long);
    }
    let mode = settings.tls.mode;
    let trusted = match &settings.tls.roots {
        Roots::File(Some(path)) if path.exists() => Some(format!("the CAs of {}", path.display())),
        Roots::Rds(places) => {
            let bundle = places.iter().find(|path| path.exists());
            bundle.map(|path| format!("the provider's CAs in {}", path.display()))
        }
        Roots::File(_) => None,
        Roots::System => Some("this machine's CAs".to_owned()),
    };
    match (mode, trusted) {
        (SslMode::Disable, _) => {
            let long = "sslmode=disable: nothing is encrypted, anybody on the way can read it.";
            said(Safety::Open, "NOT ENCRYPTED", long.to_owned())
        }
        (SslMode::Allow | SslMode::Prefer, _) => {
            let long = format!(
                "sslmode={}: encrypted where the server can, else in plain text; nobody is verified.",
                mode.as_str()
            );
            said(Safety::Open, "maybe encrypted", long)
        }
        (SslMode::VerifyFull, Some(roots)) => {
            let long = format!("Encrypted; the certificate must be for this host, and from {roots}.");
            said(Safety::Safe, "verified (full)", long)
        }
        (SslMode::Require | SslMode::VerifyCa, Some(roots)) => {
            let long = format!("Encrypted; the certificate must be from {roots}, but may be for any host.");
            said(Safety::Doubtful, "verified (ca)", long)
        }
        (SslMode::Require, None) => {
            let long =
                "Encrypted, but anybody could be in between: sslmode=verify-full and sslrootcert verify it.";
            said(Safety::Doubtful, "NOT verified", long.to_owned())
        }
        (SslMode::VerifyCa | SslMode::VerifyFull, None) => {
            let long =
                format!("sslmode={}, and the file of trusted CAs is missing: it will fail.", mode.as_str());
            said(Safety::Doubtful, "CAs missing", long)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(home: &std::path::Path) -> Environment {
        Environment { home: Some(home.to_owned()), user: Some("ana".to_owned()), ..Environment::default() }
    }

    #[test]
    fn services_recent_places_and_the_default_are_offered_each_with_its_tls() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".pg_service.conf");
        let text = b"# f\xfcr alle\n[b]\nhost=db\nsslmode=verify-full\n[a]\nhost=other\nuser=dba\npassword=hunter2\n[broken]\nnonsense\n".as_slice();
        std::fs::write(&file, text).unwrap();
        let recent = Recent::in_file(home.path().join("recent.json"));
        for conninfo in ["service=a", "host=/run/x dbname=shop", "host=c sslmode=disable"] {
            recent.remember(conninfo, None, Timestamp::UNIX_EPOCH).unwrap();
        }
        let all = choices(&environment(home.path()), Some(&recent));
        let told: Vec<(String, String)> = all
            .iter()
            .map(|choice| match &choice.place {
                Ok(place) => (place.words.clone(), place.tls.short.clone()),
                Err(why) => (why.clone(), String::new()),
            })
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            &told[..4],
            [
                ("ana @ c:5432 as ana", "NOT ENCRYPTED"),
                ("shop @ /run/x:5432 as ana", "Unix socket"),
                ("dba @ other:5432 as dba", "NOT verified"),
                ("ana @ db:5432 as ana", "CAs missing"),
            ]
        );
        assert!(told[4].0.contains("syntax error"), "{told:?}");
        assert_eq!(told[5..], [("ana @ localhost:5432 as ana", "NOT verified")]);
        assert!(!format!("{all:?}").contains("hunter2"));
    }

    #[test]
    fn a_recipe_leads_to_the_same_place_and_holds_no_secret() {
        let home = tempfile::tempdir().unwrap();
        let mut environment = environment(home.path());
        environment.vars.insert("PGPORT".to_owned(), "5433".to_owned());
        environment.vars.insert("PGPASSWORD".to_owned(), "hunter2".to_owned());
        let connection = r"host=db user='it\'s me' password=hunter3 options='-c a=b\\c'".to_owned();
        let arguments = Arguments { connection: Some(connection), ..Arguments::default() };
        let settings = Settings::resolve(&arguments, &environment).unwrap();
        assert!(!settings.recipe.contains("hunter"), "{}", settings.recipe);
        let again = Arguments { connection: Some(settings.recipe.clone()), ..Arguments::default() };
        environment.vars.clear();
        let again = Settings::resolve(&again, &environment).unwrap();
        assert_eq!((again.user.as_str(), again.options.as_deref()), ("it's me", Some(r"-c a=b\c")));
        assert_eq!((again.hosts[0].port, again.recipe), (5433, settings.recipe));
    }
}
