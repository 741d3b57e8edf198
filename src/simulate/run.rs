//! One statement being run: what all statement families need.

use super::{Notice, Outcome, ServerError, Session, switches::Switches};
use crate::access::Access;
use crate::cluster::{Acl, AclTarget, Change, Kind, Membership, ObjectId, Oid, Privileges, View, predefined};
use crate::sql::ast::RoleSpec;
use rustc_hash::FxHashMap;

/// Why a statement does not go through: the server's error, or that it cannot be predicted.
pub enum Stop {
    /// The server would say this.
    Error(ServerError),
    /// Nobody knows here what the server would say.
    Unsupported(String),
}

impl From<ServerError> for Stop {
    fn from(error: ServerError) -> Stop {
        Stop::Error(error)
    }
}

/// An error with its SQLSTATE, ready for `?`.
pub fn error<T>(sqlstate: &'static str, message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Error(ServerError::new(sqlstate, message)))
}

/// A statement under way: what it has written and said so far.
pub struct Run<'a> {
    pub view: &'a View,
    pub session: &'a Session,
    pub switches: Switches,
    pub access: Access<'a>,
    pub notices: Vec<Notice>,
    pub any_order: bool,
    /// Why it may come otherwise.
    pub doubts: Vec<String>,
    acls: FxHashMap<AclTarget, Option<Acl>>,
    written: Vec<AclTarget>,
    /// The relation under way and its ACL in the catalog, which new row versions leave as it is until it is done.
    relation: Option<(AclTarget, Option<Acl>)>,
}

impl<'a> Run<'a> {
    pub fn new(view: &'a View, session: &'a Session) -> Self {
        Run {
            view,
            session,
            switches: Switches::of(view.base().version),
            access: Access::new(view),
            notices: Vec::new(),
            any_order: false,
            doubts: Vec::new(),
            acls: FxHashMap::default(),
            written: Vec::new(),
            relation: None,
        }
    }

    /// Whom the statement runs as (`GetUserId`).
    pub fn user(&self) -> Oid {
        self.session.current_user
    }

    pub fn warn(&mut self, sqlstate: &'static str, message: impl Into<String>) {
        self.notices.push(Notice::warning(sqlstate, message));
    }

    pub fn note(&mut self, sqlstate: &'static str, message: impl Into<String>) {
        self.notices.push(Notice::plain(sqlstate, message));
    }

    /// The prediction is uncertain, for this reason (a sentence).
    pub fn doubt(&mut self, because: impl Into<String>) {
        self.doubts.push(because.into());
    }

    /// The stored ACL, as the statement has left it so far.
    pub fn acl(&self, target: AclTarget) -> Option<Acl> {
        match self.acls.get(&target) {
            Some(acl) => acl.clone(),
            None => self.view.acl(target).cloned(),
        }
    }

    /// From here on the checks see this relation's ACL as it is now, until [`Run::end_relation`].
    pub fn begin_relation(&mut self, target: AclTarget) {
        self.relation = Some((target, self.acl(target)));
    }

    /// `CommandCounterIncrement` after a relation and its columns.
    pub fn end_relation(&mut self) {
        self.relation = None;
    }

    /// The ACL as the privilege checks see it.
    pub fn committed_acl(&self, target: AclTarget) -> Option<Acl> {
        match &self.relation {
            Some((under_way, acl)) if *under_way == target => acl.clone(),
            _ => self.acl(target),
        }
    }

    pub fn write_acl(&mut self, target: AclTarget, acl: Option<Acl>) {
        self.acls.insert(target, acl);
        self.written.push(target);
    }

    /// What has become different, one change an entry.
    pub fn outcome(self, memberships: Vec<Change>, session: Option<Session>) -> Outcome {
        let acl_change = |target: &AclTarget| Change::Acl {
            target: *target,
            before: self.view.acl(*target).cloned(),
            after: self.acls.get(target).cloned().flatten(),
        };
        let mut seen = rustc_hash::FxHashSet::default();
        let once = self.written.iter().filter(|target| seen.insert(**target));
        let mut changes: Vec<Change> = once.map(acl_change).filter(|c| !c.is_noop()).collect();
        changes.extend(memberships.iter().cloned());
        Outcome { changes, session, written: self.written, rows: memberships }
    }

