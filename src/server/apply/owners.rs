//! What a new owner writes: experiments on 13 to 18, and `ATExecChangeOwner`, `AlterTypeOwner_oid` and
//! `AlterObjectOwner_internal`, which write alike.
//!
//! - One row for the object and for each that follows it, owner and ACL at once; a column's ACL is a row of its own.
//! - `pg_shdepend`: the owner's row of the object alone, and the rows of grants to the new owner go. Followers have none.

use super::accounting::{Account, DEPENDENCIES, mentioned, pinned};
use crate::cluster::{AclTarget, Change, ObjectId, Oid, View};
use crate::preview::Step;
use rustc_hash::FxHashMap;

/// The owners that a step gives, with all that follows.
pub(super) struct Given(FxHashMap<ObjectId, (Oid, Oid)>);

impl Given {
    pub(super) fn by(step: &Step, state: &View) -> Given {
        let mut given = FxHashMap::default();
        for change in &step.changes {
            let Change::Owner { object, before, after } = change else { continue };
            given.insert(*object, (*before, *after));
            given.extend(state.base().followers_of(*object).into_iter().map(|id| (id, (*before, *after))));
        }
        Given(given)
    }

    /// Is the ACL of something that gets another owner?
    pub(super) fn has(&self, target: AclTarget) -> bool {
        self.0.contains_key(&target.object)
    }
}

impl Account {
    /// The rows of objects and followers; a column's is counted with the ACLs.
    pub(super) fn owners(&mut self, step: &Step, state: &View, given: &Given) {
        for id in given.0.keys() {
            if let Some(object) = state.object(*id) {
                self.at(object.kind.class().catalog()).updated += 1;
            }
        }
        for change in &step.changes {
            let Change::Owner { object, before, after } = change else { continue };
            let counts = self.at(DEPENDENCIES);
            match (pinned(*before), pinned(*after)) {
                (false, false) => counts.updated += 1,
                (true, false) => counts.inserted += 1,
                (false, true) => counts.deleted += 1,
                (true, true) => {}
            }
            let columns = state.column_acls(*object);
            let acls =
                state.acl(AclTarget::whole(*object)).into_iter().chain(columns.iter().map(|(_, acl)| acl));
            let grants = acls.filter(|acl| mentioned(Some(acl), *before).contains(after)).count();
            self.at(DEPENDENCIES).deleted += grants as i64;
        }
    }
}
