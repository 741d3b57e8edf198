//! Every family of statements is run, read back, and committed: as superuser, and as who may do it and cannot see
//! passwords.

use super::{Place, Try, place};
use crate::servers::for_each_major_async;
use rolescope::server::apply::{Applied, Fate};

/// Applies it; the number of entries that were read back.
async fn committed(place: &Place<'_>, user: &str, script: &str) -> (usize, Applied) {
    let planned = place.plan_as(user, script, None).await;
    assert!(planned.plan.is_ok(), "PostgreSQL {}: {:#?}", place.major, planned.plan.steps.last());
    let applied = place.apply_plan(&planned, &planned.plan, &Try::default()).await;
    let applied = applied.unwrap_or_else(|error| panic!("PostgreSQL {}: {error}", place.major));
    let said = format!("PostgreSQL {} as {user}: {:#?} {:#?}", place.major, applied.because, applied.steps);
    assert_eq!(applied.fate, Fate::Committed, "{said}");
    (applied.entries_verified, applied)
}

const ROLES: &str = "\
    CREATE ROLE {x}_a; \
    CREATE USER {x}_b PASSWORD 'sesame' VALID UNTIL '2030-01-01' CONNECTION LIMIT 3; \
    CREATE ROLE {x}_c ROLE {x}_a, {clerk} ADMIN {clerk}; \
    CREATE ROLE {x}_e NOINHERIT IN ROLE {team}; \
    ALTER ROLE {x}_a LOGIN CONNECTION LIMIT 3; ALTER ROLE {x}_a LOGIN; \
    ALTER ROLE {x}_b PASSWORD NULL; ALTER ROLE {x}_b PASSWORD 'other'; \
    ALTER ROLE {x}_b PASSWORD 'SCRAM-SHA-256$4096:QSXCR+Q6sek8bf92$FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=:qxWJ1SbSAi5EcS0J5Du+0i5iuXvnPVVP0BpCYEzoN4A='; \
    ALTER GROUP {team} ADD USER {x}_a, {x}_b; ALTER GROUP {team} ADD USER {x}_a; \
    ALTER GROUP {team} DROP USER {x}_b; \
    ALTER ROLE {x}_c RENAME TO {x}_d; \
    GRANT SELECT ON s.t TO {x}_a, {x}_d; GRANT SELECT (a) ON s.u TO {x}_b WITH GRANT OPTION; \
    GRANT {x}_a TO {x}_b; \
    COMMENT ON ROLE {x}_a IS 'hello'; COMMENT ON ROLE {x}_a IS 'hello'; COMMENT ON ROLE {x}_d IS NULL; \
    CREATE ROLE {x}_t; COMMENT ON ROLE {x}_t IS 'soon gone'; GRANT {team} TO {x}_t; DROP ROLE {x}_t; \
    ALTER ROLE {outsider} CREATEROLE; ALTER ROLE {outsider} NOCREATEROLE;";

#[test]
fn roles_are_made_altered_renamed_and_commented_on() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let give = "GRANT {clerk}, {outsider} TO {boss} WITH ADMIN OPTION";
        place.as_superuser().await.batch_execute(&place.named(give)).await.unwrap();
        for (user, seen) in [(&place.root, true), (&place.boss, false)] {
            let script = ROLES.replace("{x}", user);
            let (entries, applied) = committed(&place, user, &script).await;
            assert!(entries >= 15, "{entries}");
            let password = format!("the password of {user}_b");
            assert_eq!(applied.unverified.is_empty(), seen, "{:?}", applied.unverified);
            assert!(applied.unverified.iter().all(|what| *what == password), "{:?}", applied.unverified);
            assert!(place.is_member(&format!("{user}_a"), &place.team).await);
            assert!(place.acl("s.t").await.unwrap().contains(&format!("{user}_d=")));
            let again = "ALTER ROLE {x}_a CONNECTION LIMIT -1; ALTER USER {x}_b PASSWORD 'again'; \
                         REVOKE SELECT ON s.t FROM {x}_a, {x}_d; REVOKE SELECT (a) ON s.u FROM {x}_b; \
                         DROP ROLE {x}_a, {x}_b; DROP USER {x}_d; DROP GROUP IF EXISTS {x}_e, {x}_none";
            let (entries, applied) = committed(&place, user, &again.replace("{x}", user)).await;
            assert!(entries >= 10, "{entries}");
            assert!(applied.unverified.is_empty(), "it is gone");
        }
    });
}

