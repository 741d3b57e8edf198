//! ALTER ROLE .. SET and RESET (`AlterRoleSet` of user.c, `AlterSetting` of pg_db_role_setting.c, guc.c).

mod array;
mod encoding;
mod flatten;
mod hooks;
mod lists;
mod lookup;
mod number;
mod option;
mod time_zone;
mod value;

use super::ServerError;
use super::run::{Run, Stop, error};
use super::steps::Steps;
use crate::cluster::{Change, Class, Oid, Role};
use crate::sql::ast::{AlterRoleSet, SettingChange};

/// Runs the statement.
pub fn run(steps: &mut Steps<'_>, statement: &AlterRoleSet) -> Result<(), Stop> {
    steps.step(|run| {
        let (role, database) = run.setting_of_whom(statement)?;
        let change = run.altered(&statement.change, role, database)?;
        Ok(vec![change])
    })
}

fn refused<T>(old: String, message: &str, detail: String, with_detail: bool) -> Result<T, Stop> {
    match with_detail {
        true => Err(ServerError::new("42501", message).detail(detail).into()),
        false => error("42501", old),
    }
}

impl Run<'_> {
    /// Role and database of the row, 0 for all; and whether the current user may write it.
    fn setting_of_whom(&self, statement: &AlterRoleSet) -> Result<(Oid, Oid), Stop> {
        let mut role = Oid::PUBLIC;
        if let Some(spec) = &statement.role {
            self.not_reserved(spec)?;
            role = self.role(spec)?;
            if let Some(role) = self.view.role(role) {
                self.may_alter_settings(role)?;
            }
        }
        let mut database = Oid(0);
        if let Some(name) = &statement.database {
            database = self.database(name)?;
            // As ALTER DATABASE .. SET.
            if statement.role.is_none() && !self.owns_database(database) {
                return error("42501", format!("must be owner of database {name}"));
            }
        } else if statement.role.is_none() && !self.superuser() {
            return refused(
                "must be superuser to alter settings globally".to_owned(),
                "permission denied to alter setting",
                "Only roles with the SUPERUSER attribute may alter settings globally.".to_owned(),
                self.switches.membership_options,
            );
        }
        Ok((role, database))
    }

    /// One's own settings, or those of whom one may alter.
    fn may_alter_settings(&self, role: &Role) -> Result<(), Stop> {
        let message = "permission denied to alter role";
        let new = self.switches.membership_options;
        if role.superuser {
            if self.superuser() {
                return Ok(());
            }
            let detail =
                "Only roles with the SUPERUSER attribute may alter roles with the SUPERUSER attribute.";
            return refused(
                "must be superuser to alter superusers".to_owned(),
                message,
                detail.to_owned(),
                new,
            );
        }
        let may = self.has_create_role() && (!new || self.is_admin_of(role.oid));
        if may || role.oid == self.user() {
            return Ok(());
        }
        let name = &role.name;
        let detail = format!(
            "Only roles with the CREATEROLE attribute and the ADMIN option on role \"{name}\" may alter this role."
        );
        refused("permission denied".to_owned(), message, detail, new)
    }

    fn database(&self, name: &str) -> Result<Oid, Stop> {
        let found = self.view.objects_named(Class::Database, Oid(0), name).first();
        match found.and_then(|id| self.view.object(*id)) {
            Some(database) => Ok(database.oid),
            None => error("3D000", format!("database \"{name}\" does not exist")),
        }
    }

    fn owns_database(&self, database: Oid) -> bool {
        let id = self.view.object_by_oid(Class::Database, database);
        id.is_some_and(|id| self.access.has_privs_of(self.user(), self.view.owner(id)))
    }

    /// `AlterSetting`: the row as it becomes. RESET where there is no row looks at nothing, not even the name.
    fn altered(&mut self, change: &SettingChange, role: Oid, database: Oid) -> Result<Change, Stop> {
        let before = self.view.setting(role, database).map(<[String]>::to_vec);
        let (name, value) = match change {
            SettingChange::To(name, values) => {
                let name = name.join(".");
                let value = self.flattened(&name, values)?;
                (name, Some(value))
            }
            SettingChange::FromCurrent(name) => {
                let name = name.join(".");
                let value = self.current(&name)?;
                (name, Some(value))
            }
            SettingChange::ToDefault(name) | SettingChange::Reset(name) => (name.join("."), None),
            SettingChange::ResetAll => {
                let after = before.as_ref().map(|row| self.without_all(row)).filter(|row| !row.is_empty());
                return Ok(Change::Setting { role, database, before, after });
            }
        };
        let after = match (value, &before) {
            (Some(value), _) => Some(self.with(before.as_deref().unwrap_or_default(), &name, &value)?),
            (None, Some(row)) => Some(self.without(row, &name)?),
            (None, None) => None,
        };
        Ok(Change::Setting { role, database, before, after: after.filter(|row| !row.is_empty()) })
    }
}
