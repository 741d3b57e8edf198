//! Ways to superuser, really walked: log in, run the steps, and be superuser.

use super::{about, connect, look, own, run};
use crate::servers::for_each_major_async;
use rolescope::cluster::View;

/// The roles of a way, who goes it, on which majors, and whether there is one.
struct Way {
    roles: &'static str,
    login: &'static str,
    majors: std::ops::RangeInclusive<u16>,
    /// How many statements; 0: none leads there.
    steps: usize,
}

const WAYS: &[Way] = &[
    Way { roles: "CREATE ROLE a LOGIN IN ROLE boss_a", login: "a", majors: 13..=18, steps: 1 },
    Way {
        roles: "CREATE ROLE b1 IN ROLE boss_b; CREATE ROLE b2 IN ROLE b1 NOINHERIT; CREATE ROLE b LOGIN IN ROLE b2",
        login: "b",
        majors: 13..=18,
        steps: 1,
    },
    // ADMIN on a member of the superuser, by a group: it gives itself that.
    Way {
        roles: "CREATE ROLE \"C 1\" IN ROLE boss_c; CREATE ROLE c2; GRANT \"C 1\" TO c2 WITH ADMIN OPTION; \
                REVOKE \"C 1\" FROM c2; CREATE ROLE c3; GRANT c3 TO c2 WITH ADMIN OPTION; CREATE ROLE c LOGIN IN ROLE c2; \
                GRANT \"C 1\" TO c3 WITH ADMIN OPTION",
        login: "c",
        majors: 13..=18,
        steps: 2,
    },
    Way {
        roles: "CREATE ROLE d1 IN ROLE boss_d; CREATE ROLE d LOGIN; GRANT d1 TO d WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
        login: "d",
        majors: 16..=18,
        steps: 2,
    },
    // Two memberships to be given, the second as the first's role.
    Way {
        roles: "CREATE ROLE e1 IN ROLE boss_e; CREATE ROLE e2; GRANT e1 TO e2 WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; \
                CREATE ROLE e LOGIN; GRANT e2 TO e WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
        login: "e",
        majors: 16..=18,
        steps: 4,
    },
    // The ADMIN lies beyond a membership that neither inherits nor can be set: no possible grantor.
    Way {
        roles: "CREATE ROLE f1 IN ROLE boss_f; CREATE ROLE f2; GRANT f1 TO f2 WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; \
                CREATE ROLE f LOGIN; GRANT f2 TO f WITH INHERIT FALSE, SET FALSE",
        login: "f",
        majors: 16..=18,
        steps: 0,
    },
    // SET is missing on the way.
    Way {
        roles: "CREATE ROLE h1 IN ROLE boss_h; CREATE ROLE h LOGIN; GRANT h1 TO h WITH SET FALSE",
        login: "h",
        majors: 16..=18,
        steps: 0,
    },
    // Before 16, CREATEROLE gives itself whatever is no superuser; since 16 it does not.
    Way {
        roles: "CREATE ROLE i1 IN ROLE boss_i; CREATE ROLE i LOGIN CREATEROLE",
        login: "i",
        majors: 13..=15,
        steps: 2,
    },
    Way {
        roles: "CREATE ROLE i1 IN ROLE boss_i; CREATE ROLE i LOGIN CREATEROLE",
        login: "i",
        majors: 16..=18,
        steps: 0,
    },
    // CREATEROLE of a role that it can become.
    Way {
        roles: "CREATE ROLE j1 IN ROLE boss_j; CREATE ROLE j2 CREATEROLE; CREATE ROLE j LOGIN NOINHERIT IN ROLE j2",
        login: "j",
        majors: 13..=15,
        steps: 3,
    },
    // ADMIN on the superuser itself is of use to superusers alone.
    Way {
        roles: "CREATE ROLE k LOGIN; GRANT boss_k TO k WITH ADMIN TRUE, INHERIT TRUE, SET FALSE",
        login: "k",
        majors: 16..=18,
        steps: 0,
    },
    // The membership would make a circle, but CREATEROLE opens that first.
    Way {
        roles: "CREATE ROLE l LOGIN CREATEROLE; CREATE ROLE l1 IN ROLE boss_l; CREATE ROLE l2 IN ROLE l; GRANT l2 TO l1",
        login: "l",
        majors: 13..=15,
        steps: 3,
    },
];

#[test]
fn every_way_to_superuser_leads_there() {
    for_each_major_async(async |server| {
        for way in WAYS.iter().filter(|way| way.majors.contains(&server.major)) {
            // CREATEROLE before 16 reaches everything: each way has a server of its own roles.
            let own = own(server.major, "postgres");
            let admin = connect(&own, "postgres", "postgres").await;
            let superuser = format!("boss_{}", way.login);
            run(&admin, &format!("CREATE ROLE {superuser} SUPERUSER; CREATE ROLE boss SUPERUSER LOGIN"))
                .await;
            run(&admin, way.roles).await;
            walk(server.major, way, &own).await;
        }
    });
}

async fn walk(major: u16, way: &Way, own: &rolescope::demo::Instance) {
    let client = connect(own, "boss", "postgres").await;
    let (cluster, found) = look(&client).await;
    let view = View::new(cluster);
    let finding = about(&view, &found, "way-to-superuser", way.login);
    let login = connect(own, way.login, "postgres").await;
    let Some(finding) = finding else {
        assert_eq!(way.steps, 0, "PostgreSQL {major}: no way found for {}: {}", way.login, way.roles);
        return;
    };
    assert_eq!(finding.steps.len(), way.steps, "PostgreSQL {major}, {}: {:?}", way.login, finding.steps);
    for step in &finding.steps {
        run(&login, step).await;
    }
    let is_superuser: String = login.query_one("SHOW is_superuser", &[]).await.unwrap().get(0);
    assert_eq!(is_superuser, "on", "PostgreSQL {major}, {}: {:?}", way.login, finding.steps);
    drop(login);
    // What mends it bars the way.
    let mend = finding.mend.clone().unwrap_or_else(|why| panic!("PostgreSQL {major}, {}: {why}", way.login));
    run(&client, &mend.join("; ")).await;
    let (cluster, found) = look(&client).await;
    assert!(about(&View::new(cluster), &found, "way-to-superuser", way.login).is_none(), "{mend:?}");
}
