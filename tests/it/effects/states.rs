//! Two states of a server told apart: effective rows are the difference of the server's own answers before and after,
//! catalog entries are what its catalogs say differs.

use super::held::{Answer, Held, Thing, held};
use super::{grant, revoke, role_or_owner};
use crate::differential::programs;
use crate::differential::programs::Family;
use crate::differential::seed;
use crate::differential::world::World;
use crate::servers::{block_on, connect, for_each_major, instance, options};
use rolescope::cluster::{AclTarget, Class, Cluster, Databases, View};
use rolescope::diff::{Diff, Side, diff};
use rolescope::server::load;
use rolescope::sql::identity::{column_identity, object_identity, object_type};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio_postgres::Client;

/// Statements between two states.
const STATEMENTS: usize = 12;
/// States a major.
const STATES: usize = 6;
/// Holds what PUBLIC holds.
const CONTROL: &str = "nobody_else";

#[test]
fn a_difference_is_what_the_servers_say() {
    let seed = seed();
    println!("ROLESCOPE_SEED={seed}");
    for_each_major(|server| block_on(states_on(server.major, seed)));
}

struct State {
    databases: Databases,
    held: Held,
    catalogs: BTreeMap<(String, String), String>,
}

async fn states_on(major: u16, seed: u64) {
    let mut wanted = options(major);
    wanted.superuser = "postgres".into();
    let own = instance(&wanted);
    let client = connect(&own, "postgres", own.password(), "postgres").await;
    client.batch_execute("CREATE DATABASE db_0").await.expect("CREATE DATABASE");
    client.batch_execute(&format!("CREATE ROLE {CONTROL}")).await.expect("CREATE ROLE");
    let client = connect(&own, "postgres", own.password(), "db_0").await;
    let mut rng = fastrand::Rng::with_seed(seed);
    let world = World::random(&mut rng, major, 0);
    for statement in &world.set_up {
        client.batch_execute(statement).await.unwrap_or_else(|e| panic!("{major}: {statement}: {e:?}"));
    }
    for _ in 0..25 {
        client.batch_execute(&grant(&mut rng, &world)).await.expect("GRANT");
    }
    let mut before = state(&client, major).await;
    let (mut rows, mut entries) = (0, 0);
    for round in 0..STATES {
        let mut run = Vec::new();
        for _ in 0..STATEMENTS {
            let text = match rng.usize(..9) {
                0 => revoke(&mut rng, &world),
                1 | 2 => role_or_owner(&mut rng, &world, "db_0"),
                3 => grant(&mut rng, &world),
                4 => format!("CREATE TABLE new_{}(a int)", rng.usize(..9)),
                5 => format!("DROP TABLE new_{}", rng.usize(..9)),
                6 => programs::statement(&mut rng, &world, &[Family::RenameRole, Family::AlterRole]),
                _ => programs::statement(&mut rng, &world, &[Family::Grant, Family::GrantRole]),
            };
            if client.batch_execute(&text).await.is_ok() {
                run.push(text);
            }
            client.batch_execute("RESET ROLE; RESET SESSION AUTHORIZATION").await.expect("RESET");
        }
        let after = state(&client, major).await;
        let found = diff(&before.databases, &after.databases, usize::MAX);
        let wrong = effect(&found, &before, &after) + &catalogs(&found, &before, &after);
        assert!(
            wrong.is_empty(),
            "PostgreSQL {major}, ROLESCOPE_SEED={seed}, round {round}: {run:#?}\n{wrong}"
        );
        let few = diff(&before.databases, &after.databases, 1);
        assert_eq!((few.effect.gained, few.effect.lost), (found.effect.gained, found.effect.lost));
        assert!(diff(&after.databases, &after.databases, 9).is_empty(), "it differs from itself");
        rows += found.effect.rows.len();
        entries += found.entries.len();
        before = after;
    }
    println!("PostgreSQL {major}: {rows} rows, {entries} entries");
    assert!(rows > 20 && entries > 10, "PostgreSQL {major}: {rows} rows, {entries} entries");
}

