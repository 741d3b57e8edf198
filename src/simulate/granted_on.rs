//! What a GRANT or REVOKE is about: its objects and columns with the privileges it names there.

use super::run::{Run, Stop};
use super::{ServerError, Session};
use crate::cluster::{AclTarget, ObjectId, Oid, Privileges, SYSTEM_COLUMNS, View};
use crate::sql::ast::{self, ObjectGrant, RoleSpec};

/// A GRANT or REVOKE with its names resolved.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GrantedOn {
    /// Objects and columns, each with the privileges named for it.
    pub targets: Vec<(AclTarget, Privileges)>,
    /// To or from whom; [`Oid::PUBLIC`] among them.
    pub grantees: Vec<Oid>,
}

/// What a statement that succeeds is about; what cannot be resolved is left out.
pub fn granted_on(grant: &ObjectGrant, session: &Session, view: &View) -> GrantedOn {
    let mut run = Run::new(view, session);
    let objects = run.objects(grant).unwrap_or_default();
    let targets = objects.into_iter().flat_map(|id| targets(&run, grant, id)).collect();
    let role = |spec: &RoleSpec| match spec {
        RoleSpec::Public => Some(Oid::PUBLIC),
        spec => run.role(spec).ok(),
    };
    GrantedOn { targets, grantees: grant.grantees.iter().filter_map(role).collect() }
}

/// The objects that a GRANT names, or why there are none. The view gets a place for a parameter that is named for the
/// first time.
///
/// # Errors
/// As the server says it.
pub fn named(grant: &ObjectGrant, session: &Session, view: &mut View) -> Result<Vec<ObjectId>, ServerError> {
    super::name_parameters(grant, view);
    Run::new(view, session).objects(grant).map_err(|stop| match stop {
        Stop::Error(error) => error,
        Stop::Unsupported(reason) => ServerError::new("0A000", reason),
    })
}

fn targets(run: &Run<'_>, grant: &ObjectGrant, id: ObjectId) -> Vec<(AclTarget, Privileges)> {
    let Some(object) = run.view.object(id) else { return Vec::new() };
    let all = object.kind.acl_kind().all(run.view.base().version);
    let whole = AclTarget::whole(id);
    let on_columns = |names: &[String], privileges: Privileges| -> Vec<(AclTarget, Privileges)> {
        names.iter().filter_map(|name| column(run.view, id, name)).map(|c| (c, privileges)).collect()
    };
    match &grant.privileges {
        ast::Privileges::All => vec![(whole, all)],
        ast::Privileges::AllOnColumns(names) => on_columns(names, Privileges::COLUMN),
        ast::Privileges::List(words) => {
            let bit = |word: &ast::Privilege| run.privilege(&word.name).unwrap_or_default();
            let on_whole = words.iter().filter(|w| w.columns.is_empty());
            let sum = on_whole.fold(Privileges::NONE, |sum, word| sum | bit(word)) & all;
            let mut found = if sum.is_empty() { Vec::new() } else { vec![(whole, sum)] };
            found.extend(words.iter().flat_map(|word| on_columns(&word.columns, bit(word))));
            found
        }
    }
}

fn column(view: &View, id: ObjectId, name: &str) -> Option<AclTarget> {
    let user = view.columns_of(id).iter().find(|c| &*c.name == name).map(|c| c.attnum);
    let system = || SYSTEM_COLUMNS.iter().find(|(_, n)| *n == name).map(|(attnum, _)| *attnum);
    user.or_else(system).map(|attnum| AclTarget::column(id, attnum))
}
