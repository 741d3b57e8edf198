//! Objects are named as the server's own `pg_identify_object()` names them: whole catalogs, on all majors.

use crate::load::wild;
use crate::servers::{Server, for_each_major_async};
use rolescope::cluster::{AclTarget, Class, Cluster, ObjectId, View};
use rolescope::server::load;
use rolescope::sql::identity::{column_identity, object_identity, object_type};
use std::sync::Arc;
use tokio_postgres::Client;

#[test]
fn objects_are_named_as_the_server_names_them() {
    for_each_major_async(async |server: &Server| {
        let wild = wild(server.major).await;
        let cluster = Arc::new(load(&wild.loader, |_| ()).await.expect("load"));
        let compared = objects(&wild.superuser, &cluster).await;
        assert!(compared > 3000, "PostgreSQL {}: only {compared} objects", server.major);
        columns(&wild.superuser, &cluster).await;
    });
}

/// All classes but parameters, which `pg_identify_object()` describes in other words.
async fn objects(client: &Client, cluster: &Arc<Cluster>) -> usize {
    let view = View::new(Arc::clone(cluster));
    let known: Vec<(ObjectId, &str, u32)> = cluster
        .objects
        .iter()
        .filter(|(_, object)| object.kind.class() != Class::Parameter)
        .map(|(id, object)| (id, catalog(object.kind.class()), object.oid.0))
        .collect();
    let catalogs: Vec<&str> = known.iter().map(|(_, catalog, _)| *catalog).collect();
    let oids: Vec<u32> = known.iter().map(|(.., oid)| *oid).collect();
    let query = "SELECT i.type, i.identity
        FROM unnest($1::text[], $2::oid[]) WITH ORDINALITY AS o(catalog, oid, n),
             pg_identify_object(('pg_catalog.' || o.catalog)::regclass, o.oid, 0) AS i
        ORDER BY o.n";
    let rows = client.query(query, &[&catalogs, &oids]).await.expect("pg_identify_object");
    assert_eq!(rows.len(), known.len());
    for ((id, catalog, oid), row) in known.iter().zip(rows) {
        let server: (String, String) = (row.get(0), row.get(1));
        let ours = (object_type(&view, *id).to_owned(), object_identity(&view, *id));
        assert_eq!(ours, server, "{catalog} {oid}");
    }
    known.len()
}

/// Large objects are identified by the catalog of their pages.
fn catalog(class: Class) -> &'static str {
    match class {
        Class::LargeObject => "pg_largeobject",
        class => class.catalog(),
    }
}

async fn columns(client: &Client, cluster: &Arc<Cluster>) {
    let view = View::new(Arc::clone(cluster));
    let columns = cluster.objects.columns().iter().filter(|c| c.acl.is_some());
    let mut compared = 0;
    for column in columns {
        let target = AclTarget::column(column.relation, column.attnum);
        let oid = cluster.objects.get(column.relation).expect("its relation").oid.0;
        let query = "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = $1 AND attnum = $2";
        let row = client.query_one(query, &[&oid, &column.attnum]).await.expect("pg_attribute");
        assert_eq!(column_identity(&view, target), Some(row.get(0)));
        compared += 1;
    }
    assert!(compared > 0);
}
