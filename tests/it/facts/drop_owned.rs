//! DROP OWNED of roles that own nothing here: what it takes them out of (4.6).

use super::{Fact, hold};

#[test]
fn facts_about_drop_owned() {
    hold(FACTS);
}

const POLICIES: &str = "SELECT string_agg(polname || ' ' || array_to_string(ARRAY(SELECT pg_get_userbyid(o) FROM unnest(polroles) o), ','), '; ' ORDER BY polname) FROM pg_policy";
const DEFAULTS: &str = "SELECT string_agg(concat_ws(' ', pg_get_userbyid(defaclrole), nspname, defaclobjtype, defaclacl::text), '; ' \
                        ORDER BY defaclrole, defaclnamespace, defaclobjtype) \
                        FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace";

const FACTS: &[Fact] = &[
    Fact {
        name: "4.6 it takes the privileges of each role, and no role that initdb made",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE \"C%\" NOINHERIT; CREATE ROLE s% SUPERUSER; GRANT a% TO b%; GRANT a% TO \"C%\"",
        steps: &[
            ("DROP OWNED BY nobody%", "42704"),
            ("DROP OWNED BY a%, nobody%", "42704"),
            ("DROP OWNED BY pg_monitor", "2BP01"),
            ("DROP OWNED BY CURRENT_USER", "2BP01"),
            ("DROP OWNED BY a%, SESSION_USER RESTRICT", "2BP01"),
            ("SET SESSION AUTHORIZATION b%", "ok"),
            ("DROP OWNED BY a%", "ok"),
            ("DROP OWNED BY b%, \"C%\"", "42501"),
            ("DROP OWNED BY rdsadmin", "42501"),
            ("DROP OWNED BY \"C%\", nobody%", "42704"),
            ("DROP OWNED BY public", "42704"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("SET SESSION AUTHORIZATION s%", "ok"),
            ("DROP OWNED BY \"C%\", s%, b% CASCADE", "ok"),
            ("DROP OWNED BY rdsadmin", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.6 before 16 a role without INHERIT has no privileges of its groups, since 16 the row decides",
        majors: 13..=15,
        set_up: "CREATE ROLE a%; CREATE ROLE c% NOINHERIT; GRANT a% TO c%",
        steps: &[("SET ROLE c%", "ok"), ("DROP OWNED BY a%", "42501"), ("DROP OWNED BY c%", "ok")],
        ends: &[],
    },
    Fact {
        name: "4.6 a superuser revokes as the owner: what others granted stays and keeps the role",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE ROLE g%; CREATE ROLE y%; CREATE TABLE t (a int, b int); GRANT SELECT ON t TO g% WITH GRANT OPTION; GRANT INSERT, SELECT ON t TO x% WITH GRANT OPTION; \
                 GRANT UPDATE (a) ON t TO x%; SET ROLE g%; GRANT SELECT ON t TO x%; GRANT SELECT (b) ON t TO x%; SET ROLE x%; GRANT INSERT ON t TO y%; RESET ROLE",
        steps: &[
            ("DROP OWNED BY x%", "ok"),
            ("DROP ROLE x%", "2BP01"),
            ("DROP OWNED BY g%", "ok"),
            ("DROP OWNED BY x%", "ok"),
            ("DROP ROLE x%", "2BP01"),
            ("DROP ROLE g%", "2BP01"),
            ("DROP ROLE y%", "ok"),
        ],
        ends: &[
            (
                "SELECT replace(relacl::text, 'Dxtm', 'Dxt') FROM pg_class WHERE relname = 't'",
                "{rdsadmin=arwdDxt/rdsadmin}",
            ),
            (
                "SELECT attacl::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'b'",
                "{x%=r/g%}",
            ),
        ],
    },
    Fact {
        name: "4.6 who is not the owner is warned, once for the table and each of its columns and again for each column that mentions the role",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE TABLE t (a int, b int); GRANT SELECT ON t TO x%; GRANT UPDATE (a, b) ON t TO x%; \
                 CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION f() TO x%; GRANT CONNECT ON DATABASE fact% TO x%",
        steps: &[
            ("SET ROLE x%", "ok"),
            (
                "DROP OWNED BY x%",
                "01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006 01006",
            ),
        ],
        ends: &[],
    },
    Fact {
        name: "4.6 of a sequence, USAGE alone does not do: its columns are looked at too",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE SEQUENCE q; GRANT USAGE ON q TO x%",
        steps: &[
            ("SET ROLE x%", "ok"),
            ("DROP OWNED BY x%", "42501"),
            ("RESET ROLE", "ok"),
            ("DROP OWNED BY x%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.6 who has lost every privilege on what it granted is refused",
        majors: 13..=18,
        set_up: "CREATE ROLE m%; CREATE ROLE p%; CREATE TABLE t (a int); GRANT SELECT ON t TO m% WITH GRANT OPTION; SET ROLE m%; GRANT SELECT (a) ON t TO p%; RESET ROLE; REVOKE ALL ON t FROM m% CASCADE",
        steps: &[
            ("SET ROLE m%", "ok"),
            ("DROP OWNED BY m%", "42501"),
            ("RESET ROLE", "ok"),
            ("DROP OWNED BY m%, p%", "ok"),
            ("DROP ROLE m%", "2BP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.6 privileges on every kind of object go, shared ones and those of other databases' owners too",
        majors: 15..=18,
        set_up: "CREATE ROLE x%; CREATE SCHEMA s; CREATE TYPE e AS ENUM ('x'); CREATE TABLE t (a int); SELECT lo_create(77); CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; \
                 GRANT ALL ON SCHEMA s TO x%; GRANT USAGE ON TYPE e, t TO x%; GRANT ALL ON LARGE OBJECT 77 TO x%; GRANT USAGE ON FOREIGN DATA WRAPPER w TO x%; GRANT USAGE ON FOREIGN SERVER sv TO x%; \
                 GRANT USAGE ON LANGUAGE plpgsql TO x%; GRANT CONNECT ON DATABASE fact%, postgres TO x%; GRANT CREATE ON TABLESPACE pg_default TO x%; GRANT SET ON PARAMETER work_mem TO x%",
        steps: &[("DROP ROLE x%", "2BP01"), ("DROP OWNED BY x%", "ok"), ("DROP ROLE x%", "ok")],
        ends: &[("SELECT count(*)::text FROM pg_parameter_acl", "0")],
    },
    Fact {
        name: "4.6 a database that it owns stays, and its own privileges on it with it",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; ALTER DATABASE fact% OWNER TO o%; GRANT CREATE ON DATABASE fact% TO x%",
        steps: &[("DROP OWNED BY o%", "ok"), ("DROP OWNED BY x%", "ok"), ("DROP ROLE o%", "2BP01")],
        ends: &[("SELECT datacl::text FROM pg_database WHERE datname = 'fact%'", "{=Tc/o%,o%=CTc/o%}")],
    },
    Fact {
        name: "4.6 the role leaves policies, and one that was for it alone goes",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE TABLE t (a int); CREATE POLICY p1 ON t TO a%; CREATE POLICY p2 ON t TO a%, b%; CREATE POLICY p3 ON t TO a%, a%, c%, b%; \
                 CREATE POLICY p4 ON t; CREATE POLICY p5 ON t TO a%, a%",
        steps: &[
            ("DROP OWNED BY a%", "ok"),
            ("DROP ROLE a%", "ok"),
            ("DROP OWNED BY b%, c%", "ok"),
            ("DROP ROLE b%, c%", "ok"),
        ],
        ends: &[(POLICIES, "p4 unknown (OID=0)")],
    },
    Fact {
        name: "4.6 two roles of one policy at once leave nobody",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE TABLE t (a int); CREATE POLICY p1 ON t TO a%, b%; CREATE POLICY p2 ON t TO c%, b%, a%",
        steps: &[("DROP OWNED BY a%, b%, a%", "ok"), ("DROP ROLE a%, b%", "ok")],
        ends: &[(POLICIES, "p2 c%")],
    },
    Fact {
        name: "4.6 default privileges: its own rows go, it leaves those of others; not if another role's leaving makes such a row the default first",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT SELECT ON TABLES TO b%; ALTER DEFAULT PRIVILEGES FOR ROLE b% GRANT SELECT ON TABLES TO a% WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES FOR ROLE b% GRANT SELECT ON TABLES TO c%; \
                 ALTER DEFAULT PRIVILEGES FOR ROLE b% IN SCHEMA s GRANT USAGE ON SEQUENCES TO a%; ALTER DEFAULT PRIVILEGES FOR ROLE b% REVOKE ALL ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE b% GRANT ALL ON FUNCTIONS TO a%; \
                 ALTER DEFAULT PRIVILEGES FOR ROLE c% GRANT ALL ON SCHEMAS TO a%; ALTER DEFAULT PRIVILEGES FOR ROLE c% IN SCHEMA s GRANT ALL ON TYPES TO a%, b%",
        steps: &[
            ("DROP OWNED BY a%", "ok"),
            ("DROP ROLE a%", "ok"),
            ("DROP OWNED BY b%, c%", "XX000"),
            ("DROP OWNED BY c%, b%", "XX000"),
            ("DROP OWNED BY b%", "ok"),
            ("DROP OWNED BY c%", "ok"),
            ("DROP ROLE b%, c%", "ok"),
        ],
        ends: &[(DEFAULTS, "NULL")],
    },
    Fact {
        name: "4.6 default privileges of others after one left",
        majors: 13..=16,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES FOR ROLE b% GRANT SELECT ON TABLES TO a% WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES FOR ROLE b% GRANT SELECT ON TABLES TO c%; ALTER DEFAULT PRIVILEGES FOR ROLE b% IN SCHEMA s GRANT USAGE ON SEQUENCES TO a%; \
                 ALTER DEFAULT PRIVILEGES FOR ROLE b% REVOKE ALL ON TYPES FROM PUBLIC; ALTER DEFAULT PRIVILEGES FOR ROLE b% GRANT ALL ON TYPES TO a%; ALTER DEFAULT PRIVILEGES FOR ROLE c% IN SCHEMA s GRANT ALL ON FUNCTIONS TO a%, b%",
        steps: &[("SET ROLE a%", "ok"), ("DROP OWNED BY a%", "ok")],
        ends: &[(DEFAULTS, "b% T {b%=U/b%}; b% r {b%=arwdDxt/b%,c%=r/b%}; c% s f {b%=X/c%}")],
    },
    Fact {
        name: "4.6 default privileges on large objects",
        majors: 18..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; ALTER DEFAULT PRIVILEGES FOR ROLE b% GRANT SELECT ON LARGE OBJECTS TO a%; ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT SELECT ON LARGE OBJECTS TO b%",
        steps: &[("DROP OWNED BY a%", "ok"), ("DROP ROLE a%, b%", "ok")],
        ends: &[(DEFAULTS, "NULL")],
    },
    Fact {
        name: "4.6 since 16 the memberships that it granted go, whole and without what hangs on their ADMIN; those it is in stay",
        majors: 16..=18,
        set_up: "CREATE ROLE g%; CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; GRANT g% TO a% WITH ADMIN OPTION; GRANT g% TO b% WITH ADMIN OPTION GRANTED BY a%; GRANT g% TO c% GRANTED BY b%",
        steps: &[
            ("DROP OWNED BY a%", "ok"),
            ("DROP ROLE a%", "ok"),
            ("DROP ROLE b%", "2BP01"),
            ("DROP OWNED BY b%", "ok"),
            ("DROP ROLE b%, c%, g%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "4.6 up to 15 memberships stay as they are",
        majors: 13..=15,
        set_up: "CREATE ROLE g%; CREATE ROLE a%; CREATE ROLE b%; GRANT g% TO a% WITH ADMIN OPTION; GRANT g% TO b% GRANTED BY a%",
        steps: &[("DROP OWNED BY a%", "ok"), ("DROP ROLE a%", "ok")],
        ends: &[],
    },
];
