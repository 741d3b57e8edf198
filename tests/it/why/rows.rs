//! Row security: who is subject to it, and what then is seen.

use super::{Place, place};
use crate::servers::{Server, for_each_major_async};

async fn rows_seen(place: &Place<'_>, role: &str, table: &str) -> i64 {
    let begin = place.named(&format!("BEGIN; SET SESSION AUTHORIZATION {role}"));
    place.admin.batch_execute(&begin).await.expect("BEGIN");
    let sql = place.named(&format!("SELECT count(*) FROM {table}"));
    let row = place.admin.query_one(&sql, &[]).await.unwrap_or_else(|e| panic!("{role} {table}: {e:?}"));
    place.admin.batch_execute("ROLLBACK; RESET SESSION AUTHORIZATION").await.expect("ROLLBACK");
    row.get(0)
}

/// Of three rows a policy shows one.
#[test]
fn who_is_subject_sees_what_the_policies_show() {
    for_each_major_async(async |server: &Server| {
        let stems = ["owner", "heir", "reader", "clerk", "deputy", "bypass", "boss", "stranger"];
        let place = place(server, &stems).await;
        place
            .run(
                "CREATE ROLE {owner}; CREATE ROLE {heir} IN ROLE {owner}; CREATE ROLE {reader}; CREATE ROLE {clerk};
                 CREATE ROLE {deputy} IN ROLE {clerk}; CREATE ROLE {bypass} BYPASSRLS; CREATE ROLE {boss} SUPERUSER;
                 CREATE ROLE {stranger} NOINHERIT IN ROLE {clerk};
                 CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO PUBLIC;
                 CREATE TABLE s.free AS SELECT generate_series(1, 3) AS a;
                 CREATE TABLE s.forced AS TABLE s.free; CREATE TABLE s.off AS TABLE s.free;
                 CREATE TABLE s.strict AS TABLE s.free;
                 GRANT ALL ON ALL TABLES IN SCHEMA s TO PUBLIC;
                 ALTER TABLE s.free OWNER TO {owner}; ALTER TABLE s.forced OWNER TO {owner};
                 ALTER TABLE s.strict OWNER TO {owner}; ALTER TABLE s.off OWNER TO {owner};
                 ALTER TABLE s.free ENABLE ROW LEVEL SECURITY; ALTER TABLE s.strict ENABLE ROW LEVEL SECURITY;
                 ALTER TABLE s.forced ENABLE ROW LEVEL SECURITY; ALTER TABLE s.forced FORCE ROW LEVEL SECURITY;
                 CREATE POLICY one ON s.free TO {clerk} USING (a = 1);
                 CREATE POLICY one ON s.forced TO {clerk} USING (a = 1);
                 CREATE POLICY for_writers ON s.free FOR UPDATE TO PUBLIC USING (true);
                 CREATE POLICY less ON s.strict AS RESTRICTIVE TO PUBLIC USING (true);
                 CREATE POLICY unused ON s.off USING (false)",
            )
            .await;
        for role in stems {
            for table in ["s.free", "s.forced", "s.strict", "s.off"] {
                let (_, answered) = place.why(&format!("{{{role}}}"), "SELECT", table).await;
                let expected = match &answered.why.row_security {
                    None => 3,
                    Some(security) if security.exempt.is_some() => 3,
                    Some(security) if security.no_rows() => 0,
                    Some(_) => 1,
                };
                let seen = rows_seen(&place, &format!("{{{role}}}"), table).await;
                assert_eq!(seen, expected, "{}: {role} {table}: {answered:?}", server.major);
            }
        }
        // An update needs a policy for updates.
        let (_, answered) = place.why("{reader}", "UPDATE", "s.free").await;
        let security = answered.why.row_security.expect("row security");
        let names: Vec<_> =
            security.policies.iter().map(|p| (p.name.as_str(), p.command, p.applies)).collect();
        assert_eq!(names, [("for_writers", 'w', true), ("one", '*', false)]);
        let (_, answered) = place.why("{reader}", "TRUNCATE", "s.free").await;
        assert_eq!(answered.why.row_security, None, "no policy is asked");
    });
}
