//! What each kind of object can grant, how it is printed, and what initdb made (sections 1.1, 1.2 and 4.7).

use super::{Fact, hold};

#[test]
fn facts_about_kinds() {
    hold(FACTS);
}

const EVERY_KIND: &str = "CREATE ROLE x%; CREATE TABLE t (a int); CREATE SEQUENCE q; CREATE SCHEMA s; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; \
                          CREATE TYPE e AS ENUM ('x'); SELECT lo_create(7); CREATE FOREIGN DATA WRAPPER w; CREATE SERVER v FOREIGN DATA WRAPPER w";

const FACTS: &[Fact] = &[
    Fact {
        name: "1.1 privileges are printed by their bits, with a star after each that can be granted on",
        majors: 13..=16,
        set_up: "CREATE ROLE x%; CREATE TABLE t (a int)",
        steps: &[
            ("GRANT TRIGGER, SELECT, TRUNCATE, INSERT ON t TO x%", "ok"),
            ("GRANT DELETE, UPDATE ON t TO x% WITH GRANT OPTION", "ok"),
        ],
        ends: &[("SELECT relacl[2]::text FROM pg_class WHERE relname = 't'", "x%=arw*d*Dt/rdsadmin")],
    },
    Fact {
        name: "1.1 MAINTAIN is the last letter (17+)",
        majors: 17..=18,
        set_up: "CREATE ROLE x%; CREATE TABLE t (a int)",
        steps: &[("GRANT MAINTAIN, SELECT ON t TO x%", "ok"), ("GRANT TRIGGER ON t TO x%", "ok")],
        ends: &[("SELECT relacl[2]::text FROM pg_class WHERE relname = 't'", "x%=rtm/rdsadmin")],
    },
    Fact {
        name: "1.1 SET before ALTER SYSTEM (15+)",
        majors: 15..=18,
        set_up: "CREATE ROLE x%",
        steps: &[("GRANT ALTER SYSTEM, SET ON PARAMETER maintenance_work_mem TO x% WITH GRANT OPTION", "ok")],
        ends: &[(
            "SELECT paracl::text FROM pg_parameter_acl WHERE parname = 'maintenance_work_mem'",
            "{rdsadmin=sA/rdsadmin,x%=s*A*/rdsadmin}",
        )],
    },
    Fact {
        name: "1.2 ALL on a table, before MAINTAIN",
        majors: 13..=16,
        set_up: EVERY_KIND,
        steps: &[("GRANT ALL ON t TO x%", "ok"), ("GRANT MAINTAIN ON t TO x%", "42601")],
        ends: &[(
            "SELECT relacl::text FROM pg_class WHERE relname = 't'",
            "{rdsadmin=arwdDxt/rdsadmin,x%=arwdDxt/rdsadmin}",
        )],
    },
    Fact {
        name: "1.2 ALL on a table has MAINTAIN, and 18 has no further letter",
        majors: 17..=18,
        set_up: EVERY_KIND,
        steps: &[("GRANT ALL ON t TO x%", "ok")],
        ends: &[(
            "SELECT relacl::text FROM pg_class WHERE relname = 't'",
            "{rdsadmin=arwdDxtm/rdsadmin,x%=arwdDxtm/rdsadmin}",
        )],
    },
    Fact {
        name: "1.2 ALL on every other kind, and what PUBLIC and the owner have to begin with",
        majors: 13..=18,
        set_up: EVERY_KIND,
        steps: &[
            ("GRANT ALL (a) ON t TO x%", "ok"),
            ("GRANT ALL ON SEQUENCE q TO x%", "ok"),
            ("GRANT ALL ON SCHEMA s TO x%", "ok"),
            ("GRANT ALL ON FUNCTION f() TO x%", "ok"),
            ("GRANT ALL ON TYPE e TO x%", "ok"),
            ("GRANT ALL ON LARGE OBJECT 7 TO x%", "ok"),
            ("GRANT ALL ON FOREIGN DATA WRAPPER w TO x%", "ok"),
            ("GRANT ALL ON FOREIGN SERVER v TO x%", "ok"),
            ("GRANT ALL ON DATABASE fact% TO x%", "ok"),
            ("GRANT ALL ON LANGUAGE plpgsql TO x%", "ok"),
            ("GRANT ALL ON TABLESPACE pg_global TO x%", "ok"),
        ],
        ends: &[
            (
                "SELECT attacl::text FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'a'",
                "{x%=arwx/rdsadmin}",
            ),
            (
                "SELECT relacl::text FROM pg_class WHERE relname = 'q'",
                "{rdsadmin=rwU/rdsadmin,x%=rwU/rdsadmin}",
            ),
            (
                "SELECT nspacl::text FROM pg_namespace WHERE nspname = 's'",
                "{rdsadmin=UC/rdsadmin,x%=UC/rdsadmin}",
            ),
            (
                "SELECT proacl::text FROM pg_proc WHERE proname = 'f'",
                "{=X/rdsadmin,rdsadmin=X/rdsadmin,x%=X/rdsadmin}",
            ),
            (
                "SELECT typacl::text FROM pg_type WHERE typname = 'e'",
                "{=U/rdsadmin,rdsadmin=U/rdsadmin,x%=U/rdsadmin}",
            ),
            (
                "SELECT lomacl::text FROM pg_largeobject_metadata WHERE oid = 7",
                "{rdsadmin=rw/rdsadmin,x%=rw/rdsadmin}",
            ),
            ("SELECT fdwacl::text FROM pg_foreign_data_wrapper", "{rdsadmin=U/rdsadmin,x%=U/rdsadmin}"),
            ("SELECT srvacl::text FROM pg_foreign_server", "{rdsadmin=U/rdsadmin,x%=U/rdsadmin}"),
            (
                "SELECT datacl::text FROM pg_database WHERE datname = current_database()",
                "{=Tc/rdsadmin,rdsadmin=CTc/rdsadmin,x%=CTc/rdsadmin}",
            ),
            (
                "SELECT lanacl::text FROM pg_language WHERE lanname = 'plpgsql'",
                "{=U/rdsadmin,rdsadmin=U/rdsadmin,x%=U/rdsadmin}",
            ),
            (
                "SELECT spcacl::text FROM pg_tablespace WHERE spcname = 'pg_global'",
                "{rdsadmin=C/rdsadmin,x%=C/rdsadmin}",
            ),
        ],
    },
    Fact {
        name: "1.2 what initdb granted has PUBLIC last: pg_catalog, system tables; but first on template1",
        majors: 13..=18,
        set_up: "CREATE ROLE x%",
        steps: &[
            ("GRANT CREATE ON SCHEMA pg_catalog TO x%", "ok"),
            ("GRANT SELECT ON pg_class TO x%", "ok"),
            ("GRANT CREATE ON DATABASE template1 TO x%", "ok"),
        ],
        ends: &[
            (
                "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'pg_catalog'",
                "{rdsadmin=UC/rdsadmin,=U/rdsadmin,x%=C/rdsadmin}",
            ),
            (
                "SELECT replace(relacl::text, 'm/', '/') FROM pg_class WHERE relname = 'pg_class'",
                "{rdsadmin=arwdDxt/rdsadmin,=r/rdsadmin,x%=r/rdsadmin}",
            ),
            (
                "SELECT datacl[1:2]::text FROM pg_database WHERE datname = 'template1'",
                "{=c/rdsadmin,rdsadmin=CTc/rdsadmin}",
            ),
        ],
    },
    Fact {
        name: "1.2 schema public: everybody's up to 14",
        majors: 13..=14,
        set_up: "CREATE ROLE x%",
        steps: &[("GRANT CREATE ON SCHEMA public TO x%", "ok")],
        ends: &[(
            "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'",
            "{rdsadmin=UC/rdsadmin,=UC/rdsadmin,x%=C/rdsadmin}",
        )],
    },
    Fact {
        name: "1.2 schema public: the database owner's since 15, who grants there",
        majors: 15..=18,
        set_up: "CREATE ROLE x%",
        steps: &[("GRANT CREATE ON SCHEMA public TO x%", "ok")],
        ends: &[(
            "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'",
            "{pg_database_owner=UC/pg_database_owner,=U/pg_database_owner,x%=C/pg_database_owner}",
        )],
    },
    Fact {
        name: "4.7 what initdb made is pinned by rows in 13, nine of them",
        majors: 13..=13,
        set_up: "",
        steps: &[("DROP ROLE pg_monitor", "2BP01")],
        ends: &[("SELECT count(*)::text FROM pg_shdepend WHERE deptype = 'p'", "9")],
    },
    Fact {
        name: "4.7 what initdb made is pinned by rows in 14 still, and by its OID",
        majors: 14..=14,
        set_up: "",
        steps: &[("DROP ROLE pg_database_owner", "2BP01")],
        ends: &[("SELECT count(*)::text FROM pg_shdepend WHERE deptype = 'p'", "12")],
    },
    Fact {
        name: "4.7 what initdb made is pinned by its OID alone since 15",
        majors: 15..=18,
        set_up: "",
        steps: &[("DROP ROLE pg_checkpoint", "2BP01")],
        ends: &[("SELECT count(*)::text FROM pg_shdepend WHERE deptype = 'p'", "0")],
    },
];
