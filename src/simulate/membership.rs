//! GRANT and REVOKE of roles since 16 (user.c: a row for each grantor, options, dependents).

use super::ServerError;
use super::acl_update::dependent_privileges_exist;
use super::run::{MembershipEdits, Run, Stop, error};
use crate::access::Access;
use crate::cluster::{Change, Membership, Oid};
use crate::sql::ast::RoleGrant;

/// The options as the statement gives them; none is "not said".
#[derive(Clone, Copy, Default)]
pub struct Options {
    pub admin: Option<bool>,
    pub inherit: Option<bool>,
    pub set: Option<bool>,
}

/// What a revoke does to a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Nothing,
    ClearAdmin,
    ClearInherit,
    ClearSet,
    Delete,
}

impl Run<'_> {
    /// Runs the statement; what it changes.
    pub fn grant_role(&mut self, statement: &RoleGrant) -> Result<Vec<Change>, Stop> {
        if !self.switches.membership_options {
            return self.grant_role_before_16(statement);
        }
        let options = options(statement)?;
        let grantor = statement.granted_by.as_ref().map(|g| self.role(g)).transpose()?;
        let members = statement.members.iter().map(|m| self.role(m)).collect::<Result<Vec<_>, _>>()?;
        let (mut edits, base) = (MembershipEdits::new(self.view), MembershipEdits::new(self.view));
        for granted in &statement.roles {
            let role = self.granted_role(granted)?;
            // What a REVOKE writes is not visible to itself: no CommandCounterIncrement comes between its roles.
            let seen = if statement.revoke { &base } else { &edits };
            self.check_authorization(seen, role, statement.revoke)?;
            let grantor = self.grantor(seen, role, grantor, statement.revoke)?;
            if statement.revoke {
                self.revoke_members(&mut edits, role, &members, grantor, options, statement.cascade)?;
            } else {
                self.add_members(&mut edits, role, &members, grantor, options)?;
            }
        }
        Ok(edits.changes(true))
    }

    /// The role that a word of the list names.
    pub fn granted_role(&self, word: &crate::sql::ast::Privilege) -> Result<Oid, Stop> {
        if !word.columns.is_empty() {
            return error("0LP01", "column names cannot be included in GRANT/REVOKE ROLE");
        }
        self.role_named(&word.name)
    }

    /// `check_role_membership_authorization`.
    pub fn check_authorization(
        &self,
        edits: &MembershipEdits<'_>,
        role: Oid,
        revoke: bool,
    ) -> Result<(), Stop> {
        let name = self.view.role_name(role);
        if !revoke && self.is_database_owner_role(role) {
            let message = format!("role \"{name}\" cannot have explicit members");
            return error(self.database_owner_sqlstate(), message);
        }
        let verb = if revoke { "revoke" } else { "grant" };
        let denied = |detail: String| {
            let error = ServerError::new("42501", format!("permission denied to {verb} role \"{name}\""));
            Err(Stop::Error(error.detail(detail)))
        };
        let access = Access::new(edits.view());
        if access.is_superuser(role) {
            if access.is_superuser(self.user()) {
                return Ok(());
            }
            return denied(format!(
                "Only roles with the SUPERUSER attribute may {verb} roles with the SUPERUSER attribute."
            ));
        }
        if access.is_admin_of(self.user(), role, self.session.session_user) {
            return Ok(());
        }
        denied(format!("Only roles with the ADMIN option on role \"{name}\" may {verb} this role."))
    }

    /// `check_role_grantor`.
    pub fn grantor(
        &self,
        edits: &MembershipEdits<'_>,
        role: Oid,
        named: Option<Oid>,
        revoke: bool,
    ) -> Result<Oid, Stop> {
        let access = Access::new(edits.view());
        let Some(grantor) = named else {
            if access.is_superuser(self.user()) {
                return Ok(Oid::BOOTSTRAP);
            }
            // ADMIN may be held through a membership that does not inherit: then nobody can be found.
            return access
                .best_admin(self.user(), role)
                .map_or_else(|| error("XX000", "no possible grantors"), Ok);
        };
        let name = self.view.role_name(grantor);
        let denied = |what: &str, detail: String| {
            let error = ServerError::new("42501", format!("permission denied to {what} role \"{name}\""));
            Err(Stop::Error(error.detail(detail)))
        };
        if !access.has_privs_of(self.user(), grantor) {
            let (what, verb) = if revoke {
                ("revoke privileges granted by", "revoke privileges granted by")
            } else {
                ("grant privileges as", "grant privileges as")
            };
            return denied(
                what,
                format!("Only roles with privileges of role \"{name}\" may {verb} this role."),
            );
        }
        if !revoke && grantor != Oid::BOOTSTRAP && access.best_admin(grantor, role) != Some(grantor) {
            let target = self.view.role_name(role);
            return denied(
                "grant privileges as",
                format!("The grantor must have the ADMIN option on role \"{target}\"."),
            );
        }
        Ok(grantor)
    }

    /// `AddRoleMems`.
    pub fn add_members(
        &mut self,
        edits: &mut MembershipEdits<'_>,
        role: Oid,
        members: &[Oid],
        grantor: Oid,
        options: Options,
    ) -> Result<(), Stop> {
        let name = self.view.role_name(role);
        for member in members {
            self.check_member(edits, role, *member)?;
        }
        if options.admin == Some(true) && grantor != Oid::BOOTSTRAP {
            check_admin_chain(edits, role, members, grantor)?;
        }
        for member in members {
            let rows = edits.view().members_of(role);
            let Some(old) = rows.iter().find(|m| m.member == *member && m.grantor == grantor).copied() else {
                let inherits = self.view.role(*member).is_some_and(|r| r.inherit);
                let row = Membership {
                    role,
                    member: *member,
                    grantor,
                    admin: options.admin.unwrap_or(false),
                    inherit: Some(options.inherit.unwrap_or(inherits)),
                    set: Some(options.set.unwrap_or(true)),
                };
                edits.write(None, Some(row));
                continue;
            };
            let new = Membership {
                admin: options.admin.unwrap_or(old.admin),
                inherit: options.inherit.or(old.inherit),
                set: options.set.or(old.set),
                ..old
            };
            if new == old {
                let (member, grantor) = (self.view.role_name(*member), self.view.role_name(grantor));
                let message = format!(
                    "role \"{member}\" has already been granted membership in role \"{name}\" by role \"{grantor}\""
                );
                self.note("00000", message);
            } else {
                edits.write(Some(old), Some(new));
            }
        }
        Ok(())
    }

    /// pg_database_owner is a member of nothing, and nobody becomes a member of itself in a circle.
    pub fn check_member(&self, edits: &MembershipEdits<'_>, role: Oid, member: Oid) -> Result<(), Stop> {
        let (role_name, member_name) = (self.view.role_name(role), self.view.role_name(member));
        if self.is_database_owner_role(member) {
            let message = format!("role \"{member_name}\" cannot be a member of any role");
            return error(self.database_owner_sqlstate(), message);
        }
        if Access::new(edits.view()).is_member_of_nosuper(role, member) {
            return error("0LP01", format!("role \"{role_name}\" is a member of role \"{member_name}\""));
        }
        Ok(())
    }

    /// `DelRoleMems`: all is planned before anything is done.
    pub fn revoke_members(
        &mut self,
        edits: &mut MembershipEdits<'_>,
        role: Oid,
        members: &[Oid],
        grantor: Oid,
        options: Options,
        cascade: bool,
    ) -> Result<(), Stop> {
        let mut plan = RevokePlan::new(self.view.members_of(role));
        for member in members {
            let Some(at) = plan.rows.iter().position(|m| m.member == *member && m.grantor == grantor) else {
                let names = [*member, role, grantor].map(|r| self.view.role_name(r));
                let [member, role, grantor] = names;
                let message = format!(
                    "role \"{member}\" has not been granted membership in role \"{role}\" by role \"{grantor}\""
                );
                self.warn("01000", message);
                continue;
            };
            match options {
                Options { inherit: Some(_), .. } => plan.set(at, Action::ClearInherit),
                Options { set: Some(_), .. } => plan.set(at, Action::ClearSet),
                Options { admin, .. } => plan.revoke(at, admin.is_some(), cascade)?,
            }
        }
        let RevokePlan { rows, actions } = plan;
        for (row, action) in rows.into_iter().zip(actions) {
            let after = match action {
                Action::Nothing => continue,
                Action::Delete => None,
                Action::ClearAdmin => Some(Membership { admin: false, ..row }),
                Action::ClearInherit => Some(Membership { inherit: Some(false), ..row }),
                Action::ClearSet => Some(Membership { set: Some(false), ..row }),
            };
            // The same role a second time in the list.
            if edits.has_written(&row) {
                return error("XX000", "tuple already updated by self");
            }
            edits.write(Some(row), after);
        }
        Ok(())
    }
}

