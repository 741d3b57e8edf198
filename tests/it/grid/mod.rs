//! Effective privileges over everything, cell by cell against the servers: for every role, object, column and
//! privilege of random clusters what `has_*_privilege()` answers, plain and WITH GRANT OPTION.

mod asked;
mod cli;

use crate::differential::programs;
use crate::differential::programs::Family;
use crate::differential::seed;
use crate::differential::world::{World, tolerant};
use crate::servers::{block_on, connect, for_each_major, instance, options};
use asked::{Asked, Cell, Cells};
use fastrand::Rng;
use rolescope::access::{self, Grid, Universe};
use rolescope::cluster::{Class, View};
use rolescope::server::load;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_postgres::Client;

/// Clusters a major; ROLESCOPE_GRIDS asks for more.
const CLUSTERS: u64 = 1;
/// Random statements that each has been through.
const STATEMENTS: usize = 80;

#[test]
fn every_cell_is_what_the_servers_say() {
    let number = |variable: &str| std::env::var(variable).ok().map(|text| text.parse().expect("a number"));
    let seed = seed();
    let clusters = number("ROLESCOPE_GRIDS").unwrap_or(CLUSTERS);
    println!("ROLESCOPE_SEED={seed}");
    for_each_major(|server| block_on(clusters_on(server.major, seed, clusters)));
}

async fn clusters_on(major: u16, seed: u64, clusters: u64) {
    // Its superuser has another name than in the programs, so that it stays one.
    let mut wanted = options(major).set("log_statement", "none");
    wanted.superuser = "postgres".into();
    let own = instance(&wanted);
    let first = connect(&own, "postgres", own.password(), "postgres").await;
    for round in 0..clusters {
        let mut rng = Rng::with_seed(seed.wrapping_mul(91).wrapping_add(round));
        let world = World::random(&mut rng, major, round);
        let database = world.database.clone();
        first.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        let admin = connect(&own, "postgres", own.password(), &database).await;
        for statement in &world.set_up {
            admin.batch_execute(statement).await.unwrap_or_else(|e| panic!("{major}: {statement}: {e:?}"));
        }
        muddle(&admin, &mut rng, &world).await;
        let cluster = load::load(&admin, |_| ()).await.expect("load");
        let view = View::new(Arc::new(cluster));
        let asked = Asked::of_server(&admin, major).await;
        let says = by_grid(&view, major);
        let wrong = difference(&asked.held, &says, &view);
        assert!(wrong.is_empty(), "PostgreSQL {major}, seed {seed}, round {round}:\n{wrong}");
        println!(
            "PostgreSQL {major}: {} cells asked, {} roles, {} of them held on {} objects and columns",
            asked.cells,
            view.roles().count(),
            asked.held.values().map(|cell| cell.held.count_ones() + cell.options.count_ones()).sum::<u32>(),
            asked
                .held
                .keys()
                .map(|(_, class, id, attnum)| (class, id, attnum))
                .collect::<BTreeSet<_>>()
                .len()
        );
        assert!(asked.cells > 200_000, "PostgreSQL {major}: {} cells are few", asked.cells);
    }
}

/// What the worlds do not have: grants on what is the system's, to predefined roles, and random statements after all.
async fn muddle(admin: &Client, rng: &mut Rng, world: &World) {
    for _ in 0..STATEMENTS {
        let families = [Family::Grant, Family::Grant, Family::GrantRole, Family::Owner, Family::AlterRole];
        let text = programs::statement(rng, world, &families);
        // What fails changes nothing.
        let _ = admin.batch_execute(&text).await;
    }
    admin.batch_execute("RESET SESSION AUTHORIZATION; RESET ROLE").await.expect("RESET");
    for grant in of_system(rng, world) {
        admin.batch_execute(&tolerant(&grant)).await.expect("a tolerant statement");
    }
    let superuser: bool = admin
        .query_one("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", &[])
        .await
        .expect("who this is")
        .get(0);
    assert!(superuser, "only a superuser loads everything");
}

