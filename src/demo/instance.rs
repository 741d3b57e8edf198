//! One running server in a folder of its own.

use std::fs::OpenOptions;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use super::certs::Authority;
use super::process::{children, complaint, signal, signal_tree, wait_until};
use super::setup::quote_ident;
use super::user::ServerUser;
use super::watchdog::Watchdog;
use super::{Binaries, CertKind, ClientCert, DemoError, template};

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// What kind of server to start.
#[derive(Debug, Clone)]
pub struct Options {
    /// The server's programs.
    pub binaries: Binaries,
    /// The bootstrap superuser: `rdsadmin`, as on RDS, unless said otherwise.
    pub superuser: String,
    /// Lines of `postgresql.conf`, the later the stronger.
    pub settings: Vec<(String, String)>,
    /// What the server's certificate is like.
    pub cert: CertKind,
    /// Whether the server speaks TLS at all.
    pub tls: bool,
    /// Whether TCP connections without TLS are let in.
    pub allow_plain: bool,
    /// Lines of `pg_hba.conf` that come before the instance's own.
    pub hba: Vec<String>,
}

impl Options {
    /// TLS with a good certificate, and nothing without TLS.
    pub fn new(binaries: Binaries) -> Options {
        Options {
            binaries,
            superuser: "rdsadmin".to_owned(),
            settings: Vec::new(),
            cert: CertKind::Good,
            tls: true,
            allow_plain: false,
            hba: Vec::new(),
        }
    }

    /// One more line of `postgresql.conf`.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Options {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A running server. Dropping it stops the server and removes its folder; a watchdog does the same when the owner
/// ends without dropping it.
pub struct Instance {
    options: Options,
    user: ServerUser,
    authority: Authority,
    password: String,
    folder: PathBuf,
    state: Mutex<State>,
}

struct State {
    port: u16,
    server: Option<Child>,
    watchdog: Watchdog,
}

impl Instance {
    /// Makes a data directory and starts a server on it.
    pub fn start(options: &Options) -> Result<Instance, DemoError> {
        let user = ServerUser::choose()?;
        let folder = new_folder(user)?;
        let path = folder.path().to_owned();
        user.own(&path)?;
        let watchdog = Watchdog::guard(&path)?;
        // From here on the watchdog removes it.
        let path = {
            let _ = folder.keep();
            path
        };
        let instance = Instance {
            options: options.clone(),
            user,
            authority: Authority::new("rolescope demo authority")?,
            password: random_password()?,
            folder: path,
            state: Mutex::new(State { port: 0, server: None, watchdog }),
        };
        template::data_directory(&options.binaries, user, &options.superuser, &instance.data_folder())?;
        instance.write_tls()?;
        instance.write_configuration()?;
        instance.launch_anywhere()?;
        instance.set_password()?;
        Ok(instance)
    }

    /// The options it was started with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// 16 of 16.4.
    pub fn major(&self) -> u16 {
        self.options.binaries.major()
    }

    /// The TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.state().port
    }

    /// The postmaster's process, while there is one.
    pub fn pid(&self) -> Option<u32> {
        self.state().server.as_ref().map(Child::id)
    }

