//! Which statements event triggers fire for (section 4.8): a prediction names those that fire, and no others.

use crate::differential::place;
use crate::servers::{block_on, for_each_major};
use rolescope::cluster::{Oid, View};
use rolescope::simulate::{Certainty, Session, simulate};
use rolescope::sql;
use std::collections::BTreeSet;
use std::sync::Arc;

#[test]
fn a_prediction_names_the_event_triggers_that_fire() {
    for_each_major(|server| block_on(hold_on(server.major)));
}

const EVENTS: [&str; 3] = ["ddl_command_start", "ddl_command_end", "sql_drop"];

const SET_UP: &str = "CREATE ROLE a; CREATE ROLE b; CREATE ROLE su SUPERUSER; CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE SEQUENCE s.q; \
    CREATE VIEW s.v AS SELECT 1 AS a; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE s.e AS ENUM ('x'); CREATE DOMAIN s.d AS int; \
    SELECT lo_create(7); CREATE FOREIGN DATA WRAPPER w; CREATE SERVER v FOREIGN DATA WRAPPER w; CREATE PUBLICATION p; CREATE COLLATION s.c FROM \"C\"; \
    CREATE POLICY only_a ON s.t TO a; CREATE FUNCTION tell() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'fires: %', TG_EVENT; END$$";

/// In this order, each on what those before it left.
const STATEMENTS: &[&str] = &[
    "GRANT SELECT ON s.t TO a",
    "GRANT SELECT (a) ON s.t TO a",
    "REVOKE SELECT ON s.t FROM a",
    "GRANT USAGE ON SEQUENCE s.q TO a",
    "GRANT USAGE ON SCHEMA s TO a",
    "GRANT EXECUTE ON FUNCTION s.f() TO a",
    "GRANT USAGE ON TYPE s.e TO a",
    "GRANT USAGE ON LANGUAGE plpgsql TO a",
    "GRANT SELECT ON LARGE OBJECT 7 TO a",
    "GRANT USAGE ON FOREIGN DATA WRAPPER w TO a",
    "GRANT USAGE ON FOREIGN SERVER v TO a",
    "GRANT SELECT ON ALL TABLES IN SCHEMA s TO a",
    "GRANT SELECT ON pg_database TO a",
    "GRANT CREATE ON DATABASE postgres TO a",
    "GRANT CREATE ON TABLESPACE pg_default TO a",
    "GRANT SET ON PARAMETER work_mem TO a",
    "GRANT SELECT ON s.missing TO a",
    "GRANT a TO b",
    "REVOKE a FROM b",
    "CREATE ROLE c",
    "ALTER ROLE c LOGIN",
    "ALTER ROLE c SET work_mem = '1MB'",
    "COMMENT ON ROLE c IS 'x'",
    "ALTER ROLE c RENAME TO cc",
    "DROP ROLE cc",
    "ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT ON TABLES TO b",
    "ALTER DEFAULT PRIVILEGES FOR ROLE a REVOKE SELECT ON TABLES FROM b",
    "ALTER TABLE s.t OWNER TO b",
    "ALTER VIEW s.v OWNER TO b",
    "ALTER SEQUENCE s.q OWNER TO b",
    "ALTER FUNCTION s.f() OWNER TO b",
    "ALTER TYPE s.e OWNER TO b",
    "ALTER DOMAIN s.d OWNER TO b",
    "ALTER COLLATION s.c OWNER TO b",
    "ALTER SCHEMA s OWNER TO b",
    "ALTER SERVER v OWNER TO b",
    "ALTER FOREIGN DATA WRAPPER w OWNER TO su",
    "ALTER LARGE OBJECT 7 OWNER TO b",
    "ALTER LANGUAGE plpgsql OWNER TO b",
    "ALTER PUBLICATION p OWNER TO b",
    "ALTER DATABASE {database} OWNER TO b",
    "ALTER TABLESPACE pg_default OWNER TO b",
    "ALTER EVENT TRIGGER on_sql_drop OWNER TO su",
    "REASSIGN OWNED BY b TO su",
    "DROP OWNED BY a",
    "SET ROLE a",
    "RESET ROLE",
];

async fn hold_on(major: u16) {
    let own = place::start(major).await;
    let database = "fires";
    let (first, _) = place::connect(&own, "rdsadmin", "postgres").await;
    first.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
    let (client, mut notices) = place::connect(&own, "rdsadmin", database).await;
    client.batch_execute(SET_UP).await.expect("the set-up");
    for event in EVENTS {
        let trigger = format!("CREATE EVENT TRIGGER on_{event} ON {event} EXECUTE FUNCTION tell()");
        client.batch_execute(&trigger).await.expect("CREATE EVENT TRIGGER");
    }
    let mut wrong = Vec::new();
    for text in STATEMENTS {
        let text = text.replace("{database}", database);
        let cluster = Arc::new(rolescope::server::load(&client, |_| ()).await.expect("load"));
        let predicted = predicted(cluster, &text, major);
        while notices.try_recv().is_ok() {}
        // What fails has fired its triggers by then.
        let _ = client.batch_execute(&text).await;
        let mut fired = BTreeSet::new();
        while let Ok(notice) = notices.try_recv() {
            let event = EVENTS.iter().find(|event| notice.message() == format!("fires: {event}"));
            fired.extend(event.map(|event| format!("on_{event}")));
        }
        if predicted != fired {
            wrong.push(format!("{text}: predicted {predicted:?}, fired {fired:?}"));
        }
    }
    assert!(wrong.is_empty(), "PostgreSQL {major}:\n{}", wrong.join("\n"));
}

/// The triggers that a prediction is uncertain for.
fn predicted(cluster: Arc<rolescope::cluster::Cluster>, text: &str, major: u16) -> BTreeSet<String> {
    let session = Session::as_role(&cluster, Oid::BOOTSTRAP);
    let mut view = View::new(cluster);
    let parsed = sql::parse_script(text, &sql::Options::new(major));
    // PARAMETER is no word before 15.
    let Ok(statement) = &parsed[0].result else { return BTreeSet::new() };
    let prediction =
        simulate(statement, &session, &mut view).unwrap_or_else(|u| panic!("{text}: {}", u.reason));
    match prediction.certainty {
        Certainty::Certain => BTreeSet::new(),
        Certainty::Uncertain { because } => {
            let names = EVENTS.map(|event| format!("on_{event}"));
            names
                .into_iter()
                .filter(|name| because.iter().any(|b| b.contains(&format!(" {name} "))))
                .collect()
        }
    }
}
