//! Views, rules, parents, and SECURITY DEFINER routines: what is named as a door is one, and what is none is not named.

use super::{Place, place};
use crate::servers::{Server, for_each_major_async};
use rolescope::access::why::{Door, DoorKind, Doubt};
use rolescope::cluster::View;
use rolescope::sql::identity::object_identity;

const ROLES: [&str; 5] = ["owner", "viewer", "other", "reader", "poor"];

async fn a_shop(server: &Server) -> Place<'_> {
    let place = place(server, &ROLES).await;
    place
        .run(
            "CREATE ROLE {owner}; CREATE ROLE {viewer}; CREATE ROLE {other}; CREATE ROLE {reader}; CREATE ROLE {poor};
             CREATE SCHEMA s AUTHORIZATION {owner}; GRANT USAGE ON SCHEMA s TO PUBLIC;
             CREATE SCHEMA hidden; CREATE TABLE s.t (a int, b int); INSERT INTO s.t VALUES (1, 2);
             CREATE TABLE s.u (a int); ALTER TABLE s.t OWNER TO {owner}; ALTER TABLE s.u OWNER TO {owner};
             GRANT SELECT, INSERT ON s.t TO {viewer}; GRANT SELECT (a) ON s.t TO {poor};
             CREATE FUNCTION s.secret() RETURNS int LANGUAGE sql AS 'SELECT 1';
             REVOKE EXECUTE ON FUNCTION s.secret() FROM PUBLIC;
             CREATE VIEW s.by_owner AS SELECT * FROM s.t; ALTER VIEW s.by_owner OWNER TO {owner};
             CREATE VIEW s.by_viewer AS SELECT a FROM s.t; ALTER VIEW s.by_viewer OWNER TO {viewer};
             CREATE VIEW s.fails AS SELECT t.a FROM s.t, s.u; ALTER VIEW s.fails OWNER TO {viewer};
             CREATE VIEW s.by_poor AS SELECT a FROM s.t; ALTER VIEW s.by_poor OWNER TO {poor};
             CREATE VIEW s.too_poor AS SELECT b FROM s.t; ALTER VIEW s.too_poor OWNER TO {poor};
             CREATE VIEW s.calls AS SELECT a, s.secret() FROM s.t; ALTER VIEW s.calls OWNER TO {owner};
             CREATE VIEW s.own AS SELECT a FROM s.t; ALTER VIEW s.own OWNER TO {reader};
             CREATE VIEW hidden.v AS SELECT * FROM s.t; ALTER VIEW hidden.v OWNER TO {owner};
             CREATE VIEW s.denied AS SELECT * FROM s.t; ALTER VIEW s.denied OWNER TO {owner};
             CREATE VIEW s.over AS SELECT * FROM s.denied; ALTER VIEW s.over OWNER TO {other};
             CREATE VIEW s.over_none AS SELECT * FROM s.denied; ALTER VIEW s.over_none OWNER TO {poor};
             GRANT SELECT ON s.denied TO {other};
             CREATE MATERIALIZED VIEW s.copy AS SELECT * FROM s.t; ALTER MATERIALIZED VIEW s.copy OWNER TO {owner};
             GRANT SELECT ON s.by_owner, s.by_viewer, s.fails, s.by_poor, s.too_poor, s.calls, hidden.v, s.over,
                 s.over_none, s.copy, s.own TO {reader}",
        )
        .await;
    place
}

fn names(view: &View, doors: &[Door]) -> Vec<String> {
    doors.iter().map(|door| object_identity(view, door.through[0])).collect()
}

