//! From the start to the end, whatever ends it.

use super::Explorer;
use crate::pty::Pty;
use crate::servers::{block_on, instance, options, server};
use rustix::process::Signal;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROLESCOPE: &str = env!("CARGO_BIN_EXE_rolescope");

/// An explorer that has loaded, on PostgreSQL 18.
fn explorer() -> Explorer {
    let explorer = Explorer::run(&[&conninfo()], 80, 24).loaded();
    explorer.pty.assert_taken();
    explorer
}

/// A role and a database of its own.
fn conninfo() -> String {
    let server = server(18);
    let fresh = async { (server.fresh_role("life").await, server.fresh_database().await) };
    let (role, database) = block_on(fresh);
    server.instance.conninfo_with_password(&role, &role, &database)
}

#[test]
fn q_quits_and_the_terminal_is_as_before() {
    explorer().quit();
}

#[test]
fn a_signal_ends_it_and_the_terminal_is_as_before() {
    for (signal, status) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130), (Signal::QUIT, 131)]
    {
        let mut explorer = explorer();
        explorer.pty.process.signal(signal);
        assert_eq!(explorer.pty.process.wait_exit().exit_code(), status, "{signal:?}");
        explorer.pty.wait_settled();
        explorer.pty.assert_restored();
    }
}

#[test]
fn it_ends_when_the_terminal_is_taken_away() {
    let explorer = explorer();
    let mut process = explorer.pty.hang_up();
    // The kernel sends SIGHUP to the leader of the terminal's session, which is the explorer here.
    assert_eq!(process.wait_exit().exit_code(), 129);
}

#[test]
fn it_ends_without_a_signal_when_the_terminal_is_taken_away() {
    // The shell that leads the session gets SIGHUP and ignores it, and nobody tells the explorer.
    let folder = tempfile::tempdir().unwrap();
    let status = folder.path().join("status");
    let conninfo = conninfo();
    let script = r#"trap '' HUP; "$0" "$1"; echo $? > "$2.new"; mv "$2.new" "$2"; exit 0"#;
    let arguments = ["-c", script, ROLESCOPE, &conninfo, status.to_str().unwrap()];
    let pty = Pty::start("/bin/sh", &arguments, 80, 24);
    pty.wait_for("loaded");
    assert!(pty.hang_up().wait_exit().success());
    assert_eq!(std::fs::read_to_string(&status).unwrap().trim(), "129");
}

#[test]
fn a_lost_connection_is_told_and_r_connects_again() {
    let own = instance(&options(18));
    let conninfo = own.conninfo_with_password("rdsadmin", own.password(), "postgres");
    let mut explorer = Explorer::run(&[&conninfo], 120, 30).loaded();
    own.kill();
    explorer.pty.wait_for("lost");
    explorer.pty.assert_taken();
    own.start_again().unwrap();
    explorer.pty.keys("R");
    explorer.pty.wait_for("loaded");
    explorer.quit();
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let explorer = explorer();
    explorer.pty.wait_quiet(Duration::from_millis(500));
    let bytes = explorer.pty.bytes().len();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(explorer.pty.bytes().len(), bytes, "something is drawn while nothing happens");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_wakes_while_nothing_happens() {
    let explorer = explorer();
    explorer.pty.wait_quiet(Duration::from_millis(500));
    let woken = || {
        let wakes = explorer.pty.process.wakes();
        std::thread::sleep(Duration::from_secs(2));
        explorer.pty.process.wakes() - wakes
    };
    // The server's other databases may still be on their way: that is something that happens.
    let quiet = (0..15).any(|_| woken() <= 2);
    assert!(quiet, "it wakes although nothing happens");
}

#[test]
fn it_follows_the_size_of_the_window() {
    let mut explorer = explorer();
    explorer.pty.resize(200, 50);
    explorer.pty.wait("a frame as large as the window", |screen| {
        let rows: Vec<String> = screen.rows(0, 200).collect();
        rows.len() == 50 && rows[1].trim_end().chars().count() == 200
    });
    explorer.pty.resize(40, 10);
    explorer.pty.wait("a frame as small as the window", |screen| {
        screen.rows(0, 40).next().is_some_and(|header| header.chars().count() <= 40)
            && screen.contents().lines().count() <= 10
    });
    explorer.quit();
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_until_fg() {
    let conninfo = conninfo();
    let mut pty = Pty::start("/bin/bash", &["--norc", "--noprofile", "-i"], 80, 24);
    pty.keys(&format!("PS1='shell> '; clear; {ROLESCOPE} '{conninfo}'\r"));
    pty.wait_for("loaded");
    pty.keys("\x1a");
    pty.wait_for("Stopped");
    pty.wait("the shell's own screen", |screen| !screen.alternate_screen() && !screen.hide_cursor());
    pty.keys("echo $((6*7))\r");
    pty.wait_for("\n42\n");
    pty.keys("fg\r");
    pty.wait_for("loaded");
    pty.assert_taken();
    pty.keys("q");
    // What is typed while it is still leaving would be read by it.
    pty.wait("the shell's prompt", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("shell>")
    });
    pty.keys("echo status=$?\r");
    pty.wait_for("status=0");
}

#[test]
fn colour_is_left_out_where_no_color_is_set_and_the_selection_stays_visible() {
    let conninfo = conninfo();
    let mut command = Pty::command(ROLESCOPE, &[&conninfo]);
    command.env("NO_COLOR", "1");
    let pty = Pty::run(command, 80, 24);
    pty.wait_for("loaded");
    pty.wait("a row in reverse", |screen| {
        (0..24).any(|row| screen.cell(row, 3).is_some_and(vt100::Cell::inverse))
    });
    let coloured =
        pty.cells(|cell| cell.fgcolor() != vt100::Color::Default || cell.bgcolor() != vt100::Color::Default);
    assert_eq!(coloured, 0, "cells have a colour");
}

#[test]
fn without_a_terminal_it_says_so_and_what_to_do() {
    let out = Command::new(ROLESCOPE).arg("host=/nowhere").stdin(Stdio::null()).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("needs a terminal") && said.contains("--help"), "{said}");
    assert!(out.stdout.is_empty());
}

