//! Statements drawn from the grammar, with a protected role in one slot, and without.

use super::spellings::RDSADMIN;
use super::{rds, verdict};
use crate::preview::Verdict;
use proptest::prelude::*;
use proptest::sample::select;

/// Every statement of the contract; `@` stands for a role, `@@` for a list of roles.
const STATEMENTS: &[&str] = &[
    "GRANT SELECT ON shop.orders TO @@",
    "GRANT SELECT (id), UPDATE (rdsadmin) ON TABLE shop.orders TO @@ WITH GRANT OPTION",
    "GRANT ALL ON shop.orders, shop.rdsadmin TO alice, GROUP @",
    "GRANT USAGE ON SCHEMA rdsadmin TO @@",
    "GRANT SELECT ON ALL TABLES IN SCHEMA shop, rdsadmin TO @@",
    "GRANT SELECT ON shop.orders TO alice GRANTED BY @",
    "REVOKE SELECT ON shop.orders FROM @@ CASCADE",
    "REVOKE GRANT OPTION FOR ALL ON shop.orders FROM @@",
    "REVOKE ALL (id) ON shop.orders FROM @@ GRANTED BY @",
    "GRANT EXECUTE ON ALL ROUTINES IN SCHEMA shop TO @@",
    "GRANT CONNECT, TEMP ON DATABASE orders TO @@",
    "GRANT SET ON PARAMETER work_mem TO @@",
    "GRANT SELECT ON LARGE OBJECT 1 TO @@",
    "GRANT USAGE ON LANGUAGE sql TO @@",
    "GRANT USAGE ON TYPE shop.mood TO @@",
    "GRANT @@ TO @@",
    "GRANT @@ TO @@ WITH ADMIN OPTION GRANTED BY @",
    "GRANT @ TO @ WITH INHERIT FALSE, SET TRUE",
    "REVOKE @@ FROM @@ GRANTED BY @ CASCADE",
    "REVOKE ADMIN OPTION FOR @ FROM @@",
    "CREATE ROLE @ LOGIN",
    "CREATE ROLE carl IN ROLE @@ ROLE @@ ADMIN @@ PASSWORD 'rdsadmin'",
    "CREATE USER carl IN GROUP @@",
    "CREATE GROUP carl USER @@",
    "ALTER ROLE @ NOLOGIN",
    "ALTER USER @ WITH PASSWORD 'x' VALID UNTIL 'infinity'",
    "ALTER GROUP @ ADD USER @@",
    "ALTER GROUP @ DROP USER @@",
    "ALTER ROLE @ RENAME TO @",
    "ALTER ROLE @ SET search_path = rdsadmin",
    "ALTER ROLE @ IN DATABASE orders RESET ALL",
    "ALTER ROLE alice SET role = @",
    "DROP ROLE @@",
    "DROP USER IF EXISTS @@",
    "ALTER DEFAULT PRIVILEGES FOR ROLE @@ GRANT SELECT ON TABLES TO @@",
    "ALTER DEFAULT PRIVILEGES FOR USER @@ IN SCHEMA shop REVOKE ALL ON FUNCTIONS FROM @@ CASCADE",
    "ALTER TABLE shop.orders OWNER TO @",
    "ALTER SCHEMA rdsadmin OWNER TO @",
    "ALTER FUNCTION shop.f(int, text[]) OWNER TO @",
    "ALTER DATABASE orders OWNER TO @",
    "ALTER OPERATOR shop.+ (int, int) OWNER TO @",
    "ALTER PUBLICATION p OWNER TO @",
    "ALTER LARGE OBJECT 1 OWNER TO @",
    "REASSIGN OWNED BY @@ TO @",
    "DROP OWNED BY @@ CASCADE",
    "COMMENT ON ROLE @ IS 'rdsadmin'",
    "SET ROLE @",
    "SET LOCAL ROLE @",
    "SET SESSION AUTHORIZATION @",
];

/// Roles that are not protected, as one may write them.
const OTHERS: &[&str] = &[
    "alice",
    "Bob",
    "\"readers\"",
    "\"RDSADMIN\"",
    "rdsadmin2",
    "rds_superuser",
    "U&\"\\0061lice\"",
    "nobody",
];

/// The slots of a statement, one role each; a list slot gets one to three.
fn slots(statement: &'static str) -> impl Strategy<Value = (Vec<String>, Vec<Vec<String>>)> {
    let (mut texts, mut lists) = (vec![String::new()], Vec::new());
    let mut rest = statement;
    while let Some((before, after)) = rest.split_once('@') {
        texts.last_mut().unwrap().push_str(before);
        texts.push(String::new());
        let is_list = after.starts_with('@');
        lists.push(prop::collection::vec(
            select(OTHERS).prop_map(str::to_owned),
            1..=if is_list { 3 } else { 1 },
        ));
        rest = after.strip_prefix('@').unwrap_or(after);
    }
    texts.last_mut().unwrap().push_str(rest);
    (Just(texts), lists)
}

fn joined(texts: &[String], lists: &[Vec<String>]) -> String {
    let mut out = texts[0].clone();
    for (list, text) in lists.iter().zip(&texts[1..]) {
        out.push_str(&list.join(", "));
        out.push_str(text);
    }
    out
}

/// A statement, and the same with a protected role in one of its slots.
fn drawn() -> impl Strategy<Value = (String, String)> {
    let with_slots = select(STATEMENTS).prop_flat_map(slots);
    (with_slots, any::<prop::sample::Index>(), any::<prop::sample::Index>(), select(RDSADMIN)).prop_map(
        |((texts, lists), list, place, spelling)| {
            let mut with = lists.clone();
            let list = list.index(with.len());
            let place = place.index(with[list].len());
            with[list][place] = spelling.to_owned();
            (joined(&texts, &lists), joined(&texts, &with))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_protected_role_in_any_slot_is_blocked((without, with) in drawn(), major in 13_u16..=18) {
        let b = rds(major);
        for user in ["dba", "boss"] {
            let found = verdict(&b, user, &without);
            prop_assert!(!matches!(found, Verdict::Blocked(_)), "{user}: {without}: {found:?}");
            // What the grammar of this version does not take is never sent anyhow.
            if !matches!(&found, Verdict::Error(e) if e.sqlstate == "42601") {
                let found = verdict(&b, user, &with);
                prop_assert!(matches!(found, Verdict::Blocked(_)), "{user}: {with}: {found:?}");
            }
        }
    }
}

#[test]
fn every_slot_of_every_statement_is_guarded() {
    for major in [13, 15, 18] {
        let b = rds(major);
        for statement in STATEMENTS {
            let slots = statement.matches("@@").count() + statement.replace("@@", "").matches('@').count();
            for at in 0..slots {
                let mut n = 0;
                let mut rest = *statement;
                let mut sql = String::new();
                while let Some((before, after)) = rest.split_once('@') {
                    sql.push_str(before);
                    sql.push_str(if n == at { "rdsadmin" } else { "alice" });
                    n += 1;
                    rest = after.strip_prefix('@').unwrap_or(after);
                }
                sql.push_str(rest);
                let found = verdict(&b, "dba", &sql);
                let unknown = matches!(&found, Verdict::Error(e) if e.sqlstate == "42601" && major < 16);
                assert!(matches!(found, Verdict::Blocked(_)) || unknown, "{major}: {sql}: {found:?}");
            }
        }
    }
}