async fn state(client: &Client, major: u16) -> State {
    let cluster = Arc::new(load(client, |_| ()).await.expect("load"));
    State {
        databases: Databases::one(cluster),
        held: held(client, major).await,
        catalogs: named_rows(client, major).await,
    }
}

/// Rows of catalogs by name, as the server prints them.
async fn named_rows(client: &Client, major: u16) -> BTreeMap<(String, String), String> {
    let name =
        |oid: &str| format!("coalesce((SELECT rolname::text FROM pg_roles WHERE oid = {oid}), {oid}::text)");
    let options = if major >= 16 { "|| inherit_option::text || set_option::text" } else { "" };
    let sql = format!(
        "SELECT 'pg_class', oid::regclass::text, {owner} || ' ' || coalesce(relacl::text, 'NULL')
         FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'v', 'm', 'f', 'p', 'S')
         UNION ALL SELECT 'pg_auth_members', {role} || '/' || {member} || '/' || {grantor}, admin_option::text {options}
         FROM pg_auth_members
         UNION ALL SELECT 'pg_authid', rolname::text, concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb,
             rolcanlogin, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil, rolpassword IS NULL)
         FROM pg_authid",
        owner = name("relowner"),
        role = name("roleid"),
        member = name("member"),
        grantor = name("grantor"),
    );
    client.batch_execute("SET search_path = ''").await.expect("SET");
    let rows = client.query(&sql, &[]).await.expect("catalogs");
    client.batch_execute("RESET search_path").await.expect("RESET");
    rows.iter().map(|row| ((row.get(0), row.get(1)), row.get(2))).collect()
}

fn catalogs(found: &Diff, before: &State, after: &State) -> String {
    let keys: BTreeSet<_> = before.catalogs.keys().chain(after.catalogs.keys()).cloned().collect();
    let is: BTreeSet<_> =
        keys.into_iter().filter(|key| before.catalogs.get(key) != after.catalogs.get(key)).collect();
    let says = found.entries.iter().filter_map(|entry| {
        let name = |wanted: &str| {
            entry.key.names.iter().find(|(name, _)| *name == wanted).and_then(|(_, value)| value.clone())
        };
        let own = match entry.key.catalog {
            "pg_class" => name("identity")?,
            "pg_authid" => name("role")?,
            "pg_auth_members" => format!("{}/{}/{}", name("role")?, name("member")?, name("grantor")?),
            _ => return None,
        };
        Some((entry.key.catalog.to_owned(), own))
    });
    let says: BTreeSet<_> = says.collect();
    let wrong: Vec<String> = is.symmetric_difference(&says).map(|key| format!("entry {key:?}")).collect();
    wrong.join("\n")
}

/// A role's name, the thing, the privilege.
type Cell = (String, Thing, String);
/// Which list, grantable, and whether that alone differs.
type Changed = (Side, bool, bool);

fn by_name(held: &Held) -> BTreeMap<Cell, Answer> {
    let names: BTreeMap<u32, &String> = held.1.iter().map(|(name, oid)| (*oid, name)).collect();
    let cells = held.0.iter();
    cells.map(|((role, thing, p), a)| ((names[role].clone(), thing.clone(), p.clone()), *a)).collect()
}