    /// `get_rolespec_oid`: PUBLIC is no role here.
    pub fn role(&self, spec: &RoleSpec) -> Result<Oid, Stop> {
        match spec {
            RoleSpec::Name(name) => self.role_named(name),
            RoleSpec::Public => error("42704", "role \"public\" does not exist"),
            RoleSpec::CurrentRole | RoleSpec::CurrentUser => Ok(self.session.current_user),
            RoleSpec::SessionUser => Ok(self.session.session_user),
        }
    }

    /// `get_role_oid`.
    pub fn role_named(&self, name: &str) -> Result<Oid, Stop> {
        match self.view.role_by_name(name) {
            Some(role) => Ok(role.oid),
            None => error("42704", format!("role \"{name}\" does not exist")),
        }
    }

    /// May the current user look into the schema?
    pub fn has_usage(&self, schema: ObjectId) -> bool {
        self.access.held(self.user(), AclTarget::whole(schema)).privileges.contains(Privileges::USAGE)
    }

    /// `has_createrole_privilege` of the current user.
    pub fn has_create_role(&self) -> bool {
        self.view.role(self.user()).is_some_and(|role| role.create_role || role.superuser)
    }

    /// `is_admin_of_role` of the current user.
    pub fn is_admin_of(&self, role: Oid) -> bool {
        self.access.is_admin_of(self.user(), role, self.session.session_user)
    }

    pub fn kind_of(&self, object: ObjectId) -> Kind {
        self.view.object(object).map_or(Kind::Table, |o| o.kind)
    }

    /// `pg_database_owner` neither has members nor is one (14+).
    pub fn is_database_owner_role(&self, role: Oid) -> bool {
        self.switches.database_owner_role && role == predefined::DATABASE_OWNER
    }

    /// The SQLSTATE for refusing such a membership: 18 gives one.
    pub fn database_owner_sqlstate(&self) -> &'static str {
        if self.switches.database_owner_has_sqlstate { "0A000" } else { "XX000" }
    }
}

/// The rows of one role as a statement changes them, and what has changed in the end.
pub struct MembershipEdits<'a> {
    view: View,
    base: &'a View,
    touched: Vec<(Oid, Oid, Oid)>,
}

impl<'a> MembershipEdits<'a> {
    pub fn new(base: &'a View) -> Self {
        MembershipEdits { view: base.clone(), base, touched: Vec::new() }
    }

    /// The memberships as they are now.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Has the statement written this row?
    pub fn has_written(&self, row: &Membership) -> bool {
        self.touched.contains(&row.key())
    }

    /// One row as it becomes.
    pub fn write(&mut self, before: Option<Membership>, after: Option<Membership>) {
        if let Some(row) = before.or(after) {
            self.touched.push(row.key());
        }
        self.view.apply(&Change::Membership { before, after });
    }

    /// What has become different: one change a row, before 16 one a pair.
    pub fn changes(&self, row_per_grantor: bool) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        let pairs = self.touched.iter().map(|(role, member, _)| (*role, *member));
        for (role, member) in pairs.filter(|pair| seen.insert(*pair)) {
            let rows = |view: &View| -> Vec<Membership> {
                view.members_of(role).iter().filter(|m| m.member == member).copied().collect()
            };
            let (before, after) = (rows(self.base), rows(&self.view));
            let same_row = |a: &Membership, b: &Membership| !row_per_grantor || a.grantor == b.grantor;
            for old in &before {
                let new = after.iter().find(|m| same_row(m, old)).copied();
                changes.push(Change::Membership { before: Some(*old), after: new });
            }
            let come = after.iter().filter(|new| !before.iter().any(|old| same_row(new, old)));
            changes.extend(come.map(|new| Change::Membership { before: None, after: Some(*new) }));
        }
        changes.retain(|c| !c.is_noop());
        changes
    }
}
