//! The terminal is given back in every way out.

use crate::pty::Pty;
use rolescope::terminal::Screen;
use std::time::Duration;

/// Runs one of the tests below that are `ignore`d, in a terminal of its own.
fn in_a_terminal(test: &str) -> Pty {
    let program = std::env::current_exe().unwrap();
    let name = format!("terminal::{test}");
    let arguments = ["--exact", &name, "--ignored", "--nocapture", "--test-threads=1"];
    Pty::start(program.to_str().unwrap(), &arguments, 80, 24)
}

/// Takes the terminal and draws on it, for the test that started this one there.
fn taken() -> Screen {
    let mut screen = Screen::enter().expect("runs in a terminal");
    screen
        .draw(|area, buffer| {
            buffer.set_string(area.x, area.y, "the terminal is ours", ratatui::style::Style::new());
            None
        })
        .unwrap();
    // Long enough to be looked at.
    std::thread::sleep(Duration::from_millis(500));
    screen
}

#[test]
#[ignore = "the program of the test below"]
#[should_panic(expected = "on purpose")]
fn panics_while_it_draws() {
    let mut screen = taken();
    let _ = screen.draw(|_, _| panic!("on purpose"));
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let mut pty = in_a_terminal("panics_while_it_draws");
    pty.wait_for("the terminal is ours");
    pty.assert_taken();
    assert!(pty.process.wait_exit().success());
    pty.wait_for("on purpose");
    pty.assert_restored();
}

#[test]
#[ignore = "the program of the test below"]
fn another_thread_panics() {
    let screen = taken();
    assert!(std::thread::spawn(|| panic!("beside the drawing")).join().is_err());
    std::thread::sleep(Duration::from_millis(500));
    drop(screen);
}

#[test]
fn a_panic_of_another_thread_is_told_when_the_terminal_is_free() {
    let mut pty = in_a_terminal("another_thread_panics");
    pty.wait_for("the terminal is ours");
    assert!(pty.process.wait_exit().success());
    pty.wait_for("beside the drawing");
    pty.assert_restored();
    let bytes = String::from_utf8_lossy(&pty.bytes()).into_owned();
    let (left, told) = (bytes.find("\x1b[?1049l").unwrap(), bytes.find("beside the drawing").unwrap());
    assert!(left < told, "{bytes:?}");
}
