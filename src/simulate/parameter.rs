//! Configuration parameters as objects (15+; `ParameterAclCreate`, guc.c).

use super::run::{Run, Stop, error};
use crate::cluster::ObjectId;

/// Old names that still work, and what they are called now.
const OLD_NAMES: &[(&str, &str)] = &[("sort_mem", "work_mem"), ("vacuum_mem", "maintenance_work_mem")];

/// The name as `pg_parameter_acl` holds it: old names mapped, ASCII folded.
pub fn folded(name: &str, ssl_groups: bool) -> String {
    let folded = name.to_ascii_lowercase();
    let renamed = OLD_NAMES.iter().find(|(old, _)| *old == folded).map(|(_, new)| (*new).to_owned());
    match renamed {
        Some(new) => new,
        None if ssl_groups && folded == "ssl_ecdh_curve" => "ssl_groups".to_owned(),
        None => folded,
    }
}

/// `valid_custom_variable_name`: two or more identifiers with dots between them.
pub fn is_custom_name(name: &str) -> bool {
    let is_word = |part: &str| {
        let starts = |b: u8| b.is_ascii_alphabetic() || b == b'_' || b >= 0x80;
        let mut bytes = part.bytes();
        bytes.next().is_some_and(starts) && bytes.all(|b| starts(b) || b.is_ascii_digit() || b == b'$')
    };
    name.contains('.') && name.split('.').all(is_word)
}

impl Run<'_> {
    /// The parameter's row. GRANT makes one where there is none; REVOKE passes over what has none, whatever its name.
    pub fn parameter(&self, name: &str, revoke: bool) -> Result<Option<ObjectId>, Stop> {
        let folded = folded(name, self.switches.ssl_groups);
        let object = self.view.find_parameter(&folded);
        let has_row = object.is_some_and(|id| self.acl(crate::cluster::AclTarget::whole(id)).is_some());
        if revoke {
            return Ok(object.filter(|_| has_row));
        }
        if !has_row && !self.view.base().parameters.contains(&folded) {
            self.custom_parameter(name, &folded)?;
        }
        Ok(object)
    }

    /// A name that is no parameter of the server's own: two or more identifiers with dots between them will do.
    fn custom_parameter(&self, name: &str, folded: &str) -> Result<(), Stop> {
        let dotted = folded.contains('.');
        if is_custom_name(folded) {
            return Ok(());
        }
        if !self.switches.unknown_parameter_is_undefined {
            return error("42602", format!("invalid parameter name \"{name}\""));
        }
        if dotted {
            let error =
                super::ServerError::new("42602", format!("invalid configuration parameter name \"{name}\""));
            let why = "Custom parameter names must be two or more simple identifiers separated by dots.";
            return Err(error.detail(why).into());
        }
        error("42704", format!("unrecognized configuration parameter \"{name}\""))
    }
}