/// The statement's options: later ones win, unknown words are refused.
fn options(statement: &RoleGrant) -> Result<Options, Stop> {
    let mut options = Options::default();
    for option in &statement.options {
        let slot = match option.name.as_str() {
            "admin" => &mut options.admin,
            "inherit" => &mut options.inherit,
            "set" => &mut options.set,
            other => return error("42601", format!("unrecognized role option \"{other}\"")),
        };
        *slot = Some(option.value);
    }
    Ok(options)
}

/// Nobody may hand ADMIN back to those it has its own from.
fn check_admin_chain(
    edits: &MembershipEdits<'_>,
    role: Oid,
    members: &[Oid],
    grantor: Oid,
) -> Result<(), Stop> {
    let back = || error("0LP01", "ADMIN option cannot be granted back to your own grantor");
    let mut plan = RevokePlan::new(edits.view().members_of(role));
    for member in members {
        if *member == Oid::BOOTSTRAP {
            return back();
        }
        for at in 0..plan.rows.len() {
            if plan.rows.get(at).is_some_and(|m| m.member == *member) {
                plan.revoke(at, false, true)?;
            }
        }
    }
    let keeps = |(row, action): (&Membership, &Action)| {
        *action == Action::Nothing && row.member == grantor && row.admin
    };
    if plan.rows.iter().zip(&plan.actions).any(keeps) { Ok(()) } else { back() }
}

