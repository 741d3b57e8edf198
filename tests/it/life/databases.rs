//! Databases that go or close while the others are loaded: left out, each in the server's words.

use rolescope::server::load::{DatabasesProgress, load_databases};

use super::{at_port, opened};
use crate::apply::proxy::Proxy;
use crate::servers::{Server, block_on, connect, for_each_major_async, instance, options};

/// A byte of an answer in the midst of a database: its session is there, and it is not whole.
const MIDST: u64 = 100_000;

#[test]
fn what_goes_or_closes_in_mid_load_is_left_out() {
    for_each_major_async(async |server: &Server| {
        let instance = instance(&options(server.major));
        let admin = connect(&instance, "rdsadmin", instance.password(), "postgres").await;
        admin.batch_execute("CREATE ROLE loader LOGIN PASSWORD 'loader'").await.expect("CREATE ROLE");
        for database in ["d1", "d2", "d3", "d4", "d5", "d6", "main"] {
            admin.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        }
        let proxy = Proxy::start(instance.port());
        let conninfo = instance.conninfo_with_password("loader", "loader", "main");
        let conninfo = at_port(&conninfo, instance.port(), proxy.port);
        let loaded = std::thread::scope(|scope| {
            let (proxy, conninfo) = (&proxy, &conninfo);
            let loading = scope.spawn(move || {
                block_on(async {
                    let connection = opened(conninfo).await;
                    let hold = |progress| {
                        if let DatabasesProgress::First { .. } = progress {
                            proxy.hold_after(MIDST);
                        }
                    };
                    load_databases(&connection, false, 1, usize::MAX, hold).await.expect("a load")
                })
            });
            // One after the other, by name: it is d1 that is held up.
            assert!(proxy.held(|| loading.is_finished()), "nothing is held up");
            for sql in [
                "DROP DATABASE d1 WITH (FORCE)",
                "DROP DATABASE d2",
                "ALTER DATABASE d3 ALLOW_CONNECTIONS false",
                "REVOKE CONNECT ON DATABASE d4 FROM PUBLIC",
                "ALTER DATABASE d5 CONNECTION LIMIT 0",
            ] {
                tokio::task::block_in_place(|| {
                    tokio::runtime::Handle::current().block_on(admin.batch_execute(sql)).expect(sql)
                });
            }
            proxy.release();
            loading.join().expect("a load")
        });
        let names: Vec<&str> = loaded.loaded.iter().map(|one| one.database_name()).collect();
        assert_eq!(names, ["main", "d6", "postgres"]);
        let left_out: Vec<&str> = loaded.left_out.iter().map(|one| one.because.as_str()).collect();
        let [d1, others @ .., _, _] = &left_out[..] else { panic!("{left_out:?}") };
        assert!(d1.starts_with("The connection was lost while reading "), "{d1}");
        let words = [
            "Database \"d2\" does not exist.",
            "Database \"d3\" is not currently accepting connections.",
            "Permission denied for database \"d4\". User does not have CONNECT privilege.",
            "Too many connections for database \"d5\".",
        ];
        assert_eq!(others, words);
    });
}
