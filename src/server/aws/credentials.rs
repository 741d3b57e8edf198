//! AWS credentials from the usual sources, in the order in which the AWS tools look.

use jiff::Timestamp;
use secrecy::SecretString;

use super::files::Files;
use super::{Iam, process};
use crate::server::connect_error::{ConnectError, ErrorKind};
use crate::server::settings::Environment;

/// Who signs.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The key's name; it is part of every token, and no secret.
    pub access_key_id: String,
    /// The key.
    pub secret_access_key: SecretString,
    /// Of temporary credentials.
    pub session_token: Option<SecretString>,
    /// When they end, where their source says so.
    pub expires: Option<Timestamp>,
    /// Where they are from, for people.
    pub source: String,
}

/// Keys of a profile that mean a request to AWS, which is not ours to make, and what it is.
const BY_REQUEST: &[(&str, &str)] = &[
    ("role_arn", "assumes a role"),
    ("web_identity_token_file", "assumes a role with a web identity"),
    ("sso_session", "signs in by SSO"),
    ("sso_start_url", "signs in by SSO"),
    ("login_session", "signs in by the AWS console"),
];

/// The same of variables.
const VARIABLES_BY_REQUEST: &[(&str, &str)] = &[
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "credentials of a container"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "credentials of a container"),
];

/// Looks for them; what has expired is an error. A profile that was named on the command line wins over the keys in the
/// environment, one that AWS_PROFILE names does not.
pub(super) async fn find(iam: &Iam, now: Timestamp) -> Result<Credentials, ConnectError> {
    let found = match from_environment(&iam.environment)? {
        Some(found) if iam.profile.is_none() => found,
        _ => from_profile(iam).await?,
    };
    match found.expires {
        Some(end) if end <= now => {
            let message = format!("the AWS credentials from {} expired at {end}", found.source);
            Err(error(message).hint("Sign in again, or get new ones from where these came."))
        }
        _ => Ok(found),
    }
}

fn from_environment(environment: &Environment) -> Result<Option<Credentials>, ConnectError> {
    let var = |name| environment.var(name).filter(|value| !value.is_empty());
    let Some(id) = var("AWS_ACCESS_KEY_ID") else { return Ok(None) };
    let Some(secret) = var("AWS_SECRET_ACCESS_KEY") else {
        return Err(error("AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not"));
    };
    Ok(Some(Credentials {
        access_key_id: id.to_owned(),
        secret_access_key: SecretString::from(secret),
        session_token: var("AWS_SECURITY_TOKEN").or(var("AWS_SESSION_TOKEN")).map(SecretString::from),
        expires: var("AWS_CREDENTIAL_EXPIRATION").map(expiration).transpose()?,
        source: "the environment".to_owned(),
    }))
}

async fn from_profile(iam: &Iam) -> Result<Credentials, ConnectError> {
    let files = Files::read(&iam.environment)?;
    let profile = iam.profile_name();
    if !files.has(&profile) && iam.names_a_profile() {
        return Err(error(format!("there is no AWS profile \"{profile}\"")));
    }
    let source = format!("profile \"{profile}\"");
    let web_identity = iam.profile.is_none() && iam.environment.var("AWS_WEB_IDENTITY_TOKEN_FILE").is_some();
    if web_identity && files.get(&profile, "role_arn").is_none() {
        let message =
            "AWS_WEB_IDENTITY_TOKEN_FILE is set: assuming a role with a web identity takes a request to AWS";
        return Err(by_request(message.to_owned(), &profile));
    }
    for (key, what) in BY_REQUEST {
        if files.get(&profile, key).is_some() {
            return Err(by_request(
                format!("AWS {source} {what} ({key}), which takes a request to AWS"),
                &profile,
            ));
        }
    }
    let in_credentials = |key: &str| files.in_credentials(&profile, key);
    if let Some(found) = keys(&source, in_credentials)? {
        return Ok(found);
    }
    if let Some(command) = files.get(&profile, "credential_process") {
        return process::run(command, &profile).await;
    }
    if let Some(found) = keys(&source, |key| files.in_config(&profile, key))? {
        return Ok(found);
    }
    let of_variable = VARIABLES_BY_REQUEST.iter().find(|(name, _)| iam.environment.var(name).is_some());
    if let Some((name, what)) = of_variable {
        return Err(by_request(format!("{name} is set: {what} take a request to AWS"), &profile));
    }
    let hint = format!(
        "They are looked for in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and in {source} (--aws-profile, AWS_PROFILE) \
         of ~/.aws/credentials and ~/.aws/config. {}",
        let_the_cli(&profile)
    );
    Err(error("there are no AWS credentials to make an IAM token with").hint(hint))
}

/// Keys that stand in a file. An access key without its secret is an error, as for the AWS tools.
fn keys<'a>(
    source: &str,
    get: impl Fn(&str) -> Option<&'a str>,
) -> Result<Option<Credentials>, ConnectError> {
    let Some(id) = get("aws_access_key_id") else { return Ok(None) };
    let Some(secret) = get("aws_secret_access_key") else {
        return Err(error(format!("AWS {source} has aws_access_key_id, and no aws_secret_access_key")));
    };
    let token = get("aws_security_token").or_else(|| get("aws_session_token"));
    Ok(Some(Credentials {
        access_key_id: id.to_owned(),
        secret_access_key: SecretString::from(secret),
        session_token: token.map(SecretString::from),
        expires: None,
        source: source.to_owned(),
    }))
}

pub(super) fn expiration(text: &str) -> Result<Timestamp, ConnectError> {
    text.parse().map_err(|_| error(format!("the AWS credentials end at \"{text}\", which is no time")))
}

pub(super) fn error(message: impl Into<String>) -> ConnectError {
    ConnectError::new(ErrorKind::PasswordSource, message)
}

fn by_request(message: String, profile: &str) -> ConnectError {
    error(message).hint(let_the_cli(profile))
}

fn let_the_cli(profile: &str) -> String {
    format!(
        "For SSO, roles, containers and instances let the AWS CLI make the token: --password-command 'aws rds \
         generate-db-auth-token --hostname HOST --port PORT --username USER --region REGION --profile {profile}'; or \
         hand its credentials on by another profile with credential_process = aws configure export-credentials --profile \
         {profile} --format process"
    )
}
