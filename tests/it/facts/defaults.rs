//! Default privileges (4.4).

use super::{Fact, hold};

#[test]
fn facts_about_default_privileges() {
    hold(FACTS);
}

/// Every row: whose, where, for what, and the ACL in the order in which it is stored.
const ROWS: &str = "SELECT string_agg(concat_ws(' ', pg_get_userbyid(defaclrole), nspname, defaclobjtype, defaclacl::text), '; ' \
                    ORDER BY defaclrole, defaclnamespace, defaclobjtype) \
                    FROM pg_default_acl LEFT JOIN pg_namespace n ON n.oid = defaclnamespace";

const FACTS: &[Fact] = &[
    Fact {
        name: "4.4 a row for everywhere starts from the built-in default, the grantor is the role",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%",
        steps: &[("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT SELECT ON TABLES TO b%", "ok")],
        ends: &[(
            "SELECT regexp_replace(defaclacl::text, 'm', '') FROM pg_default_acl",
            "{a%=arwdDxt/a%,b%=r/a%}",
        )],
    },
    Fact {
        name: "4.4 a row for a schema starts empty and is only added: REVOKE there takes nothing away",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE SCHEMA s; GRANT CREATE, USAGE ON SCHEMA s TO a%",
        steps: &[
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
                "ok",
            ),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s GRANT EXECUTE ON ROUTINES TO b%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s REVOKE SELECT ON TABLES FROM b%", "ok"),
        ],
        ends: &[(ROWS, "a% s f {b%=X/a%}")],
    },
    Fact {
        name: "4.4 the stored array is sorted by grantee, PUBLIC first",
        majors: 13..=18,
        set_up: "CREATE ROLE b%; CREATE ROLE a%; CREATE ROLE c%",
        steps: &[
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT USAGE ON SEQUENCES TO c%, PUBLIC, b%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT SELECT ON SEQUENCES TO b%", "ok"),
        ],
        ends: &[(ROWS, "a% S {=U/a%,b%=rU/a%,a%=rwU/a%,c%=U/a%}")],
    },
    Fact {
        name: "4.4 equal to the default again: the row goes; without one nothing is written",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%",
        steps: &[
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC, a%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT EXECUTE ON FUNCTIONS TO a%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% REVOKE SELECT ON TABLES FROM b%", "ok"),
        ],
        ends: &[(ROWS, "NULL")],
    },
    Fact {
        name: "4.4 everything taken away is an empty array, not a row that goes",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE SCHEMA s",
        steps: &[
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% REVOKE ALL ON TYPES FROM a%, PUBLIC", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% REVOKE ALL ON SCHEMAS FROM a%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s REVOKE ALL ON TYPES FROM a%", "ok"),
        ],
        ends: &[(ROWS, "a% T {}; a% n {}")],
    },
    Fact {
        name: "4.4 without FOR ROLE it is the current user; several roles and schemas each get a row",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE SCHEMA s; CREATE SCHEMA z",
        steps: &[
            ("SET ROLE a%", "ok"),
            ("ALTER DEFAULT PRIVILEGES IN SCHEMA z, s GRANT USAGE ON TYPES TO b%", "ok"),
            ("RESET ROLE", "ok"),
            ("ALTER DEFAULT PRIVILEGES IN SCHEMA s FOR USER b%, a%, b% GRANT USAGE ON SEQUENCES TO a%", "ok"),
        ],
        ends: &[(ROWS, "a% s S {a%=U/a%}; a% s T {b%=U/a%}; a% z T {b%=U/a%}; b% s S {a%=U/b%}")],
    },
    Fact {
        name: "4.4 with grant option, and its end alone",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE SCHEMA s",
        steps: &[
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s GRANT ALL ON SEQUENCES TO b% WITH GRANT OPTION",
                "ok",
            ),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s REVOKE GRANT OPTION FOR UPDATE ON SEQUENCES FROM b% CASCADE",
                "ok",
            ),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT SELECT ON SEQUENCES TO b%, PUBLIC WITH GRANT OPTION",
                "0LP01",
            ),
        ],
        ends: &[(ROWS, "a% s S {b%=r*wU*/a%}")],
    },
    Fact {
        name: "4.4 what is refused, and in which order",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE SCHEMA s",
        steps: &[
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope FOR ROLE a% GRANT nope ON TABLES TO nope", "42601"),
            ("ALTER DEFAULT PRIVILEGES IN SCHEMA s IN SCHEMA s GRANT SELECT ON TABLES TO a%", "42601"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT nope ON TABLES TO nope", "42704"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT nope ON TABLES TO a%", "42601"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT SELECT (x), nope ON TABLES TO a%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT nope, SELECT (x) ON TABLES TO a%", "42601"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT ALL (x) ON TABLES TO a%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT EXECUTE ON TABLES TO a%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT TEMP ON SCHEMAS TO a%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT INSERT ON SEQUENCES TO a%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT USAGE ON ROUTINES TO a%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope GRANT CREATE ON TYPES TO a%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE nope IN SCHEMA nope GRANT USAGE ON SCHEMAS TO a%", "42704"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE PUBLIC GRANT USAGE ON SCHEMAS TO a%", "42704"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a%, b% IN SCHEMA nope GRANT USAGE ON SCHEMAS TO a%", "3F000"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a%, b% IN SCHEMA s GRANT USAGE ON SCHEMAS TO a%", "0LP01"),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE a%, nope IN SCHEMA s GRANT USAGE ON TYPES TO PUBLIC WITH GRANT OPTION",
                "0LP01",
            ),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE a%, nope IN SCHEMA s GRANT USAGE ON TYPES TO PUBLIC",
                "42704",
            ),
            ("ALTER DEFAULT PRIVILEGES IN SCHEMA pg_temp GRANT USAGE ON TYPES TO PUBLIC", "3F000"),
        ],
        ends: &[(ROWS, "NULL")],
    },
    Fact {
        name: "4.4 RULE did nothing up to 17, and still makes no row",
        majors: 13..=17,
        set_up: "CREATE ROLE a%; CREATE SCHEMA s",
        steps: &[("ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT RULE ON TABLES TO a%", "ok")],
        ends: &[(ROWS, "NULL")],
    },
    Fact {
        name: "4.4 up to 15 any membership in the role will do",
        majors: 13..=15,
        set_up: "CREATE ROLE a%; CREATE ROLE b% NOINHERIT; CREATE ROLE c%; GRANT a% TO b%; CREATE SCHEMA s",
        steps: &[
            ("SET ROLE b%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s GRANT SELECT ON TABLES TO c%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a%, c% IN SCHEMA s GRANT SELECT ON TABLES TO c%", "42501"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE c% IN SCHEMA nope GRANT SELECT ON TABLES TO c%", "42501"),
        ],
        ends: &[(ROWS, "a% s r {c%=r/a%}")],
    },
    Fact {
        name: "4.4 since 16 the role's privileges must be had",
        majors: 16..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE SCHEMA s; \
                 GRANT a% TO b% WITH INHERIT FALSE; GRANT a% TO c% WITH SET FALSE",
        steps: &[
            ("SET ROLE b%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s GRANT SELECT ON TABLES TO c%", "42501"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA nope GRANT SELECT ON TABLES TO c%", "42501"),
            ("SET SESSION AUTHORIZATION c%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s GRANT SELECT ON TABLES TO c%", "ok"),
        ],
        ends: &[(ROWS, "a% s r {c%=r/a%}")],
    },
    Fact {
        name: "4.4 no privilege on the schema is needed, and predefined roles have defaults like others",
        majors: 14..=18,
        set_up: "CREATE ROLE a%; CREATE SCHEMA s",
        steps: &[
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE pg_database_owner IN SCHEMA s GRANT SELECT ON TABLES TO a%",
                "ok",
            ),
            ("SET ROLE a%", "ok"),
            ("ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO pg_read_all_data", "ok"),
            ("ALTER DEFAULT PRIVILEGES IN SCHEMA pg_catalog GRANT SELECT ON TABLES TO SESSION_USER", "ok"),
        ],
        ends: &[(
            ROWS,
            "pg_database_owner s r {a%=r/pg_database_owner}; a% pg_catalog r {rdsadmin=r/a%}; a% s r {pg_read_all_data=r/a%}",
        )],
    },
    Fact {
        name: "4.4 large objects have defaults since 18, everywhere only",
        majors: 18..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE SCHEMA s",
        steps: &[
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT SELECT ON LARGE OBJECTS TO b%", "ok"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% IN SCHEMA s GRANT SELECT ON LARGE OBJECTS TO b%", "0LP01"),
            ("ALTER DEFAULT PRIVILEGES FOR ROLE a% GRANT USAGE ON LARGE OBJECTS TO b%", "0LP01"),
        ],
        ends: &[(ROWS, "a% L {a%=rw/a%,b%=r/a%}")],
    },
    Fact {
        name: "4.4 large objects have none before 18",
        majors: 13..=17,
        set_up: "CREATE ROLE a%",
        steps: &[("ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO a%", "42601")],
        ends: &[],
    },
    Fact {
        name: "4.4 MAINTAIN is a privilege since 17",
        majors: 17..=18,
        set_up: "CREATE ROLE a%; CREATE SCHEMA s",
        steps: &[("ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT MAINTAIN ON TABLES TO a%", "ok")],
        ends: &[(ROWS, "rdsadmin s r {a%=m/rdsadmin}")],
    },
    Fact {
        name: "4.4 before 17 MAINTAIN is none, nor SET before 15, which later is one of parameters",
        majors: 13..=16,
        set_up: "CREATE ROLE a%",
        steps: &[("ALTER DEFAULT PRIVILEGES GRANT MAINTAIN ON TABLES TO a%", "42601")],
        ends: &[],
    },
];
