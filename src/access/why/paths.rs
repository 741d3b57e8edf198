//! Every way by which a role has a privilege: simple paths through the memberships, the shortest first.

use super::super::{Access, Mode};
use super::{Bounds, Question};
use crate::access::effective::{SYSTEM_WRITES, is_system_relation};
use crate::cluster::{AclTarget, Kind, Membership, Oid};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// Paths, and whether they are all.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Paths {
    /// The shortest first.
    pub list: Vec<Path>,
    /// There are more than were looked for.
    pub more: bool,
}

/// One way.
#[derive(Clone, PartialEq, Debug)]
pub struct Path {
    /// From the role to the one that it rests on.
    pub links: Vec<Link>,
    /// Who that is: the role itself where there are no links.
    pub last: Oid,
    /// What it has.
    pub end: PathEnd,
    /// Can it be handed on by this way?
    pub grantable: bool,
}

/// A membership that hands it on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Who.
    pub member: Oid,
    /// Of what.
    pub role: Oid,
    /// The rows: several where several granted it (16+); none where the owner of the database is a member of
    /// pg_database_owner.
    pub rows: Vec<Membership>,
}

/// What stands at the end of a path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PathEnd {
    /// An ACL item of the last role.
    Item {
        /// On the object, or on the column.
        on: AclTarget,
        /// Who gave it.
        grantor: Oid,
    },
    /// An ACL item of the object's owner, who is the last role.
    Owner {
        /// On the object, or on the column.
        on: AclTarget,
        /// Who gave it.
        grantor: Oid,
    },
    /// An ACL item of PUBLIC.
    Public {
        /// On the object, or on the column.
        on: AclTarget,
        /// Who gave it.
        grantor: Oid,
    },
    /// The role is a superuser.
    Superuser,
    /// The last role is a predefined one whose rule gives it.
    Predefined,
    /// `lo_compat_privileges` is on: everybody may do everything with large objects.
    Setting,
}

/// What a role that can be reached has.
#[derive(Clone, Copy)]
struct End {
    end: PathEnd,
    grantable: bool,
}

impl Path {
    /// The roles from the first to the last.
    pub fn roles(&self) -> impl Iterator<Item = Oid> {
        self.links.iter().map(|link| link.member).chain([self.last])
    }
}

impl Access<'_> {
    /// All paths, within bounds.
    pub fn paths(&self, question: Question, bounds: Bounds) -> Paths {
        let question = Question { target: self.real_target(question.target), ..question };
        let Question { role, .. } = question;
        let mut paths = Paths::default();
        let at_once = |end, grantable| Path { links: Vec::new(), last: role, end, grantable };
        if self.is_superuser(role) {
            paths.list.push(at_once(PathEnd::Superuser, true));
        }
        let is_large = self.view.object(question.target.object).is_some_and(|o| o.kind == Kind::LargeObject);
        if is_large && self.view.base().session.lo_compat_privileges {
            paths.list.push(at_once(PathEnd::Setting, true));
        }
        let (public, ends) = self.ends(question);
        let own = ends.get(&role).into_iter().flatten().chain(&public);
        paths.list.extend(own.map(|end| at_once(end.end, end.grantable)));
        self.search(role, &ends, bounds, &mut paths);
        paths
    }

    /// Who holds it, without memberships: PUBLIC's items, and those of roles, predefined ones among them.
    fn ends(&self, question: Question) -> (Vec<End>, FxHashMap<Oid, Vec<End>>) {
        let Question { privilege, target, .. } = question;
        let (mut public, mut roles) = (Vec::new(), FxHashMap::<Oid, Vec<End>>::default());
        let Some(object) = self.view.object(target.object) else { return (public, roles) };
        // No grant of these on a table of the system counts, nor does a predefined role; on its columns it does.
        let closed = is_system_relation(object) && SYSTEM_WRITES.intersects(privilege);
        let owner = self.view.owner(target.object);
        let whole = AclTarget::whole(target.object);
        let targets = [Some(whole).filter(|_| !closed), Some(target).filter(|t| t.is_column())];
        for on in targets.into_iter().flatten() {
            if object.kind == Kind::Parameter && self.view.acl(on).is_none() {
                continue;
            }
            for item in self.view.items(on).iter().filter(|item| item.privileges.intersects(privilege)) {
                let grantor = item.grantor;
                let grantable = item.grantee == owner || item.options.intersects(privilege);
                if item.grantee == Oid::PUBLIC {
                    public.push(End { end: PathEnd::Public { on, grantor }, grantable });
                    continue;
                }
                let is_owner = item.grantee == owner && grantor == owner;
                let end =
                    if is_owner { PathEnd::Owner { on, grantor } } else { PathEnd::Item { on, grantor } };
                roles.entry(item.grantee).or_default().push(End { end, grantable });
            }
        }
        let by_rule = |rule| (rule, End { end: PathEnd::Predefined, grantable: false });
        let is_known = |rule: &Oid| self.view.role(*rule).is_some();
        let rules = self.predefined_rules(object.kind.acl_kind(), privilege);
        let rules = rules.into_iter().filter(|rule| !closed && is_known(rule));
        for (rule, end) in rules.map(by_rule) {
            roles.entry(rule).or_default().push(end);
        }
        (public, roles)
    }

    /// Who holds it by an item or a rule, without memberships.
    pub(super) fn holders(&self, question: Question) -> Vec<Oid> {
        let mut holders: Vec<Oid> = self.ends(question).1.into_keys().collect();
        holders.sort_unstable();
        holders
    }

    /// The memberships that hand on what the role holds, those of one pair together.
    pub(super) fn links_from(&self, member: Oid, mode: Mode) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        for (role, row) in self.steps_from(member, mode) {
            match links.iter_mut().find(|link| link.role == role) {
                Some(link) => link.rows.extend(row),
                None => links.push(Link { member, role, rows: row.into_iter().collect() }),
            }
        }
        links
    }

    /// Best first: a path's cost is its length and the least that it still takes to an end, so that paths come out by
    /// length, and none is begun that leads nowhere. Of equal ones the one nearest to its end is gone on with.
    fn search(&self, start: Oid, ends: &FxHashMap<Oid, Vec<End>>, bounds: Bounds, paths: &mut Paths) {
        let graph = Graph::new(self, start, ends);
        let mut partial: Vec<Partial> = vec![Partial { before: None, link: None, role: start, length: 0 }];
        let mut queue = BinaryHeap::from_iter(graph.left(start).map(|left| Reverse((left, left, 0_usize))));
        let mut work = 0;
        while let Some(Reverse((.., at))) = queue.pop() {
            work += 1;
            let Some(Partial { role, length, .. }) = partial.get(at).copied() else { return };
            let found = ends.get(&role).filter(|_| at != 0).into_iter().flatten();
            for end in found {
                if paths.list.len() >= bounds.paths {
                    paths.more = true;
                    return;
                }
                let links = graph.links(&partial, at);
                paths.list.push(Path { links, last: role, end: end.end, grantable: end.grantable });
            }
            if work >= bounds.work {
                paths.more = !queue.is_empty();
                return;
            }
            for (number, link) in graph.from(role).iter().enumerate() {
                let Some(left) = graph.left(link.role) else { continue };
                if graph.visits(&partial, at, link.role) {
                    continue;
                }
                let next =
                    Partial { before: Some(at), link: Some(number), role: link.role, length: length + 1 };
                queue.push(Reverse((length + 1 + left, left, partial.len())));
                partial.push(next);
            }
        }
    }
}