#[test]
fn views_are_doors_where_they_can_be_read() {
    for_each_major_async(async |server: &Server| {
        let place = a_shop(server).await;
        if server.major >= 15 {
            place
                .run(
                    "CREATE VIEW s.invoker WITH (security_invoker) AS SELECT * FROM s.t;
                     CREATE VIEW s.outer_invoker WITH (security_invoker) AS SELECT * FROM s.by_viewer;
                     CREATE VIEW s.over_invoker AS SELECT * FROM s.invoker;
                     ALTER VIEW s.invoker OWNER TO {owner}; ALTER VIEW s.outer_invoker OWNER TO {other};
                     ALTER VIEW s.over_invoker OWNER TO {owner};
                     GRANT SELECT ON s.invoker, s.outer_invoker, s.over_invoker TO {reader}",
                )
                .await;
        }
        let (view, answered) = place.why("{reader}", "SELECT", "s.t").await;
        assert!(!answered.why.answer);
        let doors = &answered.why.doors;
        let named = names(&view, doors);
        let all = place.admin.query(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
             WHERE relkind IN ('v', 'm') AND nspname IN ('s', 'hidden')",
            &[],
        );
        let all = all.await.expect("pg_class");
        assert!(all.len() >= 12);
        for row in all {
            let name: String = row.get(0);
            let may = place.may("{reader}", &format!("SELECT * FROM {name}")).await;
            let door = doors.iter().zip(&named).find(|(_, known)| **known == name).map(|(door, _)| door);
            let said = format!("PostgreSQL {}: {name}: may {may}, {door:?}", server.major);
            match door.map(|door| door.doubt) {
                Some(None | Some(Doubt::ColumnPrivileges)) => assert!(may, "{said}"),
                Some(Some(Doubt::Function)) => assert!(!may, "{said}"),
                Some(other) => panic!("{said}: {other:?}"),
                None => assert!(!may, "{said}"),
            }
        }
        let as_whom = |name: &str| {
            let at =
                named.iter().position(|known| known == name).unwrap_or_else(|| panic!("{name}: {named:?}"));
            view.role_name(doors[at].runs_as.expect("its owner"))
        };
        assert_eq!(as_whom("s.by_viewer"), place.name("viewer"));
        assert_eq!(
            as_whom("s.over"),
            place.name("owner"),
            "the table is read by the owner of the inner view"
        );
        let copy = doors.iter().find(|door| door.kind == DoorKind::MaterializedView).expect("a copy");
        assert_eq!(object_identity(&view, copy.through[0]), "s.copy");
        if server.major >= 15 {
            assert!(
                !named.contains(&"s.invoker".to_owned()) && named.contains(&"s.outer_invoker".to_owned())
            );
        }
    });
}

#[test]
fn columns_rules_parents_and_writes() {
    for_each_major_async(async |server: &Server| {
        let place = a_shop(server).await;
        // A column that the view leaves out does not come through it.
        let (view, answered) = place.why("{reader}", "SELECT", "s.t.b").await;
        let named = names(&view, &answered.why.doors);
        assert!(
            named.contains(&"s.by_owner".to_owned()) && !named.contains(&"s.by_viewer".to_owned()),
            "{named:?}"
        );

        place
            .run(
                "GRANT INSERT ON s.by_viewer, s.fails TO {reader};
                 CREATE TABLE s.log (a int); ALTER TABLE s.log OWNER TO {owner};
                 CREATE RULE also AS ON INSERT TO s.u DO ALSO INSERT INTO s.log VALUES (new.a);
                 GRANT INSERT ON s.u TO {reader};
                 CREATE TABLE s.whole (k int) PARTITION BY LIST (k);
                 CREATE TABLE s.part PARTITION OF s.whole FOR VALUES IN (1);
                 CREATE TABLE s.heir () INHERITS (s.u); GRANT SELECT ON s.whole, s.u TO {reader}",
            )
            .await;
        let (view, answered) = place.why("{reader}", "INSERT", "s.t").await;
        // A join cannot be written to, which is not looked at: hence the doubt.
        assert_eq!(names(&view, &answered.why.doors), ["s.by_viewer", "s.fails"]);
        assert!(answered.why.doors.iter().all(|door| door.doubt == Some(Doubt::Updatable)));
        assert!(place.may("{reader}", "INSERT INTO s.by_viewer VALUES (1)").await);
        assert!(!place.may("{reader}", "INSERT INTO s.t VALUES (1)").await);

        let (view, answered) = place.why("{reader}", "INSERT", "s.log").await;
        assert_eq!(names(&view, &answered.why.doors), ["s.u"]);
        assert!(
            matches!(answered.why.doors[0].kind, DoorKind::Rule(_)) && answered.why.doors[0].doubt.is_some()
        );
        assert!(place.may("{reader}", "INSERT INTO s.u VALUES (1)").await);
        assert!(!place.may("{reader}", "INSERT INTO s.log VALUES (1)").await);

        for (part, parent) in [("s.part", "s.whole"), ("s.heir", "s.u")] {
            let (view, answered) = place.why("{reader}", "SELECT", part).await;
            assert_eq!(names(&view, &answered.why.doors), [parent]);
            assert!(place.may("{reader}", &format!("SELECT * FROM {parent}")).await);
            assert!(!place.may("{reader}", &format!("SELECT * FROM {part}")).await);
        }
        let (_, answered) = place.why("{reader}", "INSERT", "s.heir").await;
        assert!(answered.why.doors.is_empty(), "what is inserted into a parent stays there");
    });
}

