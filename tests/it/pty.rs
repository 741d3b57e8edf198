//! A program in a pseudo-terminal, and a terminal emulator that shows what it draws.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::time::{Duration, Instant};
use vt100::{MouseProtocolMode, Parser, Screen};

/// How long anything may take. Generous: the machine may be busy with other tests.
const LIMIT: Duration = Duration::from_secs(60);

/// What a terminal has been told so far.
struct Seen {
    emulator: Parser,
    bytes: Vec<u8>,
    at: Instant,
}

impl Seen {
    /// Whether the screen is a frame and not half of one. The explorer marks where each begins and ends.
    fn is_whole(&self) -> bool {
        let last = |mark: &[u8]| self.bytes.windows(mark.len()).rposition(|bytes| bytes == mark);
        last(b"\x1b[?2026h") <= last(b"\x1b[?2026l")
    }
}

/// A running program; dropped, it runs no longer.
pub struct Process(Box<dyn Child + Send + Sync>);

/// A program in a terminal of its own.
pub struct Pty {
    pub process: Process,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    /// Kept open, so that the terminal outlives the program and can be looked at.
    _slave: Box<dyn SlavePty + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    deaf: Arc<AtomicBool>,
    before: String,
}

impl Pty {
    /// Starts `program` in a terminal of this size.
    pub fn start(program: &str, arguments: &[&str], columns: u16, rows: u16) -> Pty {
        Pty::run(Pty::command(program, arguments), columns, rows)
    }

    /// `program` as it is to be run, in an environment that is the same everywhere.
    pub fn command(program: &str, arguments: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env_remove("NO_COLOR");
        command.env_remove("TMUX");
        // Nothing is left in the state folder of whoever runs the tests.
        static STATE: OnceLock<tempfile::TempDir> = OnceLock::new();
        let state = STATE.get_or_init(|| tempfile::tempdir().expect("a folder"));
        command.env("XDG_STATE_HOME", state.path());
        command.env("RUST_BACKTRACE", "0");
        command
    }

    /// Starts a command in a terminal of this size.
    pub fn run(command: CommandBuilder, columns: u16, rows: u16) -> Pty {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let before = format!("{:?}", pair.master.get_termios().expect("termios"));
        let child = pair.slave.spawn_command(command).expect("the program starts");
        let reader = pair.master.try_clone_reader().expect("a reader");
        let writer = pair.master.take_writer().expect("a writer");
        let seen = Seen {
            emulator: Parser::new(cells(rows), cells(columns), 1000),
            bytes: Vec::new(),
            at: Instant::now(),
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let deaf = Arc::new(AtomicBool::new(false));
        let (told, stop) = (Arc::clone(&seen), Arc::clone(&deaf));
        std::thread::spawn(move || read(reader, &told, &stop));
        Pty { process: Process(child), master: pair.master, writer, _slave: pair.slave, seen, deaf, before }
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("the terminal takes keys");
        self.writer.flush().expect("the terminal takes keys");
    }

    /// Makes the window another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen().emulator.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("another size");
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().unwrap()
    }

    /// The text on the screen.
    pub fn text(&self) -> String {
        self.seen().emulator.screen().contents()
    }

    /// All that was written to the terminal.
    pub fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// Waits until the screen is as wanted, and gives its text.
    pub fn wait(&self, what: &str, wanted: impl Fn(&Screen) -> bool) -> String {
        let deadline = Instant::now() + LIMIT;
        let mut seen = self.seen();
        while !seen.is_whole() || !wanted(seen.emulator.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero(),
                "never came: {what}. The screen:\n{}",
                seen.emulator.screen().contents()
            );
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        seen.emulator.screen().contents()
    }