/// A path that is being tried: the one it goes on from, and by which link.
#[derive(Clone, Copy)]
struct Partial {
    before: Option<usize>,
    link: Option<usize>,
    role: Oid,
    length: usize,
}

/// What can be reached from a role, and how far from an end each is.
struct Graph {
    links: FxHashMap<Oid, Vec<Link>>,
    left: FxHashMap<Oid, usize>,
}

impl Graph {
    fn new(access: &Access<'_>, start: Oid, ends: &FxHashMap<Oid, Vec<End>>) -> Graph {
        let reached = access.reaches(start, Mode::Inherit);
        let links: FxHashMap<Oid, Vec<Link>> =
            reached.iter().map(|role| (*role, access.links_from(*role, Mode::Inherit))).collect();
        let mut members: FxHashMap<Oid, Vec<Oid>> = FxHashMap::default();
        for link in links.values().flatten() {
            members.entry(link.role).or_default().push(link.member);
        }
        let mut queue: VecDeque<Oid> = reached.into_iter().filter(|role| ends.contains_key(role)).collect();
        let mut left: FxHashMap<Oid, usize> = queue.iter().map(|role| (*role, 0)).collect();
        while let Some(role) = queue.pop_front() {
            let next = left.get(&role).copied().unwrap_or_default() + 1;
            for member in members.get(&role).into_iter().flatten() {
                left.entry(*member).or_insert_with(|| {
                    queue.push_back(*member);
                    next
                });
            }
        }
        Graph { links, left }
    }

    fn left(&self, role: Oid) -> Option<usize> {
        self.left.get(&role).copied()
    }

    fn from(&self, role: Oid) -> &[Link] {
        self.links.get(&role).map_or(&[], Vec::as_slice)
    }

    fn visits(&self, partial: &[Partial], at: usize, role: Oid) -> bool {
        let mut at = Some(at);
        while let Some(one) = at.and_then(|at| partial.get(at)) {
            if one.role == role {
                return true;
            }
            at = one.before;
        }
        false
    }

    fn links(&self, partial: &[Partial], at: usize) -> Vec<Link> {
        let mut links = Vec::new();
        let mut at = Some(at);
        while let Some(one) = at.and_then(|at| partial.get(at)) {
            let before = one.before.and_then(|before| partial.get(before));
            let link = before.zip(one.link).and_then(|(before, link)| self.from(before.role).get(link));
            links.extend(link.cloned());
            at = one.before;
        }
        links.reverse();
        links
    }
}
