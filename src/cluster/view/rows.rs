//! Rows of the catalogs that hold no objects, as they are now.

use super::View;
use crate::cluster::{Acl, DefaultAclKey, Membership, Name, ObjectId, Oid, Role};

impl View {
    /// The role with that OID; none if it was dropped.
    pub fn role(&self, oid: Oid) -> Option<&Role> {
        match self.roles.get(&oid) {
            Some(role) => role.as_ref(),
            None => self.base.roles.get(oid),
        }
    }

    /// The role of that name.
    pub fn role_by_name(&self, name: &str) -> Option<&Role> {
        match self.role_names.get(name) {
            Some(oid) => oid.and_then(|oid| self.role(oid)),
            None => self.base.roles.by_name(name),
        }
    }

    /// The name of a role that is there, or was until a change dropped it.
    pub fn known_name(&self, oid: Oid) -> Option<&str> {
        let name = self.role(oid).map(|role| role.name.as_str());
        name.or_else(|| self.dropped.get(&oid).map(String::as_str))
    }

    /// A role's name; that of one that was dropped before there was this view is its OID; `PUBLIC` for everybody.
    pub fn role_name(&self, oid: Oid) -> String {
        match self.known_name(oid) {
            Some(name) => name.to_owned(),
            None if oid == Oid::PUBLIC => "PUBLIC".to_owned(),
            None => oid.to_string(),
        }
    }

    /// All roles: those that were loaded by OID, then those that were made since, whose OIDs are greater.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        let loaded = self.base.roles.iter().filter_map(|role| self.role(role.oid));
        let made = self.roles.iter().filter(|(oid, _)| self.base.roles.get(**oid).is_none());
        loaded.chain(made.filter_map(|(_, role)| role.as_ref()))
    }

    /// The OID that the next new row gets here. On the server it is another one, but greater than all there are, too
    /// (but after 4 billion of them, when they start again). It does not depend on what others make meanwhile.
    pub fn next_oid(&self) -> Oid {
        if self.last_oid >= Oid::FIRST_PLANNED {
            return Oid(self.last_oid.0.saturating_add(1));
        }
        let roles = self.base.roles.iter().map(|role| role.oid);
        let objects = self.base.objects.iter().map(|(_, object)| object.oid);
        let memberships = self.base.memberships.last_oid();
        let rows = self.base.default_acls.iter().map(|row| row.oid).chain(memberships);
        let newest = roles.chain(objects).chain(rows).max().unwrap_or_default();
        if newest < Oid::FIRST_PLANNED { Oid::FIRST_PLANNED } else { Oid(newest.0.saturating_add(1)) }
    }

    /// The OID of a membership (16+), by (role, member, grantor).
    pub fn membership_oid(&self, key: (Oid, Oid, Oid)) -> Oid {
        let new = self.membership_oids.get(&key).copied();
        new.or_else(|| self.base.memberships.oid(key)).unwrap_or_default()
    }

    /// The OID of a row of `pg_default_acl`.
    pub fn default_acl_oid(&self, key: DefaultAclKey) -> Oid {
        let loaded = || self.base.default_acls.iter().find(|row| row.key() == key).map(|row| row.oid);
        self.default_acl_oids.get(&key).copied().or_else(loaded).unwrap_or_default()
    }

    /// The OID of an object: that of a parameter comes with its row.
    pub fn object_oid(&self, id: ObjectId) -> Oid {
        let loaded = || self.object(id).map(|object| object.oid);
        self.parameter_oids.get(&id).copied().or_else(loaded).unwrap_or_default()
    }

    /// Rows that make others a member of `role`, by (member, grantor).
    pub fn members_of(&self, role: Oid) -> &[Membership] {
        match self.of_role.get(&role) {
            Some(rows) => rows,
            None => self.base.memberships.of_role(role),
        }
    }

    /// Rows that make `member` a member of others, by (role, grantor).
    pub fn memberships_of(&self, member: Oid) -> &[Membership] {
        match self.of_member.get(&member) {
            Some(rows) => rows,
            None => self.base.memberships.of_member(member),
        }
    }

    /// The ACL of a row of `pg_default_acl`; none where there is no such row.
    pub fn default_acl(&self, key: DefaultAclKey) -> Option<&Acl> {
        match self.default_acls.get(&key) {
            Some(acl) => acl.as_ref(),
            None => {
                let is_it = |row: &&crate::cluster::DefaultAcl| row.key() == key;
                self.base.default_acls.iter().find(is_it).map(|row| &row.acl)
            }
        }
    }

    /// The rows of `pg_default_acl`: those that were loaded in their order, then new ones.
    pub fn default_acls(&self) -> impl Iterator<Item = (DefaultAclKey, &Acl)> {
        let loaded = self.base.default_acls.iter().map(|row| row.key());
        let is_new = |key: &DefaultAclKey| !self.base.default_acls.iter().any(|row| row.key() == *key);
        let new = self.default_acls.keys().copied().filter(is_new);
        loaded.chain(new).filter_map(|key| Some((key, self.default_acl(key)?)))
    }

    /// A row of `pg_db_role_setting`; 0 is every role, and every database.
    pub fn setting(&self, role: Oid, database: Oid) -> Option<&[String]> {
        match self.settings.get(&(role, database)) {
            Some(row) => row.as_deref(),
            None => {
                let mut rows = self.base.role_settings.iter();
                rows.find(|row| (row.role, row.database) == (role, database)).map(|row| &*row.settings)
            }
        }
    }

    /// The rows of `pg_db_role_setting`: role, database, settings.
    pub fn settings(&self) -> impl Iterator<Item = (Oid, Oid, &[String])> {
        let loaded = self.base.role_settings.iter().map(|row| (row.role, row.database));
        let is_new =
            |key: &(Oid, Oid)| !self.base.role_settings.iter().any(|row| (row.role, row.database) == *key);
        let new = self.settings.keys().copied().filter(is_new);
        loaded.chain(new).filter_map(|(role, database)| Some((role, database, self.setting(role, database)?)))
    }

    /// The comment on a role.
    pub fn role_comment(&self, role: Oid) -> Option<&str> {
        match self.comments.get(&role) {
            Some(comment) => comment.as_deref(),
            None => self.base.role_comments.get(&role).map(String::as_str),
        }
    }

    /// For whom a policy is; none where it was dropped. [`Oid::PUBLIC`] stands for everybody.
    pub fn policy(&self, relation: ObjectId, name: &str) -> Option<&[Oid]> {
        match self.policies.get(&(relation, Name::from(name))) {
            Some(roles) => roles.as_deref(),
            None => {
                let mut rows = self.base.policies.iter();
                rows.find(|row| row.relation == relation && row.name == name).map(|row| &*row.roles)
            }
        }
    }

    /// All policies: table, name, for whom.
    pub fn policies(&self) -> impl Iterator<Item = (ObjectId, &str, &[Oid])> {
        let all = self.base.policies.iter();
        all.filter_map(|row| Some((row.relation, &*row.name, self.policy(row.relation, &row.name)?)))
    }
}