#[test]
fn security_definer_routines_are_named() {
    for_each_major_async(async |server: &Server| {
        let place = a_shop(server).await;
        place
            .run(
                "CREATE FUNCTION s.text_body() RETURNS bigint LANGUAGE sql SECURITY DEFINER
                     AS 'SELECT count(*) FROM s.t';
                 CREATE FUNCTION s.plain() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM s.t';
                 CREATE FUNCTION s.not_for_all() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint';
                 REVOKE EXECUTE ON FUNCTION s.not_for_all() FROM PUBLIC;
                 CREATE FUNCTION s.fires() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';
                 CREATE FUNCTION s.of_nobody() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
                 ALTER FUNCTION s.text_body() OWNER TO {owner}; ALTER FUNCTION s.plain() OWNER TO {owner};
                 ALTER FUNCTION s.not_for_all() OWNER TO {owner}; ALTER FUNCTION s.fires() OWNER TO {owner};
                 ALTER FUNCTION s.of_nobody() OWNER TO {other}",
            )
            .await;
        if server.major >= 14 {
            place
                .run(
                    "CREATE FUNCTION s.body() RETURNS bigint SECURITY DEFINER
                         BEGIN ATOMIC SELECT count(*) FROM s.by_viewer; END;
                     CREATE FUNCTION s.innocent() RETURNS int SECURITY DEFINER BEGIN ATOMIC SELECT 1; END;
                     CREATE FUNCTION s.asks() RETURNS bigint SECURITY DEFINER
                         BEGIN ATOMIC SELECT s.text_body(); END;
                     GRANT SELECT ON s.by_viewer TO {owner};
                     ALTER FUNCTION s.body() OWNER TO {owner}; ALTER FUNCTION s.innocent() OWNER TO {owner};
                     ALTER FUNCTION s.asks() OWNER TO {owner}",
                )
                .await;
        }
        let (view, answered) = place.why("{reader}", "SELECT", "s.t").await;
        let routines = &answered.why.routines;
        let named = |ids: &[rolescope::cluster::ObjectId]| {
            let mut names: Vec<String> = ids.iter().map(|id| object_identity(&view, *id)).collect();
            names.sort();
            names
        };
        let (recorded, may): (&[&str], &[&str]) = match server.major {
            ..14 => (&[], &["s.text_body()"]),
            _ => (&["s.body()"], &["s.asks()", "s.text_body()"]),
        };
        assert_eq!(named(&routines.recorded), recorded);
        assert_eq!(named(&routines.may), may);
        assert_eq!(routines.may_count, may.len());
        for routine in recorded.iter().chain(may) {
            assert!(place.may("{reader}", &format!("SELECT {routine}")).await, "{routine}");
        }
        assert!(!place.may("{reader}", "SELECT s.plain()").await, "it runs as its caller");
        assert!(!place.may("{reader}", "SELECT s.not_for_all()").await);
        assert!(!place.may("{reader}", "SELECT count(*) FROM s.t").await);
    });
}

/// Through a view its owner's row security holds.
#[test]
fn row_security_behind_a_view_is_its_owners() {
    for_each_major_async(async |server: &Server| {
        let place = a_shop(server).await;
        place.run("ALTER TABLE s.t ENABLE ROW LEVEL SECURITY").await;
        let (view, answered) = place.why("{reader}", "SELECT", "s.t").await;
        for (name, subject) in [("s.by_owner", false), ("s.by_viewer", true)] {
            let door = answered.why.doors.iter().find(|door| object_identity(&view, door.through[0]) == name);
            assert_eq!(door.expect("a door").row_security, subject, "{name}");
            let begin = place.named("BEGIN; SET SESSION AUTHORIZATION {reader}");
            place.admin.batch_execute(&begin).await.expect("BEGIN");
            let rows = place.admin.query(&format!("SELECT * FROM {name}"), &[]).await.expect("SELECT").len();
            place.admin.batch_execute("ROLLBACK; RESET SESSION AUTHORIZATION").await.expect("ROLLBACK");
            assert_eq!(rows == 0, subject, "{name}");
        }
    });
}
