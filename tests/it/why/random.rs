//! Random clusters.

use super::remove::{any, asked, has, remove};
use crate::differential::seed;
use crate::differential::world::World;
use crate::effects::held::{Key, Thing, held};
use crate::servers::{block_on, connect, for_each_major, instance, options};
use fastrand::Rng;
use rolescope::access::Access;
use rolescope::access::why::{Bounds, Paths, Question};
use rolescope::cluster::{AclKind, AclTarget, Class, Oid, View, predefined};
use rolescope::question::answer;
use rolescope::server::load;
use rolescope::sql::identity::{object_identity, quoted};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_postgres::Client;

/// Clusters a major, and how many answers of each are tried further.
const CLUSTERS: u64 = 2;
const REMOVALS: usize = 60;
const STEPS: usize = 150;

/// What was done.
#[derive(Default, Debug)]
struct Tally {
    cells: usize,
    yes: usize,
    paths: usize,
    removals: usize,
    set_role: usize,
    self_grants: usize,
}

#[test]
fn paths_are_what_the_privileges_rest_on() {
    let seed = seed();
    println!("ROLESCOPE_SEED={seed}");
    for_each_major(|server| block_on(clusters_on(server.major, seed)));
}

async fn clusters_on(major: u16, seed: u64) {
    let mut wanted = options(major);
    wanted.superuser = "postgres".into();
    let own = instance(&wanted);
    let first = connect(&own, "postgres", own.password(), "postgres").await;
    let mut tally = Tally::default();
    for round in 0..CLUSTERS {
        let mut rng = Rng::with_seed(seed.wrapping_mul(91).wrapping_add(round));
        let database = format!("db_{round}");
        first.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        let world = World::random(&mut rng, major, round);
        let admin = connect(&own, "postgres", own.password(), &database).await;
        for statement in &world.set_up {
            admin.batch_execute(statement).await.unwrap_or_else(|e| panic!("{major}: {statement}: {e:?}"));
        }
        some_grants(&admin, &mut rng, &world).await;
        // It will take superuser away from roles and go on.
        let hand = connect(&own, "postgres", own.password(), &database).await;
        let cluster = Arc::new(load(&admin, |_| ()).await.expect("load"));
        let view = View::new(cluster);
        one_cluster(&hand, &view, major, seed, &mut rng, &mut tally).await;
    }
    println!("PostgreSQL {major}: {tally:?}");
    assert!(tally.paths > 500 && tally.removals > 20 && tally.set_role + tally.self_grants > 0, "{tally:?}");
}

async fn some_grants(admin: &Client, rng: &mut Rng, world: &World) {
    for _ in 0..30 {
        let what = rng.choice(["SELECT", "UPDATE", "ALL", "INSERT", "SELECT (a), UPDATE (b)"]).expect("one");
        let to = if rng.usize(..8) == 0 { "PUBLIC".to_owned() } else { world.role(rng) };
        let table = rng.choice(&world.tables).expect("a table");
        let grant = crate::differential::world::tolerant(&format!("GRANT {what} ON {table} TO {to}"));
        admin.batch_execute(&grant).await.expect("GRANT");
    }
}

async fn one_cluster(hand: &Client, view: &View, major: u16, seed: u64, rng: &mut Rng, tally: &mut Tally) {
    let server = held(hand, major).await;
    let access = Access::new(view);
    let mut cells: Vec<(Question, Paths, bool)> = Vec::new();
    for question in questions(view, &server.0.keys().cloned().collect()) {
        let paths = access.paths(question, Bounds::default());
        let yes = says_yes(view, question, |key| server.0.contains_key(key));
        let said = format!("PostgreSQL {major}, ROLESCOPE_SEED={seed}: {}", told(view, question));
        assert_eq!(!paths.list.is_empty(), yes, "{said}: {paths:?}");
        assert_eq!(
            access.holds(question.role, question.target).privileges.intersects(question.privilege),
            yes
        );
        let lengths: Vec<usize> = paths.list.iter().map(|path| path.links.len()).collect();
        assert!(lengths.is_sorted(), "{said}: not the shortest first: {lengths:?}");
        tally.cells += 1;
        tally.yes += usize::from(yes);
        tally.paths += paths.list.len();
        cells.push((question, paths, yes));
    }
    rng.shuffle(&mut cells);
    for (question, paths, _) in cells.iter().filter(|(_, _, yes)| *yes).take(REMOVALS) {
        assert!(!paths.more, "{question:?}");
        let said = format!("PostgreSQL {major}, ROLESCOPE_SEED={seed}: {}", told(view, *question));
        without(hand, view, *question, paths, rng, &said, tally).await;
    }
    let no = cells.iter().filter(|(question, _, yes)| !*yes && question.role.is_user_made());
    for (question, ..) in no.take(STEPS) {
        let said = format!("PostgreSQL {major}, ROLESCOPE_SEED={seed}: {}", told(view, *question));
        one_step(hand, view, *question, &said, tally).await;
    }
}

