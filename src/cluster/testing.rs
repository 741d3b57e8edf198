//! Small clusters made by hand, for unit tests.

use super::*;
use std::sync::Arc;

/// Builds a [`Cluster`]. It starts with the bootstrap superuser `postgres`, the predefined roles of its version, the
/// database `orders` of `dba` (no superuser), and the schemas `pg_catalog` and `public`.
pub struct Builder {
    version: Version,
    bootstrap: String,
    flavor: Flavor,
    roles: Vec<Role>,
    memberships: Vec<Membership>,
    objects: Vec<Object>,
    columns: Vec<Column>,
    policies: Vec<Policy>,
    uses: Vec<Use>,
    next: u32,
}

impl Builder {
    /// Of this major version.
    pub fn new(major: u16) -> Self {
        Builder::with_bootstrap(major, "postgres")
    }

    /// With this name for the bootstrap superuser, as `initdb -U` gives it.
    pub fn with_bootstrap(major: u16, bootstrap: &str) -> Self {
        let mut builder = Builder {
            version: Version(u32::from(major) * 10_000 + 4),
            bootstrap: bootstrap.to_owned(),
            flavor: Flavor::PostgreSQL,
            roles: Vec::new(),
            memberships: Vec::new(),
            objects: Vec::new(),
            columns: Vec::new(),
            policies: Vec::new(),
            uses: Vec::new(),
            next: 16384,
        };
        builder.roles.push(Role { superuser: true, login: true, ..blank(Oid::BOOTSTRAP, bootstrap) });
        let predefined = [
            (13, 4570, "pg_write_server_files"),
            (13, 4571, "pg_execute_server_program"),
            (14, predefined::DATABASE_OWNER.0, "pg_database_owner"),
            (14, predefined::READ_ALL_DATA.0, "pg_read_all_data"),
            (14, predefined::WRITE_ALL_DATA.0, "pg_write_all_data"),
            (17, predefined::MAINTAIN.0, "pg_maintain"),
        ];
        for (_, oid, name) in predefined.into_iter().filter(|(since, ..)| major >= *since) {
            builder.roles.push(blank(Oid(oid), name));
        }
        let dba = builder.role("dba");
        builder.add(Kind::Database, Oid(0), "orders", dba);
        let public_owner = if major >= 15 { predefined::DATABASE_OWNER } else { Oid::BOOTSTRAP };
        builder.push(Oid(11), Kind::Schema, Oid(0), "pg_catalog", Oid::BOOTSTRAP);
        builder.push(Oid(2200), Kind::Schema, Oid(0), "public", public_owner);
        builder
    }

    /// A server of another build.
    pub fn flavor(&mut self, flavor: Flavor) -> &mut Self {
        self.flavor = flavor;
        self
    }

    fn next(&mut self) -> Oid {
        self.next += 1;
        Oid(self.next)
    }

    /// A role that can log in and inherits.
    pub fn role(&mut self, name: &str) -> Oid {
        self.role_with(name, |_| ())
    }

    /// A role, with changes to it.
    pub fn role_with(&mut self, name: &str, change: impl FnOnce(&mut Role)) -> Oid {
        let oid = self.next();
        let mut role = Role { login: true, ..blank(oid, name) };
        change(&mut role);
        self.roles.push(role);
        oid
    }

