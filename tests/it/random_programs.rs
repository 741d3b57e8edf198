//! A few random programs in every test run; the example `differential` runs as many as one likes.

use crate::differential::place;
use crate::differential::program::Program;
use crate::differential::programs;
use crate::differential::state::Scope;
use crate::differential::tally::Tally;
use crate::differential::world::World;
use crate::differential::{number, seed};
use crate::servers::{block_on, for_each_major};

/// Statements a major; ROLESCOPE_STATEMENTS asks for more.
const STATEMENTS: u64 = 300;
/// A new cluster after so many statements, so that every seed sees several.
const PROGRAM: u64 = 100;

#[test]
fn differential_programs_are_predicted_exactly() {
    let statements = number("ROLESCOPE_STATEMENTS").unwrap_or(STATEMENTS);
    let seed = seed();
    println!("ROLESCOPE_SEED={seed} ROLESCOPE_STATEMENTS={statements}");
    for_each_major(|server| block_on(programs_on(server.major, seed, statements)));
}

async fn programs_on(major: u16, seed: u64, statements: u64) {
    let own = place::start(major).await;
    let (first, _) = place::connect(&own, "rdsadmin", "postgres").await;
    let mut tally = Tally::default();
    for round in 0..statements.div_ceil(PROGRAM) {
        let mut rng = fastrand::Rng::with_seed(seed.wrapping_mul(1000).wrapping_add(round));
        let mut world = World::random(&mut rng, major, round);
        let database = world.database.clone();
        first.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        let path = "s1, s2, public";
        let mut program =
            Program::begin_looking_at(Scope::Near, &own, &database, major, &world.set_up, path).await;
        for _ in 0..PROGRAM {
            let text = programs::statement(&mut rng, &world, &[]);
            program.step(&text, &mut tally).await;
            world.roles = program.roles();
        }
        assert_eq!(program.end().await, "", "PostgreSQL {major}, seed {seed}, at the end of round {round}");
        place::clean(&own, major, &database).await;
    }
    println!("PostgreSQL {major}: {tally}");
    let wrong: Vec<_> = tally.disagreements.iter().map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "PostgreSQL {major}, seed {seed}:\n{}", wrong.join("\n\n"));
    assert!(
        tally.changed * 8 > tally.statements,
        "PostgreSQL {major}: programs that hardly do anything: {tally}"
    );
}