/// Every role, thing and privilege of the things that the server was asked about.
fn questions(view: &View, keys: &BTreeSet<Key>) -> Vec<Question> {
    let things: BTreeSet<&Thing> = keys.iter().map(|(_, thing, _)| thing).collect();
    let mut questions = Vec::new();
    for target in things.into_iter().filter_map(|thing| target(view, thing)) {
        let object = view.object(target.object).expect("an object");
        let kind = if target.is_column() { AclKind::Column } else { object.kind.acl_kind() };
        for privilege in kind.all(view.base().version).iter() {
            let roles = view.roles().map(|role| role.oid);
            questions.extend(roles.map(|role| Question { role, privilege, target }));
        }
    }
    // The server was asked of parameters only for those who are no superusers.
    questions.retain(|q| {
        let is_parameter = view.object(q.target.object).is_some_and(|o| o.kind.class() == Class::Parameter);
        !is_parameter || !view.role(q.role).is_some_and(|role| role.superuser)
    });
    questions
}

fn target(view: &View, thing: &Thing) -> Option<AclTarget> {
    let (catalog, id, attnum) = thing;
    if catalog == "pg_parameter_acl" {
        return view.find_parameter(id).map(AclTarget::whole);
    }
    let class = match catalog.as_str() {
        "pg_attribute" => Class::Relation,
        name => *Class::ALL.iter().find(|class| class.catalog() == name).expect("a class"),
    };
    let object = view.object_by_oid(class, Oid(id.parse().expect("an OID")))?;
    Some(AclTarget { object, attnum: *attnum })
}

/// A column's privilege is held by the table's, too.
fn says_yes(view: &View, question: Question, holds: impl Fn(&Key) -> bool) -> bool {
    let Question { role, privilege, target } = question;
    let object = view.object(target.object).expect("an object");
    let catalog = object.kind.class().catalog();
    let id = match object.kind.class() {
        Class::Parameter => object.name.to_string(),
        _ => object.oid.to_string(),
    };
    let key = |catalog: &str, attnum| {
        (role.0, (catalog.to_owned(), id.clone(), attnum), privilege.name().to_owned())
    };
    match target.is_column() {
        true => holds(&key("pg_attribute", target.attnum)) || holds(&key(catalog, 0)),
        false => holds(&key(catalog, 0)),
    }
}

fn told(view: &View, question: Question) -> String {
    let Question { role, privilege, target } = question;
    let object = object_identity(view, target.object);
    format!("{} {} on {object} column {}", view.role_name(role), privilege.name(), target.attnum)
}

/// Takes away one thing of every path: then the server must say no.
async fn without(
    hand: &Client,
    view: &View,
    question: Question,
    paths: &Paths,
    rng: &mut Rng,
    said: &str,
    tally: &mut Tally,
) {
    let predefined = [predefined::READ_ALL_DATA, predefined::WRITE_ALL_DATA, predefined::MAINTAIN];
    if predefined.contains(&question.role) {
        return;
    }
    let mut rests: Vec<_> =
        paths.list.iter().map(|path| any(rng, path).expect("something to take away")).collect();
    // Who runs this is a superuser, and must be one until the end.
    rests.sort_by_key(|rest| matches!(rest, super::remove::Rest::Superuser(_)));
    hand.batch_execute("BEGIN").await.expect("BEGIN");
    assert!(asked(hand, view, question).await, "{said}");
    for rest in &rests {
        remove(hand, view, rest).await;
    }
    let still = asked(hand, view, question).await;
    hand.batch_execute("ROLLBACK").await.expect("ROLLBACK");
    assert!(!still, "{said}: there is another path than {paths:?}");
    tally.removals += 1;
}

/// What is said to be one step away is.
async fn one_step(hand: &Client, view: &View, question: Question, said: &str, tally: &mut Tally) {
    let answered = answer(view, question, None);
    let name = |role| quoted(view, &view.role_name(role));
    let mut ways: Vec<Vec<String>> = Vec::new();
    let chains = answered.why.reachable.chains.iter();
    ways.extend(chains.map(|chain| vec![format!("SET ROLE {}", name(*chain.last().expect("a role")))]));
    tally.set_role += ways.len();
    tally.self_grants += answered.self_grants.len();
    ways.extend(answered.self_grants.into_iter().map(|grant| grant.statements));
    let has = has(
        view,
        "(SELECT oid FROM pg_roles WHERE rolname = current_user)",
        question.privilege,
        question.target,
    );
    for way in ways {
        let begin = format!("BEGIN; SET SESSION AUTHORIZATION {}", name(question.role));
        hand.batch_execute(&begin).await.expect("SET SESSION AUTHORIZATION");
        for statement in &way {
            hand.batch_execute(statement).await.unwrap_or_else(|e| panic!("{said}: {statement}: {e:?}"));
        }
        let yes: bool = hand.query_one(&has, &[]).await.expect("has_privilege").get(0);
        hand.batch_execute("ROLLBACK; RESET SESSION AUTHORIZATION").await.expect("ROLLBACK");
        assert!(yes, "{said}: {way:?} does not do");
    }
}
