//! Taking the terminal over, and giving it back in every way out.

use super::output::Output;
use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{self, Print, ResetColor};
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{execute, queue};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;
use std::{env, mem, panic};

/// Button presses and the wheel, with coordinates beyond column 223 (SGR). Reports of mere motion stay off: they
/// would wake the program for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// A frame reaches the eye as a whole where the terminal knows how (synchronized output); others ignore it.
const FRAME_BEGIN: &str = "\x1b[?2026h";
const FRAME_END: &str = "\x1b[?2026l";

/// Whether the terminal is ours at the moment.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// The thread that draws, while the terminal is ours.
static DRAWS: Mutex<Option<ThreadId>> = Mutex::new(None);
/// What other threads had to say when they panicked; told when the terminal is the shell's again.
static LAST_WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Why there can be no explorer here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTerminal {
    /// Standard input is something else.
    #[error("the explorer needs a terminal, and standard input is not one")]
    Input,
    /// Standard output is something else.
    #[error("the explorer needs a terminal, and standard output is not one")]
    Output,
    /// `TERM=dumb`, or none.
    #[error("the explorer cannot draw on this terminal: TERM is \"{0}\"", env::var("TERM").unwrap_or_default())]
    Dumb,
}

impl NoTerminal {
    /// What to do instead.
    pub fn hint(self) -> &'static str {
        match self {
            NoTerminal::Dumb => "Set TERM to what the terminal is, as in TERM=xterm-256color.",
            _ => "Without a terminal, use the commands: rolescope --help lists them.",
        }
    }
}

/// Whether the explorer can run here.
pub fn check() -> Result<(), NoTerminal> {
    if !io::stdin().is_terminal() {
        return Err(NoTerminal::Input);
    }
    if !io::stdout().is_terminal() {
        return Err(NoTerminal::Output);
    }
    match env::var("TERM").as_deref() {
        Ok("dumb" | "") | Err(_) => Err(NoTerminal::Dumb),
        Ok(_) => Ok(()),
    }
}

/// How long a stop may take to reach every thread.
const STOPPING: Duration = Duration::from_millis(300);

/// The terminal while it is ours: dropped, it is the shell's again.
pub struct Screen {
    output: Output,
    /// What the terminal shows.
    shown: Buffer,
    cursor: Option<Position>,
    mouse: bool,
}

impl Screen {
    /// Raw mode, the alternate screen, bracketed paste and the mouse.
    pub fn enter() -> io::Result<Screen> {
        static HOOK: Once = Once::new();
        HOOK.call_once(install_panic_hook);
        // crossterm drops bold and reverse as well under NO_COLOR; the theme honours it instead.
        style::force_color_output(true);
        let output = Output::new()?;
        let mut screen = Screen { output, shown: Buffer::empty(size()), cursor: None, mouse: true };
        screen.take()?;
        Ok(screen)
    }

    /// How large it is.
    pub fn area(&self) -> Rect {
        self.shown.area
    }

    /// Draws a frame: writes what differs from the one before, which may be nothing.
    pub fn draw(&mut self, render: impl FnOnce(Rect, &mut Buffer) -> Option<Position>) -> io::Result<()> {
        let mut next = Buffer::empty(self.shown.area);
        let cursor = render(next.area, &mut next);
        let cells = self.shown.diff(&next);
        if cells.is_empty() && cursor == self.cursor {
            return Ok(());
        }
        queue!(self.output, Print(FRAME_BEGIN), Hide)?;
        CrosstermBackend::new(&mut self.output).draw(cells.into_iter())?;
        if let Some(Position { x, y }) = cursor {
            queue!(self.output, MoveTo(x, y), Show)?;
        }
        queue!(self.output, Print(FRAME_END))?;
        self.shown = next;
        self.cursor = cursor;
        self.output.flush()
    }

    /// Looks how large the terminal is now; the next frame is drawn whole.
    pub fn resize(&mut self) -> io::Result<Rect> {
        self.blank()?;
        self.output.flush()?;
        Ok(self.shown.area)
    }

    /// Sends a sequence that is no drawing, as the clipboard's.
    pub fn send(&mut self, sequence: &str) -> io::Result<()> {
        execute!(self.output, Print(sequence))
    }

    /// Whether the mouse is ours; if not, the terminal selects text with it.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        self.send(if on { MOUSE_ON } else { MOUSE_OFF })
    }

    /// Gives the terminal back and stops the whole job, as Ctrl-Z does where there is no raw mode; takes the terminal
    /// again when the shell continues us. A job that nobody could continue is not stopped by the system.
    pub fn suspend(&mut self) -> io::Result<()> {
        leave();
        kill_current_process_group(Signal::TSTP)?;
        // Another thread may be the one that the signal reaches, and until it does this one would run on and take the
        // terminal from the shell. Time goes on while we are stopped, so nobody waits for this after `fg`.
        thread::sleep(STOPPING);
        self.take()
    }

    /// Takes the terminal again after something else may have used it.
    pub fn retake(&mut self) -> io::Result<()> {
        leave();
        self.take()
    }

    fn take(&mut self) -> io::Result<()> {
        *DRAWS.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
        TAKEN.store(true, Ordering::SeqCst);
        terminal::enable_raw_mode()?;
        queue!(self.output, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
        queue!(self.output, Print(if self.mouse { MOUSE_ON } else { MOUSE_OFF }))?;
        self.blank()?;
        self.output.flush()
    }

    fn blank(&mut self) -> io::Result<()> {
        self.shown = Buffer::empty(size());
        self.cursor = None;
        queue!(self.output, ResetColor, Clear(ClearType::All))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
        for words in mem::take(&mut *LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner)) {
            // Standard error may have gone with the terminal.
            let _ = writeln!(io::stderr(), "{words}");
        }
    }
}

/// Gives the terminal back. Once: whoever comes second has nothing to do. On a terminal that is gone nothing can be
/// restored, so failures are of no interest.
fn leave() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    if let Ok(mut output) = Output::new() {
        let _ = execute!(
            output,
            Print(FRAME_END),
            Print(MOUSE_OFF),
            DisableBracketedPaste,
            ResetColor,
            LeaveAlternateScreen,
            Show
        );
    }
    let _ = terminal::disable_raw_mode();
}

/// A panic of the thread that draws ends the program: the terminal comes first, then the message. Others' messages
/// wait; whoever awaits the thread says that it failed.
fn install_panic_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let draws = *DRAWS.lock().unwrap_or_else(PoisonError::into_inner);
        if TAKEN.load(Ordering::SeqCst) && draws != Some(thread::current().id()) {
            LAST_WORDS.lock().unwrap_or_else(PoisonError::into_inner).push(format!("rolescope: {info}"));
            return;
        }
        leave();
        before(info);
    }));
}

/// The terminal's size; 80 by 24 where it doesn't say, as on a serial line.
fn size() -> Rect {
    let said = termios::tcgetwinsize(rustix::stdio::stdout()).ok();
    let (width, height) = said.map_or((0, 0), |size| (size.ws_col, size.ws_row));
    let or = |said: u16, default| if said == 0 { default } else { said };
    Rect::new(0, 0, or(width, 80), or(height, 24))
}
