//! GRANT and REVOKE of roles up to 15 (user.c: one row a pair, the grantor mere decoration).

use super::run::{MembershipEdits, Run, Stop, error};
use crate::access::Access;
use crate::cluster::{Change, Membership, Oid};
use crate::sql::ast::RoleGrant;

impl Run<'_> {
    /// Runs the statement; what it changes.
    pub fn grant_role_before_16(&mut self, statement: &RoleGrant) -> Result<Vec<Change>, Stop> {
        // The grammar reads GRANTED BY of a REVOKE and forgets it, even if nobody has that name.
        let named = statement.granted_by.as_ref().filter(|_| !statement.revoke);
        let grantor = named.map_or(Ok(self.user()), |g| self.role(g))?;
        let members = statement.members.iter().map(|m| self.role(m)).collect::<Result<Vec<_>, _>>()?;
        let admin = !statement.options.is_empty();
        let mut edits = MembershipEdits::new(self.view);
        for granted in &statement.roles {
            let role = self.granted_role(granted)?;
            if statement.revoke {
                self.remove_members(&mut edits, role, &members, admin)?;
            } else {
                self.add_members_before_16(&mut edits, role, &members, grantor, admin)?;
            }
        }
        Ok(edits.changes(false))
    }

    /// To mess with a superuser takes one; else CREATEROLE, or ADMIN on the role.
    fn check_admin(&self, edits: &MembershipEdits<'_>, role: Oid, by: Oid) -> Result<(), Stop> {
        let access = Access::new(edits.view());
        if access.is_superuser(role) {
            if access.is_superuser(self.user()) {
                return Ok(());
            }
            return error("42501", "must be superuser to alter superusers");
        }
        if self.has_create_role() || access.is_admin_of(by, role, self.session.session_user) {
            return Ok(());
        }
        error("42501", format!("must have admin option on role \"{}\"", self.view.role_name(role)))
    }

    pub fn add_members_before_16(
        &mut self,
        edits: &mut MembershipEdits<'_>,
        role: Oid,
        members: &[Oid],
        grantor: Oid,
        admin: bool,
    ) -> Result<(), Stop> {
        self.check_admin(edits, role, grantor)?;
        let name = self.view.role_name(role);
        if self.is_database_owner_role(role) {
            let message = format!("role \"{name}\" cannot have explicit members");
            return error(self.database_owner_sqlstate(), message);
        }
        if grantor != self.user() && !self.access.is_superuser(self.user()) {
            return error("42501", "must be superuser to set grantor");
        }
        for member in members {
            self.check_member(edits, role, *member)?;
            let old = row(edits, role, *member);
            if old.is_some_and(|row| !admin || row.admin) {
                let member = self.view.role_name(*member);
                self.note("00000", format!("role \"{member}\" is already a member of role \"{name}\""));
                continue;
            }
            let new = Membership { role, member: *member, grantor, admin, inherit: None, set: None };
            edits.write(old, Some(new));
        }
        Ok(())
    }

    pub fn remove_members(
        &mut self,
        edits: &mut MembershipEdits<'_>,
        role: Oid,
        members: &[Oid],
        admin_only: bool,
    ) -> Result<(), Stop> {
        self.check_admin(edits, role, self.user())?;
        for member in members {
            match row(edits, role, *member) {
                Some(old) => {
                    let after = admin_only.then_some(Membership { admin: false, ..old });
                    edits.write(Some(old), after);
                }
                None => {
                    let (member, role) = (self.view.role_name(*member), self.view.role_name(role));
                    self.warn("01000", format!("role \"{member}\" is not a member of role \"{role}\""));
                }
            }
        }
        Ok(())
    }
}

fn row(edits: &MembershipEdits<'_>, role: Oid, member: Oid) -> Option<Membership> {
    edits.view().members_of(role).iter().find(|m| m.member == member).copied()
}
