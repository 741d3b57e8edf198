//! From everything that was said to one value: conninfo wins over flags, these over the service file, that over the
//! environment, and defaults come last.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::environment::Environment;
use super::pairs::{Origin, Pairs};
use super::{
    Arguments, Iam, Settings, conninfo, hosts, keywords, recipe, refuse, require_auth, service, tls, values,
};
use crate::server::aws;
use crate::server::connect_error::{ConnectError, ErrorKind};
use crate::server::password::{self, Lookup};

pub(super) fn resolve(arguments: &Arguments, environment: &Environment) -> Result<Settings, ConnectError> {
    build(&pairs(arguments, environment)?, arguments, environment)
}

pub(super) fn pairs(arguments: &Arguments, environment: &Environment) -> Result<Pairs, ConnectError> {
    let mut pairs = said(arguments)?;
    service::fill(&mut pairs, environment)?;
    for keyword in keywords::KEYWORDS {
        let value = keyword.variable.and_then(|variable| environment.var(variable));
        if let Some(value) = value {
            pairs.fill(keyword.name, value.to_owned(), Origin::Environment);
        }
    }
    Ok(pairs)
}

/// Flags, and over them what the connection strings say: psql's order.
fn said(arguments: &Arguments) -> Result<Pairs, ConnectError> {
    let mut pairs = Pairs::default();
    let flags = [("host", &arguments.host), ("port", &arguments.port), ("user", &arguments.user)];
    for (keyword, value) in flags {
        if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
            pairs.set(keyword, value.clone(), Origin::Flag);
        }
    }
    for text in [&arguments.database, &arguments.connection].into_iter().flatten() {
        if conninfo::is_connection_string(text) {
            pairs.merge(conninfo::parse(text)?);
        } else if !text.is_empty() {
            pairs.set("dbname", text.clone(), Origin::Flag);
        }
    }
    Ok(pairs)
}

fn build(pairs: &Pairs, arguments: &Arguments, environment: &Environment) -> Result<Settings, ConnectError> {
    refuse::check(pairs)?;
    let hosts = hosts::resolve(pairs, environment)?;
    let user = match pairs.nonempty("user").or(environment.user.as_deref()) {
        Some(user) => user.to_owned(),
        None => {
            return Err(ConnectError::invalid("no user name was given, and this user's name is not known"));
        }
    };
    let database = pairs.nonempty("dbname").unwrap_or(&user).to_owned();
    refuse_database(&database)?;
    if let Some(text) =
        [Some(user.as_str()), Some(&database), pairs.get("options"), pairs.get("application_name")]
            .into_iter()
            .flatten()
            .find(|text| text.contains('\0'))
    {
        return Err(ConnectError::invalid(format!("a zero byte cannot be part of \"{text}\"")));
    }
    let mut settings = Settings {
        hosts,
        user,
        database,
        tls: tls::resolve(pairs, environment)?,
        password: None,
        key_password: pairs.nonempty("sslpassword").map(SecretString::from),
        require_peer: pairs.nonempty("requirepeer").map(str::to_owned),
        passfile: None,
        password_command: arguments.password_command.clone().filter(|command| !command.is_empty()),
        iam: arguments.iam.as_ref().map(|said| Iam::new(said, environment)).transpose()?,
        prompt: arguments.prompt,
        application_name: application_name(pairs),
        options: options(pairs, environment),
        connect_timeout: values::connect_timeout(pairs)?,
        keepalive: values::keepalive(pairs)?,
        channel_binding: values::channel_binding(pairs)?,
        require_auth: require_auth::resolve(pairs)?,
        target: values::target(pairs)?,
        load_balance: values::load_balance(pairs)?,
        warnings: Vec::new(),
        recipe: recipe::recipe(pairs),
    };
    aws::check(&settings)?;
    if settings.iam.is_some() && pairs.origin("password") == Some(Origin::Conninfo) {
        return Err(ConnectError::invalid(
            "a password in the connection string and --aws-iam contradict each other",
        ));
    }
    settings.warnings.extend(aws::warnings(&settings));
    passwords(&mut settings, pairs, environment);
    Ok(settings)
}

/// The provider's own database is never connected to, whoever asks.
pub(crate) fn refuse_database(database: &str) -> Result<(), ConnectError> {
    if database != "rdsadmin" {
        return Ok(());
    }
    Err(ConnectError::new(ErrorKind::ProtectedDatabase, "the database \"rdsadmin\" is never connected to")
        .hint("It belongs to the provider; name another database."))
}

fn application_name(pairs: &Pairs) -> String {
    let name = pairs.nonempty("application_name").or(pairs.nonempty("fallback_application_name"));
    name.unwrap_or("rolescope").to_owned()
}

/// `options`, and the session defaults that libpq takes from variables of their own.
fn options(pairs: &Pairs, environment: &Environment) -> Option<String> {
    let mut options: Vec<String> = pairs.nonempty("options").map(str::to_owned).into_iter().collect();
    for (variable, parameter) in [("PGDATESTYLE", "DateStyle"), ("PGTZ", "TimeZone"), ("PGGEQO", "geqo")] {
        // As in libpq, "default" leaves the server's own.
        let value = environment.var(variable).filter(|value| !value.eq_ignore_ascii_case("default"));
        if let Some(value) = value {
            options.push(format!("-c {parameter}={}", escape_option(value)));
        }
    }
    (!options.is_empty()).then(|| options.join(" "))
}

fn escape_option(value: &str) -> String {
    let special = |c| c == '\\' || values::is_space(c);
    value.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// An IAM token, and nothing else; else said in a connection string, then the command, then service and environment, then
/// the password file.
fn passwords(settings: &mut Settings, pairs: &Pairs, environment: &Environment) {
    let said = pairs.nonempty("password").map(SecretString::from);
    let in_words = pairs.origin("password") == Some(Origin::Conninfo);
    if said.is_some() && settings.iam.is_none() && (in_words || settings.password_command.is_none()) {
        settings.password = said;
        settings.password_command = None;
        return;
    }
    if settings.password_command.is_some() || settings.iam.is_some() {
        return;
    }
    let said = pairs.nonempty("passfile").map(PathBuf::from);
    settings.passfile = said.or_else(|| environment.in_home(".pgpass"));
    look_in_passfile(settings);
}

/// Reads the password file, as for each connection: by then another password may stand there, or one for another
/// database is wanted.
pub(crate) fn look_in_passfile(settings: &mut Settings) {
    let Some(path) = settings.passfile.clone() else { return };
    let text = password::read_passfile(&path, &mut settings.warnings).unwrap_or_default();
    for host in &mut settings.hosts {
        let (name, port) = (&host.in_passfile.0, &host.in_passfile.1);
        let found = password::find_in_passfile(
            &text,
            Lookup { host: name, port, database: &settings.database, user: &settings.user },
        );
        // The first line that matches counts, and an empty password is none.
        host.password = found.filter(|password| !password.expose_secret().is_empty());
    }
}