fn effect(found: &Diff, before: &State, after: &State) -> String {
    let (cluster_before, cluster_after) = (&before.databases.loaded[0], &after.databases.loaded[0]);
    let (was, is) = (by_name(&before.held), by_name(&after.held));
    let mut expected = BTreeMap::new();
    for cell in was.keys().chain(is.keys()) {
        let (old, new) = (was.get(cell), is.get(cell));
        let change = match (old.map(|a| a.grantable), new.map(|a| a.grantable)) {
            (None, Some(grantable)) => (Side::Gained, grantable, false),
            (Some(grantable), None) => (Side::Lost, grantable, false),
            (Some(false), Some(true)) => (Side::Gained, true, true),
            (Some(true), Some(false)) => (Side::Lost, false, true),
            _ => continue,
        };
        let shown = old.or(new).is_some_and(|a| a.in_universe);
        if shown && !by_table(cell, &was) && !by_table(cell, &is) {
            expected.insert(cell.clone(), change);
        }
    }
    let superuser = |cluster: &Cluster, name: &str| cluster.roles.by_name(name).is_some_and(|r| r.superuser);
    expected.retain(|(role, ..), _| !(superuser(cluster_before, role) && superuser(cluster_after, role)));
    let things = [things(cluster_before), things(cluster_after)];
    let (mut public, mut wrong) = (BTreeMap::new(), Vec::new());
    for row in &found.effect.rows {
        let name = (row.object_type.to_owned(), row.identity.clone(), row.column.clone());
        let of = if row.side == Side::Lost && !row.grant_option_only { 0 } else { 1 };
        let Some(thing) = things[of].get(&name) else { continue };
        if thing.0 == "pg_parameter_acl" && row.via == ["superuser"] {
            continue;
        }
        let privilege = row.privilege.to_owned();
        if let Some(roles) = row.roles {
            public.insert((thing.clone(), privilege), (row.side, roles));
            continue;
        }
        let cell = (row.role.clone(), thing.clone(), privilege);
        let says: Changed = (row.side, row.grantable, row.grant_option_only);
        match expected.remove(&cell) {
            Some(is) if is == says => {}
            is => wrong.push(format!("{cell:?}: says {says:?}, is {is:?}")),
        }
        if row.via.is_empty() {
            wrong.push(format!("{cell:?}: nobody knows how"));
        }
    }
    let in_both = |role: &str| {
        cluster_before.roles.by_name(role).is_some() && cluster_after.roles.by_name(role).is_some()
    };
    let mut left: BTreeMap<(Thing, String), (Side, u64)> = BTreeMap::new();
    for ((role, thing, privilege), (side, grantable, option_only)) in expected {
        let control = (CONTROL.to_owned(), thing.clone(), privilege.clone());
        let everybody =
            if side == Side::Gained { is.contains_key(&control) } else { was.contains_key(&control) };
        match !grantable && !option_only && everybody {
            true if in_both(&role) => left.entry((thing, privilege)).or_insert((side, 0)).1 += 1,
            true => {}
            false => wrong.push(format!("{role} {thing:?} {privilege}: {side:?}, and no row says it")),
        }
    }
    for (key, says) in &public {
        if left.remove(key) != Some(*says) {
            wrong.push(format!("{key:?}: PUBLIC says {says:?}"));
        }
    }
    wrong.extend(left.into_iter().map(|(key, roles)| format!("{key:?}: PUBLIC is {roles:?}")));
    if found.effect.gained + found.effect.lost != found.effect.rows.len() as u64 {
        wrong.push("the counts are not those of the rows".to_owned());
    }
    wrong.join("\n")
}

fn by_table((role, (catalog, oid, _), privilege): &Cell, held: &BTreeMap<Cell, Answer>) -> bool {
    let table = (role.clone(), ("pg_class".to_owned(), oid.clone(), 0), privilege.clone());
    catalog == "pg_attribute" && held.contains_key(&table)
}

/// What the server is asked about, by its names.
fn things(cluster: &Arc<Cluster>) -> BTreeMap<(String, String, Option<String>), Thing> {
    let view = View::new(Arc::clone(cluster));
    let name = |target: AclTarget| {
        let id = target.object;
        (object_type(&view, id).to_owned(), object_identity(&view, id), column_identity(&view, target))
    };
    let mut things = BTreeMap::new();
    for (id, object) in cluster.objects.iter() {
        let class = object.kind.class();
        if class == Class::LargeObject && cluster.version.major() < 18 {
            continue;
        }
        let own = if class == Class::Parameter { object.name.to_string() } else { object.oid.to_string() };
        things.insert(name(AclTarget::whole(id)), (class.catalog().to_owned(), own.clone(), 0));
        for column in cluster.objects.columns_of(id) {
            let target = AclTarget::column(id, column.attnum);
            things.insert(name(target), ("pg_attribute".to_owned(), own.clone(), column.attnum));
        }
    }
    things
}
