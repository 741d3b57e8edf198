//! Choosing a cluster, switching to another, the password for it, and coming back after a loss.

use super::Explorer;
use crate::pty::Pty;
use crate::servers::{Server, block_on, instance, options, server};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// Somebody's home folder with a service file.
struct Home(TempDir);

impl Home {
    fn new(services: &[(&str, String)]) -> Home {
        let home = tempfile::tempdir().unwrap();
        let section = |(name, conninfo): &(&str, String)| {
            let pairs = conninfo.replace(' ', "\n").replace('\'', "");
            format!("[{name}]\n{pairs}\n")
        };
        let text: String = services.iter().map(section).collect();
        std::fs::write(home.path().join(".pg_service.conf"), text).unwrap();
        Home(home)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The explorer of whoever lives there, with nothing of the tester's environment.
    fn explorer(&self, arguments: &[&str], columns: u16, rows: u16) -> Pty {
        let mut command = Pty::command(env!("CARGO_BIN_EXE_rolescope"), arguments);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PG")) {
            command.env_remove(name);
        }
        command.env("HOME", self.path());
        command.env("XDG_STATE_HOME", self.path().join("state"));
        Pty::run(command, columns, rows)
    }

    fn recent(&self) -> String {
        std::fs::read_to_string(self.path().join("state/rolescope/recent.json")).unwrap_or_default()
    }
}

/// What leads to a server with its certificate verified, and no password.
fn open_to(server: &Server, role: &str, database: &str) -> String {
    server.instance.conninfo(role, database)
}

fn fresh(server: &Server) -> (String, String) {
    block_on(async { (server.fresh_role("chosen").await, server.fresh_database().await) })
}

/// Waits until everything in a database is there, and no popup before it.
fn wait_for_cluster(pty: &Pty, database: &str) {
    pty.wait("the other cluster", |screen| {
        let text = screen.contents();
        let header = text.lines().next().unwrap_or_default();
        header.contains(database) && header.contains("· loaded") && !text.contains("connect to")
    });
}

fn quit(mut pty: Pty) {
    pty.keys("q");
    assert_eq!(pty.process.wait_exit().exit_code(), 0);
    pty.wait_settled();
    pty.assert_restored();
}

#[test]
fn started_with_nothing_said_it_offers_services_and_then_what_was_connected_to() {
    let (one, other) = (server(18), server(13));
    let ((role, database), (older, older_database)) = (fresh(one), fresh(other));
    let home = Home::new(&[
        ("new", open_to(one, &role, &database)),
        ("old", open_to(other, &older, &older_database)),
        ("open", format!("host=127.0.0.1 port={} user=x sslmode=disable", one.instance.port())),
    ]);
    for (columns, rows) in [(80, 24), (200, 50)] {
        let mut pty = home.explorer(&[], columns, rows);
        let screen = pty.wait_for("NOT ENCRYPTED");
        assert!(screen.contains("service") && screen.contains("verified (full)"), "{screen}");
        pty.keys("old\r");
        pty.wait_for(&format!("Password for {older} at localhost:{}", other.instance.port()));
        // The first one is wrong; it is asked for again, and none is ever seen.
        pty.keys("hunter2\r");
        pty.wait_for("The server refused the one before.");
        pty.keys(&format!("{older}\r"));
        pty.wait_for("· loaded");
        pty.wait_for(&older_database);
        // From there to the other cluster.
        pty.keys("C");
        pty.wait_for("connect to");
        pty.keys("new\r");
        pty.wait_for("Password for");
        pty.keys(&format!("{role}\r"));
        wait_for_cluster(&pty, &database);
        assert!(!String::from_utf8_lossy(&pty.bytes()).contains("hunter2"));
        quit(pty);
    }
    let recent = home.recent();
    assert!(recent.contains("service=old") && recent.contains("service=new"), "{recent}");
    assert!(!recent.contains("password") && !recent.contains("hunter2"), "{recent}");
}

