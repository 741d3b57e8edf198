//! Reading again by OID, as before and after a statement runs.

use crate::servers::{Server, for_each_major_async};
use rolescope::cluster::{AclTarget, Class, Cluster, Oid, View};
use rolescope::server::load;
use rolescope::server::load::{Entry, Reader, read_entries};
use std::sync::Arc;

const SCRIPT: &str = "
    CREATE SCHEMA s;
    CREATE TABLE s.t (a int, b text);
    CREATE TABLE s.other (a int);
    CREATE TABLE s.dropped (a int);
    CREATE SEQUENCE s.seq;
    CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE TYPE s.colour AS ENUM ('red');
    GRANT SELECT ON s.t, s.other TO PUBLIC;
    GRANT SELECT (a) ON s.t TO PUBLIC;
    REVOKE EXECUTE ON FUNCTION s.f() FROM PUBLIC";

fn find(cluster: &Cluster, class: Class, name: &str) -> AclTarget {
    let schema = cluster.objects.by_name(Class::Schema, Oid(0), "s")[0];
    if class == Class::Schema {
        return AclTarget::whole(schema);
    }
    let schema = cluster.objects.get(schema).expect("s").oid;
    AclTarget::whole(cluster.objects.by_name(class, schema, name)[0])
}

#[test]
fn entries_are_read_again_by_oid() {
    for_each_major_async(async |server: &Server| {
        let database = server.fresh_database().await;
        let superuser = server.superuser(&database).await;
        superuser.batch_execute(SCRIPT).await.expect("the script");
        let user = server.fresh_role("reader").await;
        let client = server.connect(&user, &user, &database).await;
        let cluster = Arc::new(load(&client, |_| ()).await.expect("load"));
        let mut view = View::new(cluster.clone());

        let table = find(&cluster, Class::Relation, "t");
        let mut targets = vec![
            table,
            AclTarget::column(table.object, 1),
            AclTarget::column(table.object, 2),
            AclTarget::column(table.object, -1),
            find(&cluster, Class::Relation, "other"),
            find(&cluster, Class::Relation, "dropped"),
            find(&cluster, Class::Relation, "seq"),
            find(&cluster, Class::Routine, "f"),
            find(&cluster, Class::Type, "colour"),
            find(&cluster, Class::Schema, "s"),
            AclTarget::whole(cluster.objects.by_oid(Class::Database, cluster.database).expect("database")),
        ];
        // A system catalog, since no other test changes its OID's neighbours.
        targets.extend(cluster.objects.by_oid(Class::Relation, Oid(1259)).map(AclTarget::whole));
        targets.push(AclTarget::whole(view.parameter("rolescope.never_granted")));

        client.batch_execute("BEGIN; SET LOCAL search_path = s, pg_catalog").await.expect("BEGIN");
        let read = read_entries(Reader::new(&client, std::time::Duration::ZERO), &view, true, &targets)
            .await
            .expect("read again");
        let path: String = client.query_one("SHOW search_path", &[]).await.expect("SHOW").get(0);
        assert_eq!(path, "s, pg_catalog", "the session's own setting is back");
        client.batch_execute("COMMIT").await.expect("COMMIT");
        for (target, entry) in targets.iter().zip(&read.entries) {
            assert_eq!(*entry, Entry::in_cluster(&cluster, *target), "{target:?}");
        }
        assert_eq!(read.entries.iter().filter(|e| e.is_none()).count(), 1, "the parameter alone has no row");
        let graph = read.graph.expect("asked for");
        assert_eq!(graph.roles.by_name(&user), cluster.roles.by_name(&user));
        assert!(!graph.memberships.is_empty());

        let changes = format!(
            "GRANT SELECT (a) ON s.t TO {user}; ALTER TABLE s.other RENAME TO renamed; DROP TABLE s.dropped;
             ALTER TABLE s.t DROP COLUMN b; ALTER SEQUENCE s.seq OWNER TO {user};
             GRANT EXECUTE ON FUNCTION s.f() TO {user}; GRANT SELECT (ctid) ON s.t TO {user}"
        );
        superuser.batch_execute(&changes).await.expect("changes");
        client.batch_execute("BEGIN").await.expect("BEGIN");
        let read = read_entries(Reader::new(&client, std::time::Duration::ZERO), &view, false, &targets)
            .await
            .expect("read again");
        client.batch_execute("COMMIT").await.expect("COMMIT");
        assert!(read.graph.is_none());
        let mut changed = Vec::new();
        for (at, (target, entry)) in targets.iter().zip(&read.entries).enumerate() {
            if *entry != Entry::in_cluster(&cluster, *target) {
                changed.push(at);
            }
        }
        assert_eq!(changed, [1, 2, 3, 4, 5, 6, 7], "columns a, b and ctid, other, dropped, seq, f");
        assert!(read.entries[2].is_none() && read.entries[5].is_none(), "gone");
        assert_eq!(read.entries[4].as_ref().map(|e| &*e.name), Some("renamed"));
    });
}
