//! Bytes to databases.

use super::lines::{ColumnsLine, DatabaseLine, DefaultAclLine, Header, In, ObjectLine};
use super::names::Names;
use super::pack::{damaged, unpack};
use super::{FORMAT, Snapshot, SnapshotError};
use crate::cluster::{
    Acl, Cluster, Column, Databases, DefaultAcl, Dependencies, Dependency, DependencyCounts, EventTrigger,
    LeftOut, Membership, Memberships, Object, ObjectId, Objects, Oid, Parameter, Parameters, Policy, Role,
    RoleSetting, Roles, Use, Uses,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// How every zstd frame begins.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// What the bytes hold, if they are whole.
pub fn decode(bytes: &[u8]) -> Result<Snapshot, SnapshotError> {
    if !bytes.starts_with(&MAGIC) {
        return Err(SnapshotError::NotASnapshot);
    }
    let (mut reader, mut header) = (Reader::default(), None);
    unpack(bytes, |line| {
        if header.is_none() {
            header = Some(read_header(line)?);
            return Ok(());
        }
        reader.line(line)
    })?;
    let header = header.ok_or(SnapshotError::NotASnapshot)?;
    Ok(Snapshot { about: header.about, databases: reader.finish()? })
}

fn read_header(line: &[u8]) -> Result<Header, SnapshotError> {
    /// What every version of it has.
    #[derive(serde::Deserialize)]
    struct Start {
        rolescope: String,
        format: u32,
    }
    let start: Start = serde_json::from_slice(line).map_err(|_| SnapshotError::NotASnapshot)?;
    if start.rolescope != "snapshot" {
        return Err(SnapshotError::NotASnapshot);
    }
    if start.format > FORMAT {
        return Err(SnapshotError::Newer(start.format));
    }
    serde_json::from_slice(line).map_err(damaged)
}

#[derive(Default)]
struct Reader {
    /// Lines so far, the header among them after the first.
    lines: u64,
    ended: bool,
    names: Names,
    acls: Vec<Acl>,
    roles: Vec<Role>,
    memberships: Vec<(Membership, Option<Oid>)>,
    settings: Vec<RoleSetting>,
    comments: FxHashMap<Oid, String>,
    counts: DependencyCounts,
    left_out: Vec<LeftOut>,
    objects: Vec<Object>,
    databases: Vec<Section>,
}

/// What is in one database.
struct Section {
    about: DatabaseLine,
    objects: Vec<Object>,
    columns: Vec<Column>,
    default_acls: Vec<DefaultAcl>,
    event_triggers: Vec<EventTrigger>,
    access_methods: FxHashMap<String, char>,
    policies: Vec<Policy>,
    unpinned_definers: FxHashSet<Oid>,
    uses: Vec<Use>,
    dependencies: Vec<(Oid, Dependency)>,
    parameters: Vec<Parameter>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), SnapshotError> {
        self.lines += 1;
        if self.ended {
            return Err(damaged("a line stands behind its end"));
        }
        let line: In = serde_json::from_slice(line).map_err(damaged)?;
        if let Some(end) = &line.end {
            self.ended = true;
            return if end.lines == self.lines { Ok(()) } else { Err(damaged("lines are missing")) };
        }
        if let Some(items) = &line.acl {
            let items: Option<Acl> = items.iter().map(|item| item.item()).collect();
            self.acls.push(items.ok_or_else(|| damaged("a privilege is not known"))?);
        }
        if let Some(object) = line.object {
            let object = self.object(object)?;
            match self.databases.last_mut() {
                Some(section) => section.objects.push(object),
                None => self.objects.push(object),
            }
            return Ok(());
        }
        match self.databases.is_empty() && line.database.is_none() {
            true => self.shared(line),
            false => self.in_database(line)?,
        }
        Ok(())
    }

    fn shared(&mut self, line: In) {
        self.roles.extend(line.role);
        self.memberships.extend(line.membership.map(|line| (line.row, line.oid)));
        self.settings.extend(line.setting);
        self.comments.extend(line.comment);
        self.counts.extend(line.count);
        self.left_out.extend(line.left_out);
    }

    fn in_database(&mut self, line: In) -> Result<(), SnapshotError> {
        if let Some(about) = line.database {
            self.databases.push(Section::new(about));
        }
        let columns = line.columns.map(|columns| self.columns(columns)).transpose()?;
        let default_acl = line.default_acl.map(|row| self.default_acl(&row)).transpose()?;
        let Some(section) = self.databases.last_mut() else { return Ok(()) };
        section.columns.extend(columns.into_iter().flatten());
        section.default_acls.extend(default_acl);
        section.event_triggers.extend(line.event_trigger);
        section.access_methods.extend(line.access_method);
        section.policies.extend(line.policy);
        section.unpinned_definers.extend(line.unpinned_definer);
        section.uses.extend(line.uses);
        section.dependencies.extend(line.dependency);
        section.parameters.extend(line.parameter);
        Ok(())
    }

    fn acl(&self, number: u32) -> Result<Acl, SnapshotError> {
        self.acls.get(number as usize).cloned().ok_or_else(|| damaged("an ACL is missing"))
    }

    fn object(&mut self, line: ObjectLine) -> Result<Object, SnapshotError> {
        let ObjectLine { oid, kind, schema, name, owner, acl, detail } = line;
        let acl = acl.map(|number| self.acl(number)).transpose()?;
        Ok(Object { oid, kind, schema, name: self.names.shared(name), owner, acl, detail })
    }

    fn columns(&mut self, line: ColumnsLine) -> Result<Vec<Column>, SnapshotError> {
        let relation = ObjectId(line.of);
        let mut columns = Vec::with_capacity(line.list.len());
        for column in line.list {
            let acl = column.2.map(|number| self.acl(number)).transpose()?;
            columns.push(Column { relation, attnum: column.0, name: self.names.shared(column.1), acl });
        }
        Ok(columns)
    }

    fn default_acl(&self, line: &DefaultAclLine) -> Result<DefaultAcl, SnapshotError> {
        let DefaultAclLine { oid, role, schema, objtype, acl } = *line;
        Ok(DefaultAcl { oid, role, schema, objtype, acl: self.acl(acl)? })
    }

    fn finish(self) -> Result<Databases, SnapshotError> {
        if !self.ended {
            return Err(damaged("its end is missing"));
        }
        if self.databases.is_empty() {
            return Err(damaged("there is no database in it"));
        }
        let shared = Shared {
            roles: Roles::new(self.roles),
            memberships: Memberships::with_oids(self.memberships),
            settings: self.settings.into(),
            comments: Arc::new(self.comments),
            counts: Arc::new(self.counts),
            objects: self.objects,
        };
        let loaded = self.databases.into_iter().map(|section| Arc::new(section.cluster(&shared))).collect();
        Ok(Databases { loaded, left_out: self.left_out })
    }
}