#[test]
fn what_was_connected_to_by_hand_is_offered_the_next_time_without_its_password() {
    let server = server(17);
    let (role, database) = fresh(server);
    let conninfo = server.instance.conninfo_with_password(&role, &role, &database);
    let home = Home::new(&[]);
    let pty = home.explorer(&[&conninfo], 120, 30);
    pty.wait_for("· loaded");
    quit(pty);
    assert!(!home.recent().contains("password"), "{}", home.recent());
    let mut pty = home.explorer(&[], 120, 30);
    pty.wait_for("recent");
    pty.wait_for(&database);
    pty.keys("\r");
    pty.wait_for("Password for");
    pty.keys(&format!("{role}\r"));
    pty.wait_for("· loaded");
    quit(pty);
}

#[test]
fn a_connection_is_typed_into_the_list_and_what_goes_wrong_is_told_there() {
    let server = server(16);
    let (role, database) = fresh(server);
    let home = Home::new(&[("closed", "host=127.0.0.1 port=1 user=ana".to_owned())]);
    let mut pty = home.explorer(&[], 120, 30);
    pty.wait_for("closed");
    pty.keys("\r");
    pty.wait_for("Connection refused");
    pty.keys("hots=x\r");
    pty.wait_for("invalid connection option \"hots\"");
    pty.keys("\x15");
    let conninfo = server.instance.conninfo_with_password(&role, &role, &database);
    pty.keys(&format!("{conninfo}\r"));
    pty.wait_for("· loaded");
    assert!(!home.recent().contains("password"), "{}", home.recent());
    quit(pty);
}

#[test]
fn nothing_behind_the_list_ctrl_c_quits() {
    let home = Home::new(&[("some", "host=127.0.0.1 port=1".to_owned())]);
    let mut pty = home.explorer(&[], 80, 24);
    pty.wait_for("some");
    pty.keys("\x1b");
    std::thread::sleep(Duration::from_millis(100));
    pty.keys("\x03");
    assert_eq!(pty.process.wait_exit().exit_code(), 0);
    pty.wait_settled();
    pty.assert_restored();
}

#[test]
fn a_restarted_server_is_connected_to_again_by_itself() {
    let own = instance(&options(18));
    own.run_local("postgres", "CREATE ROLE maker LOGIN CREATEROLE PASSWORD 'maker'").unwrap();
    let conninfo = own.conninfo_with_password("maker", "maker", "postgres");
    let explorer = Explorer::run(&[&conninfo], 140, 30).loaded();
    own.kill();
    explorer.pty.wait_for("connection lost, trying again");
    explorer.pty.assert_taken();
    // What was loaded is still there, and can be previewed, and is not applied.
    let mut explorer = explorer;
    explorer.try_to_apply("ALTER ROLE maker SET work_mem = '4MB'");
    explorer.pty.wait_for("There is no connection");
    own.start_again().unwrap();
    explorer.pty.wait_for("Connected again. What is shown was loaded at");
    explorer.pty.keys("\r");
    explorer.pty.wait_for("Enter applies it");
    explorer.pty.keys("\r");
    explorer.pty.wait_for("Committed.");
    explorer.quit();
}

#[test]
fn a_password_that_changed_is_asked_for_when_it_is_needed() {
    let own = instance(&options(17));
    own.run_local("postgres", "CREATE ROLE moody LOGIN CREATEROLE PASSWORD 'first'").unwrap();
    let conninfo = own.conninfo_with_password("moody", "first", "postgres");
    let mut explorer = Explorer::run(&[&conninfo], 140, 30).loaded();
    own.run_local("postgres", "ALTER ROLE moody PASSWORD 'second'").unwrap();
    own.run_local(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'moody'",
    )
    .unwrap();
    // It is not sent again and again.
    explorer.pty.wait_for("It is not tried again");
    explorer.pty.keys("R");
    explorer.pty.wait_for("The server refused the one before.");
    explorer.pty.keys("second\r");
    explorer.pty.wait("everything loaded", |screen| {
        let text = screen.contents();
        text.contains("· loaded") && !text.contains("loaded again") && !text.contains("Password for")
    });
    // It serves for what is applied too, on a connection of its own.
    explorer.try_to_apply("ALTER ROLE moody SET work_mem = '4MB'");
    explorer.pty.wait_for("Enter applies it");
    explorer.pty.keys("\r");
    explorer.pty.wait_for("Committed.");
    let bytes = String::from_utf8_lossy(&explorer.pty.bytes()).into_owned();
    assert!(!bytes.contains("second"));
    explorer.quit();
}

