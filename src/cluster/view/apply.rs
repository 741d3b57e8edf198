//! Changes laid over a view.

use super::View;
use crate::cluster::{Change, Kind, Membership, ObjectId, Oid, Role};

impl View {
    /// Lays a change over what is there.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Acl { target, before, after } => {
                if before.is_none() && after.is_some() && self.is_parameter(target.object) {
                    let oid = self.new_oid();
                    self.parameter_oids.insert(target.object, oid);
                }
                let new = self.acls.insert(*target, after.clone()).is_none();
                if new && target.is_column() {
                    self.columns.entry(target.object).or_default().push(target.attnum);
                }
            }
            Change::Membership { before, after } => {
                if let Some(row) = before {
                    self.edit(row, |rows, key| rows.retain(|m| m.key() != key));
                }
                if let Some(row) = after {
                    self.edit(row, |rows, key| {
                        rows.retain(|m| m.key() != key);
                        rows.push(*row);
                    });
                    self.put_membership_oid(before.as_ref(), row);
                }
            }
            Change::Role { before, after, .. } => self.put_role(before.as_deref(), after.as_deref()),
            Change::Owner { object, after, .. } => {
                for id in self.base.objects.followers_of(*object, self.base.version) {
                    self.owners.insert(id, *after);
                }
                self.owners.insert(*object, *after);
            }
            Change::DefaultAcl { key, before, after } => {
                if before.is_none() && after.is_some() {
                    let oid = self.new_oid();
                    self.default_acl_oids.insert(*key, oid);
                }
                self.default_acls.insert(*key, after.clone());
            }
            Change::Setting { role, database, after, .. } => {
                self.settings.insert((*role, *database), after.clone());
            }
            Change::Comment { role, after, .. } => drop(self.comments.insert(*role, after.clone())),
            Change::Policy { relation, name, after, .. } => {
                self.policies.insert((*relation, name.clone()), after.clone());
            }
        }
    }

    /// Lays several over, in order.
    pub fn apply_all<'a>(&mut self, changes: impl IntoIterator<Item = &'a Change>) {
        changes.into_iter().for_each(|change| self.apply(change));
    }

    fn new_oid(&mut self) -> Oid {
        self.last_oid = self.next_oid();
        self.last_oid
    }

    /// Since 16 a membership has an OID, and another grantor makes another row.
    fn put_membership_oid(&mut self, before: Option<&Membership>, after: &Membership) {
        let stays = before.is_some_and(|row| row.key() == after.key());
        if !stays && self.base.version.major() >= 16 {
            let oid = self.new_oid();
            self.membership_oids.insert(after.key(), oid);
        }
    }

    fn is_parameter(&self, id: ObjectId) -> bool {
        self.object(id).is_some_and(|object| object.kind == Kind::Parameter)
    }

    fn put_role(&mut self, before: Option<&Role>, after: Option<&Role>) {
        if let Some(role) = before {
            self.role_names.insert(role.name.clone(), None);
            self.roles.insert(role.oid, None);
            self.dropped.insert(role.oid, role.name.clone());
        }
        if let Some(role) = after {
            self.role_names.insert(role.name.clone(), Some(role.oid));
            self.last_oid = match before {
                None => role.oid.max(self.last_oid),
                Some(_) => self.last_oid,
            };
            self.roles.insert(role.oid, Some(role.clone()));
        }
    }

    fn edit(&mut self, row: &Membership, change: impl Fn(&mut Vec<Membership>, (Oid, Oid, Oid))) {
        let base = &self.base.memberships;
        let rows = self.of_role.entry(row.role).or_insert_with(|| base.of_role(row.role).to_vec());
        change(rows, row.key());
        rows.sort_by_key(Membership::key);
        let rows = self.of_member.entry(row.member).or_insert_with(|| base.of_member(row.member).to_vec());
        change(rows, row.key());
        rows.sort_by_key(|m| (m.member, m.role, m.grantor));
    }
}