/// What the databases have in common, as it will be in memory.
struct Shared {
    roles: Roles,
    memberships: Memberships,
    settings: Arc<[RoleSetting]>,
    comments: Arc<FxHashMap<Oid, String>>,
    counts: Arc<DependencyCounts>,
    objects: Vec<Object>,
}

impl Section {
    fn new(about: DatabaseLine) -> Section {
        Section {
            about,
            objects: Vec::new(),
            columns: Vec::new(),
            default_acls: Vec::new(),
            event_triggers: Vec::new(),
            access_methods: FxHashMap::default(),
            policies: Vec::new(),
            unpinned_definers: FxHashSet::default(),
            uses: Vec::new(),
            dependencies: Vec::new(),
            parameters: Vec::new(),
        }
    }

    fn cluster(self, shared: &Shared) -> Cluster {
        let DatabaseLine { oid, version, flavor, session, encoding, read_only, server_encoding } = self.about;
        let mut dependencies = Dependencies::new(oid, Arc::clone(&shared.counts));
        self.dependencies.into_iter().for_each(|(role, row)| dependencies.add(role, row));
        let objects = shared.objects.iter().cloned().chain(self.objects).collect();
        Cluster {
            version,
            flavor,
            database: oid,
            session,
            roles: shared.roles.clone(),
            memberships: shared.memberships.clone(),
            objects: Objects::new(objects, self.columns),
            default_acls: self.default_acls,
            role_settings: Arc::clone(&shared.settings),
            role_comments: Arc::clone(&shared.comments),
            event_triggers: self.event_triggers,
            access_methods: self.access_methods,
            encoding,
            policies: self.policies,
            unpinned_definers: self.unpinned_definers,
            uses: Uses::new(self.uses),
            dependencies,
            parameters: Parameters::new(self.parameters, server_encoding),
            read_only,
        }
    }
}
