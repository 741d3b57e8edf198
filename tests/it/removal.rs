//! Nothing is left of a server whose owner ends, whatever way it ends.
//!
//! The test runs its own program once more as the owner; `OWNER` tells the two apart.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};

use crate::servers::{MAJORS, instance, options, server};

const OWNER: &str = "ROLESCOPE_TEST_OWNER";

#[test]
fn of_an_owner_that_was_killed() {
    if std::env::var_os(OWNER).is_some() {
        own_and_wait();
    }
    let mut owner = Owner::start("of_an_owner_that_was_killed");
    kill_process(pid(owner.process.id()), Signal::KILL).unwrap();
    owner.ends_and_leaves_nothing();
}

#[test]
fn of_an_owner_that_got_ctrl_c() {
    if std::env::var_os(OWNER).is_some() {
        own_and_wait();
    }
    let mut owner = Owner::start("of_an_owner_that_got_ctrl_c");
    // A terminal sends it to the whole foreground group.
    kill_process_group(pid(owner.process.id()), Signal::INT).unwrap();
    owner.ends_and_leaves_nothing();
}

#[test]
fn of_an_owner_that_exits_without_dropping_it() {
    if std::env::var_os(OWNER).is_some() {
        // In a static, as the tests' own servers are.
        report(&server(MAJORS[0]).instance);
        std::process::exit(0);
    }
    Owner::start("of_an_owner_that_exits_without_dropping_it").ends_and_leaves_nothing();
}

#[test]
fn of_a_dropped_instance_even_one_that_is_frozen() {
    let own = instance(&options(MAJORS[5]));
    let (folder, postmaster) = (own.socket_folder().to_owned(), pid(own.pid().unwrap()));
    own.pause();
    drop(own);
    assert!(!folder.exists());
    assert!(!is_running(postmaster));
}

#[test]
fn a_killed_server_starts_again_with_what_was_committed() {
    let own = instance(&options(MAJORS[3]));
    own.run_local("postgres", "CREATE ROLE survivor").unwrap();
    let before = pid(own.pid().unwrap());
    own.kill();
    assert!(!is_running(before));
    assert!(own.run_local("postgres", "SELECT 1").is_err());
    own.start_again().unwrap();
    own.run_local("postgres", "ALTER ROLE survivor LOGIN").unwrap();
    own.restart().unwrap();
    own.run_local("postgres", "DROP ROLE survivor").unwrap();
}

fn own_and_wait() -> ! {
    let own = instance(&options(MAJORS[0]));
    report(&own);
    loop {
        std::thread::park();
    }
}

fn report(own: &rolescope::demo::Instance) {
    println!("owner of <{}|{}>", own.pid().unwrap(), own.socket_folder().display());
}

struct Owner {
    process: Child,
    folder: PathBuf,
    postmaster: Pid,
}

impl Owner {
    fn start(test: &str) -> Owner {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture", &format!("removal::{test}")])
            .env(OWNER, "1")
            .process_group(0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let said = |line: String| {
            let (postmaster, folder) = line.split_once("owner of <")?.1.strip_suffix('>')?.split_once('|')?;
            Some((pid(postmaster.parse().ok()?), PathBuf::from(folder)))
        };
        let told = lines.map_while(Result::ok).find_map(said);
        let (postmaster, folder) = told.expect("the owner says where its server is");
        Owner { process, folder, postmaster }
    }

    fn ends_and_leaves_nothing(&mut self) {
        self.process.wait().unwrap();
        let start = Instant::now();
        while self.folder.exists() || is_running(self.postmaster) {
            assert!(start.elapsed() < Duration::from_secs(60), "{} is still there", self.folder.display());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(number.try_into().unwrap()).unwrap()
}

/// A zombie, which in a container nobody may ever collect, runs no more.
fn is_running(process: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    let zombie = stat.is_ok_and(|text| text.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" Z")));
    !zombie && test_kill_process(process).is_ok()
}
