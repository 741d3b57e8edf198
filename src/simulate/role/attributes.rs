//! The options of CREATE ROLE and ALTER ROLE, each at most once.

use super::password;
use super::valid_until::{self, Moment};
use crate::cluster::{Password, Role};
use crate::simulate::run::{Run, Stop, error};
use crate::sql::ast::{RoleOption, RoleSpec, Secret};

/// What a statement says; none is what it does not mention.
#[derive(Default)]
pub struct Attributes<'s> {
    pub superuser: Option<bool>,
    pub inherit: Option<bool>,
    pub create_role: Option<bool>,
    pub create_db: Option<bool>,
    pub login: Option<bool>,
    pub replication: Option<bool>,
    pub bypass_rls: Option<bool>,
    pub connection_limit: Option<i32>,
    pub valid_until: Option<&'s str>,
    /// PASSWORD NULL is a password that is none.
    pub password: Option<Option<&'s Secret>>,
    pub members: Option<&'s [RoleSpec]>,
    pub admins: Option<&'s [RoleSpec]>,
    pub member_of: Option<&'s [RoleSpec]>,
}

fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), Stop> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => error("42601", "conflicting or redundant options"),
    }
}

impl<'s> Attributes<'s> {
    /// Reads them in their order, saying what the server says on the way.
    pub fn read(run: &mut Run<'_>, options: &'s [RoleOption]) -> Result<Self, Stop> {
        let mut read = Attributes::default();
        for option in options {
            match option {
                RoleOption::Password(text) => once(&mut read.password, text.as_ref())?,
                RoleOption::Superuser(on) => once(&mut read.superuser, *on)?,
                RoleOption::CreateDb(on) => once(&mut read.create_db, *on)?,
                RoleOption::CreateRole(on) => once(&mut read.create_role, *on)?,
                RoleOption::Inherit(on) => once(&mut read.inherit, *on)?,
                RoleOption::Login(on) => once(&mut read.login, *on)?,
                RoleOption::Replication(on) => once(&mut read.replication, *on)?,
                RoleOption::BypassRls(on) => once(&mut read.bypass_rls, *on)?,
                RoleOption::ConnectionLimit(limit) => once(&mut read.connection_limit, *limit)?,
                RoleOption::ValidUntil(text) => once(&mut read.valid_until, text.as_str())?,
                RoleOption::SysId(_) => run.note("00000", "SYSID can no longer be specified"),
                RoleOption::Members(roles) => once(&mut read.members, roles.as_slice())?,
                RoleOption::Admins(roles) => once(&mut read.admins, roles.as_slice())?,
                RoleOption::MemberOf(roles) => once(&mut read.member_of, roles.as_slice())?,
            }
        }
        match read.connection_limit {
            Some(limit) if limit < -1 => error("22023", format!("invalid connection limit: {limit}")),
            _ => Ok(read),
        }
    }

    /// What only CREATEROLE may change: everything but the password.
    pub fn more_than_password(&self) -> bool {
        self.inherit.is_some()
            || self.create_role.is_some()
            || self.create_db.is_some()
            || self.login.is_some()
            || self.connection_limit.is_some()
            || self.valid_until.is_some()
    }

    /// The row that they make of `role`; whether a password is given.
    pub fn lay_over(
        &self,
        run: &mut Run<'_>,
        role: &Role,
        until: Option<Moment>,
    ) -> Result<(Role, bool), Stop> {
        let mut role = role.clone();
        let flags = [
            (&mut role.superuser, self.superuser),
            (&mut role.inherit, self.inherit),
            (&mut role.create_role, self.create_role),
            (&mut role.create_db, self.create_db),
            (&mut role.login, self.login),
            (&mut role.replication, self.replication),
            (&mut role.bypass_rls, self.bypass_rls),
        ];
        for (attribute, said) in flags {
            *attribute = said.unwrap_or(*attribute);
        }
        role.connection_limit = self.connection_limit.unwrap_or(role.connection_limit);
        if let Some(Moment(text)) = until {
            role.valid_until = Some(text);
        }
        let mut new_password = false;
        match self.password {
            None => {}
            Some(None) => role.password = Password::None,
            Some(Some(secret)) => {
                role.password = password::stored(run, &role.name, secret.reveal())?;
                new_password = role.password != Password::None;
            }
        }
        Ok((role, new_password))
    }

    /// VALID UNTIL as the server reads it, which it does after the permission checks.
    pub fn until(&self, run: &mut Run<'_>) -> Result<Option<Moment>, Stop> {
        self.valid_until.map(|text| valid_until::read(run, text)).transpose()
    }
}