    /// The folder of the Unix socket, where the superuser needs no password.
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// The certificate of the instance's authority, for `sslrootcert`.
    pub fn ca_path(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// What the server logs.
    pub fn log_path(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    /// The data directory.
    pub fn data_folder(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The superuser's password, made anew for every instance.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// A conninfo string with verify-full, without a password.
    pub fn conninfo(&self, user: &str, database: &str) -> String {
        format!(
            "host=localhost hostaddr=127.0.0.1 port={} user={} dbname={} sslmode=verify-full sslrootcert={}",
            self.port(),
            quote(user),
            quote(database),
            quote(&self.ca_path().to_string_lossy()),
        )
    }

    /// The same with a password.
    pub fn conninfo_with_password(&self, user: &str, password: &str, database: &str) -> String {
        format!("{} password={}", self.conninfo(user, database), quote(password))
    }

    /// The same as a URI.
    pub fn uri(&self, user: &str, password: &str, database: &str) -> String {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
        };
        format!(
            "postgresql://{}:{}@localhost:{}/{}?sslmode=verify-full&sslrootcert={}",
            encode(user),
            encode(password),
            self.port(),
            encode(database),
            encode(&self.ca_path().to_string_lossy()),
        )
    }

    /// A certificate with which `role` can log in where `pg_hba.conf` asks for one.
    pub fn client_cert(&self, role: &str) -> Result<ClientCert, DemoError> {
        Ok(self.authority.client(role)?)
    }

    /// A list of certificates that the instance's authority has revoked, by their serial numbers.
    pub fn revocations(&self, serials: &[Vec<u8>]) -> Result<String, DemoError> {
        Ok(self.authority.revocations(serials)?)
    }

    /// Ends every session and stops the server; the folder stays.
    pub fn stop(&self) {
        self.halt(Signal::INT);
    }

    /// Starts a stopped or killed server again, on the same port.
    pub fn start_again(&self) -> Result<(), DemoError> {
        let port = self.port();
        let mut result = self.launch(port);
        for _ in 0..100 {
            // On a busy machine children that were killed take a while to go, and to let go of their memory.
            match &result {
                Err(DemoError::NotStarted { log, .. }) if log.contains("shared memory block") => {}
                _ => break,
            }
            std::thread::sleep(Duration::from_millis(100));
            result = self.launch(port);
        }
        result
    }

    /// Stops and starts.
    pub fn restart(&self) -> Result<(), DemoError> {
        self.stop();
        self.start_again()
    }

    /// A crash: SIGKILL to the postmaster and to every one of its children.
    pub fn kill(&self) {
        let mut state = self.state();
        if let Some(mut server) = state.server.take() {
            // Stopped first, so that it starts nothing new while its children are counted.
            signal(server.id(), Signal::STOP);
            for pid in children(server.id()) {
                signal(pid, Signal::KILL);
            }
            signal(server.id(), Signal::KILL);
            let _ = server.wait();
            state.watchdog.tell(None);
        }
    }

    /// Freezes the server: connections stay open and nothing answers.
    pub fn pause(&self) {
        self.signal_all(Signal::STOP);
    }

    /// The end of [`Instance::pause`].
    pub fn resume(&self) {
        self.signal_all(Signal::CONT);
    }

    fn signal_all(&self, what: Signal) {
        if let Some(server) = &self.state().server {
            signal_tree(server.id(), what);
        }
    }

    fn halt(&self, how: Signal) {
        let mut state = self.state();
        if let Some(mut server) = state.server.take() {
            // It may be paused.
            signal_tree(server.id(), Signal::CONT);
            signal(server.id(), how);
            if !wait_until(PATIENCE, || !matches!(server.try_wait(), Ok(None))) {
                let _ = server.kill();
                let _ = server.wait();
            }
            state.watchdog.tell(None);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_tls(&self) -> Result<(), DemoError> {
        let (cert, key) = self.authority.server(self.options.cert)?;
        self.write("ca.pem", &self.authority.pem(), 0o644)?;
        self.write("server.pem", &cert, 0o644)?;
        // PostgreSQL refuses a key that others may read.
        self.write("server.key", &key, 0o600)
    }

    fn write_configuration(&self) -> Result<(), DemoError> {
        let path = |name: &str| self.folder.join(name).to_string_lossy().into_owned();
        let mut settings = vec![
            ("listen_addresses", "127.0.0.1".to_owned()),
            ("unix_socket_directories", self.folder.to_string_lossy().into_owned()),
            ("ssl", if self.options.tls { "on" } else { "off" }.to_owned()),
            ("ssl_cert_file", path("server.pem")),
            ("ssl_key_file", path("server.key")),
            ("ssl_ca_file", path("ca.pem")),
            ("password_encryption", "scram-sha-256".to_owned()),
            ("hba_file", path("pg_hba.conf")),
            // Nothing here outlives its owner.
            ("fsync", "off".to_owned()),
            ("shared_buffers", "16MB".to_owned()),
            // initdb scales it down with its segments, which are small so that the directory is.
            ("max_wal_size", "1GB".to_owned()),
            ("log_line_prefix", "%m [%p] %q%u@%d/%a ".to_owned()),
        ];
        settings.extend(self.options.settings.iter().map(|(name, value)| (name.as_str(), value.clone())));
        let lines =
            settings.iter().map(|(name, value)| format!("{name} = '{}'\n", value.replace('\'', "''")));
        let file = self.data_folder().join("postgresql.auto.conf");
        let text = lines.collect::<String>();
        std::fs::write(&file, text).map_err(DemoError::file("write", &file))?;
        self.write("pg_hba.conf", &self.hba(), 0o600)
    }

    fn hba(&self) -> String {
        let superuser = quote_ident(&self.options.superuser);
        let plain = if self.options.allow_plain { "scram-sha-256" } else { "reject" };
        let mut text: String = self.options.hba.iter().map(|line| format!("{line}\n")).collect();
        text += &format!("local all {superuser} trust\n");
        text += "local all all scram-sha-256\n";
        text += "hostssl all all 127.0.0.1/32 scram-sha-256\n";
        text += &format!("hostnossl all all 127.0.0.1/32 {plain}\n");
        text
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> Result<(), DemoError> {
        let path = self.folder.join(name);
        std::fs::write(&path, text).map_err(DemoError::file("write", &path))?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))
            .map_err(DemoError::file("change the mode of", &path))?;
        self.user.own(&path)
    }

    /// Between the choice of a free port and its use somebody else may take it: then try another.
    fn launch_anywhere(&self) -> Result<(), DemoError> {
        let mut result = Ok(());
        for _ in 0..10 {
            result = self.launch(free_port()?);
            let taken = |log: &str| log.contains("Address already in use") || log.contains("could not bind");
            match &result {
                Err(DemoError::NotStarted { log, .. }) if taken(log) => {}
                _ => break,
            }
        }
        result
    }

    fn launch(&self, port: u16) -> Result<(), DemoError> {
        let log = self.log_path();
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&log);
        let file = file.map_err(DemoError::file("write", &log))?;
        self.user.own(&log)?;
        let errors = file.try_clone().map_err(DemoError::file("write", &log))?;
        let program = self.options.binaries.program("postgres");
        let mut command = self.user.command(&program);
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let server = command
            .arg("-D")
            .arg(self.data_folder())
            .arg("-p")
            .arg(port.to_string())
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .map_err(DemoError::file("run", &program))?;
        let mut state = self.state();
        state.watchdog.tell(Some(server.id()));
        state.port = port;
        let server = state.server.insert(server);
        let mut ended = false;
        let in_time = wait_until(PATIENCE, || {
            ended = !matches!(server.try_wait(), Ok(None));
            ended || is_ready(&self.data_folder(), server.id())
        });
        if in_time && !ended {
            return Ok(());
        }
        drop(state);
        self.halt(Signal::QUIT);
        let (reason, log) = complaint(&log);
        Err(DemoError::NotStarted { reason, log })
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.halt(Signal::QUIT);
        // The watchdog does it too, unless somebody killed it.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The last line of `postmaster.pid` says so since PostgreSQL 10, of a standby by that word; the first is the process, since a crash leaves the
/// file of the one before.
fn is_ready(data: &Path, pid: u32) -> bool {
    let text = std::fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let mut lines = text.lines();
    lines.next() == Some(pid.to_string().as_str())
        && lines.nth(6).is_some_and(|line| ["ready", "standby"].contains(&line.trim()))
}

fn free_port() -> Result<u16, DemoError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    listener.map(|address| address.port()).map_err(DemoError::file("listen on", Path::new("127.0.0.1")))
}

/// A Unix socket's address holds 107 bytes (103 on macOS), and the file is called `.s.PGSQL.65535`.
fn new_folder(user: ServerUser) -> Result<TempDir, DemoError> {
    let usual = std::env::temp_dir();
    let fits = usual.as_os_str().len() <= 60 && user.reaches(&usual);
    let parent = if fits { usual } else { PathBuf::from("/tmp") };
    tempfile::Builder::new()
        .prefix("rolescope-")
        // Behind the socket the superuser needs no password.
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(&parent)
        .map_err(DemoError::file("create", &parent))
}

/// Single quotes, as conninfo strings have them.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// From the system's own source: other users of the machine can reach the port.
pub(super) fn random_password() -> Result<String, DemoError> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 16];
    std::fs::File::open(source)
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut bytes))
        .map_err(DemoError::file("read", source))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
