use super::{blocked, passes, rds};
use crate::guard::{ALWAYS, Protected, Rule};

/// Spellings of the role in places where the grammar takes a name.
pub(super) const RDSADMIN: &[&str] = &[
    "rdsadmin",
    "RdsAdmin",
    "RDSADMIN",
    "\"rdsadmin\"",
    "U&\"rds\\0061dmin\"",
    "u&\"rds\\+000061dmin\"",
    "U&\"rds!0061dmin\" UESCAPE '!'",
];

/// Spellings in places where it takes a word or a string.
const STRINGS: &[&str] = &[
    "rdsadmin",
    "RdsAdmin",
    "\"rdsadmin\"",
    "'rdsadmin'",
    "E'rds\\x61dmin'",
    "e'\\162dsadmin'",
    "U&'rds\\0061dmin'",
    "$$rdsadmin$$",
    "$x$rdsadmin$x$",
];

#[test]
fn every_spelling_is_the_role() {
    let b = rds(16);
    for spelling in RDSADMIN {
        let block = blocked(&b, "dba", &format!("GRANT readers TO {spelling}"));
        assert_eq!((block.rule, block.role.as_str()), (Rule::Named, "rdsadmin"), "{spelling}");
        blocked(&b, "dba", &format!("GRANT/* */{spelling} TO alice"));
        blocked(&b, "dba", &format!("REVOKE SELECT ON shop.orders FROM GROUP {spelling}"));
        blocked(&b, "dba", &format!("DROP ROLE IF EXISTS alice, {spelling}"));
    }
    for spelling in STRINGS {
        blocked(&b, "dba", &format!("SET ROLE {spelling}"));
        blocked(&b, "dba", &format!("SET LOCAL ROLE {spelling}"));
        blocked(&b, "dba", &format!("SET role = {spelling}"));
        blocked(&b, "dba", &format!("SET SESSION AUTHORIZATION {spelling}"));
        blocked(&b, "dba", &format!("ALTER ROLE alice SET role TO {spelling}"));
        blocked(&b, "dba", &format!("ALTER ROLE alice IN DATABASE orders SET \"ROLE\" = {spelling}"));
    }
}

#[test]
fn what_only_looks_like_it_passes() {
    let b = rds(16);
    for statement in [
        "GRANT readers TO \"RDSADMIN\"",
        "GRANT readers TO rdsadmin2",
        "GRANT readers TO \"rdsadmin \"",
        "SET ROLE 'RdsAdmin'",
        "GRANT SELECT ON shop.rdsadmin TO alice",
        "GRANT SELECT (rdsadmin) ON shop.orders TO alice",
        "GRANT USAGE ON SCHEMA rdsadmin TO alice",
        "REVOKE SELECT ON rdsadmin.orders FROM PUBLIC",
        "SET search_path = rdsadmin, public",
        "ALTER ROLE alice SET search_path = rdsadmin",
        "ALTER ROLE alice SET application_name = 'rdsadmin'",
        "ALTER ROLE alice IN DATABASE rdsadmin SET work_mem = 1",
        "ALTER ROLE alice PASSWORD 'rdsadmin'",
        "ALTER ROLE alice VALID UNTIL 'rdsadmin'",
        "COMMENT ON ROLE alice IS 'rdsadmin'",
        "GRANT rds_superuser TO alice",
        "GRANT rds_iam, rds_password TO alice",
        "GRANT readers TO CURRENT_USER",
        "ALTER TABLE shop.rdsadmin OWNER TO alice",
        "-- rdsadmin\nGRANT readers TO alice /* rdsadmin */",
    ] {
        passes(&b, "dba", statement);
    }
}

#[test]
fn a_name_counts_where_no_such_role_is() {
    let b = crate::cluster::testing::Builder::new(15);
    for statement in [
        "CREATE ROLE rdsadmin",
        "CREATE USER RdsAdmin PASSWORD 'x'",
        "CREATE GROUP \"rdsadmin\"",
        "ALTER ROLE dba RENAME TO rdsadmin",
        "ALTER GROUP rdsadmin RENAME TO other",
        "COMMENT ON ROLE rdsadmin IS 'x'",
        "GRANT dba TO cloudsqladmin",
        "DROP OWNED BY azuresu",
    ] {
        blocked(&b, "dba", statement);
    }
    passes(&b, "dba", "ALTER ROLE ALL SET work_mem = 1");
    blocked(&rds(15), "boss", "ALTER ROLE ALL SET work_mem = 1");
    blocked(&rds(15), "boss", "ALTER ROLE ALL IN DATABASE orders RESET ALL");
}

#[test]
fn no_option_empties_the_list() {
    let none: [&str; 0] = [];
    let protected = Protected::new(none);
    assert_eq!(protected.names().collect::<Vec<_>>(), [ALWAYS]);
    assert!(!Protected::new(["audit"]).has_name("cloudsqladmin"));
    assert!(Protected::new(["audit"]).has_name("audit"));
    assert!(Protected::default().has_name("rds_reserved"));
}
