//! Objects: grantors, options, dependents, defaults (sections 1 and 2).

use super::{Fact, hold};

#[test]
fn facts_about_grants_on_objects() {
    hold(FACTS);
}

const RELACL: &str = "SELECT relacl::text FROM pg_class WHERE relname = 't'";

const FACTS: &[Fact] = &[
    Fact {
        name: "1.3 a REVOKE that changes nothing still writes the explicit default",
        majors: 13..=16,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; GRANT CREATE ON SCHEMA public TO o%; SET ROLE o%; CREATE TABLE t (a int); RESET ROLE",
        steps: &[("REVOKE SELECT ON t FROM x%", "ok")],
        ends: &[(RELACL, "{o%=arwdDxt/o%}")],
    },
    Fact {
        name: "1.3 the explicit default has MAINTAIN since 17",
        majors: 17..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; GRANT CREATE ON SCHEMA public TO o%; SET ROLE o%; CREATE TABLE t (a int); RESET ROLE",
        steps: &[("REVOKE SELECT ON t FROM x%", "ok")],
        ends: &[(RELACL, "{o%=arwdDxtm/o%}")],
    },
    Fact {
        name: "1.2 a function's default: PUBLIC first",
        majors: 13..=18,
        set_up: "CREATE ROLE x%; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        steps: &[("GRANT EXECUTE ON FUNCTION f() TO x%", "ok")],
        ends: &[(
            "SELECT proacl::text FROM pg_proc WHERE proname = 'f'",
            "{=X/rdsadmin,rdsadmin=X/rdsadmin,x%=X/rdsadmin}",
        )],
    },
    Fact {
        name: "1.3 everything revoked is an empty ACL, not NULL",
        majors: 13..=18,
        set_up: "CREATE TABLE t (a int)",
        steps: &[("REVOKE ALL ON t FROM rdsadmin", "ok"), ("REVOKE ALL ON t FROM PUBLIC", "ok")],
        ends: &[(RELACL, "{}")],
    },
    Fact {
        name: "1.3 the owner's grant options are implicit, and an explicit star is inert",
        majors: 13..=16,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; CREATE TABLE t (a int); ALTER TABLE t OWNER TO o%",
        steps: &[
            ("SET ROLE o%", "ok"),
            ("REVOKE ALL ON t FROM o%", "ok"),
            ("GRANT SELECT ON t TO x%", "ok"),
            ("GRANT SELECT ON t TO o% WITH GRANT OPTION", "ok"),
        ],
        ends: &[(RELACL, "{x%=r/o%,o%=r*/o%}")],
    },
    Fact {
        name: "2.1 GRANTED BY must be the current user, for superusers too",
        majors: 14..=18,
        set_up: "CREATE ROLE x%; CREATE TABLE t (a int)",
        steps: &[
            ("GRANT SELECT ON t TO x% GRANTED BY x%", "0A000"),
            ("GRANT SELECT ON t TO x% GRANTED BY nobody%", "42704"),
            ("GRANT SELECT ON t TO x% GRANTED BY CURRENT_USER", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.1 GRANTED BY on objects is a syntax error in 13",
        majors: 13..=13,
        set_up: "CREATE ROLE x%; CREATE TABLE t (a int)",
        steps: &[("GRANT SELECT ON t TO x% GRANTED BY CURRENT_USER", "42601")],
        ends: &[],
    },
    Fact {
        name: "2.2 a superuser grants as the owner, whatever it holds itself",
        majors: 13..=16,
        set_up: "CREATE ROLE o%; CREATE ROLE x%; CREATE ROLE su% SUPERUSER; CREATE TABLE t (a int); ALTER TABLE t OWNER TO o%; GRANT SELECT ON t TO su% WITH GRANT OPTION",
        steps: &[("SET SESSION AUTHORIZATION su%", "ok"), ("GRANT SELECT ON t TO x%", "ok")],
        ends: &[(RELACL, "{o%=arwdDxt/o%,su%=r*/o%,x%=r/o%}")],
    },
    Fact {
        name: "2.2 one role does the whole grant, and the rest is a warning",
        majors: 13..=16,
        set_up: "CREATE ROLE g1%; CREATE ROLE g2%; CREATE ROLE m%; CREATE ROLE x%; GRANT g1%, g2% TO m%; CREATE TABLE t (a int); \
                 GRANT SELECT ON t TO g1% WITH GRANT OPTION; GRANT INSERT, UPDATE ON t TO g2% WITH GRANT OPTION",
        steps: &[
            ("SET SESSION AUTHORIZATION m%", "ok"),
            ("GRANT SELECT, INSERT, UPDATE ON t TO x%", "01007"),
            ("GRANT SELECT ON t TO x%", "ok"),
        ],
        ends: &[(RELACL, "{rdsadmin=arwdDxt/rdsadmin,g1%=r*/rdsadmin,g2%=a*w*/rdsadmin,x%=aw/g2%,x%=r/g1%}")],
    },
    Fact {
        name: "2.3 nothing held at all is an error, anything held a warning",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE x%; CREATE TABLE t (a int)",
        steps: &[
            ("SET SESSION AUTHORIZATION a%", "ok"),
            ("GRANT SELECT ON t TO x%", "42501"),
            ("RESET SESSION AUTHORIZATION", "ok"),
            ("GRANT INSERT ON t TO a%", "ok"),
            ("SET SESSION AUTHORIZATION a%", "ok"),
            ("GRANT SELECT ON t TO x%", "01007"),
            ("GRANT ALL ON t TO x%", "01007"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.3 pg_read_all_data counts as holding something, and the refused GRANT still writes the default",
        majors: 14..=16,
        set_up: "CREATE ROLE a%; CREATE ROLE x%; GRANT pg_read_all_data TO a%; CREATE TABLE t (a int)",
        steps: &[("SET SESSION AUTHORIZATION a%", "ok"), ("GRANT SELECT ON t TO x%", "01007")],
        ends: &[(RELACL, "{rdsadmin=arwdDxt/rdsadmin}")],
    },
    Fact {
        name: "2.3 ALL suppresses the partial warning",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE x%; CREATE TABLE t (a int); GRANT SELECT ON t TO a% WITH GRANT OPTION",
        steps: &[
            ("SET SESSION AUTHORIZATION a%", "ok"),
            ("GRANT ALL ON t TO x%", "ok"),
            ("GRANT SELECT, INSERT ON t TO x%", "01007"),
            ("REVOKE SELECT, INSERT ON t FROM x%", "01006 01006 01006 01006 01006 01006 01006 01006"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.4 no grant options for PUBLIC",
        majors: 13..=18,
        set_up: "CREATE TABLE t (a int)",
        steps: &[
            ("GRANT SELECT ON t TO PUBLIC WITH GRANT OPTION", "0LP01"),
            ("GRANT SELECT ON t TO \"public\"", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.4 an item keeps its place, an empty one goes, a new one comes last",
        majors: 13..=16,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE TABLE t (a int); GRANT SELECT ON t TO a%, b%, c%",
        steps: &[
            ("GRANT INSERT ON t TO b%", "ok"),
            ("REVOKE SELECT ON t FROM a%", "ok"),
            ("GRANT SELECT ON t TO a%", "ok"),
        ],
        ends: &[(RELACL, "{rdsadmin=arwdDxt/rdsadmin,b%=ar/rdsadmin,c%=r/rdsadmin,a%=r/rdsadmin}")],
    },
    Fact {
        name: "2.4 a plain GRANT never takes an option away, and REVOKE GRANT OPTION FOR leaves the privilege",
        majors: 13..=16,
        set_up: "CREATE ROLE a%; CREATE TABLE t (a int); GRANT SELECT ON t TO a% WITH GRANT OPTION",
        steps: &[("GRANT SELECT ON t TO a%", "ok"), ("REVOKE GRANT OPTION FOR SELECT ON t FROM a%", "ok")],
        ends: &[(RELACL, "{rdsadmin=arwdDxt/rdsadmin,a%=r/rdsadmin}")],
    },
    Fact {
        name: "2.4 options cannot go back to one's own grantor, privileges can",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE TABLE t (a int); GRANT SELECT ON t TO a% WITH GRANT OPTION; \
                 SET ROLE a%; GRANT SELECT ON t TO b% WITH GRANT OPTION; RESET ROLE",
        steps: &[
            ("SET ROLE b%", "ok"),
            ("GRANT SELECT ON t TO a% WITH GRANT OPTION", "0LP01"),
            ("GRANT SELECT ON t TO a%", "ok"),
            ("GRANT SELECT ON t TO rdsadmin WITH GRANT OPTION", "ok"),
        ],
        ends: &[],
    },
    Fact {
        name: "2.4 dependents stop a REVOKE, or go with CASCADE",
        majors: 13..=16,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE c%; CREATE TABLE t (a int); GRANT SELECT ON t TO a% WITH GRANT OPTION; \
                 SET ROLE a%; GRANT SELECT ON t TO b% WITH GRANT OPTION; SET ROLE b%; GRANT SELECT ON t TO c%; RESET ROLE",
        steps: &[
            ("REVOKE SELECT ON t FROM a%", "2BP01"),
            ("REVOKE GRANT OPTION FOR SELECT ON t FROM a% RESTRICT", "2BP01"),
            ("REVOKE GRANT OPTION FOR SELECT ON t FROM a% CASCADE", "ok"),
        ],
        ends: &[(RELACL, "{rdsadmin=arwdDxt/rdsadmin,a%=r/rdsadmin}")],
    },
    Fact {
        name: "2.4 second hole: an option that also comes through a group hides dependents for good",
        majors: 13..=16,
        set_up: "CREATE ROLE g%; CREATE ROLE m%; CREATE ROLE x%; GRANT g% TO m%; CREATE TABLE t (a int); \
                 GRANT SELECT ON t TO m%, g% WITH GRANT OPTION; SET ROLE m%; GRANT SELECT ON t TO x%; RESET ROLE",
        steps: &[
            ("REVOKE GRANT OPTION FOR SELECT ON t FROM m% RESTRICT", "ok"),
            ("REVOKE SELECT ON t FROM g%", "ok"),
            ("REVOKE SELECT ON t FROM m%", "ok"),
        ],
        ends: &[(RELACL, "{rdsadmin=arwdDxt/rdsadmin,x%=r/m%}")],
    },
    Fact {
        name: "2.6 a REVOKE by the owner does not see what another granted",
        majors: 13..=16,
        set_up: "CREATE ROLE g%; CREATE ROLE x%; CREATE TABLE t (a int); GRANT SELECT ON t TO g% WITH GRANT OPTION; \
                 SET ROLE g%; GRANT SELECT ON t TO x%; RESET ROLE",
        steps: &[("REVOKE SELECT ON t FROM x%", "ok")],
        ends: &[(RELACL, "{rdsadmin=arwdDxt/rdsadmin,g%=r*/rdsadmin,x%=r/g%}")],
    },
    Fact {
        name: "2.9 a parameter's row comes with GRANT and goes when it is the default again",
        majors: 15..=18,
        set_up: "CREATE ROLE a%",
        steps: &[
            ("REVOKE SET ON PARAMETER work_mem FROM a%", "ok"),
            ("REVOKE SET ON PARAMETER no_such_parameter FROM a%", "ok"),
            ("GRANT SET ON PARAMETER Work_Mem TO a%", "ok"),
            ("GRANT ALTER SYSTEM ON PARAMETER sort_mem TO a%", "ok"),
            ("GRANT SET ON PARAMETER foo.bar TO a%", "ok"),
            ("GRANT SET ON PARAMETER \"a b\".c TO a%", "42602"),
            ("REVOKE ALL ON PARAMETER work_mem FROM a%", "ok"),
            ("SET ROLE a%", "ok"),
            ("GRANT SET ON PARAMETER maintenance_work_mem TO a%", "42501"),
        ],
        ends: &[(
            "SELECT string_agg(parname || paracl::text, ' ') FROM pg_parameter_acl",
            "foo.bar{rdsadmin=sA/rdsadmin,a%=s/rdsadmin}",
        )],
    },
    Fact {
        name: "2.9 an unknown parameter: 42602 up to 16",
        majors: 15..=16,
        set_up: "CREATE ROLE a%",
        steps: &[("GRANT SET ON PARAMETER no_such_parameter TO a%", "42602")],
        ends: &[],
    },
    Fact {
        name: "2.9 an unknown parameter: 42704 since 17",
        majors: 17..=18,
        set_up: "CREATE ROLE a%",
        steps: &[("GRANT SET ON PARAMETER no_such_parameter TO a%", "42704")],
        ends: &[],
    },
];
