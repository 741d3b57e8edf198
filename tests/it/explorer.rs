//! The explorer as a person has it: the program in a terminal, on real servers.

use crate::pty::Pty;
use crate::servers::Server;
use tempfile::TempDir;

mod connections;
mod grant;
mod life;
mod offline;

/// The explorer on a server, in a terminal of its own.
pub struct Explorer {
    pub pty: Pty,
    /// Where the journal is.
    pub state: TempDir,
}

impl Explorer {
    /// Connects as a role that [`Server::fresh_role`] made.
    pub fn start(server: &Server, role: &str, database: &str, columns: u16, rows: u16) -> Explorer {
        let conninfo = server.instance.conninfo_with_password(role, role, database);
        Explorer::run(&[&conninfo], columns, rows)
    }

    /// With any arguments.
    pub fn run(arguments: &[&str], columns: u16, rows: u16) -> Explorer {
        let state = tempfile::tempdir().unwrap();
        let mut command = Pty::command(env!("CARGO_BIN_EXE_rolescope"), arguments);
        command.env("XDG_STATE_HOME", state.path());
        Explorer { pty: Pty::run(command, columns, rows), state }
    }

    /// With everything loaded.
    pub fn loaded(self) -> Explorer {
        self.pty.wait_for("loaded");
        self
    }

    /// Writes a statement whose preview has an undo, and asks for it to be applied.
    pub fn try_to_apply(&mut self, sql: &str) {
        self.pty.keys(&format!(":{sql}"));
        self.pty.wait_for("undo:");
        self.pty.keys("\r");
    }

    /// Leaves the line.
    pub fn leave_line(&mut self) {
        self.pty.keys("\x03");
        self.pty.wait("the line to be left", |screen| !screen.contents().contains("undo:"));
    }

    /// `q`, and the terminal is as before.
    pub fn quit(mut self) {
        self.pty.keys("q");
        assert_eq!(self.pty.process.wait_exit().exit_code(), 0);
        self.pty.wait_settled();
        self.pty.assert_restored();
    }
}
