//! Who grants, who may become whom, and what comes of it (2.2, 3.3, 3.5, 3.6).

use super::{Fact, hold};

#[test]
fn facts_about_grantors() {
    hold(FACTS);
}

/// The last item of the table.
const LAST_OF_T: &str = "SELECT relacl[array_upper(relacl, 1)]::text FROM pg_class WHERE relname = 't'";
const LAST_OF_U: &str = "SELECT relacl[array_upper(relacl, 1)]::text FROM pg_class WHERE relname = 'u'";

const MEMBERS: &str = "SELECT coalesce(string_agg(concat_ws(' ', member::regrole, grantor::regrole, admin_option, inherit_option), ', ' ORDER BY member::regrole::text, grantor::regrole::text), 'none') FROM pg_auth_members WHERE roleid = 'new%'::regrole";

const FACTS: &[Fact] = &[
    Fact {
        name: "2.2 of two roles with the same options the closer one grants, then the one with the lower OID",
        majors: 13..=18,
        set_up: "CREATE ROLE far%; CREATE ROLE low%; CREATE ROLE high%; CREATE ROLE m%; CREATE ROLE x%; GRANT high%, low% TO m%; GRANT far% TO high%; \
                 CREATE TABLE t (a int); GRANT SELECT ON t TO high%, far%, low% WITH GRANT OPTION; CREATE TABLE u (a int); GRANT SELECT ON u TO far%, high% WITH GRANT OPTION",
        steps: &[
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT SELECT ON t TO x%", "ok"),
            ("GRANT SELECT ON u TO x%", "ok"),
        ],
        ends: &[(LAST_OF_T, "x%=r/low%"), (LAST_OF_U, "x%=r/high%")],
    },
    Fact {
        name: "2.2 the one with most of the options grants, however far it is",
        majors: 13..=18,
        set_up: "CREATE ROLE far%; CREATE ROLE near%; CREATE ROLE m%; CREATE ROLE x%; GRANT near% TO m%; GRANT far% TO near%; \
                 CREATE TABLE t (a int); GRANT SELECT ON t TO near% WITH GRANT OPTION; GRANT INSERT, UPDATE ON t TO far% WITH GRANT OPTION",
        steps: &[
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT SELECT, INSERT, UPDATE ON t TO x%", "01007"),
        ],
        ends: &[(LAST_OF_T, "x%=aw/far%")],
    },
    Fact {
        name: "2.2 a grantor is found through memberships that inherit",
        majors: 16..=18,
        set_up: "CREATE ROLE g%; CREATE ROLE m% NOINHERIT; CREATE ROLE x%; GRANT g% TO m%; CREATE TABLE t (a int); GRANT SELECT ON t TO g% WITH GRANT OPTION",
        steps: &[
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT SELECT ON t TO x%", "42501"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("GRANT g% TO m% WITH INHERIT TRUE", "ok"),
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT SELECT ON t TO x%", "ok"),
        ],
        ends: &[(LAST_OF_T, "x%=r/g%")],
    },
    Fact {
        name: "3.3 a creator cannot give itself ADMIN once more; what a row inherits stays when the role does not",
        majors: 16..=18,
        set_up: "CREATE ROLE cr% CREATEROLE",
        steps: &[
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("CREATE ROLE new%", "ok"),
            ("GRANT new% TO cr% WITH ADMIN OPTION", "0LP01"),
            ("GRANT new% TO cr%", "ok"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("ALTER ROLE cr% NOINHERIT", "ok"),
        ],
        ends: &[(MEMBERS, "cr% cr% f t, cr% rdsadmin t f")],
    },
    Fact {
        name: "3.5 SET ROLE leaves superuser rights behind; a member of a superuser has them only after it",
        majors: 13..=18,
        set_up: "CREATE ROLE su% SUPERUSER; CREATE ROLE p%; CREATE ROLE m%; GRANT su% TO m%; CREATE TABLE t (a int)",
        steps: &[
            ("SET SESSION AUTHORIZATION su%", "ok"),
            ("SET ROLE p%", "ok"),
            ("GRANT SELECT ON t TO p%", "42501"),
            ("RESET ROLE", "ok"),
            ("GRANT SELECT ON t TO p%", "ok"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT UPDATE ON t TO p%", "42501"),
            ("SET ROLE su%", "ok"),
            ("GRANT UPDATE ON t TO p%", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.6 up to 15 CREATEROLE becomes superuser through a role that is a member of one",
        majors: 13..=15,
        set_up: "CREATE ROLE su% SUPERUSER; CREATE ROLE middle%; GRANT su% TO middle%; CREATE ROLE cr% CREATEROLE; CREATE ROLE x%",
        steps: &[
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("GRANT su% TO cr%", "42501"),
            ("SET ROLE su%", "42501"),
            ("GRANT middle% TO cr%", "ok"),
            ("SET ROLE middle%", "ok"),
            ("SET ROLE su%", "ok"),
            ("ALTER ROLE cr% SUPERUSER", "ok"),
        ],
        ends: &[("SELECT rolsuper::text FROM pg_roles WHERE rolname = 'cr%'", "true")],
    },
    Fact {
        name: "3.6 since 16 CREATEROLE does not",
        majors: 16..=18,
        set_up: "CREATE ROLE su% SUPERUSER; CREATE ROLE middle%; GRANT su% TO middle%; CREATE ROLE cr% CREATEROLE",
        steps: &[
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("GRANT middle% TO cr%", "42501"),
            ("SET ROLE middle%", "42501"),
            ("ALTER ROLE cr% SUPERUSER", "42501"),
        ],
        ends: &[],
    },
    Fact {
        name: "3.6 who creates as a superuser, by SET ROLE too, gets no row",
        majors: 16..=18,
        set_up: "CREATE ROLE su% SUPERUSER; CREATE ROLE cr% CREATEROLE; GRANT su% TO cr%",
        steps: &[
            ("SET SESSION AUTHORIZATION cr%", "ok"),
            ("SET createrole_self_grant = 'set, inherit'", "ok"),
            ("SET ROLE su%", "ok"),
            ("CREATE ROLE new%", "ok"),
        ],
        ends: &[(MEMBERS, "none")],
    },
];
