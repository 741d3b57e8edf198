//! Why a role can do something, or why not: every path, what stands in between, what is one step away, and the ways
//! that no ACL tells of.

mod doors;
mod gates;
mod paths;
mod reach;
mod routines;
mod row_security;
#[cfg(test)]
mod tests;

pub use doors::{Door, DoorKind, Doubt};
pub use gates::{Missing, Need, Off};
pub use paths::{Link, Path, PathEnd, Paths};
pub use reach::{Candidate, Reachable};
pub use routines::Routines;
pub use row_security::{AppliedPolicy, Exempt, RowSecurity};

use super::{Access, Held, has_no_effect_of_its_own};
use crate::cluster::{AclTarget, Class, Detail, Oid, Privileges};
use jiff::Timestamp;

/// How many paths are named at most; and how far the search for them goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// Paths.
    pub paths: usize,
    /// Steps of the search.
    pub work: usize,
    /// Entries of each other list.
    pub list: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { paths: 100, work: 100_000, list: 20 }
    }
}

/// Who, what, on what.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// Who; [`Oid::PUBLIC`] for what everybody has.
    pub role: Oid,
    /// A single privilege.
    pub privilege: Privileges,
    /// An object or a column of one.
    pub target: AclTarget,
}

/// All there is to say about a question.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// It.
    pub question: Question,
    /// What the server's `has_*_privilege()` says.
    pub answer: bool,
    /// The same WITH GRANT OPTION.
    pub grantable: bool,
    /// The ways that give it, the shortest first.
    pub paths: Paths,
    /// Columns that it is held on although not on the table as a whole.
    pub columns: Vec<i16>,
    /// What must be held too for it to be of use, and how it is.
    pub needs: Vec<Need>,
    /// What stands between a no and a yes, or between the yes and its use.
    pub missing: Vec<Missing>,
    /// What SET ROLE would bring.
    pub reachable: Reachable,
    /// Statements that might bring it, to be predicted.
    pub candidates: Vec<Candidate>,
    /// Through views, rules and parents.
    pub doors: Vec<Door>,
    /// Through SECURITY DEFINER routines.
    pub routines: Routines,
    /// Of the table, where there is any.
    pub row_security: Option<RowSecurity>,
}

impl Access<'_> {
    /// What is held, as `has_*_privilege()` asks: of a column, the table's privilege counts too.
    pub fn holds(&self, role: Oid, target: AclTarget) -> Held {
        match target.is_column() {
            true => self.held_on_column(role, target.object, target.attnum),
            false => self.held(role, target),
        }
    }

    /// Answers; `now` is for passwords that expire.
    pub fn why(&self, question: Question, now: Option<Timestamp>, bounds: Bounds) -> Why {
        let question = Question { target: self.real_target(question.target), ..question };
        let Question { role, privilege, target } = question;
        let held = self.holds(role, target);
        let answer = held.privileges.intersects(privilege);
        let grantable = held.options.intersects(privilege);
        let needs = self.needs(question);
        let missing = self.missing(question, answer, &needs, now, bounds);
        let reachable = if answer { Reachable::default() } else { self.reachable(question, bounds) };
        let candidates = if answer { Vec::new() } else { self.candidates(question, grantable) };
        Why {
            question,
            answer,
            grantable,
            paths: self.paths(question, bounds),
            columns: if answer { Vec::new() } else { self.columns_held(question) },
            needs,
            missing,
            reachable,
            candidates,
            doors: self.doors(question, bounds),
            routines: self.routines(question, bounds),
            row_security: self.row_security(question),
        }
    }

    /// Privileges on an array type are those on its elements.
    fn real_target(&self, target: AclTarget) -> AclTarget {
        let object = self.view.object(target.object);
        let follows = object.is_some_and(|o| has_no_effect_of_its_own(o.kind, self.major()));
        match object.map(|o| &o.detail) {
            Some(Detail::Type { of }) if follows => {
                let element = self.view.object_by_oid(Class::Type, *of);
                element.map_or(target, |id| self.real_target(AclTarget::whole(id)))
            }
            _ => target,
        }
    }

    /// Columns that the privilege is held on.
    fn columns_held(&self, question: Question) -> Vec<i16> {
        let Question { role, privilege, target } = question;
        if target.is_column() || !Privileges::COLUMN.contains(privilege) {
            return Vec::new();
        }
        let columns = self.view.column_acls(target.object).into_iter().map(|(attnum, _)| attnum);
        let holds = |n: &i16| {
            let held = self.held(role, AclTarget::column(target.object, *n));
            held.privileges.intersects(privilege)
        };
        columns.filter(holds).collect()
    }
}
