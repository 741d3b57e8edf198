//! The superuser's own way in, to set a new server up.

use std::path::Path;

use tokio_postgres::{Client, NoTls};

use super::{DemoError, Instance};

impl Instance {
    /// A superuser session over the Unix socket; it ends with the client.
    pub async fn connect_local(&self, database: &str) -> Result<Client, DemoError> {
        let (client, connection) = tokio_postgres::Config::new()
            .host_path(self.socket_folder())
            .port(self.port())
            .user(&self.options().superuser)
            .dbname(database)
            .application_name("set-up")
            // Passwords are set here.
            .options("-c log_statement=none -c log_min_error_statement=panic")
            .connect(NoTls)
            .await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Runs statements as the superuser, from code that is not async.
    pub fn run_local(&self, database: &str, script: &str) -> Result<(), DemoError> {
        self.run_local_as(&self.options().superuser, database, script)
    }

    /// The same with the session of another role.
    pub(super) fn run_local_as(&self, role: &str, database: &str, script: &str) -> Result<(), DemoError> {
        let work = async {
            let client = self.connect_local(database).await?;
            client.batch_execute(&format!("SET SESSION AUTHORIZATION {}", quote_ident(role))).await?;
            Ok(client.batch_execute(script).await?)
        };
        let run = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(DemoError::file("start", Path::new("a runtime")))?
                .block_on(work)
        };
        // A thread of its own, because the caller may be inside a runtime.
        std::thread::scope(|scope| scope.spawn(run).join())
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    pub(super) fn set_password(&self) -> Result<(), DemoError> {
        let superuser = quote_ident(&self.options().superuser);
        self.run_local("postgres", &format!("ALTER ROLE {superuser} PASSWORD '{}'", self.password()))
    }
}

/// As SQL and `pg_hba.conf` both read it.
pub(super) fn quote_ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
