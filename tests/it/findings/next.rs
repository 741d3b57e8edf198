//! What default privileges give to the next object, against objects really made.

use super::{connect, own, run};
use crate::servers::for_each_major_async;
use rolescope::access::acl_of_next;
use rolescope::cluster::{Class, Oid, View, item_text};
use rolescope::server::load;
use std::sync::Arc;
use tokio_postgres::Client;

const SET_UP: &str = "CREATE ROLE z; CREATE ROLE \"A b\"; CREATE ROLE m LOGIN; CREATE ROLE n LOGIN IN ROLE m; CREATE ROLE plain LOGIN; \
    GRANT CREATE ON DATABASE postgres TO m, n, plain; CREATE SCHEMA s; CREATE SCHEMA other; \
    GRANT ALL ON SCHEMA s, other TO m, n, plain; CREATE TABLE public.origin (a int)";

/// Each adds to those before; after each, every kind of object is made by everybody, everywhere.
const ROUNDS: &[&str] = &[
    "",
    "ALTER DEFAULT PRIVILEGES FOR ROLE m IN SCHEMA s GRANT SELECT ON TABLES TO z; \
     ALTER DEFAULT PRIVILEGES FOR ROLE m IN SCHEMA s GRANT USAGE ON SEQUENCES TO PUBLIC; \
     ALTER DEFAULT PRIVILEGES FOR ROLE m IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES FOR ROLE m GRANT INSERT ON TABLES TO \"A b\" WITH GRANT OPTION; \
     ALTER DEFAULT PRIVILEGES FOR ROLE m IN SCHEMA s GRANT UPDATE ON TABLES TO \"A b\"; \
     ALTER DEFAULT PRIVILEGES FOR ROLE m REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; \
     ALTER DEFAULT PRIVILEGES FOR ROLE m IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO z, PUBLIC; \
     ALTER DEFAULT PRIVILEGES FOR ROLE m GRANT CREATE ON SCHEMAS TO z",
    "ALTER DEFAULT PRIVILEGES FOR ROLE n REVOKE ALL ON TABLES FROM n; ALTER DEFAULT PRIVILEGES FOR ROLE n REVOKE ALL ON TYPES \
     FROM PUBLIC, n; ALTER DEFAULT PRIVILEGES FOR ROLE n IN SCHEMA s GRANT ALL ON TABLES TO n; \
     ALTER DEFAULT PRIVILEGES FOR ROLE n IN SCHEMA other GRANT USAGE ON TYPES TO m; \
     ALTER DEFAULT PRIVILEGES FOR ROLE n REVOKE ALL ON SCHEMAS FROM n; \
     ALTER DEFAULT PRIVILEGES FOR ROLE m REVOKE SELECT ON SEQUENCES FROM m",
];

/// What is made: the letter, the statement, and where its ACL is.
const KINDS: &[(char, &str, &str)] = &[
    ('r', "CREATE TABLE @.t (a int)", "SELECT relacl::text FROM pg_class WHERE oid = '@.t'::regclass"),
    (
        'r',
        "CREATE VIEW @.v AS SELECT 1 AS one",
        "SELECT relacl::text FROM pg_class WHERE oid = '@.v'::regclass",
    ),
    (
        'r',
        "CREATE MATERIALIZED VIEW @.mv AS SELECT 1 AS one",
        "SELECT relacl::text FROM pg_class WHERE oid = '@.mv'::regclass",
    ),
    ('S', "CREATE SEQUENCE @.q", "SELECT relacl::text FROM pg_class WHERE oid = '@.q'::regclass"),
    (
        'f',
        "CREATE FUNCTION @.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT proacl::text FROM pg_proc WHERE oid = '@.f()'::regprocedure",
    ),
    (
        'f',
        "CREATE PROCEDURE @.p() LANGUAGE sql AS 'SELECT 1'",
        "SELECT proacl::text FROM pg_proc WHERE oid = '@.p()'::regprocedure",
    ),
    ('T', "CREATE DOMAIN @.d AS int", "SELECT typacl::text FROM pg_type WHERE oid = '@.d'::regtype"),
    ('T', "CREATE TYPE @.e AS ENUM ('a')", "SELECT typacl::text FROM pg_type WHERE oid = '@.e'::regtype"),
    ('n', "CREATE SCHEMA made", "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'made'"),
    ('L', "SELECT lo_create(77777)", "SELECT lomacl::text FROM pg_largeobject_metadata WHERE oid = 77777"),
];

#[test]
fn the_next_object_has_the_predicted_acl() {
    for_each_major_async(async |server| {
        let own = own(server.major, "postgres");
        let admin = connect(&own, "postgres", "postgres").await;
        run(&admin, SET_UP).await;
        let mut null = 0;
        let mut written = 0;
        for round in ROUNDS {
            run(&admin, round).await;
            if server.major >= 18 {
                run(&admin, "ALTER DEFAULT PRIVILEGES FOR ROLE m GRANT SELECT ON LARGE OBJECTS TO z, PUBLIC")
                    .await;
            }
            let view = View::new(Arc::new(load(&admin, |_| ()).await.expect("a load")));
            for creator in ["m", "n", "plain"] {
                for schema in ["s", "other"] {
                    for kind in KINDS {
                        let made = make(&admin, &view, creator, schema, kind).await;
                        if made { written += 1 } else { null += 1 }
                    }
                }
            }
        }
        assert!(null > 50 && written > 30, "{null} {written}");
    });
}

/// Makes it, compares, and takes it back. Is there an ACL?
async fn make(admin: &Client, view: &View, creator: &str, schema: &str, kind: &(char, &str, &str)) -> bool {
    let (letter, statement, query) = kind;
    let text = |sql: &str| sql.replace('@', schema);
    let role = view.role_by_name(creator).expect("a role").oid;
    let id = *view.objects_named(Class::Schema, Oid(0), schema).first().expect("a schema");
    let place = if matches!(letter, 'n' | 'L') { Oid(0) } else { view.object(id).expect("it").oid };
    let predicted = acl_of_next(view, *letter, role, place).map(|items| {
        let name = |oid| view.known_name(oid);
        let items: Vec<String> = items.iter().map(|item| item_text(item, name)).collect();
        items
    });
    run(admin, &format!("BEGIN; SET LOCAL ROLE {creator}; {}; RESET ROLE", text(statement))).await;
    let array = text(query).replace("::text FROM", "::text[] FROM");
    let found: Option<Vec<String>> = admin.query_one(&array, &[]).await.expect("its ACL").get(0);
    run(admin, "ROLLBACK").await;
    let what = format!("{creator} in {schema}: {statement}");
    assert_eq!(predicted, found, "PostgreSQL {}: {what}", view.base().version);
    found.is_some()
}
