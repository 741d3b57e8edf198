//! Ways to an object that its ACL does not tell: views, materialized views, rules, and tables that it is part of.

use super::super::Access;
use super::{Bounds, Question};
use crate::cluster::{AclTarget, Class, Detail, Kind, ObjectId, Oid, Privileges, RuleEvent, Use, UseBy};
use rustc_hash::FxHashSet;
use std::collections::VecDeque;

/// A way through something else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Door {
    /// What kind of way.
    pub kind: DoorKind,
    /// What the role names first, and what that leads to; the object itself not among them.
    pub through: Vec<ObjectId>,
    /// With whose rights the object is read or written; none: with nobody's, those on the parent are enough.
    pub runs_as: Option<Oid>,
    /// Why it is not sure to work; none: it is.
    pub doubt: Option<Doubt>,
    /// Is who it runs as subject to row security of the object?
    pub row_security: bool,
}

/// Kinds of doors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DoorKind {
    /// A view: its owner reads.
    View,
    /// A materialized view holds a copy, as of its last REFRESH, which its owner read.
    MaterializedView,
    /// A rule runs as the owner of its table or view, when this is done with that.
    Rule(RuleEvent),
    /// A table that it inherits from or is a partition of: no privilege on the part is asked for.
    Parent,
}

/// Why a door may not open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// A view can be written to only if it is simple enough, or has triggers or rules.
    Updatable,
    /// What a rule does with what it names is not recorded.
    RuleBody,
    /// Which columns reach the outer view is not recorded.
    Columns,
    /// The reader holds column privileges alone of something that the view reads.
    ColumnPrivileges,
    /// The role may not EXECUTE a function of the view.
    Function,
}

/// A view on the way.
struct Way {
    through: VecDeque<ObjectId>,
    runs_as: Option<Oid>,
    doubt: Option<Doubt>,
    copy: bool,
}

