//! Membership before and since 16, and the session statements (section 3).

use super::{Fact, hold};

#[test]
fn facts_about_memberships() {
    hold(FACTS);
}

const ROWS: &str = "SELECT string_agg(r.rolname || ' ' || m.rolname || ' ' || g.rolname || ' ' || admin_option, ', ' ORDER BY r.rolname, m.rolname, g.rolname) \
     FROM pg_auth_members JOIN pg_roles r ON r.oid = roleid JOIN pg_roles m ON m.oid = member JOIN pg_roles g ON g.oid = grantor WHERE r.rolname ~ '%$'";

const FACTS: &[Fact] = &[
    Fact {
        name: "3.2 CREATEROLE grants any role but a superuser, predefined ones too",
        majors: 13..=15,
        set_up: "CREATE ROLE cr% CREATEROLE; CREATE ROLE su% SUPERUSER; CREATE ROLE r%",
        steps: &[
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("GRANT pg_execute_server_program TO cr%", "ok"),
            ("GRANT r% TO cr%", "ok"),
            ("GRANT su% TO cr%", "42501"),
            ("GRANT r% TO cr% GRANTED BY su%", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.6 CREATEROLE alone grants nothing since 16",
        majors: 16..=18,
        set_up: "CREATE ROLE cr% CREATEROLE; CREATE ROLE su% SUPERUSER; CREATE ROLE r%",
        steps: &[
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("GRANT r% TO cr%", "42501"),
            ("GRANT su% TO cr%", "42501"),
            ("REVOKE r% FROM cr%", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.2 one row a pair: a notice when nothing comes of it, ADMIN takes the grantor along",
        majors: 13..=15,
        set_up: "CREATE ROLE r%; CREATE ROLE m%; CREATE ROLE a% CREATEROLE",
        steps: &[
            ("GRANT r% TO m%", "ok"),
            ("SET ROLE a%", "ok"),
            ("GRANT r% TO m%", "00000"),
            ("GRANT r% TO m% WITH ADMIN OPTION", "ok"),
            ("REVOKE ADMIN OPTION FOR r% FROM m% GRANTED BY nobody", "ok"),
            ("REVOKE r% FROM a% CASCADE", "01000"),
        ],
        ends: &[(ROWS, "r% m% a% false")],
    },
    Fact {
        name: "3.2 3.3 no circles, and nobody is a member of itself",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; GRANT a% TO b%; GRANT b% TO c%",
        steps: &[
            ("GRANT c% TO a%", "0LP01"),
            ("GRANT a% TO a%", "0LP01"),
            ("GRANT a% TO PUBLIC", "42704"),
            ("GRANT a% (x) TO b%", "0LP01"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.2 3.3 pg_database_owner neither has nor is a member, without an SQLSTATE up to 17",
        majors: 14..=17,
        set_up: "CREATE ROLE a%",
        steps: &[
            ("GRANT pg_database_owner TO a%", "XX000"),
            ("GRANT a% TO pg_database_owner", "XX000"),
            ("REVOKE pg_database_owner FROM a%", "01000"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.3 pg_database_owner: 0A000 in 18",
        majors: 18..=18,
        set_up: "CREATE ROLE a%",
        steps: &[("GRANT pg_database_owner TO a%", "0A000"), ("GRANT a% TO pg_database_owner", "0A000")],
        ends: &[],
    },
    Fact {
        name: "3.3 a superuser grants as the bootstrap superuser, and revokes only what that granted",
        majors: 16..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE a%; CREATE ROLE m%; CREATE ROLE su% SUPERUSER; GRANT r% TO a% WITH ADMIN TRUE; SET ROLE a%; GRANT r% TO m%; RESET ROLE",
        steps: &[
            ("SET SESSION AUTHORIZATION su%", "ok"),
            ("GRANT r% TO m%", "ok"),
            ("REVOKE r% FROM m%", "ok"),
            ("REVOKE r% FROM m%", "01000"),
            ("REVOKE r% FROM m% GRANTED BY a%", "ok"),
        ],
        ends: &[(ROWS, "r% a% rdsadmin true")],
    },
    Fact {
        name: "3.3 ADMIN through a membership that does not inherit has no possible grantor",
        majors: 16..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE g%; CREATE ROLE m%; GRANT r% TO g% WITH ADMIN TRUE; GRANT g% TO m% WITH INHERIT FALSE",
        steps: &[("SET SESSION AUTHORIZATION m%", "ok"), ("GRANT r% TO m%", "XX000")],
        ends: &[],
    },
    Fact {
        name: "3.3 a named grantor needs ADMIN itself; being superuser is not enough",
        majors: 16..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE m%; CREATE ROLE su% SUPERUSER; CREATE ROLE a%; GRANT r% TO a% WITH ADMIN OPTION",
        steps: &[
            ("GRANT r% TO m% GRANTED BY su%", "42501"),
            ("GRANT r% TO m% GRANTED BY a%", "ok"),
            ("SET SESSION AUTHORIZATION a%", "ok"),
            ("GRANT r% TO m% GRANTED BY su%", "42501"),
            ("REVOKE r% FROM m% GRANTED BY su%", "42501"),
        ],
        ends: &[(ROWS, "r% a% rdsadmin true, r% m% a% false")],
    },
    Fact {
        name: "3.3 ADMIN cannot be granted back to one's own grantor",
        majors: 16..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE a%; CREATE ROLE b%; GRANT r% TO a% WITH ADMIN OPTION; SET ROLE a%; GRANT r% TO b% WITH ADMIN OPTION; RESET ROLE",
        steps: &[
            ("SET SESSION AUTHORIZATION b%", "ok"),
            ("GRANT r% TO a% WITH ADMIN OPTION", "0LP01"),
            ("GRANT r% TO rdsadmin WITH ADMIN OPTION", "0LP01"),
            ("GRANT r% TO a%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.3 only the options that are said change; the member's own INHERIT is the default",
        majors: 16..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE m% NOINHERIT; CREATE ROLE n%",
        steps: &[
            ("GRANT r% TO m%, n%", "ok"),
            ("GRANT r% TO m% WITH ADMIN TRUE", "ok"),
            ("GRANT r% TO m% WITH SET FALSE, INHERIT OPTION", "ok"),
            ("GRANT r% TO m% WITH SET FALSE", "00000"),
            ("GRANT r% TO m% WITH NONSENSE TRUE", "42601"),
            ("REVOKE INHERIT OPTION FOR r% FROM m%", "ok"),
            ("REVOKE INHERIT OPTION FOR r% FROM m%", "ok"),
        ],
        ends: &[(
            "SELECT string_agg(m.rolname || admin_option || inherit_option || set_option, ' ' ORDER BY m.rolname) FROM pg_auth_members JOIN pg_roles m ON m.oid = member WHERE m.rolname IN ('m%', 'n%')",
            "m%truefalsefalse n%falsetruetrue",
        )],
    },
    Fact {
        name: "3.4 dependents of ADMIN stop a REVOKE, or go with CASCADE, whole rows",
        majors: 16..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; GRANT r% TO a% WITH ADMIN OPTION; SET ROLE a%; GRANT r% TO b% WITH ADMIN OPTION; \
                 SET ROLE b%; GRANT r% TO c%; RESET ROLE",
        steps: &[
            ("REVOKE r% FROM a%", "2BP01"),
            ("REVOKE ADMIN OPTION FOR r% FROM a%", "2BP01"),
            ("REVOKE ADMIN OPTION FOR r% FROM a% CASCADE", "ok"),
        ],
        ends: &[(ROWS, "r% a% rdsadmin false")],
    },
    Fact {
        name: "3.4 another ADMIN row keeps the dependents",
        majors: 16..=18,
        set_up: "CREATE ROLE r%; CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; GRANT r% TO a%, b% WITH ADMIN OPTION; SET ROLE b%; GRANT r% TO a% WITH ADMIN OPTION; \
                 SET ROLE a%; GRANT r% TO c%; RESET ROLE",
        steps: &[
            ("REVOKE r% FROM a%", "ok"),
            ("REVOKE r% FROM b%", "2BP01"),
            ("REVOKE r% FROM b%, a% CASCADE", "01000"),
        ],
        ends: &[(ROWS, "NULL")],
    },
    Fact {
        name: "3.5 SET ROLE asks the session user, also from another role",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE m%; GRANT a%, b% TO m%",
        steps: &[
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("SET ROLE a%", "ok"),
            ("SET ROLE b%", "ok"),
            ("SET ROLE rdsadmin", "42501"),
            ("SET ROLE nobody%", "22023"),
            ("SET ROLE NONE", "ok"),
            ("SET SESSION AUTHORIZATION a%", "ok"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("SET SESSION AUTHORIZATION nobody%", "22023"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.5 SET FALSE on any step forbids SET ROLE since 16",
        majors: 16..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE m%; GRANT a% TO b% WITH SET FALSE; GRANT b% TO m%",
        steps: &[("SET SESSION AUTHORIZATION m%", "ok"), ("SET ROLE b%", "ok"), ("SET ROLE a%", "42501")],
        ends: &[],
    },
    Fact {
        name: "3.5 NOINHERIT in the middle blocks what lies above, before 16",
        majors: 13..=15,
        set_up: "CREATE ROLE g%; CREATE ROLE n% NOINHERIT; CREATE ROLE m%; CREATE ROLE x%; GRANT g% TO n%; GRANT n% TO m%; CREATE TABLE t (a int); GRANT SELECT ON t TO g% WITH GRANT OPTION",
        steps: &[
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT SELECT ON t TO x%", "42501"),
            ("SET ROLE g%", "ok"),
            ("GRANT SELECT ON t TO x%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.5 the database's owner has what pg_database_owner has, and its members only if they inherit",
        majors: 16..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE m%; CREATE ROLE n%; CREATE ROLE x%; GRANT o% TO m% WITH INHERIT FALSE; GRANT o% TO n%; \
                 ALTER DATABASE fact% OWNER TO o%; \
                 CREATE TABLE t (a int); GRANT SELECT ON t TO pg_database_owner WITH GRANT OPTION",
        steps: &[
            ("SET SESSION AUTHORIZATION o%", "ok"),
            ("GRANT SELECT ON t TO x%", "ok"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("SET SESSION AUTHORIZATION n%", "ok"),
            ("GRANT SELECT ON t TO x%", "ok"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT SELECT ON t TO x%", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.2 up to 14 the session user administers itself",
        majors: 13..=14,
        set_up: "CREATE ROLE a% LOGIN; CREATE ROLE m%",
        steps: &[("SET SESSION AUTHORIZATION a%", "ok"), ("GRANT a% TO m%", "ok")],
        ends: &[],
    },
    Fact {
        name: "3.2 since 15 nobody administers itself",
        majors: 15..=18,
        set_up: "CREATE ROLE a% LOGIN; CREATE ROLE m%",
        steps: &[("SET SESSION AUTHORIZATION a%", "ok"), ("GRANT a% TO m%", "42501")],
        ends: &[],
    },
    Fact {
        name: "3.6 createrole_self_grant takes set and inherit",
        majors: 16..=18,
        set_up: "CREATE ROLE a%",
        steps: &[
            ("SET createrole_self_grant = 'set, INHERIT'", "ok"),
            ("SET createrole_self_grant = 'nonsense'", "22023"),
            ("SET password_encryption = 'md5'", "ok"),
            ("SET password_encryption = 'nonsense'", "22023"),
            ("SET LOCAL ROLE a%", "25P01"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.4 a role twice in one REVOKE: the second does not see what the first wrote",
        majors: 16..=18,
        set_up: "CREATE ROLE g%; CREATE ROLE m%; GRANT g% TO m%",
        steps: &[
            ("REVOKE g%, g% FROM m%", "XX000"),
            ("REVOKE INHERIT OPTION FOR g% FROM m%, m%", "ok"),
            ("REVOKE INHERIT OPTION FOR g%, g% FROM m%", "XX000"),
            ("GRANT g%, g% TO m%", "00000 00000"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.2 a role twice in one REVOKE: the second finds it gone, up to 15",
        majors: 13..=15,
        set_up: "CREATE ROLE g%; CREATE ROLE m%; GRANT g% TO m%",
        steps: &[("REVOKE g%, g% FROM m%", "01000")],
        ends: &[],
    },
    Fact {
        name: "3.5 SET LOCAL outside of a transaction warns before it looks at anything",
        majors: 13..=18,
        set_up: "CREATE ROLE plain%; CREATE ROLE other%",
        steps: &[
            ("SET SESSION AUTHORIZATION plain%", "ok"),
            ("SET LOCAL ROLE other%", "42501"),
            ("SET LOCAL ROLE plain%", "25P01"),
        ],
        ends: &[],
    },
];
