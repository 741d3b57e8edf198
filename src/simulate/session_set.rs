//! SET and RESET of what changes the meaning of other statements.

use super::run::{Run, Stop, error};
use super::{ServerError, Session};
use crate::cluster::Oid;
use crate::sql::ast::{SessionParameter, SessionSet, SessionValue};

impl Run<'_> {
    /// The session after the statement.
    pub fn set(&mut self, set: &SessionSet) -> Result<Session, Stop> {
        let mut session = self.session.clone();
        // Before anything is looked at.
        if set.local && !self.session.in_transaction {
            self.warn("25P01", "SET LOCAL can only be used in transaction blocks");
        }
        match set.parameter {
            SessionParameter::Role => self.set_role(&mut session, &set.value)?,
            SessionParameter::SessionAuthorization => {
                self.set_session_authorization(&mut session, &set.value)?
            }
            SessionParameter::SearchPath => match &set.value {
                SessionValue::To(path) => session.search_path = path.clone(),
                SessionValue::Default => session.search_path = self.view.base().session.search_path.clone(),
                SessionValue::Current => {}
            },
            SessionParameter::CreateroleSelfGrant => {
                let default = self.view.base().session.createrole_self_grant.clone();
                session.createrole_self_grant = self.self_grant(&set.value, default)?;
            }
            SessionParameter::PasswordEncryption => {
                let default = self.view.base().session.password_encryption.clone();
                session.password_encryption = self.password_encryption(&set.value, default)?;
            }
        }
        if set.local && !self.session.in_transaction {
            return Ok(self.session.clone());
        }
        Ok(session)
    }

    /// `check_role`: the session user decides, whatever the current role is.
    fn set_role(&self, session: &mut Session, value: &SessionValue) -> Result<(), Stop> {
        let name = match one(value, "role")? {
            Given::Text(name) => name,
            Given::Default => {
                session.current_user = session.login_role.unwrap_or(session.session_user);
                return Ok(());
            }
            Given::Keep => return Ok(()),
        };
        if name == "none" {
            session.current_user = session.session_user;
            return Ok(());
        }
        let Some(role) = self.view.role_by_name(name) else {
            return error("22023", format!("role \"{name}\" does not exist"));
        };
        if !self.access.can_set_role(session.session_user, role.oid) {
            return error("42501", format!("permission denied to set role \"{name}\""));
        }
        session.current_user = role.oid;
        Ok(())
    }

    /// `check_session_authorization`: it takes a superuser, or to be that role.
    fn set_session_authorization(&self, session: &mut Session, value: &SessionValue) -> Result<(), Stop> {
        let role: Oid = match one(value, "session_authorization")? {
            Given::Keep => return Ok(()),
            Given::Default => session.authenticated,
            Given::Text(name) => match self.view.role_by_name(name) {
                None => return error("22023", format!("role \"{name}\" does not exist")),
                Some(role) if role.oid == session.authenticated => role.oid,
                Some(role) if self.authenticated_superuser(session) => role.oid,
                Some(_) if self.switches.session_authorization_names_role => {
                    return error(
                        "42501",
                        format!("permission denied to set session authorization \"{name}\""),
                    );
                }
                Some(_) => return error("42501", "permission denied to set session authorization"),
            },
        };
        session.session_user = role;
        session.current_user = role;
        Ok(())
    }

    fn authenticated_superuser(&self, session: &Session) -> bool {
        match self.switches.authenticated_superuser_is_current {
            true => self.access.is_superuser(session.authenticated),
            false => session.authenticated_superuser,
        }
    }

    /// `createrole_self_grant` (16+): a list of `set` and `inherit`.
    fn self_grant(&self, value: &SessionValue, default: String) -> Result<String, Stop> {
        if !self.switches.createrole_self_grant {
            return error("42704", "unrecognized configuration parameter \"createrole_self_grant\"");
        }
        let text = match one(value, "createrole_self_grant")? {
            Given::Text(text) => text,
            Given::Default => return Ok(default),
            Given::Keep => return Ok(self.session.createrole_self_grant.clone()),
        };
        let words = text.split(',').map(str::trim).filter(|_| !text.trim().is_empty());
        for word in words {
            if !word.eq_ignore_ascii_case("set") && !word.eq_ignore_ascii_case("inherit") {
                let message = format!("invalid value for parameter \"createrole_self_grant\": \"{text}\"");
                let error = ServerError::new("22023", message);
                return Err(error
                    .detail(format!("Unrecognized key word: \"{}\".", word.to_ascii_lowercase()))
                    .into());
            }
        }
        Ok(text.to_owned())
    }

    fn password_encryption(&self, value: &SessionValue, default: String) -> Result<String, Stop> {
        let text = match one(value, "password_encryption")? {
            Given::Text(text) => text,
            Given::Default => return Ok(default),
            Given::Keep => return Ok(self.session.password_encryption.clone()),
        };
        let folded = text.to_ascii_lowercase();
        let boolean = self.switches.boolean_password_encryption
            && matches!(folded.as_str(), "on" | "true" | "yes" | "1");
        match folded.as_str() {
            "md5" | "scram-sha-256" => Ok(folded),
            _ if boolean => Ok("md5".to_owned()),
            _ => {
                let message = format!("invalid value for parameter \"password_encryption\": \"{text}\"");
                Err(ServerError::new("22023", message).hint("Available values: md5, scram-sha-256.").into())
            }
        }
    }
}

/// The value of a parameter that is no list.
enum Given<'s> {
    Text(&'s str),
    Default,
    Keep,
}

fn one<'s>(value: &'s SessionValue, parameter: &str) -> Result<Given<'s>, Stop> {
    match value {
        SessionValue::Default => Ok(Given::Default),
        SessionValue::Current => Ok(Given::Keep),
        SessionValue::To(values) => match values.as_slice() {
            [value] => Ok(Given::Text(value)),
            _ => error("22023", format!("SET {parameter} takes only one argument")),
        },
    }
}