const OBJECTS: &str = "\
    CREATE TABLE s.big (a int PRIMARY KEY, b text, c serial); CREATE INDEX ON s.big (b); \
    GRANT SELECT ON s.big TO {clerk}, {team}; GRANT SELECT (a), UPDATE (b) ON s.big TO {clerk}; \
    GRANT USAGE ON TYPE s.big TO {clerk}; GRANT USAGE ON SEQUENCE s.big_c_seq TO {clerk}; \
    CREATE TABLE s.part (a int) PARTITION BY LIST (a); CREATE TABLE s.part1 PARTITION OF s.part FOR VALUES IN (1); \
    CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS a; CREATE TYPE s.pair AS (a int, b int); \
    GRANT USAGE ON TYPE s.pair TO {clerk}; CREATE TYPE s.span AS RANGE (subtype = int); \
    CREATE PROCEDURE s.p() LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON PROCEDURE s.p() TO {clerk}; \
    CREATE COLLATION s.coll FROM \"C\"; CREATE PUBLICATION {clerk}_pub; \
    CREATE TEXT SEARCH CONFIGURATION s.conf (PARSER = pg_catalog.\"default\"); \
    CREATE STATISTICS s.stats ON a, b FROM s.big; \
    CREATE OPERATOR s.### (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl)";

const OWNERS: &str = "\
    ALTER TABLE s.big OWNER TO {clerk}; ALTER TABLE s.big OWNER TO {clerk}; ALTER TABLE s.part OWNER TO {clerk}; \
    ALTER MATERIALIZED VIEW s.m OWNER TO {clerk}; ALTER VIEW s.v OWNER TO {clerk}; ALTER SEQUENCE s.q OWNER TO {clerk}; \
    ALTER TYPE s.pair OWNER TO {clerk}; ALTER TYPE s.span OWNER TO {clerk}; ALTER TYPE s.e OWNER TO {clerk}; \
    ALTER DOMAIN s.d OWNER TO {clerk}; ALTER FUNCTION s.f() OWNER TO {clerk}; ALTER PROCEDURE s.p() OWNER TO {clerk}; \
    ALTER COLLATION s.coll OWNER TO {clerk}; ALTER PUBLICATION {clerk}_pub OWNER TO {clerk}; \
    ALTER TEXT SEARCH CONFIGURATION s.conf OWNER TO {clerk}; ALTER STATISTICS s.stats OWNER TO {clerk}; \
    ALTER OPERATOR s.### (int, int) OWNER TO {clerk}; ALTER LARGE OBJECT 77 OWNER TO {clerk}; \
    ALTER SCHEMA s OWNER TO {clerk}; ALTER DATABASE {database} OWNER TO {clerk}; \
    GRANT SELECT ON s.big TO {outsider}; ALTER TABLE s.big OWNER TO {outsider}; \
    REASSIGN OWNED BY {clerk}, {outsider} TO {team}";

#[test]
fn owners_are_given_with_all_that_follows_them() {
    for_each_major_async(async |server| {
        let place = place(server).await;
        let boss = place.as_boss().await;
        boss.batch_execute(&place.named(OBJECTS)).await.expect("objects");
        let script = OWNERS.replace("{database}", &place.database);
        let (entries, applied) = committed(&place, &place.root, &script).await;
        assert!(entries >= 25, "{entries}");
        assert!(applied.unverified.is_empty());
    });
}
