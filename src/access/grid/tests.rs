//! The grid against the questions asked one by one.

use super::{Asked, Grid, How};
use crate::access::{Access, Universe, Via};
use crate::cluster::testing::Builder;
use crate::cluster::{AclTarget, Change, Kind, Oid, Privileges, View};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::sync::Arc;

const KINDS: [Kind; 12] = [
    Kind::Table,
    Kind::View,
    Kind::Sequence,
    Kind::Function,
    Kind::Schema,
    Kind::Domain,
    Kind::Language,
    Kind::Tablespace,
    Kind::ForeignServer,
    Kind::LargeObject,
    Kind::Parameter,
    Kind::PartitionedTable,
];

/// Roles of every kind, memberships wide and deep, objects and columns with ACLs at random.
fn cluster(rng: &mut Rng, major: u16) -> (Builder, Vec<Oid>) {
    let mut builder = Builder::new(major);
    let mut roles: Vec<Oid> = (0..4 + rng.usize(..90))
        .map(|n| {
            let (inherit, superuser) = (rng.usize(..4) > 0, rng.usize(..20) == 0);
            builder.role_with(&format!("r{n}"), |role| (role.inherit, role.superuser) = (inherit, superuser))
        })
        .collect();
    let made = roles.len();
    let predefined = [6171, 6181, 6182, 6337].map(Oid);
    roles.extend(predefined.into_iter().filter(|_| major >= 17).chain([Oid::BOOTSTRAP, Oid(99_999)]));
    for _ in 0..rng.usize(..made * 2) {
        let (member, group) = (rng.usize(..made), rng.usize(..roles.len() - 1));
        // Only later ones in earlier ones, so that there is no circle.
        if group < member || group >= made {
            let inherit = (major >= 16).then(|| rng.usize(..4) > 0);
            builder.member_with(roles[group], roles[member], |row| row.inherit = inherit);
        }
    }
    let schema = builder.schema("s", roles[0]);
    for n in 0..12 {
        let kind = KINDS[rng.usize(..KINDS.len())];
        let owner = roles[rng.usize(..roles.len() - 1)];
        let object = match rng.usize(..8) {
            0 => builder.push(Oid(5_000 + n), kind, schema, &format!("o{n}"), owner),
            _ => builder.add(kind, schema, &format!("o{n}"), owner),
        };
        if rng.usize(..4) > 0 {
            let acl = acl(
                rng,
                major,
                &roles,
                kind.acl_kind().all(crate::cluster::Version(u32::from(major) * 10_000)),
            );
            builder.raw_acl(AclTarget::whole(object), acl);
        }
        if kind.has_columns() && rng.bool() {
            let column = builder.column(object, 1, "c");
            let acl = acl(rng, major, &roles, Privileges::COLUMN);
            builder.raw_acl(column, acl);
        }
    }
    (builder, roles)
}

fn acl(rng: &mut Rng, _major: u16, roles: &[Oid], all: Privileges) -> crate::cluster::Acl {
    let item = |rng: &mut Rng| {
        let privileges = Privileges(rng.u16(..) & all.0);
        let grantee = if rng.usize(..8) == 0 { Oid::PUBLIC } else { roles[rng.usize(..roles.len())] };
        let options = if grantee == Oid::PUBLIC { 0 } else { rng.u16(..) & rng.u16(..) & privileges.0 };
        crate::cluster::AclItem { grantee, grantor: roles[0], privileges, options: Privileges(options) }
    };
    (0..rng.usize(..6)).map(|_| item(rng)).collect()
}

type Cell = (Oid, AclTarget, Privileges);

fn by_grid(view: &View, universe: Universe) -> (BTreeMap<Cell, (bool, Via)>, super::Count) {
    let grid = Grid::new(view, &Asked::all(universe));
    let mut cells = BTreeMap::new();
    let mut answering = grid.answering();
    for unit in grid.units() {
        for answer in answering.unit(unit) {
            let role = grid.role(answer.role).unwrap();
            let via = match answer.how {
                How::Direct => Via::Direct,
                How::Owner => Via::Owner,
                How::Public => Via::Public,
                How::Superuser => Via::Superuser,
                How::Predefined(rule) => Via::Predefined(rule),
                How::Chain(grantee) => Via::Chain(grid.chain(role, grantee)),
            };
            for target in &unit.targets {
                let twice = cells.insert((role, *target, answer.privilege), (answer.grantable, via.clone()));
                assert_eq!(twice, None);
            }
        }
    }
    (cells, grid.count())
}

