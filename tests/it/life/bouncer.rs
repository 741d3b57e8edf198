//! A running pgbouncer before a server, TLS on both of its sides.

use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rolescope::demo::Instance;
use tempfile::TempDir;

/// pgbouncer refuses root, so it runs as whoever runs the server, whose certificate it can read too. The shell ends it
/// when the pipe ends that only this process holds open, however this process ends.
pub struct Bouncer {
    pub port: u16,
    shell: Child,
    _folder: TempDir,
}

/// `$0` is the program, `$1` its configuration.
const SCRIPT: &str = r#""$0" -q "$1" & pid=$!; read -r _; kill -KILL "$pid"; wait "$pid""#;

impl Bouncer {
    /// Before `instance`, with one session of the server for each user and database, so that clients share it.
    /// Users' passwords are their names.
    pub fn start(instance: &Instance, mode: &str, users: &[&str]) -> Bouncer {
        let owner = std::fs::metadata(instance.data_folder()).expect("the data folder");
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("a file");
            chown(&path, Some(owner.uid()), Some(owner.gid())).expect("chown");
            path
        };
        let list: String = users.iter().map(|user| format!("\"{user}\" \"{user}\"\n")).collect();
        let list = write("users.txt", &list);
        chown(folder.path(), Some(owner.uid()), Some(owner.gid())).expect("chown");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).expect("chmod");
        // Between its choice and its use another process may take a port: then another is tried.
        for _ in 0..10 {
            let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
            let port = free.expect("a port").port();
            let configuration = write("pgbouncer.ini", &configuration(instance, mode, port, &list));
            let mut shell = Command::new("/bin/sh");
            shell.arg("-c").arg(SCRIPT).arg(pgbouncer()).arg(&configuration);
            shell.uid(owner.uid()).gid(owner.gid()).current_dir("/").process_group(0);
            let log = std::fs::File::create(folder.path().join("log")).expect("a log");
            let shell = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).spawn();
            let mut shell = shell.expect("/bin/sh");
            for _ in 0..500 {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Bouncer { port, shell, _folder: folder };
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            end(&mut shell);
        }
        panic!("pgbouncer does not start: {:?}", std::fs::read_to_string(folder.path().join("log")));
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        end(&mut self.shell);
    }
}

fn end(shell: &mut Child) {
    drop(shell.stdin.take());
    let _ = shell.wait();
}

fn configuration(instance: &Instance, mode: &str, port: u16, users: &std::path::Path) -> String {
    let file = |name: &str| instance.socket_folder().join(name).display().to_string();
    format!(
        "[databases]\n* = host=127.0.0.1 port={server}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         pool_mode = {mode}\ndefault_pool_size = 1\nauth_type = scram-sha-256\nauth_file = {users}\n\
         client_tls_sslmode = require\nclient_tls_cert_file = {cert}\nclient_tls_key_file = {key}\n\
         server_tls_sslmode = verify-ca\nserver_tls_ca_file = {ca}\n",
        server = instance.port(),
        users = users.display(),
        cert = file("server.pem"),
        key = file("server.key"),
        ca = file("ca.pem"),
    )
}

/// Debian puts it where only root looks.
fn pgbouncer() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let mut programs = folders.map(|folder| folder.join("pgbouncer"));
    programs
        .find(|program| program.is_file())
        .expect("pgbouncer; .ci/run installs it (Debian's package of that name)")
}
