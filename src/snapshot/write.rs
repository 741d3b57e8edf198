//! Databases to bytes.

use super::lines::{
    ColumnLine, ColumnsLine, DatabaseLine, DefaultAclLine, End, Header, MembershipLine, ObjectLine, Written,
};
use super::pack::Packer;
use super::secrets::without_secrets;
use super::{About, FORMAT, SnapshotError};
use crate::cluster::{Acl, Cluster, Databases, Object, Objects};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The file. Equal databases give equal bytes.
pub fn encode(about: &About, databases: &Databases) -> Result<Vec<u8>, SnapshotError> {
    let Databases { loaded, left_out } = databases;
    let mut writer = Writer { packer: Packer::new()?, acls: FxHashMap::default() };
    writer.packer.line(&Header { rolescope: "snapshot".to_owned(), format: FORMAT, about: about.clone() })?;
    left_out.iter().try_for_each(|one| writer.line(&Written::LeftOut(one)))?;
    if let Some(first) = loaded.first() {
        writer.shared(first)?;
        let alike = alike(loaded);
        first.objects.iter().take(alike).try_for_each(|(_, object)| writer.object(object))?;
        loaded.iter().try_for_each(|cluster| writer.database(cluster, alike))?;
    }
    let lines = writer.packer.lines;
    writer.line(&Written::End(End { lines }))?;
    writer.packer.finish()
}

/// How many objects stand first and alike in all databases; of one database alone all are its own.
fn alike(loaded: &[Arc<Cluster>]) -> usize {
    let [first, others @ ..] = loaded else { return 0 };
    let common = |other: &Arc<Cluster>| {
        first.objects.iter().zip(other.objects.iter()).take_while(|(a, b)| a == b).count()
    };
    others.iter().map(common).min().unwrap_or(0)
}

struct Writer {
    packer: Packer,
    /// Numbers of the ACLs that were written.
    acls: FxHashMap<Acl, u32>,
}

impl Writer {
    fn line(&mut self, line: &Written<'_>) -> Result<(), SnapshotError> {
        self.packer.line(line)
    }

    /// What is the same in all databases.
    fn shared(&mut self, cluster: &Cluster) -> Result<(), SnapshotError> {
        cluster.roles.iter().try_for_each(|role| self.line(&Written::Role(role)))?;
        for row in cluster.memberships.iter() {
            let oid = cluster.memberships.oid(row.key());
            self.line(&Written::Membership(MembershipLine { row: *row, oid }))?;
        }
        cluster
            .role_settings
            .iter()
            .try_for_each(|row| self.line(&Written::Setting(&without_secrets(row))))?;
        for (role, text) in sorted(cluster.role_comments.iter()) {
            self.line(&Written::Comment(*role, text))?;
        }
        for (role, counts) in sorted(cluster.dependencies.counts().iter()) {
            self.line(&Written::Count(*role, counts))?;
        }
        Ok(())
    }

    /// What is in one database; `alike` objects are written already.
    fn database(&mut self, cluster: &Cluster, alike: usize) -> Result<(), SnapshotError> {
        // A field that is new must find its place here.
        let Cluster {
            version,
            flavor,
            database,
            session,
            roles: _,
            memberships: _,
            objects,
            default_acls,
            role_settings: _,
            role_comments: _,
            event_triggers,
            access_methods,
            encoding,
            policies,
            unpinned_definers,
            uses,
            dependencies,
            parameters,
            read_only,
        } = cluster;
        self.line(&Written::Database(DatabaseLine {
            oid: *database,
            version: *version,
            flavor: *flavor,
            session: session.clone(),
            encoding: encoding.clone(),
            read_only: *read_only,
            server_encoding: parameters.server_encoding.clone(),
        }))?;
        objects.iter().skip(alike).try_for_each(|(_, object)| self.object(object))?;
        self.columns(objects)?;
        for row in default_acls {
            let crate::cluster::DefaultAcl { oid, role, schema, objtype, acl } = row.clone();
            let acl = self.acl(&acl)?;
            self.line(&Written::DefaultAcl(DefaultAclLine { oid, role, schema, objtype, acl }))?;
        }
        event_triggers.iter().try_for_each(|row| self.line(&Written::EventTrigger(row)))?;
        for (name, kind) in sorted(access_methods.iter()) {
            self.line(&Written::AccessMethod(name, *kind))?;
        }
        policies.iter().try_for_each(|row| self.line(&Written::Policy(row)))?;
        let mut definers: Vec<_> = unpinned_definers.iter().copied().collect();
        definers.sort_unstable();
        definers.into_iter().try_for_each(|routine| self.line(&Written::UnpinnedDefiner(routine)))?;
        uses.iter().try_for_each(|row| self.line(&Written::Use(row)))?;
        let mut here: Vec<_> = dependencies.all_here().collect();
        here.sort_by_key(|(role, _)| *role);
        here.into_iter().try_for_each(|(role, row)| self.line(&Written::Dependency(role, row)))?;
        let mut parameters: Vec<_> = parameters.iter().collect();
        parameters.sort_by(|a, b| a.name.cmp(&b.name));
        parameters.into_iter().try_for_each(|row| self.line(&Written::Parameter(row)))
    }

    fn object(&mut self, object: &Object) -> Result<(), SnapshotError> {
        let acl = object.acl.as_ref().map(|acl| self.acl(acl)).transpose()?;
        self.line(&Written::Object(ObjectLine::new(object, acl)))
    }

    fn columns(&mut self, objects: &Objects) -> Result<(), SnapshotError> {
        for columns in objects.columns().chunk_by(|a, b| a.relation == b.relation) {
            let Some(of) = columns.first().map(|column| column.relation.0) else { continue };
            let mut list = Vec::with_capacity(columns.len());
            for column in columns {
                let acl = column.acl.as_ref().map(|acl| self.acl(acl)).transpose()?;
                list.push(ColumnLine::new(column, acl));
            }
            self.line(&Written::Columns(ColumnsLine { of, list }))?;
        }
        Ok(())
    }

    /// The number of an ACL, which is written when it is first met.
    fn acl(&mut self, acl: &Acl) -> Result<u32, SnapshotError> {
        if let Some(number) = self.acls.get(acl) {
            return Ok(*number);
        }
        let number = self.acls.len() as u32;
        self.acls.insert(Acl::clone(acl), number);
        self.line(&Written::Acl(acl.iter().map(Into::into).collect()))?;
        Ok(number)
    }
}

fn sorted<K: Ord, V>(rows: impl Iterator<Item = (K, V)>) -> Vec<(K, V)> {
    let mut rows: Vec<(K, V)> = rows.collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}