fn of_system(rng: &mut Rng, world: &World) -> Vec<String> {
    let mut grants = Vec::new();
    let mut grant = |rng: &mut Rng, what: &str, on: &str| {
        let role = if rng.usize(..6) == 0 { "PUBLIC".to_owned() } else { world.role(rng) };
        let option = if rng.bool() && role != "PUBLIC" { " WITH GRANT OPTION" } else { "" };
        grants.push(format!("GRANT {what} ON {on} TO {role}{option}"));
    };
    for (what, on) in [
        ("ALL", "pg_catalog.pg_class"),
        ("INSERT, UPDATE, TRUNCATE", "pg_catalog.pg_proc"),
        ("UPDATE (relname), SELECT (oid)", "pg_catalog.pg_class"),
        ("SELECT (rolname), INSERT (oid)", "pg_catalog.pg_authid"),
        ("ALL", "pg_catalog.pg_user"),
        ("UPDATE", "information_schema.sql_features"),
        ("EXECUTE", "FUNCTION pg_catalog.pg_read_file(text)"),
        ("USAGE", "TYPE pg_catalog.int4"),
        ("CREATE", "SCHEMA pg_catalog"),
        ("CREATE", "TABLESPACE pg_default"),
        ("CONNECT", "DATABASE template1"),
        ("ALL", "DATABASE postgres"),
        ("USAGE", "LANGUAGE sql"),
        ("SET, ALTER SYSTEM", "PARAMETER work_mem"),
        ("SET", "PARAMETER \"my.own\""),
        ("USAGE", "FOREIGN DATA WRAPPER fdw1"),
        ("USAGE", "FOREIGN SERVER \"Srv 1\""),
        ("SELECT", "LARGE OBJECT 777"),
        ("UPDATE", "LARGE OBJECT 778"),
        ("SELECT (last_value)", "TABLE s1.\"Seq 1\""),
        ("ALL", "ALL TABLES IN SCHEMA s2"),
    ] {
        grant(rng, what, on);
    }
    for predefined in ["pg_database_owner", "pg_monitor", "pg_read_all_data"] {
        grants.push(format!("GRANT SELECT, UPDATE (a) ON s1.t1 TO {predefined}"));
        grants.push(format!("GRANT {predefined} TO {}", world.role(rng)));
    }
    grants.push("GRANT ALL ON SCHEMA s2 TO pg_database_owner".to_owned());
    for (what, from) in [
        ("EXECUTE ON ALL FUNCTIONS IN SCHEMA s1", "PUBLIC".to_owned()),
        ("USAGE ON TYPE pg_catalog.text", "PUBLIC".to_owned()),
        ("USAGE ON LANGUAGE plpgsql", "PUBLIC".to_owned()),
        ("SELECT ON s1.view1", world.role(rng)),
        ("ALL ON s2.t1", "CURRENT_USER".to_owned()),
        ("CONNECT, TEMPORARY ON DATABASE template1", "PUBLIC".to_owned()),
    ] {
        grants.push(format!("REVOKE {what} FROM {from}"));
    }
    // Owners who took from themselves what they may still hand on.
    for table in world.tables.iter().filter(|_| rng.usize(..4) == 0) {
        let owner = format!(
            "(SELECT quote_ident(o.rolname) FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner
            WHERE c.oid = '{}'::regclass)",
            table.replace('\'', "''")
        );
        let name = table.replace('\'', "''");
        grants.push(format!(
            "DO $do$ BEGIN EXECUTE 'REVOKE SELECT, INSERT ON {name} FROM ' || {owner}; END $do$"
        ));
    }
    grants
}

/// What the grid has, in the same terms.
fn by_grid(view: &View, major: u16) -> Cells {
    let universe = Universe { system: true, databases: true };
    let grid = Grid::new(view, &access::Asked::all(universe));
    let mut answering = grid.answering();
    let (mut cells, mut rows) = (Cells::new(), 0);
    for unit in grid.units() {
        let answers = answering.unit(unit);
        rows += answers.len() * unit.targets.len();
        for target in &unit.targets {
            let object = view.object(target.object).expect("an object");
            let class = object.kind.class();
            let id = match class {
                Class::Parameter => object.name.to_string(),
                _ => object.oid.to_string(),
            };
            for answer in &answers {
                let role = grid.role(answer.role).expect("a role");
                let key = (role.0, class.catalog().to_owned(), id.clone(), target.attnum);
                let cell = cells.entry(key).or_insert(Cell { held: 0, options: 0 });
                cell.held |= i32::from(answer.privilege.0);
                if answer.grantable {
                    cell.options |= i32::from(answer.privilege.0);
                }
            }
        }
    }
    assert_eq!(grid.count().held, rows as u64, "PostgreSQL {major}: the count counts the rows");
    cells
}

fn difference(asked: &Cells, says: &Cells, view: &View) -> String {
    let keys: BTreeSet<_> = asked.keys().chain(says.keys()).collect();
    let wrong = keys.into_iter().filter(|key| asked.get(*key) != says.get(*key)).map(|key| {
        let role = view.role_name(rolescope::cluster::Oid(key.0));
        format!("{role} {key:?}: the server {:?}, the grid {:?}\n", asked.get(key), says.get(key))
    });
    wrong.take(30).collect()
}
