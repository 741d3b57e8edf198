//! What the user does, read by a thread of its own.

use super::keys;
use crate::app::Action;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, read};
use std::io;
use std::os::unix::net::UnixStream;
use std::thread;
use termina::Parser;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long an Esc may be the start of a key's sequence. A sequence comes in one piece, unless a network cuts it.
const ESC_WAIT: Timespec = Timespec { tv_sec: 0, tv_nsec: 30_000_000 };

/// The user's actions. Dropped, it leaves what is typed next to the shell.
pub struct Input {
    actions: UnboundedReceiver<Action>,
    /// Closed, it ends the reader.
    _stop: UnixStream,
}

impl Input {
    /// Reads standard input, which is a terminal in raw mode.
    pub fn start() -> io::Result<Input> {
        let (_stop, stopped) = UnixStream::pair()?;
        let (sender, actions) = unbounded_channel();
        thread::Builder::new().name("input".to_owned()).spawn(move || {
            Reader { parser: Parser::default(), sender, stopped }.run();
        })?;
        Ok(Input { actions, _stop })
    }

    /// The next action; none when the terminal is gone.
    pub async fn next(&mut self) -> Option<Action> {
        self.actions.recv().await
    }

    /// The next action, if it is there already.
    pub fn ready(&mut self) -> Option<Action> {
        self.actions.try_recv().ok()
    }
}

struct Reader {
    parser: Parser,
    sender: UnboundedSender<Action>,
    stopped: UnixStream,
}

/// What waiting came to.
enum Waited {
    Readable,
    NothingCame,
    Stopped,
}

impl Reader {
    fn run(&mut self) {
        let mut bytes = [0; 4096];
        let mut partial = false;
        loop {
            match self.wait(partial) {
                Ok(Waited::Readable) => {}
                Ok(Waited::NothingCame) => {
                    self.parse(&[], false);
                    partial = false;
                    continue;
                }
                Ok(Waited::Stopped) | Err(_) => return,
            }
            match read(rustix::stdio::stdin(), &mut bytes) {
                // In raw mode a read waits for a byte: none means that the terminal is gone, as EIO does.
                Ok(0) => return,
                Ok(count) => {
                    self.parse(&bytes[..count], true);
                    partial = true;
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => return,
            }
        }
    }

    /// Waits for ever, or, where an Esc may be waiting for its rest, a moment.
    fn wait(&self, partial: bool) -> Result<Waited, Errno> {
        let stdin = rustix::stdio::stdin();
        let mut fds = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(&self.stopped, PollFlags::IN)];
        loop {
            match poll(&mut fds, partial.then_some(&ESC_WAIT)) {
                Ok(0) => return Ok(Waited::NothingCame),
                Ok(_) if !fds[1].revents().is_empty() => return Ok(Waited::Stopped),
                Ok(_) => return Ok(Waited::Readable),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn parse(&mut self, bytes: &[u8], more: bool) {
        self.parser.parse(bytes, more);
        while let Some(event) = self.parser.pop() {
            if let Some(action) = keys::action(event) {
                // The loop that listened has ended, and stops this thread next.
                let _ = self.sender.send(action);
            }
        }
    }
}
