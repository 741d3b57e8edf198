//! The demo's cluster is on every major what it says it is.

use crate::servers::{MAJORS, block_on, connect, for_each_major_async, instance, options};
use rolescope::demo::{Binaries, DATABASE, DemoOptions, Instance, MASTER, populate, start_demo};
use tokio_postgres::Client;

/// A filled instance of a major, and the master user's session.
async fn filled(major: u16) -> (Instance, Client) {
    let instance = instance(&options(major));
    let password = populate(&instance).unwrap_or_else(|error| panic!("PostgreSQL {major}: {error}"));
    let master = connect(&instance, MASTER, &password, DATABASE).await;
    (instance, master)
}

/// The only column of the only row, as text.
async fn ask(client: &Client, expression: &str) -> String {
    let row = client.query_one(&format!("SELECT ({expression})::text"), &[]).await;
    row.unwrap_or_else(|error| panic!("{expression}: {error:?}")).get(0)
}

#[test]
fn it_looks_like_aurora_and_a_company() {
    for_each_major_async(async |server| {
        let (_instance, client) = filled(server.major).await;
        the_provider(&client, server.major).await;
        the_company(&client, server.major).await;
        the_mistakes(&client).await;
    });
}

async fn the_provider(client: &Client, major: u16) {
    let attributes =
        "SELECT ARRAY[rolcanlogin, rolsuper, rolinherit, rolcreatedb, rolcreaterole, rolreplication]
        || (rolvaliduntil = 'infinity') FROM pg_roles WHERE rolname = 'dba_master'";
    assert_eq!(ask(client, attributes).await, "{t,f,t,t,t,f,t}");
    assert_eq!(ask(client, "SELECT rolname FROM pg_roles WHERE oid = 10").await, "rdsadmin");
    assert_eq!(ask(client, "pg_has_role('rds_superuser', 'USAGE')").await, "true");
    assert_eq!(ask(client, "has_database_privilege('rdsadmin', 'CONNECT')").await, "false");
    assert!(ask(client, "aurora_version()").await.starts_with(&format!("{major}.")));
    // Since 16 the server itself writes the creator's membership, granted by the bootstrap superuser.
    let creators = "SELECT count(*) FROM pg_auth_members
        WHERE member = 'dba_master'::regrole AND grantor = 10 AND admin_option";
    assert_eq!(ask(client, creators).await != "0", major >= 16);
}

async fn the_company(client: &Client, major: u16) {
    let orders = "{app_readonly=r/shop_owner,app_readwrite=awd/shop_owner,shop_owner=ALL/shop_owner,\
        analytics_lead=r*/shop_owner,billing_owner=rx/shop_owner,\
        svc_reporting=r/analytics_lead,bi_reader=r/analytics_lead}";
    // 17 brought MAINTAIN.
    let orders = orders.replace("ALL", if major >= 17 { "arwdDxtm" } else { "arwdDxt" });
    assert_eq!(ask(client, "SELECT relacl FROM pg_class WHERE oid = 'shop.orders'::regclass").await, orders);

    let grantor = "SELECT string_agg(grantor::regrole::text, ',') FROM pg_auth_members
        WHERE roleid = 'app_readwrite'::regrole AND member = 'heidi'::regrole";
    assert_eq!(ask(client, grantor).await, "alice");

    let kinds = "SELECT string_agg(DISTINCT relkind::text, '' ORDER BY relkind::text) FROM pg_class
        WHERE relnamespace IN ('shop'::regnamespace, 'billing'::regnamespace, 'analytics'::regnamespace)";
    assert_eq!(ask(client, kinds).await, "Scfimprv");

    for (answer, question) in [
        // ivan is in on_call, in team_platform, in engineering, in app_readonly.
        ("true", "has_table_privilege('ivan', 'shop.orders', 'SELECT')"),
        ("false", "has_column_privilege('ivan', 'shop.products', 'cost', 'SELECT')"),
        ("true", "has_column_privilege('bob', 'shop.products', 'cost', 'SELECT')"),
        ("true", "pg_has_role('bi_reader', 'app_readonly', 'MEMBER')"),
        ("false", "pg_has_role('bi_reader', 'app_readonly', 'USAGE')"),
        ("true", "has_column_privilege('dave', 'shop.customers', 'email', 'SELECT')"),
        ("true", "SELECT relrowsecurity FROM pg_class WHERE oid = 'billing.invoices'::regclass"),
        ("false", "has_database_privilege('alice', 'warehouse', 'CONNECT')"),
    ] {
        assert_eq!(ask(client, question).await, answer, "{question}");
    }
}

async fn the_mistakes(client: &Client) {
    for yes in [
        "has_schema_privilege('svc_webshop', 'analytics', 'CREATE')",
        "has_function_privilege('grace', 'shop.forget_customer(bigint)', 'EXECUTE')",
        "has_table_privilege('svc_webshop', 'billing.tax_rates', 'SELECT')",
        "has_table_privilege('svc_reporting', 'shop.feature_flags', 'UPDATE')",
        "pg_has_role('ivan', 'app_readwrite', 'MEMBER WITH ADMIN OPTION')",
        "SELECT relowner = 'frank'::regrole FROM pg_class WHERE relname = 'churn_model'",
        "SELECT rolcreaterole FROM pg_roles WHERE rolname = 'svc_legacy'",
        "SELECT rolvaliduntil < now() FROM pg_roles WHERE rolname = 'grace'",
    ] {
        assert_eq!(ask(client, yes).await, "true", "{yes}");
    }
}

#[test]
fn one_call_starts_it_from_a_folder_that_is_named() {
    let folder = Binaries::pinned(MAJORS[4]).unwrap().folder().to_owned();
    let demo = start_demo(&DemoOptions { folder: Some(folder), major: None }).unwrap();
    assert_eq!(demo.instance().major(), MAJORS[4]);
    assert!(demo.conninfo().contains("sslmode=verify-full"));
    drop(block_on(connect(demo.instance(), MASTER, demo.password(), DATABASE)));
}

#[test]
fn a_folder_without_a_server_is_said_to_be_one() {
    let error = start_demo(&DemoOptions { folder: Some("/nonexistent".into()), major: None }).err().unwrap();
    assert!(error.to_string().starts_with("/nonexistent: no postgres there"), "{error}");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("postgres"), "").unwrap();
    let error = Binaries::in_folder(folder.path()).unwrap_err();
    assert!(error.to_string().ends_with("there is postgres, but no initdb"), "{error}");
}
