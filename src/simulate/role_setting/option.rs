//! May this parameter be set, and to this value? (`validate_option_array_item`, `set_config_option`)

use super::lookup::Found;
use crate::cluster::{Parameter, ParameterContext};
use crate::simulate::parameter::is_custom_name;
use crate::simulate::run::{Run, Stop, error};

impl Run<'_> {
    /// For SET with the value, for RESET without.
    pub fn may_set(&mut self, name: &str, value: Option<&str>) -> Result<(), Stop> {
        let parameter = match self.found(name) {
            Ok(Found::Known(parameter)) => parameter,
            // What was set before an extension reserved its prefix can be reset.
            Err(_) if value.is_none() && is_custom_name(name) => return self.may_set_custom(name),
            Ok(Found::Custom) => return self.may_set_custom(name),
            Err(error) => return Err(error),
        };
        // Since 18 messages spell it as the server does.
        let shown = if self.switches.canonical_parameter_names { parameter.name.as_str() } else { name };
        self.may_set_now(&parameter, name, shown)?;
        match value {
            Some(value) => self.check_value(&parameter, shown, value),
            None => Ok(()),
        }
    }

    /// Its value cannot be looked at, so that it takes a superuser or the privilege.
    fn may_set_custom(&self, name: &str) -> Result<(), Stop> {
        if self.has_set_privilege(name) { Ok(()) } else { denied(name) }
    }

    fn may_set_now(&self, parameter: &Parameter, name: &str, shown: &str) -> Result<(), Stop> {
        let cannot = |when: &str| error("55P02", format!("parameter \"{shown}\" cannot be {when}"));
        match parameter.context {
            ParameterContext::Internal => cannot("changed"),
            ParameterContext::Postmaster => cannot("changed without restarting the server"),
            ParameterContext::Sighup => cannot("changed now"),
            ParameterContext::Backend => cannot("set after connection start"),
            ParameterContext::Superuser if !self.has_set_privilege(name) => denied(shown),
            ParameterContext::Superuser | ParameterContext::User => Ok(()),
        }
    }

    /// RESET ALL passes over what it may not touch.
    pub fn may_reset(&self, name: &str) -> bool {
        match self.found(name) {
            Ok(Found::Known(parameter)) => match parameter.context {
                ParameterContext::User => true,
                ParameterContext::Superuser => self.has_set_privilege(name),
                _ => false,
            },
            Ok(Found::Custom) => self.has_set_privilege(name),
            Err(_) => is_custom_name(name) && self.has_set_privilege(name),
        }
    }
}

fn denied<T>(name: &str) -> Result<T, Stop> {
    error("42501", format!("permission denied to set parameter \"{name}\""))
}