#[test]
fn ctrl_c_stops_what_waits_for_a_lock_and_it_is_rolled_back() {
    let server = server(18);
    let (role, database) = fresh(server);
    let hold = block_on(async {
        let superuser = server.superuser(&database).await;
        let statements = format!("CREATE TABLE held (); ALTER TABLE held OWNER TO {role}");
        superuser.batch_execute(&statements).await.unwrap();
        superuser
    });
    let conninfo = server.instance.conninfo_with_password(&role, &role, &database);
    let mut explorer =
        Explorer::run(&["--lock-timeout", "0", "--statement-timeout", "0", &conninfo], 140, 30).loaded();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let holder = runtime.block_on(async {
        drop(hold);
        let holder = server.superuser(&database).await;
        holder.batch_execute("BEGIN; LOCK TABLE pg_catalog.pg_class IN ACCESS EXCLUSIVE MODE").await.unwrap();
        holder
    });
    explorer.try_to_apply("GRANT SELECT ON held TO PUBLIC");
    explorer.pty.wait_for("and press Enter to apply");
    explorer.pty.keys("public.held\r");
    explorer.pty.wait_for("applying");
    std::thread::sleep(Duration::from_millis(500));
    explorer.pty.keys("\x03");
    explorer.pty.wait("it is told", |screen| {
        let text = screen.contents();
        text.contains("Rolled back.") || text.contains("Not sent.")
    });
    runtime.block_on(async { holder.batch_execute("ROLLBACK").await.unwrap() });
    explorer.pty.wait_for("· loaded");
    let acl = runtime.block_on(async {
        let row =
            holder.query_one("SELECT relacl::text FROM pg_class WHERE relname = 'held'", &[]).await.unwrap();
        row.get::<_, Option<String>>(0)
    });
    assert_eq!(acl, None);
    explorer.leave_line();
    explorer.quit();
}

#[test]
fn what_gives_the_password_of_one_place_is_not_asked_for_that_of_another() {
    // A server without databases of other tests: for each of them the command would be run.
    let one = instance(&options(18));
    one.run_local("postgres", "CREATE ROLE keyed LOGIN PASSWORD 'keyed'").unwrap();
    let other = server(15);
    let (name, place) = fresh(other);
    let home = Home::new(&[("there", open_to(other, &name, &place))]);
    let asked = home.path().join("asked");
    let command = format!("echo x >> {}; echo keyed", asked.display());
    let conninfo = one.conninfo("keyed", "postgres");
    let mut pty = home.explorer(&["--password-command", &command, &conninfo], 120, 30);
    pty.wait_for("· loaded");
    let count = || std::fs::read_to_string(&asked).unwrap().lines().count();
    pty.wait_quiet(Duration::from_millis(500));
    let before = count();
    pty.keys("C");
    pty.wait_for("there");
    pty.keys("there\r");
    // It is asked for instead.
    pty.wait_for(&format!("Password for {name}"));
    assert_eq!(count(), before);
    pty.keys(&format!("{name}\r"));
    wait_for_cluster(&pty, &place);
    assert_eq!(count(), before);
    quit(pty);
}

#[test]
fn from_a_server_that_is_gone_one_switches_to_another() {
    let own = instance(&options(14));
    let (role, database) = fresh(server(18));
    let home = Home::new(&[("there", open_to(server(18), &role, &database))]);
    let conninfo = own.conninfo_with_password("rdsadmin", own.password(), "postgres");
    let mut pty = home.explorer(&[&conninfo], 120, 30);
    pty.wait_for("· loaded");
    own.stop();
    pty.wait_for("connection lost, trying again");
    pty.keys("C");
    pty.wait_for("there");
    pty.keys("there\r");
    pty.wait_for(&format!("Password for {role}"));
    // The next attempts at the other place would come now.
    std::thread::sleep(Duration::from_secs(3));
    pty.keys(&format!("{role}\r"));
    wait_for_cluster(&pty, &database);
    quit(pty);
}