    /// Waits for a text to be on the screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contents().contains(text))
    }

    /// How many cells of the screen are so.
    pub fn cells(&self, wanted: impl Fn(&vt100::Cell) -> bool) -> usize {
        let seen = self.seen();
        let screen = seen.emulator.screen();
        let (rows, columns) = screen.size();
        let all = (0..rows.get()).flat_map(|row| (0..columns.get()).map(move |column| (row, column)));
        all.filter(|(row, column)| screen.cell(*row, *column).is_some_and(&wanted)).count()
    }

    /// Waits until what an ended program wrote last has come through.
    pub fn wait_settled(&self) {
        self.wait_quiet(Duration::from_millis(100));
    }

    /// Waits until nothing has been written for this long.
    pub fn wait_quiet(&self, quiet: Duration) {
        let deadline = Instant::now() + LIMIT;
        loop {
            let since = self.seen().at.elapsed();
            if since >= quiet {
                return;
            }
            assert!(Instant::now() < deadline, "it never stops writing. The screen:\n{}", self.text());
            std::thread::sleep(quiet - since);
        }
    }

    /// Whether the terminal's modes are what they were before the program started.
    pub fn is_cooked(&self) -> bool {
        format!("{:?}", self.master.get_termios().expect("termios")) == self.before
    }

    /// The terminal as a shell wants it back: cooked, its own screen, a cursor, no mouse reports, no paste marks.
    pub fn assert_restored(&self) {
        assert!(self.is_cooked(), "raw mode is left on");
        // On a busy machine what an ended program wrote last takes its time to come here.
        let deadline = Instant::now() + LIMIT;
        while self.seen().emulator.screen().alternate_screen() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(10));
        }
        let seen = self.seen();
        let screen = seen.emulator.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left on");
        assert!(!screen.hide_cursor(), "the cursor is left hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is left on");
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::None, "the mouse is left captured");
        assert_eq!(screen.fgcolor(), vt100::Color::Default);
        assert!(!screen.inverse() && !screen.bold());
    }

    /// The terminal as the explorer has it.
    pub fn assert_taken(&self) {
        assert!(!self.is_cooked(), "no raw mode");
        let seen = self.seen();
        let screen = seen.emulator.screen();
        assert!(screen.alternate_screen() && screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), MouseProtocolMode::PressRelease);
    }

    /// Takes the terminal away, as when its window is closed; the process is there to be waited for.
    pub fn hang_up(mut self) -> Process {
        self.deaf.store(true, Ordering::SeqCst);
        // The reader lets go of the terminal with the next bytes: those of a redraw.
        let size = self.master.get_size().expect("a size");
        self.resize(size.cols - 1, size.rows);
        let deadline = Instant::now() + LIMIT;
        while Arc::strong_count(&self.deaf) > 1 {
            assert!(Instant::now() < deadline, "nothing is redrawn");
            std::thread::sleep(Duration::from_millis(10));
        }
        self.process
    }
}

impl Process {
    /// Waits for the program to end.
    pub fn wait_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(status) = self.0.try_wait().expect("a status") {
                return status;
            }
            assert!(Instant::now() < deadline, "it doesn't end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the program gets a signal");
    }

    /// How often its threads have been woken.
    #[cfg(target_os = "linux")]
    pub fn wakes(&self) -> u64 {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.pid())).unwrap();
        let status = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("status"));
        // A thread may end while its neighbours are looked at.
        let statuses = threads.filter_map(|thread| status(thread.ok()?).ok());
        statuses.map(|text| switches(&text)).sum()
    }

    /// The program's process.
    pub fn pid(&self) -> Pid {
        let pid = self.0.process_id().expect("a process");
        Pid::from_raw(i32::try_from(pid).unwrap()).unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// A thread that sleeps switches by its own will once for each time that it is woken.
#[cfg(target_os = "linux")]
fn switches(status: &str) -> u64 {
    let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.expect("Linux counts them").trim().parse().expect("a number")
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has a size")
}

fn read(mut reader: Box<dyn Read + Send>, seen: &(Mutex<Seen>, Condvar), deaf: &Arc<AtomicBool>) {
    let mut bytes = [0; 8192];
    while let Ok(count) = reader.read(&mut bytes) {
        if count == 0 || deaf.load(Ordering::SeqCst) {
            break;
        }
        let mut now = seen.0.lock().unwrap();
        now.emulator.process(&bytes[..count]);
        now.bytes.extend_from_slice(&bytes[..count]);
        now.at = Instant::now();
        seen.1.notify_all();
    }
}