impl Access<'_> {
    /// Those that the role can go through now, and that lead to rights it does not have by itself.
    pub(super) fn doors(&self, question: Question, bounds: Bounds) -> Vec<Door> {
        let wanted = Privileges::SELECT | Privileges::WRITE;
        let is_relation = |o: &&crate::cluster::Object| o.kind.class() == Class::Relation;
        let relation = self.view.object(question.target.object).filter(is_relation);
        if relation.is_none() || !wanted.intersects(question.privilege) || self.is_superuser(question.role) {
            return Vec::new();
        }
        let mut doors = self.through_views(question, bounds);
        doors.extend(self.through_rules(question));
        doors.extend(self.through_parents(question));
        let name = |door: &Door| {
            let first = door.through.first().and_then(|id| self.view.object(*id));
            (door.through.len(), first.map(|object| object.name.clone()))
        };
        doors.sort_by_cached_key(name);
        doors.truncate(bounds.paths);
        doors
    }

    /// Breadth first along views over views, as far as each may read what it names.
    fn through_views(&self, question: Question, bounds: Bounds) -> Vec<Door> {
        let Question { role, privilege, target } = question;
        let mut seen = FxHashSet::from_iter([target.object]);
        let mut queue = VecDeque::from([(
            target.object,
            Way { through: VecDeque::new(), runs_as: None, doubt: None, copy: false },
        )]);
        let mut doors = Vec::new();
        while let Some((lower, way)) = queue.pop_front() {
            if doors.len() >= bounds.paths {
                break;
            }
            let readers = self.view.base().uses.of_used(lower);
            for by in readers.filter(|by| by.by == UseBy::Rule(RuleEvent::Select)) {
                let Some(next) = self.one_view(question, by, lower, &way) else { continue };
                if !seen.insert(by.user) {
                    continue;
                }
                let gains = next.runs_as.is_some_and(|owner| !self.has_privs_of(role, owner));
                if gains && self.may_use(role, by.user, privilege) {
                    doors.push(self.view_door(question, &next));
                }
                queue.push_back((by.user, next));
            }
        }
        doors
    }

    /// The way that goes on through this view; none where it ends there.
    fn one_view(&self, question: Question, by: &Use, lower: ObjectId, way: &Way) -> Option<Way> {
        let Question { role, privilege, target } = question;
        let view = self.view.object(by.user)?;
        let copy = view.kind == Kind::MaterializedView;
        if copy && privilege != Privileges::SELECT {
            return None;
        }
        let first = lower == target.object;
        if first
            && target.is_column()
            && !by.columns.contains(&target.attnum)
            && privilege == Privileges::SELECT
        {
            return None;
        }
        let invoker = matches!(view.detail, Detail::Relation { security_invoker: true, .. });
        let owner = self.view.owner(by.user);
        let reader = if invoker { role } else { owner };
        if !self.can(reader, lower, &by.columns, privilege) {
            return None;
        }
        let mut doubt = way.doubt.or_else(|| self.doubt(role, reader, by.user));
        if privilege != Privileges::SELECT {
            doubt = Some(Doubt::Updatable);
        } else if !first && target.is_column() {
            doubt = doubt.or(Some(Doubt::Columns));
        } else if self.fails(reader, by.user) {
            return None;
        }
        let mut through = way.through.clone();
        through.push_front(by.user);
        // Through an invoker's view the object is read with the caller's rights, whatever stands before it.
        let runs_as = if first { (!invoker).then_some(owner) } else { way.runs_as };
        Some(Way { through, runs_as, doubt, copy: way.copy || copy })
    }

    fn view_door(&self, question: Question, way: &Way) -> Door {
        let Question { privilege, target, .. } = question;
        let kind = if way.copy { DoorKind::MaterializedView } else { DoorKind::View };
        let reader = way.runs_as.unwrap_or_default();
        let row_security = self.row_security_of(reader, target.object, privilege);
        Door {
            kind,
            through: way.through.iter().copied().collect(),
            runs_as: way.runs_as,
            doubt: way.doubt,
            row_security: row_security.is_some_and(|security| security.exempt.is_none()),
        }
    }

    /// May the role do this with a relation, or with those columns of it? No columns: with any.
    fn can(&self, role: Oid, relation: ObjectId, columns: &[i16], privilege: Privileges) -> bool {
        let whole = self.held(role, AclTarget::whole(relation)).privileges;
        let on = |attnum: i16| {
            self.held(role, AclTarget::column(relation, attnum)).privileges.intersects(privilege)
        };
        if whole.intersects(privilege) || privilege == Privileges::DELETE {
            return whole.intersects(privilege);
        }
        let any = || self.view.column_acls(relation).into_iter().any(|(attnum, _)| on(attnum));
        match privilege == Privileges::SELECT && !columns.is_empty() {
            true => columns.iter().all(|attnum| on(*attnum)),
            false => any(),
        }
    }

    /// The relations that a view reads.
    fn reads(&self, view: ObjectId) -> impl Iterator<Item = &Use> {
        let rows = self.view.base().uses.of_user(view).iter();
        rows.filter(|row| {
            row.by == UseBy::Rule(RuleEvent::Select) && self.class_of(row.used) == Some(Class::Relation)
        })
    }

    fn class_of(&self, id: ObjectId) -> Option<Class> {
        self.view.object(id).map(|object| object.kind.class())
    }

    /// Reads the view something that the reader may not?
    fn fails(&self, reader: Oid, view: ObjectId) -> bool {
        self.reads(view).any(|row| !self.can(reader, row.used, &row.columns, Privileges::SELECT))
    }

    fn doubt(&self, role: Oid, reader: Oid, view: ObjectId) -> Option<Doubt> {
        let whole = |id| self.held(reader, AclTarget::whole(id)).privileges.intersects(Privileges::SELECT);
        if self.reads(view).any(|row| !whole(row.used)) {
            return Some(Doubt::ColumnPrivileges);
        }
        // Functions in a view are called with the caller's rights; those of a copy were called by its owner.
        let is_copy = self.view.object(view).is_some_and(|o| o.kind == Kind::MaterializedView);
        let caller = if is_copy { reader } else { role };
        let routines = self.view.base().uses.of_user(view).iter();
        let mut routines = routines.filter(|row| self.class_of(row.used) == Some(Class::Routine));
        let may = |id| self.held(caller, AclTarget::whole(id)).privileges.intersects(Privileges::EXECUTE);
        routines.any(|row| !may(row.used)).then_some(Doubt::Function)
    }

    /// Can the role name the relation, and do this with some of it?
    fn may_use(&self, role: Oid, relation: ObjectId, privilege: Privileges) -> bool {
        self.can_name(role, relation) && self.can(role, relation, &[], privilege)
    }

    /// Has it USAGE on the schema?
    pub(super) fn can_name(&self, role: Oid, object: ObjectId) -> bool {
        let schema = self.view.object(object).map(|o| o.schema);
        let schema = schema.and_then(|schema| self.view.object_by_oid(Class::Schema, schema));
        schema.is_none_or(|id| self.held(role, AclTarget::whole(id)).privileges.intersects(Privileges::USAGE))
    }

    fn through_rules(&self, question: Question) -> Vec<Door> {
        let Question { role, privilege, target } = question;
        let mut doors: Vec<Door> = Vec::new();
        for by in self.view.base().uses.of_used(target.object) {
            let UseBy::Rule(event) = by.by else { continue };
            let asked = match event {
                RuleEvent::Select => continue,
                RuleEvent::Insert => Privileges::INSERT,
                RuleEvent::Update => Privileges::UPDATE,
                RuleEvent::Delete => Privileges::DELETE,
            };
            let owner = self.view.owner(by.user);
            let holds = self.holds(owner, target).privileges.intersects(privilege);
            if holds && !self.has_privs_of(role, owner) && self.may_use(role, by.user, asked) {
                let security = self.row_security_of(owner, target.object, privilege);
                doors.push(Door {
                    kind: DoorKind::Rule(event),
                    through: vec![by.user],
                    runs_as: Some(owner),
                    doubt: Some(Doubt::RuleBody),
                    row_security: security.is_some_and(|security| security.exempt.is_none()),
                });
            }
        }
        doors
    }

    /// Parents, and parents of those. What is inserted through a parent goes into its partitions, not into tables that
    /// only inherit.
    fn through_parents(&self, question: Question) -> Vec<Door> {
        let Question { role, privilege, target } = question;
        let is_partition = |id| {
            let detail = self.view.object(id).map(|o| &o.detail);
            matches!(detail, Some(Detail::Relation { is_partition: true, .. }))
        };
        let mut doors = Vec::new();
        let mut seen = FxHashSet::from_iter([target.object]);
        let mut queue = VecDeque::from([target.object]);
        while let Some(part) = queue.pop_front() {
            if privilege == Privileges::INSERT && !is_partition(part) {
                continue;
            }
            let parents = self.view.base().uses.of_used(part).filter(|by| by.by == UseBy::Parent);
            for parent in parents.map(|by| by.user).collect::<Vec<_>>() {
                if !seen.insert(parent) {
                    continue;
                }
                queue.push_back(parent);
                let holds = self.holds_there(role, target, parent).intersects(privilege);
                if holds && self.can_name(role, parent) {
                    let security = self.row_security_of(role, parent, privilege);
                    doors.push(Door {
                        kind: DoorKind::Parent,
                        through: vec![parent],
                        runs_as: None,
                        doubt: None,
                        row_security: security.is_some_and(|security| security.exempt.is_none()),
                    });
                }
            }
        }
        doors
    }

    /// What is held on the parent, or on its column of that name.
    fn holds_there(&self, role: Oid, target: AclTarget, parent: ObjectId) -> Privileges {
        let whole = AclTarget::whole(parent);
        let name = self.view.column_name(target).filter(|_| target.is_column());
        let column = name.and_then(|name| self.view.columns_of(parent).iter().find(|c| &*c.name == name));
        let there = column.map_or(whole, |column| AclTarget::column(parent, column.attnum));
        self.holds(role, there).privileges
    }
}
