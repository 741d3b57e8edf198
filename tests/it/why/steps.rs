//! One step away: SET ROLE, and what a role can give itself.

use super::{Place, json, place};
use crate::servers::{Server, for_each_major_async};

/// Runs the statements as the role; does the SELECT work then?
async fn works(place: &Place<'_>, role: &str, statements: &[String]) -> bool {
    let script = format!("{}; SELECT * FROM s.t", statements.join("; "));
    place.may(role, &script).await
}

#[test]
fn set_role_and_grants_to_oneself_work_as_told() {
    for_each_major_async(async |server: &Server| {
        let place =
            place(server, &["group", "outer", "setter", "unset", "admin", "creator", "owner", "nobody"])
                .await;
        place
            .run(
                "CREATE ROLE {group}; CREATE ROLE {outer}; CREATE ROLE {setter} NOINHERIT;
                 CREATE ROLE {unset} NOINHERIT; CREATE ROLE {admin}; CREATE ROLE {creator} CREATEROLE;
                 CREATE ROLE {owner}; CREATE ROLE {nobody}; GRANT {group} TO {outer};
                 CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO PUBLIC; CREATE TABLE s.t (a int);
                 ALTER TABLE s.t OWNER TO {owner}; REVOKE ALL ON s.t FROM {owner}; GRANT SELECT ON s.t TO {group};
                 GRANT {outer} TO {setter}",
            )
            .await;
        if server.major >= 16 {
            place
                .run(
                    "GRANT {group} TO {unset} WITH INHERIT FALSE, SET FALSE;
                     GRANT {group} TO {admin} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE",
                )
                .await;
        } else {
            place.run("ALTER ROLE {admin} NOINHERIT; GRANT {group} TO {admin} WITH ADMIN OPTION").await;
        }

        let (view, answered) = place.why("{setter}", "SELECT", "s.t").await;
        let reachable = json(&view, &answered)["reachable"].clone();
        assert_eq!(reachable["set_role"][0]["role"], place.name("outer"), "{reachable}");
        assert_eq!(
            reachable["set_role"].as_array().map(Vec::len),
            Some(1),
            "not what lies behind it: {reachable}"
        );
        let statement = reachable["set_role"][0]["statement"].as_str().expect("text").to_owned();
        assert!(!works(&place, "{setter}", &["SELECT 1".to_owned()]).await);
        assert!(works(&place, "{setter}", &[statement]).await);

        if server.major >= 16 {
            let (_, answered) = place.why("{unset}", "SELECT", "s.t").await;
            assert!(
                answered.why.reachable.chains.is_empty() && answered.self_grants.is_empty(),
                "{answered:?}"
            );
            assert!(!works(&place, "{unset}", &[place.named("SET ROLE {group}")]).await);
        }
        // Before 16 an administrator is a member, which may SET ROLE; a grant to itself brings nothing new.
        let (_, answered) = place.why("{admin}", "SELECT", "s.t").await;
        if server.major >= 16 {
            let grant = &answered.self_grants[0];
            assert_eq!(grant.statements, [place.named("GRANT {group} TO {admin} WITH INHERIT TRUE")]);
            assert!(works(&place, "{admin}", &grant.statements).await);
        } else {
            assert!(answered.self_grants.is_empty());
            assert_eq!(answered.why.reachable.count, 1);
        }
        let (_, answered) = place.why("{creator}", "SELECT", "s.t").await;
        if server.major >= 16 {
            assert!(answered.self_grants.is_empty(), "CREATEROLE alone is not enough: {answered:?}");
            assert!(!works(&place, "{creator}", &[place.named("GRANT {group} TO {creator}")]).await);
        } else {
            let statements = &answered.self_grants[0].statements;
            assert!(works(&place, "{creator}", statements).await, "{statements:?}");
        }
        // The owner took its own privilege away, and may give it back.
        let (_, answered) = place.why("{owner}", "SELECT", "s.t").await;
        assert!(!answered.why.answer && answered.why.grantable);
        assert_eq!(answered.self_grants[0].statements, [place.named("GRANT SELECT ON TABLE s.t TO {owner}")]);
        assert!(works(&place, "{owner}", &answered.self_grants[0].statements).await);

        let (_, answered) = place.why("{nobody}", "SELECT", "s.t").await;
        assert!(answered.self_grants.is_empty() && answered.why.reachable.count == 0);
    });
}

/// Names that need their quotes come with them.
#[test]
fn statements_are_quoted() {
    for_each_major_async(async |server: &Server| {
        let place = place(server, &["odd"]).await;
        let odd = format!("{} \"x\" ;--", place.name("odd"));
        let quoted = rolescope::sql::quote_ident(&odd).into_owned();
        place
            .run(&format!(
                "CREATE ROLE {quoted}; CREATE SCHEMA \"S s\"; CREATE TABLE \"S s\".\"T.t\" (\"c,c\" int);
                 GRANT USAGE ON SCHEMA \"S s\" TO {quoted};
                 ALTER TABLE \"S s\".\"T.t\" OWNER TO {quoted}; REVOKE ALL ON \"S s\".\"T.t\" FROM {quoted}"
            ))
            .await;
        for role in [odd.as_str(), quoted.as_str()] {
            let (_, answered) = place.why(role, "SELECT", "\"S s\".\"T.t\"(\"c,c\")").await;
            let statement = &answered.self_grants[0].statements;
            assert_eq!(*statement, [format!("GRANT SELECT (\"c,c\") ON TABLE \"S s\".\"T.t\" TO {quoted}")]);
            let script = format!("{}; SELECT \"c,c\" FROM \"S s\".\"T.t\"", statement[0]);
            assert!(place.may(&quoted, &script).await);
        }
    });
}
