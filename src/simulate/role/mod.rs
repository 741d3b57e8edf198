//! CREATE, ALTER and RENAME of roles, and ALTER GROUP (user.c).

mod alter;
mod attributes;
mod create;
mod password;
mod rename;
mod valid_until;

pub use alter::{alter_group, alter_role};
pub use create::create_role;
pub use rename::rename_role;

use super::ServerError;
use super::run::{Run, Stop};
use crate::cluster::Role;

/// `IsReservedName`: the predefined roles' own name space.
fn is_reserved(name: &str) -> bool {
    name.starts_with("pg_")
}

fn reserved<T>(name: &str, detail: &str) -> Result<T, Stop> {
    Err(ServerError::new("42939", format!("role name \"{name}\" is reserved")).detail(detail).into())
}

/// 42501 with the reason that since 16 stands in the DETAIL.
fn denied<T>(message: &str, detail: String) -> Result<T, Stop> {
    Err(ServerError::new("42501", message).detail(detail).into())
}

impl Run<'_> {
    /// Is the current user a superuser?
    pub fn superuser(&self) -> bool {
        self.access.is_superuser(self.user())
    }

    /// An attribute of the current user's own.
    fn has_attribute(&self, attribute: fn(&Role) -> bool) -> bool {
        self.view.role(self.user()).is_some_and(|role| role.superuser || attribute(role))
    }
}