fn one_by_one(view: &View, universe: Universe) -> BTreeMap<Cell, (bool, Via)> {
    let access = Access::new(view);
    let mut cells = BTreeMap::new();
    for role in view.roles().filter(|role| universe.has_role(role)) {
        for (id, _) in view.base().objects.iter().filter(|(_, o)| universe.has(view.base(), o)) {
            let whole = AclTarget::whole(id);
            let table = access.held(role.oid, whole);
            let columns = view.column_acls(id).into_iter().map(|(n, _)| AclTarget::column(id, n));
            let columns = columns.map(|column| {
                let held = access.held_on_column(role.oid, id, column.attnum);
                (column, held.privileges.without(table.privileges), held.options)
            });
            for (target, privileges, options) in columns.chain([(whole, table.privileges, table.options)]) {
                for privilege in privileges.iter() {
                    let via = access.via(role.oid, target, privilege).expect("a way");
                    cells.insert((role.oid, target, privilege), (options.intersects(privilege), via));
                }
            }
        }
    }
    cells
}

#[test]
fn the_grid_holds_what_each_question_answers() {
    let mut compared = 0;
    for seed in 0..180 {
        let mut rng = Rng::with_seed(seed);
        let major = rng.u16(13..=18);
        let (builder, roles) = cluster(&mut rng, major);
        let mut view = View::new(builder.build());
        if rng.bool() {
            // Changes count as what was loaded does.
            let target = AclTarget::whole(builder.last());
            let (before, after) =
                (view.acl(target).cloned(), Some(acl(&mut rng, major, &roles, Privileges(0x7f))));
            view.apply(&Change::Acl { target, before, after });
        }
        for system in [false, true] {
            let universe = Universe { system, databases: system };
            let (grid, count) = by_grid(&view, universe);
            let asked = one_by_one(&view, universe);
            assert_eq!(grid, asked, "seed {seed}, PostgreSQL {major}");
            assert_eq!(count.held, asked.len() as u64);
            assert_eq!(count.grantable, asked.values().filter(|(grantable, _)| *grantable).count() as u64);
            assert_eq!(count.by.values().map(|(held, _)| held).sum::<u64>(), count.held);
            compared += asked.len();
        }
    }
    assert!(compared > 100_000, "{compared} are few");
}

#[test]
fn tables_alike_are_one_unit() {
    let mut builder = Builder::new(16);
    let owner = builder.role("owner");
    let schema = builder.schema("s", owner);
    for n in 0..50 {
        builder.table(schema, &format!("t{n}"), owner);
    }
    let view = View::new(Arc::clone(&builder.build()));
    let grid = Grid::new(&view, &Asked::all(Universe::default()));
    let tables: Vec<usize> =
        grid.units().iter().filter(|u| u.kind == Kind::Table).map(|u| u.targets.len()).collect();
    assert_eq!(tables, [50]);
}

#[test]
fn only_what_is_asked_for_is_counted() {
    let mut builder = Builder::new(16);
    let (owner, other) = (builder.role("owner"), builder.role("other"));
    let schema = builder.schema("s", owner);
    builder.table(schema, "t", owner);
    builder.table(schema, "u", other);
    let view = View::new(builder.build());
    let asked = Asked {
        universe: Universe::default(),
        role: &|role| role.name == "owner",
        object: &|_, object| &*object.name == "t",
        privileges: Privileges::SELECT | Privileges::UPDATE,
    };
    let grid = Grid::new(&view, &asked);
    assert_eq!(grid.count().held, 2);
    assert_eq!(grid.roles().collect::<Vec<_>>(), [owner]);
}
