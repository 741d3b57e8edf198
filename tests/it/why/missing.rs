//! What is missing: without it, it does not work; with it, it does.

use super::place;
use crate::servers::{Server, for_each_major_async};
use rolescope::access::why::Missing;
use rolescope::question::mend;

/// Can the role connect over the network with its password, and read the table?
async fn reads(server: &Server, role: &str, database: &str) -> bool {
    let mut config = tokio_postgres::Config::new();
    config.host_path(server.instance.socket_folder()).port(server.instance.port());
    config.user(role).password(role).dbname(database);
    let Ok((client, connection)) = config.connect(tokio_postgres::NoTls).await else { return false };
    tokio::spawn(connection);
    client.batch_execute("SELECT * FROM s.t").await.is_ok()
}

#[test]
fn each_thing_that_is_missing_is_needed_and_all_are_enough() {
    for_each_major_async(async |server: &Server| {
        let place = place(server, &["newcomer"]).await;
        place
            .run(
                "CREATE ROLE {newcomer} PASSWORD '{newcomer}' CONNECTION LIMIT 0 VALID UNTIL '2001-02-03 04:05:06+00';
                 REVOKE CONNECT ON DATABASE {database} FROM PUBLIC;
                 CREATE SCHEMA s; CREATE TABLE s.t (a int)",
            )
            .await;
        let (view, answered) = place.why("{newcomer}", "SELECT", "s.t").await;
        let missing = answered.why.missing.clone();
        let all: Vec<&str> = missing
            .iter()
            .map(|missing| match missing {
                Missing::Privilege => "privilege",
                Missing::Need(_, privilege) => privilege.name(),
                Missing::Login => "login",
                Missing::ConnectionLimit => "limit",
                Missing::ValidUntil(_) => "valid until",
                Missing::NoConnections(_) => "connections",
                Missing::Inherit { .. } => "inherit",
            })
            .collect();
        assert_eq!(all, ["privilege", "USAGE", "CONNECT", "login", "limit", "valid until"]);
        let newcomer = place.name("newcomer").to_owned();
        for left_out in &missing {
            for one in missing.iter().filter(|one| *one != left_out) {
                for statement in mend(&view, answered.why.question, one) {
                    place.run(&statement).await;
                }
            }
            assert!(!reads(server, &newcomer, &place.database).await, "without {left_out:?}");
            let (_, now) = place.why("{newcomer}", "SELECT", "s.t").await;
            assert_eq!(now.why.missing, std::slice::from_ref(left_out));
            place
                .run(
                    "REVOKE SELECT ON s.t FROM {newcomer}; REVOKE USAGE ON SCHEMA s FROM {newcomer};
                     REVOKE CONNECT ON DATABASE {database} FROM {newcomer};
                     ALTER ROLE {newcomer} NOLOGIN CONNECTION LIMIT 0 VALID UNTIL '2001-02-03 04:05:06+00'",
                )
                .await;
        }
        for statement in missing.iter().flat_map(|one| mend(&view, answered.why.question, one)) {
            place.run(&statement).await;
        }
        assert!(reads(server, &newcomer, &place.database).await);
        let (_, now) = place.why("{newcomer}", "SELECT", "s.t").await;
        assert!(now.why.answer && now.why.missing.is_empty(), "{:?}", now.why.missing);
        // A database that nobody may connect to.
        let elsewhere = server.superuser("postgres").await;
        let close = place.named("ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false");
        elsewhere.batch_execute(&close).await.expect("ALTER DATABASE");
        let (view, now) = place.why("{newcomer}", "SELECT", "s.t").await;
        assert!(matches!(now.why.missing[..], [Missing::NoConnections(_)]), "{:?}", now.why.missing);
        assert!(!reads(server, &newcomer, &place.database).await);
        for statement in mend(&view, now.why.question, &now.why.missing[0]) {
            place.run(&statement).await;
        }
        assert!(reads(server, &newcomer, &place.database).await);
    });
}

#[test]
fn an_inherit_that_is_off_is_named_and_turned_on() {
    for_each_major_async(async |server: &Server| {
        let place = place(server, &["reader", "middle", "low", "grantor"]).await;
        place
            .run(
                "CREATE ROLE {reader}; CREATE ROLE {middle} NOINHERIT; CREATE ROLE {low}; CREATE ROLE {grantor};
                 GRANT {reader} TO {grantor} WITH ADMIN OPTION; GRANT {middle} TO {low};
                 SET SESSION AUTHORIZATION {grantor}; GRANT {reader} TO {middle}; RESET SESSION AUTHORIZATION;
                 CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO PUBLIC; CREATE TABLE s.t (a int);
                 GRANT SELECT ON s.t TO {reader}",
            )
            .await;
        let (view, answered) = place.why("{low}", "SELECT", "s.t").await;
        assert!(!answered.why.answer && !place.may("{low}", "SELECT * FROM s.t").await);
        let inherit = answered.why.missing.iter().find(|one| matches!(one, Missing::Inherit { .. }));
        let Some(Missing::Inherit { chain, off }) = inherit else { panic!("{:?}", answered.why.missing) };
        let names: Vec<String> = chain.iter().map(|role| view.role_name(*role)).collect();
        assert_eq!(names, ["low", "middle", "reader"].map(|stem| place.name(stem)));
        assert_eq!(off.len(), 1);
        assert_eq!((off[0].member, off[0].role), (chain[1], chain[2]));
        assert_eq!(view.role_name(off[0].grantor), place.name("grantor"));
        for statement in mend(&view, answered.why.question, inherit.expect("it")) {
            place.run(&statement).await;
        }
        assert!(place.may("{low}", "SELECT * FROM s.t").await);
        let (_, answered) = place.why("{low}", "SELECT", "s.t").await;
        assert!(answered.why.answer && answered.why.paths.list.len() == 1);
    });
}
