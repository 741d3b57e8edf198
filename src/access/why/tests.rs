//! Bounds, and what no server is needed for.

use super::{Bounds, PathEnd, Question};
use crate::access::Access;
use crate::cluster::testing::Builder;
use crate::cluster::{AclTarget, Oid, Privileges, View};

/// Layers of roles, each a member of all of the next: width to the power of depth paths.
fn layers(width: usize, depth: usize) -> (View, Question) {
    let mut b = Builder::new(16);
    let start = b.role("start");
    let mut before = vec![start];
    for layer in 0..depth {
        let names = (0..width).map(|n| format!("r_{layer}_{n}"));
        let roles: Vec<Oid> = names.map(|name| b.role(&name)).collect();
        for (role, member) in roles.iter().flat_map(|role| before.iter().map(move |member| (*role, *member)))
        {
            b.member(role, member);
        }
        before = roles;
    }
    let dba = b.oid("dba");
    let schema = b.schema("s", dba);
    let table = b.table(schema, "t", dba);
    let last = format!("r_{}_0", depth - 1);
    b.acl(table, &format!("dba=arwdDxt/dba,{last}=r/dba,start=r/dba"));
    let question = Question { role: start, privilege: Privileges::SELECT, target: AclTarget::whole(table) };
    (View::new(b.build()), question)
}

#[test]
fn all_paths_are_found_where_there_are_few() {
    let (view, question) = layers(3, 3);
    let paths = Access::new(&view).paths(question, Bounds::default());
    // The one of its own, and through 3 x 3 to the last.
    assert_eq!((paths.list.len(), paths.more), (10, false));
    assert!(paths.list.iter().skip(1).all(|path| path.links.len() == 3));
    let mut distinct: Vec<Vec<Oid>> = paths.list.iter().map(|path| path.roles().collect()).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 10);
}

/// 70 layers of 27: 50,000 memberships and more paths than there are atoms.
#[test]
fn more_paths_than_can_be_told_are_said_to_be_more() {
    let (view, question) = layers(27, 70);
    assert!(view.base().memberships.len() > 50_000);
    let paths = Access::new(&view).paths(question, Bounds::default());
    assert_eq!((paths.list.len(), paths.more), (100, true));
    assert!(paths.list[0].links.is_empty() && paths.list[1].links.len() == 70);
    let bounds = Bounds { work: 500, ..Bounds::default() };
    let cut = Access::new(&view).paths(question, bounds);
    assert!(cut.more && !cut.list.is_empty());
}

#[test]
fn a_superuser_has_its_other_paths_too() {
    let mut b = Builder::new(15);
    let root = b.role_with("root", |role| role.superuser = true);
    let dba = b.oid("dba");
    let schema = b.schema("s", dba);
    let table = b.table(schema, "t", dba);
    b.acl(table, "dba=arwdDxt/dba,root=r/dba,=r/dba");
    let view = View::new(b.build());
    let question = Question { role: root, privilege: Privileges::SELECT, target: AclTarget::whole(table) };
    let paths = Access::new(&view).paths(question, Bounds::default());
    let ends: Vec<PathEnd> = paths.list.iter().map(|path| path.end).collect();
    assert!(
        matches!(ends[..], [PathEnd::Superuser, PathEnd::Item { .. }, PathEnd::Public { .. }]),
        "{ends:?}"
    );
    assert!(Access::new(&view).why(question, None, Bounds::default()).missing.is_empty());
}