#[test]
fn on_a_dumb_terminal_it_says_so() {
    let mut command = Pty::command(ROLESCOPE, &["host=/nowhere"]);
    command.env("TERM", "dumb");
    let mut pty = Pty::run(command, 80, 24);
    assert_eq!(pty.process.wait_exit().exit_code(), 2);
    pty.wait_for("TERM is \"dumb\"");
    assert!(!String::from_utf8_lossy(&pty.bytes()).contains('\x1b'));
}

#[test]
fn what_goes_wrong_while_connecting_is_told_on_the_shells_screen() {
    let server = server(18);
    let wrong = server.instance.conninfo_with_password("nobody_of_that_name", "wrong", "postgres");
    let mut pty = Pty::start(ROLESCOPE, &[&wrong], 200, 24);
    let since = Instant::now();
    assert_eq!(pty.process.wait_exit().exit_code(), 2);
    assert!(since.elapsed() < Duration::from_secs(20));
    pty.wait_for("password authentication failed");
    pty.assert_restored();
    assert!(!String::from_utf8_lossy(&pty.bytes()).contains("\x1b[?1049h"), "the screen was taken");
}

#[test]
fn the_mouse_selects_and_m_leaves_it_to_the_terminal() {
    let mut explorer = explorer();
    let selected = |screen: &vt100::Screen, row: u16| screen.cell(row, 3).is_some_and(is_marked);
    explorer.pty.wait("the first row selected", |screen| selected(screen, 3));
    // Row 5 of the screen, counted from 1 there.
    explorer.pty.keys("\x1b[<0;6;6M\x1b[<0;6;6m");
    explorer.pty.wait("the clicked row selected", |screen| selected(screen, 5) && !selected(screen, 3));
    explorer.pty.keys("M");
    explorer.pty.wait("the mouse to be let go", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    });
    explorer.pty.keys("M");
    explorer.pty.wait("the mouse to be taken", |screen| {
        screen.mouse_protocol_mode() == vt100::MouseProtocolMode::PressRelease
    });
    explorer.quit();
}

/// Whether a cell stands out from the terminal's own colours.
fn is_marked(cell: &vt100::Cell) -> bool {
    cell.inverse() || cell.bgcolor() != vt100::Color::Default
}

#[test]
fn y_copies_to_the_clipboard_of_the_terminal() {
    let mut explorer = explorer();
    explorer.pty.keys("y");
    explorer.pty.wait_quiet(Duration::from_millis(300));
    assert!(String::from_utf8_lossy(&explorer.pty.bytes()).contains("\x1b]52;c;"), "no OSC 52");
    explorer.quit();
}

#[test]
fn ascii_means_ascii() {
    let conninfo = conninfo();
    let explorer = Explorer::run(&["--ascii", &conninfo], 120, 30).loaded();
    let other = explorer.pty.cells(|cell| !cell.contents().is_ascii());
    assert_eq!(other, 0, "{}", explorer.pty.text());
    explorer.quit();
}

#[test]
fn stopped_from_outside_it_goes_on_with_a_whole_screen() {
    let mut explorer = explorer();
    explorer.pty.process.signal(Signal::STOP);
    explorer.pty.process.signal(Signal::CONT);
    explorer.pty.wait_quiet(Duration::from_millis(500));
    explorer.pty.assert_taken();
    explorer.pty.wait_for("loaded");
    explorer.pty.keys("?");
    explorer.pty.wait_for("In the tree");
    explorer.pty.keys("\x1b");
    explorer.pty.wait("the keys to go", |screen| !screen.contents().contains("In the tree"));
    explorer.quit();
}

#[test]
fn plain_text_is_told_in_the_header_and_on_the_shells_screen() {
    let mut wanted = options(18);
    wanted.tls = false;
    wanted.allow_plain = true;
    let own = instance(&wanted);
    let (port, password) = (own.port(), own.password());
    let conninfo = format!(
        "host=127.0.0.1 port={port} user=rdsadmin password={password} dbname=postgres sslmode=prefer"
    );
    let mut explorer = Explorer::run(&[&conninfo], 200, 24).loaded();
    explorer.pty.wait_for("NOT ENCRYPTED");
    explorer.pty.keys("q");
    assert_eq!(explorer.pty.process.wait_exit().exit_code(), 0);
    explorer.pty.wait_for("WARNING:  the connection is not encrypted");
    explorer.pty.assert_restored();
}
