//! The server that programs run on: how it is started, how one connects, and how it is as new after a program.

use crate::servers::{instance, options};
use rolescope::demo::Instance;
use std::future::poll_fn;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Client, NoTls};

/// Another superuser, so that the bootstrap superuser can lose everything in a program.
pub const OBSERVER: &str = "observer";

/// A server for programs alone: memberships and roles of others would come and go in between.
pub async fn start(major: u16) -> Instance {
    let mut wanted = options(major)
        .set("log_statement", "none")
        .set("log_min_messages", "panic")
        .set("log_min_error_statement", "panic")
        .set("autovacuum", "off")
        .set("synchronous_commit", "off")
        .set("full_page_writes", "off")
        .set("checkpoint_timeout", "1h")
        .set("shared_buffers", "64MB")
        .set("max_connections", "20");
    // Over the socket there is neither TLS nor a password to spend time on.
    wanted.hba.push("local all all trust".to_owned());
    let own = instance(&wanted);
    let (client, _) = connect(&own, "rdsadmin", "postgres").await;
    let set_up =
        format!("CREATE ROLE {OBSERVER} SUPERUSER LOGIN; CREATE TABLE public.kept AS TABLE pg_auth_members");
    client.batch_execute(&set_up).await.expect("an observer");
    own
}

/// A session over the server's socket.
pub async fn connect(own: &Instance, user: &str, database: &str) -> (Client, UnboundedReceiver<DbError>) {
    let mut config = tokio_postgres::Config::new();
    config.host_path(own.socket_folder()).port(own.port()).user(user).dbname(database);
    // A program may have made every new session read-only.
    config.options("-c default_transaction_read_only=off");
    let (client, mut connection) = config.connect(NoTls).await.expect("a session over the socket");
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notice(notice) = message {
                let _ = sender.send(notice);
            }
        }
    });
    (client, receiver)
}

/// Removes what a program left in what all databases share, row by row: no statement could be relied on for it.
pub async fn clean(own: &Instance, major: u16, database: &str) {
    let (client, _) = connect(own, OBSERVER, "postgres").await;
    let drop = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    client.batch_execute("SET allow_system_table_mods = on; DELETE FROM pg_subscription").await.expect("SET");
    client.batch_execute(&drop).await.expect("DROP DATABASE");
    let parameters = if major >= 15 { "DELETE FROM pg_parameter_acl;" } else { "" };
    let rest = CLEAN.replace("{observer}", OBSERVER).replace("{parameters}", parameters);
    client.batch_execute(&rest).await.expect("a clean server");
}

const CLEAN: &str = "
DELETE FROM pg_auth_members;
INSERT INTO pg_auth_members SELECT * FROM public.kept;
DELETE FROM pg_shdepend WHERE refclassid = 1260 AND deptype <> 'p';
DELETE FROM pg_authid WHERE oid >= 16384 AND rolname <> '{observer}';
UPDATE pg_authid SET rolsuper = true, rolcreaterole = true, rolcreatedb = true, rolcanlogin = true,
    rolinherit = true, rolreplication = true, rolbypassrls = true, rolconnlimit = -1, rolvaliduntil = NULL
    WHERE oid = 10;
UPDATE pg_authid SET rolname = 'rdsadmin' WHERE oid = 10 AND rolname <> 'rdsadmin';
UPDATE pg_class SET relacl = NULL WHERE oid = 'public.kept'::regclass;
UPDATE pg_attribute SET attacl = NULL WHERE attrelid = 'public.kept'::regclass AND attacl IS NOT NULL;
DELETE FROM pg_db_role_setting;
DELETE FROM pg_shdescription WHERE classoid = 1260 AND objoid >= 16384;
UPDATE pg_database SET datdba = 10, datacl = NULL WHERE datdba <> 10 OR datacl IS NOT NULL;
UPDATE pg_tablespace SET spcowner = 10, spcacl = NULL WHERE spcowner <> 10 OR spcacl IS NOT NULL;
{parameters}
";