    /// The OID of a role by name.
    pub fn oid(&self, name: &str) -> Oid {
        self.roles.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("no role {name}")).oid
    }

    /// Puts `member` into `role`: granted by the bootstrap superuser, inheriting, settable, without ADMIN.
    pub fn member(&mut self, role: Oid, member: Oid) -> &mut Self {
        self.member_with(role, member, |_| ())
    }

    /// A membership, with changes to it.
    pub fn member_with(&mut self, role: Oid, member: Oid, change: impl FnOnce(&mut Membership)) -> &mut Self {
        let option = (self.version.major() >= 16).then_some(true);
        let mut row =
            Membership { role, member, grantor: Oid::BOOTSTRAP, admin: false, inherit: option, set: option };
        change(&mut row);
        self.memberships.push(row);
        self
    }

    /// A schema; its OID.
    pub fn schema(&mut self, name: &str, owner: Oid) -> Oid {
        let id = self.add(Kind::Schema, Oid(0), name, owner);
        self.objects[id.0 as usize].oid
    }

    /// The OID of an object.
    pub fn object_oid(&self, object: ObjectId) -> Oid {
        self.objects[object.0 as usize].oid
    }

    /// The object that was added last.
    pub fn last(&self) -> ObjectId {
        ObjectId(self.objects.len() as u32 - 1)
    }

    /// A table.
    pub fn table(&mut self, schema: Oid, name: &str, owner: Oid) -> ObjectId {
        self.add(Kind::Table, schema, name, owner)
    }

    /// Any object, its ACL NULL.
    pub fn add(&mut self, kind: Kind, schema: Oid, name: &str, owner: Oid) -> ObjectId {
        let oid = self.next();
        self.push(oid, kind, schema, name, owner)
    }

    /// Any object with a given OID.
    pub fn push(&mut self, oid: Oid, kind: Kind, schema: Oid, name: &str, owner: Oid) -> ObjectId {
        let detail = match kind.class() {
            Class::Routine => Detail::Routine {
                arguments: [].into(),
                all_arguments: None,
                security_definer: false,
                variadic: false,
                returns: Oid(2278),
                sql_body: false,
            },
            _ => Detail::None,
        };
        self.objects.push(Object { oid, kind, schema, name: name.into(), owner, acl: None, detail });
        ObjectId(self.objects.len() as u32 - 1)
    }

    /// Sets what only its kind has.
    pub fn detail(&mut self, object: ObjectId, detail: Detail) -> &mut Self {
        self.objects[object.0 as usize].detail = detail;
        self
    }

    /// A column; `attnum` from 1.
    pub fn column(&mut self, relation: ObjectId, attnum: i16, name: &str) -> AclTarget {
        self.columns.push(Column { relation, attnum, name: name.into(), acl: None });
        AclTarget::column(relation, attnum)
    }

    /// Sets an object's ACL, given as the server prints it without quotes: `alice=r*w/owner,=r/owner`.
    pub fn acl(&mut self, object: ObjectId, text: &str) -> &mut Self {
        self.objects[object.0 as usize].acl = Some(self.parse_acl(text));
        self
    }

    /// Sets a column's ACL.
    pub fn column_acl(&mut self, target: AclTarget, text: &str) -> &mut Self {
        let acl = Some(self.parse_acl(text));
        let is_it = |c: &&mut Column| c.relation == target.object && c.attnum == target.attnum;
        self.columns.iter_mut().find(is_it).expect("a column").acl = acl;
        self
    }

    /// An ACL item by item, which no text could say.
    pub fn raw_acl(&mut self, target: AclTarget, acl: Acl) -> &mut Self {
        if !target.is_column() {
            if let Some(object) = self.objects.get_mut(target.object.0 as usize) {
                object.acl = Some(acl);
            }
            return self;
        }
        let is_it = |c: &&mut Column| (c.relation, c.attnum) == (target.object, target.attnum);
        if let Some(column) = self.columns.iter_mut().find(is_it) {
            column.acl = Some(acl);
        }
        self
    }

    /// An ACL from its text.
    pub fn parse_acl(&self, text: &str) -> Acl {
        text.split(',').filter(|item| !item.is_empty()).map(|item| self.parse_item(item)).collect()
    }

    fn parse_item(&self, text: &str) -> AclItem {
        let (grantee, rest) = text.split_once('=').expect("=");
        let (letters, grantor) = rest.split_once('/').expect("/");
        let (mut privileges, mut options) = (Privileges::NONE, Privileges::NONE);
        let mut last = Privileges::NONE;
        for letter in letters.chars() {
            if letter == '*' {
                options |= last;
                continue;
            }
            last = ALL_PRIVILEGES.iter().find(|(_, l, _)| *l == letter).expect("a letter").0;
            privileges |= last;
        }
        let grantee = if grantee.is_empty() { Oid::PUBLIC } else { self.oid(grantee) };
        AclItem { grantee, grantor: self.oid(grantor), privileges, options }
    }

    /// A policy of a table.
    pub fn policy(&mut self, relation: ObjectId, name: &str, roles: &[Oid], command: char) -> &mut Self {
        let (oid, name, roles) = (self.next(), name.to_owned(), roles.to_vec());
        self.policies.push(Policy { oid, relation, name, roles, command, permissive: true });
        self
    }

    /// What something names.
    pub fn uses(&mut self, user: ObjectId, by: UseBy, used: ObjectId, columns: &[i16]) -> &mut Self {
        self.uses.push(Use { user, by, used, columns: columns.to_vec() });
        self
    }

    /// The cluster, loaded by `dba`.
    pub fn build(&self) -> Arc<Cluster> {
        let database = self.objects.iter().find(|o| o.kind == Kind::Database).expect("a database").oid;
        Arc::new(Cluster {
            flavor: self.flavor,
            database,
            session: LoginSession {
                user: self.oid("dba"),
                search_path: vec!["$user".to_owned(), "public".to_owned()],
                standard_conforming_strings: true,
                ..LoginSession::default()
            },
            roles: Roles::new(self.roles.clone()),
            memberships: Memberships::new(self.memberships.clone()),
            objects: Objects::new(self.objects.clone(), self.columns.clone()),
            access_methods: FxHashMap::from_iter(
                [("btree", 'i'), ("hash", 'i'), ("heap", 't')].map(|(name, kind)| (name.to_owned(), kind)),
            ),
            encoding: Encoding { number: 6, name: "UTF8".to_owned() },
            policies: self.policies.clone(),
            uses: Uses::new(self.uses.clone()),
            ..Cluster::empty(self.version)
        })
    }

    /// The name given to the bootstrap superuser.
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }
}

fn blank(oid: Oid, name: &str) -> Role {
    Role { oid, name: name.to_owned(), inherit: true, connection_limit: -1, ..Role::default() }
}
