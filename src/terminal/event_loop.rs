//! The one loop that owns the explorer's state.

use super::clipboard;
use super::input::Input;
use super::run::Ended;
use super::screen::Screen;
use super::signals::{Asked, Signals};
use super::worker::Worker;
use crate::app::{Action, Effect, Now, Settings, State, next_wake, update};
use crate::server::scram;
use crate::sql;
use crate::ui;
use jiff::Zoned;
use std::future::pending;
use std::io;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::sleep;

/// A frame is drawn at least this often while things keep happening.
const FRAME: Duration = Duration::from_millis(30);

pub(super) struct EventLoop<'a> {
    state: State,
    screen: Screen,
    input: Input,
    signals: Signals,
    worker: &'a mut Worker,
    replies: UnboundedReceiver<Action>,
    started: Instant,
}

/// What the loop waits for.
enum Event {
    Action(Action),
    Asked(Asked),
    TerminalLost,
}

/// Why the loop stops, as a `?` can carry it.
struct Stop(Ended);

impl From<io::Error> for Stop {
    /// Everything that the loop does with files, it does with the terminal.
    fn from(_: io::Error) -> Stop {
        Stop(Ended::TerminalLost)
    }
}

impl<'a> EventLoop<'a> {
    pub(super) fn new(
        screen: Screen,
        settings: Settings,
        worker: &'a mut Worker,
        replies: UnboundedReceiver<Action>,
    ) -> io::Result<EventLoop<'a>> {
        let area = screen.area();
        Ok(EventLoop {
            state: State::new(settings, area.width, area.height),
            screen,
            input: Input::start()?,
            signals: Signals::listen()?,
            worker,
            replies,
            started: Instant::now(),
        })
    }

    pub(super) async fn run(&mut self) -> Ended {
        match self.until_stopped().await {
            Err(Stop(ended)) => ended,
            Ok(never) => match never {},
        }
    }

    async fn until_stopped(&mut self) -> Result<std::convert::Infallible, Stop> {
        self.act(Action::Start)?;
        loop {
            self.draw()?;
            let event = self.next().await;
            self.handle(event)?;
            self.drain()?;
        }
    }

    /// What is there already comes before drawing: a burst of keys or replies costs one frame.
    fn drain(&mut self) -> Result<(), Stop> {
        let since = Instant::now();
        while since.elapsed() < FRAME {
            let ready = self.replies.try_recv().ok().or_else(|| self.input.ready());
            let Some(action) = ready else { break };
            self.act(action)?;
        }
        Ok(())
    }

    async fn next(&mut self) -> Event {
        let wake = next_wake(&self.state, self.now());
        let asleep = async {
            match wake {
                Some(at) => sleep(at.saturating_sub(self.started.elapsed())).await,
                None => pending().await,
            }
        };
        tokio::select! {
            biased;
            asked = self.signals.next() => Event::Asked(asked),
            Some(reply) = self.replies.recv() => Event::Action(reply),
            action = self.input.next() => action.map_or(Event::TerminalLost, Event::Action),
            () = asleep => Event::Action(Action::Wake),
        }
    }

    fn handle(&mut self, event: Event) -> Result<(), Stop> {
        match event {
            Event::Action(action) => self.act(action),
            Event::TerminalLost => Err(Stop(Ended::TerminalLost)),
            Event::Asked(Asked::End(signal)) => Err(Stop(Ended::Signal(signal))),
            Event::Asked(Asked::Resize) => {
                self.screen.resize()?;
                self.resized()
            }
            Event::Asked(Asked::Continue) => {
                self.screen.retake()?;
                self.resized()
            }
        }
    }

    fn resized(&mut self) -> Result<(), Stop> {
        let area = self.screen.area();
        self.act(Action::Resize { width: area.width, height: area.height })
    }

    fn act(&mut self, action: Action) -> Result<(), Stop> {
        let now = self.now();
        for effect in update(&mut self.state, action, now) {
            self.carry_out(effect)?;
        }
        Ok(())
    }

    fn carry_out(&mut self, effect: Effect) -> Result<(), Stop> {
        match effect {
            Effect::Quit => return Err(Stop(Ended::Quit)),
            Effect::Suspend => {
                self.screen.suspend()?;
                return self.resized();
            }
            Effect::Copy(text) => self.screen.send(&clipboard::copy(&text))?,
            Effect::CopySealed { script, options } => {
                let text = scram::seal(&script, &options, scram::ITERATIONS)
                    .unwrap_or_else(|| sql::masked(&script, &options));
                self.screen.send(&clipboard::copy(&text))?
            }
            Effect::Mouse { captured } => self.screen.set_mouse(captured)?,
            Effect::Load { generation, database, password } => {
                self.worker.load(generation, database, password)
            }
            Effect::Choices => self.worker.choices(),
            Effect::Connect { attempt, conninfo, password } => {
                self.worker.connect(attempt, conninfo, password)
            }
            Effect::Switch { attempt } => self.worker.switch(attempt),
            Effect::Reconnect { number } => self.worker.reconnect(number),
            Effect::Cancel(stop) => self.worker.cancel(stop),
            Effect::Apply { generation, plan } => self.worker.apply(generation, plan),
            Effect::Rehearse { generation, plan } => self.worker.rehearse(generation, plan),
        }
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let state = &self.state;
        self.screen.draw(|area, buffer| {
            ui::render(state, area, buffer);
            None
        })
    }

    fn now(&self) -> Now {
        {
            let now = Zoned::now();
            Now { elapsed: self.started.elapsed(), wall: now.datetime(), at: now.timestamp() }
        }
    }
}
