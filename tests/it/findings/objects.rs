//! Findings about objects.

use super::{Case, hold};

#[test]
fn findings_about_objects() {
    hold(CASES);
}

const FIVE: &str = "CREATE ROLE g%; CREATE ROLE a% LOGIN IN ROLE g%; CREATE ROLE b% LOGIN IN ROLE g%; \
                    CREATE ROLE c% LOGIN IN ROLE g%; CREATE ROLE d% LOGIN IN ROLE g%; CREATE ROLE e% LOGIN IN ROLE g%; \
                    CREATE TABLE t (a int)";

const CASES: &[Case] = &[
    Case {
        code: "public-create",
        majors: 13..=18,
        set_up: "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE SCHEMA s; CREATE ROLE r%",
        near: "GRANT USAGE ON SCHEMA s TO PUBLIC; GRANT CREATE ON SCHEMA s TO r%",
        bad: "GRANT CREATE ON SCHEMA s TO PUBLIC",
        objects: "schema s",
        roles: "PUBLIC",
        mended: true,
    },
    // As initdb makes it.
    Case {
        code: "public-create",
        majors: 13..=14,
        set_up: "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        near: "",
        bad: "GRANT CREATE ON SCHEMA public TO PUBLIC",
        objects: "schema public",
        roles: "PUBLIC",
        mended: true,
    },
    // By another grantor: the owner's REVOKE does not reach it.
    Case {
        code: "public-create",
        majors: 13..=18,
        set_up: "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE o%; CREATE SCHEMA \"S x\" AUTHORIZATION o%; \
                 CREATE ROLE r%; GRANT CREATE ON SCHEMA \"S x\" TO r% WITH GRANT OPTION",
        near: "",
        bad: "SET ROLE r%; GRANT CREATE ON SCHEMA \"S x\" TO PUBLIC; RESET ROLE",
        objects: "schema \"S x\"",
        roles: "PUBLIC",
        mended: true,
    },
    Case {
        code: "public-create-schema",
        majors: 13..=18,
        set_up: "CREATE ROLE r%",
        near: "GRANT CREATE ON DATABASE @ TO r%; GRANT TEMPORARY ON DATABASE @ TO PUBLIC",
        bad: "GRANT CREATE ON DATABASE @ TO PUBLIC",
        objects: "database @",
        roles: "PUBLIC",
        mended: true,
    },
    // Nobody but the owner comes to the schema; then somebody does.
    Case {
        code: "public-writes",
        majors: 13..=18,
        set_up: "CREATE ROLE o% LOGIN; CREATE ROLE l% LOGIN; CREATE SCHEMA s AUTHORIZATION o%; SET ROLE o%; \
                 CREATE TABLE s.t (a int); CREATE TABLE s.u (a int, b int); RESET ROLE",
        near: "GRANT SELECT, REFERENCES ON s.t TO PUBLIC; GRANT UPDATE ON s.t TO PUBLIC; GRANT UPDATE (b) ON s.u TO PUBLIC",
        bad: "GRANT USAGE ON SCHEMA s TO l%",
        objects: "table s.t, table s.u (b)",
        roles: "PUBLIC",
        mended: true,
    },
    Case {
        code: "public-reads",
        majors: 13..=18,
        set_up: "CREATE ROLE l% LOGIN; CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO l%; CREATE TABLE s.t (a int); \
                 CREATE VIEW s.v AS SELECT 1 AS one",
        near: "GRANT SELECT ON s.t TO l%; GRANT INSERT ON s.t TO PUBLIC",
        bad: "GRANT SELECT ON s.t, s.v TO PUBLIC",
        objects: "table s.t, view s.v",
        roles: "PUBLIC",
        mended: true,
    },
    Case {
        code: "definer-public",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE l% LOGIN; CREATE SCHEMA s AUTHORIZATION o%; GRANT USAGE ON SCHEMA s TO PUBLIC",
        near: "SET ROLE o%; CREATE FUNCTION s.plain(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; \
               CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = s AS 'SELECT 1'; \
               REVOKE EXECUTE ON FUNCTION s.f(int) FROM PUBLIC; GRANT EXECUTE ON FUNCTION s.f(int) TO l%; RESET ROLE",
        bad: "GRANT EXECUTE ON FUNCTION s.f(int) TO PUBLIC",
        objects: "function s.f(integer)",
        roles: "o%",
        mended: true,
    },
    Case {
        code: "definer-search-path",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE l% LOGIN; CREATE SCHEMA s AUTHORIZATION o%; GRANT USAGE ON SCHEMA s TO l%",
        near: "SET ROLE o%; CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = s \
               AS 'SELECT 1'; CREATE FUNCTION s.mine(int) RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'; \
               REVOKE EXECUTE ON FUNCTION s.mine(int) FROM PUBLIC; RESET ROLE",
        bad: "ALTER FUNCTION s.f(int) RESET search_path",
        objects: "function s.f(integer)",
        roles: "o%",
        mended: false,
    },
    // BEGIN ATOMIC: its names were looked up when it was made.
    Case {
        code: "definer-search-path",
        majors: 14..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE l% LOGIN; CREATE SCHEMA s AUTHORIZATION o%; GRANT USAGE ON SCHEMA s TO l%",
        near: "SET ROLE o%; CREATE FUNCTION s.f(int) RETURNS int LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT 1; END",
        bad: "CREATE FUNCTION s.g() RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET work_mem = '1MB' \
              AS 'BEGIN RETURN 1; END'; RESET ROLE",
        objects: "function s.g()",
        roles: "o%",
        mended: false,
    },
    Case {
        code: "open-default-privileges",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE r%; CREATE SCHEMA s",
        near: "ALTER DEFAULT PRIVILEGES FOR ROLE o% IN SCHEMA s GRANT SELECT ON TABLES TO r%; \
               ALTER DEFAULT PRIVILEGES FOR ROLE o% GRANT EXECUTE ON FUNCTIONS TO PUBLIC; \
               ALTER DEFAULT PRIVILEGES FOR ROLE o% GRANT USAGE ON TYPES TO PUBLIC",
        bad: "ALTER DEFAULT PRIVILEGES FOR ROLE o% IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC; \
              ALTER DEFAULT PRIVILEGES FOR ROLE o% IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO PUBLIC; SELECT 'o%', 'PUBLIC'",
        objects: "schema s",
        roles: "o%, PUBLIC",
        mended: true,
    },
    Case {
        code: "broad-grant-option",
        majors: 13..=18,
        set_up: FIVE,
        near: "GRANT SELECT ON t TO g%; GRANT UPDATE ON t TO a% WITH GRANT OPTION; GRANT DELETE ON t TO PUBLIC; \
               GRANT DELETE ON t TO g% WITH GRANT OPTION",
        bad: "GRANT SELECT ON t TO g% WITH GRANT OPTION",
        objects: "table public.t",
        roles: "g%, a%, b%, c%, d%, e%",
        mended: true,
    },
    // The second hole of SEMANTICS 2.4: what it inherits keeps the REVOKE from being refused.
    Case {
        code: "orphaned-grant",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; CREATE ROLE g%; CREATE ROLE m% IN ROLE g%; GRANT CREATE, USAGE ON SCHEMA public \
                 TO o%; SET ROLE o%; CREATE TABLE t (a int); GRANT SELECT ON t TO m% WITH GRANT OPTION; \
                 GRANT SELECT ON t TO g% WITH GRANT OPTION; SET ROLE m%; GRANT SELECT ON t TO x%; RESET ROLE",
        near: "",
        bad: "REVOKE GRANT OPTION FOR SELECT ON t FROM m%; REVOKE GRANT OPTION FOR SELECT ON t FROM g%",
        objects: "table public.t",
        roles: "m%",
        mended: true,
    },
    // As long as the group has the option, CASCADE does not reach it.
    Case {
        code: "orphaned-grant",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; CREATE ROLE g%; CREATE ROLE m% IN ROLE g%; GRANT CREATE, USAGE ON SCHEMA public \
                 TO o%; SET ROLE o%; CREATE TABLE t (a int); GRANT SELECT, INSERT ON t TO m% WITH GRANT OPTION; \
                 GRANT SELECT ON t TO g% WITH GRANT OPTION; SET ROLE m%; GRANT SELECT, INSERT ON t TO x% WITH GRANT OPTION; \
                 SET ROLE x%; GRANT SELECT ON t TO PUBLIC; RESET ROLE",
        near: "",
        bad: "REVOKE SELECT ON t FROM m%",
        objects: "table public.t",
        roles: "m%",
        mended: true,
    },
    // The hole of SEMANTICS 2.5: a column's item is no dependent of the table's option.
    Case {
        code: "orphaned-grant",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; CREATE ROLE m%; GRANT CREATE, USAGE ON SCHEMA public TO o%; SET ROLE o%; \
                 CREATE TABLE t (a int, b int); GRANT SELECT ON t TO m% WITH GRANT OPTION; SET ROLE m%; \
                 GRANT SELECT (b) ON t TO x%; RESET ROLE",
        near: "",
        bad: "REVOKE SELECT ON t FROM m% CASCADE",
        objects: "table public.t (b)",
        roles: "m%",
        mended: true,
    },
    Case {
        code: "dropped-role-in-acl",
        majors: 13..=18,
        set_up: "CREATE TABLE t (a int); CREATE TABLE u (a int)",
        near: "GRANT SELECT ON u TO PUBLIC",
        bad: "UPDATE pg_class SET relacl = '{=r/boss}' WHERE relname = 't'; \
              UPDATE pg_class SET relacl = array_append(relacl, makeaclitem(4000000000, 'boss'::regrole, 'SELECT', false)) \
              WHERE relname = 't'",
        objects: "table public.t",
        roles: "",
        mended: false,
    },
    Case {
        code: "policies-without-row-security",
        majors: 13..=18,
        set_up: "CREATE TABLE t (a int)",
        near: "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (true)",
        bad: "ALTER TABLE t DISABLE ROW LEVEL SECURITY",
        objects: "table public.t",
        roles: "",
        mended: false,
    },
    Case {
        code: "row-security-without-policy",
        majors: 13..=18,
        set_up: "CREATE ROLE l% LOGIN; CREATE ROLE p% LOGIN BYPASSRLS; CREATE TABLE t (a int); CREATE TABLE u (a int)",
        near: "ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT SELECT ON t TO p%; GRANT SELECT ON u TO l%",
        bad: "GRANT SELECT ON t TO l%",
        objects: "table public.t",
        roles: "l%",
        mended: false,
    },
];