/// All rows of one role in index order, and what becomes of each.
struct RevokePlan {
    rows: Vec<Membership>,
    actions: Vec<Action>,
}

impl RevokePlan {
    fn new(rows: &[Membership]) -> Self {
        RevokePlan { rows: rows.to_vec(), actions: vec![Action::Nothing; rows.len()] }
    }

    fn set(&mut self, at: usize, action: Action) {
        if let Some(slot) = self.actions.get_mut(at) {
            *slot = action;
        }
    }

    /// `plan_recursive_revoke`.
    fn revoke(&mut self, at: usize, admin_only: bool, cascade: bool) -> Result<(), ServerError> {
        let (Some(row), Some(action)) = (self.rows.get(at).copied(), self.actions.get(at).copied()) else {
            return Ok(());
        };
        if action == Action::Delete || (action == Action::ClearAdmin && admin_only) {
            return Ok(());
        }
        if !admin_only {
            self.set(at, Action::Delete);
        }
        if !row.admin {
            return Ok(());
        }
        if admin_only {
            self.set(at, Action::ClearAdmin);
        }
        let mut rest = self.rows.iter().zip(&self.actions);
        if rest.any(|(m, action)| m.member == row.member && m.admin && *action == Action::Nothing) {
            return Ok(());
        }
        for next in 0..self.rows.len() {
            let depends = self.rows.get(next).is_some_and(|m| m.grantor == row.member);
            if depends && self.actions.get(next) != Some(&Action::Delete) {
                if !cascade {
                    return Err(dependent_privileges_exist());
                }
                self.revoke(next, false, cascade)?;
            }
        }
        Ok(())
    }
}
