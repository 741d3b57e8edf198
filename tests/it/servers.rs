//! The servers that the tests share: one of each major, started when first asked for.
//!
//! A test keeps to its own database ([`Server::fresh_database`]) and to role names of its own
//! ([`Server::unique`]). A test that stops, breaks or reconfigures a server starts an [`Instance`] of its own
//! ([`instance`]). Databases and roles stay; the servers go when the tests end.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use native_tls::{Certificate, TlsConnector};
use postgres_native_tls::MakeTlsConnector;
use rolescope::demo::{Binaries, Instance, Options};
use std::future::poll_fn;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_postgres::error::DbError;
use tokio_postgres::{AsyncMessage, Client};

pub use rolescope::demo::MAJORS;

/// A shared server.
pub struct Server {
    pub instance: Instance,
    pub major: u16,
}

/// The shared server of a major. Its superuser is `rdsadmin`, it logs every statement.
pub fn server(major: u16) -> &'static Server {
    static SERVERS: [OnceLock<Server>; MAJORS.len()] = [const { OnceLock::new() }; MAJORS.len()];
    let place = MAJORS.iter().position(|&one| one == major).expect("a major that rolescope knows");
    SERVERS[place].get_or_init(|| Server { instance: instance(&options(major)), major })
}

/// What the shared servers are started with; a starting point for a server of one's own.
pub fn options(major: u16) -> Options {
    let binaries = Binaries::pinned(major).unwrap_or_else(|error| fail(major, &error));
    assert_eq!(binaries.major(), major);
    Options::new(binaries).set("log_statement", "all").set("max_connections", "200")
}

/// A server of one's own; it goes when it is dropped.
pub fn instance(options: &Options) -> Instance {
    Instance::start(options).unwrap_or_else(|error| fail(options.binaries.major(), &error))
}

fn fail(major: u16, error: &rolescope::demo::DemoError) -> ! {
    panic!("PostgreSQL {major}: {error}\n{}", error.detail().unwrap_or_default())
}

/// All of them; or, for somebody at work on one, those that ROLESCOPE_MAJORS lists. `tests/run` takes no such shortcut.
fn majors_to_try() -> Vec<u16> {
    let Ok(list) = std::env::var("ROLESCOPE_MAJORS") else { return MAJORS.to_vec() };
    let majors: Vec<u16> = list.split(',').map(|one| one.trim().parse().expect("a major version")).collect();
    assert!(!majors.is_empty() && majors.iter().all(|one| MAJORS.contains(one)), "ROLESCOPE_MAJORS={list}");
    eprintln!("ROLESCOPE_MAJORS: only PostgreSQL {majors:?}");
    majors
}

/// Runs a test on the server of every major, side by side; a failure names the major.
pub fn for_each_major(test: impl Fn(&'static Server) + Sync) {
    let failed: Vec<_> = std::thread::scope(|scope| {
        let test = &test;
        let start = |major: u16| {
            let name = format!("PostgreSQL {major}");
            let run = move || catch_unwind(AssertUnwindSafe(|| test(server(major))));
            (major, std::thread::Builder::new().name(name).spawn_scoped(scope, run).expect("a thread"))
        };
        let running: Vec<_> = majors_to_try().into_iter().map(start).collect();
        let ended =
            running.into_iter().map(|(major, thread)| (major, thread.join().and_then(|result| result)));
        ended.filter_map(|(major, result)| Some((major, result.err()?))).collect()
    });
    let majors: Vec<u16> = failed.iter().map(|(major, _)| *major).collect();
    if let Some((_, panic)) = failed.into_iter().next() {
        eprintln!("failed on PostgreSQL {majors:?}");
        resume_unwind(panic);
    }
}

/// The same for async tests.
pub fn for_each_major_async(test: impl AsyncFn(&'static Server) + Sync) {
    for_each_major(|server| block_on(test(server)));
}

/// Runs async code from a test that is not; not from inside a runtime.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

impl Server {
    /// A superuser session over TLS, with the certificate verified.
    pub async fn superuser(&self, database: &str) -> Client {
        connect(&self.instance, &self.instance.options().superuser, self.instance.password(), database).await
    }

    /// A session of any role over TLS.
    pub async fn connect(&self, user: &str, password: &str, database: &str) -> Client {
        connect(&self.instance, user, password, database).await
    }

    /// A new, empty database of the superuser's.
    pub async fn fresh_database(&self) -> String {
        let name = self.unique("db");
        let superuser = self.superuser("postgres").await;
        superuser.batch_execute(&format!("CREATE DATABASE {name}")).await.expect("CREATE DATABASE");
        name
    }

    /// A name that no other test of this program uses: `stem_1`.
    pub fn unique(&self, stem: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        format!("{stem}_{}", COUNT.fetch_add(1, Ordering::Relaxed))
    }

    /// A new role that can log in, with its name as its password.
    pub async fn fresh_role(&self, stem: &str) -> String {
        let name = self.unique(stem);
        let superuser = self.superuser("postgres").await;
        let statement = format!("CREATE ROLE {name} LOGIN PASSWORD '{name}'");
        superuser.batch_execute(&statement).await.expect("CREATE ROLE");
        name
    }
}

/// TLS that verifies chain and host name.
fn tls(instance: &Instance) -> MakeTlsConnector {
    let pem = std::fs::read(instance.ca_path()).expect("the CA file");
    let authority = Certificate::from_pem(&pem).expect("a certificate");
    MakeTlsConnector::new(TlsConnector::builder().add_root_certificate(authority).build().expect("TLS"))
}

/// The same through another port, behind which the instance is.
pub async fn connect_at(
    instance: &Instance,
    port: u16,
    user: &str,
    password: &str,
    database: &str,
) -> Client {
    let session = config(port, user, password, database).connect(tls(instance)).await;
    let (client, connection) =
        session.unwrap_or_else(|error| panic!("connecting as {user} to {database}: {error:?}"));
    tokio::spawn(connection);
    client
}

fn config(port: u16, user: &str, password: &str, database: &str) -> tokio_postgres::Config {
    let mut config = tokio_postgres::Config::new();
    config.host("localhost").hostaddr([127, 0, 0, 1].into()).port(port);
    config.user(user).password(password).dbname(database);
    config.ssl_mode(tokio_postgres::config::SslMode::Require);
    config
}

/// A session on any instance over TLS, with chain and host name verified.
pub async fn connect(instance: &Instance, user: &str, password: &str, database: &str) -> Client {
    connect_at(instance, instance.port(), user, password, database).await
}

/// A superuser's session that hands on its notices.
pub async fn connect_listening(instance: &Instance, database: &str) -> (Client, UnboundedReceiver<DbError>) {
    let superuser = &instance.options().superuser;
    let session =
        config(instance.port(), superuser, instance.password(), database).connect(tls(instance)).await;
    let (client, mut connection) = session.expect("a session");
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
