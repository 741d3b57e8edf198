//! A proxy that can lose, hold back and cut what passes it. It cannot read it: TLS ends at the server.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Between a client and a server.
pub struct Proxy {
    pub port: u16,
    server: Arc<AtomicU16>,
    links: Arc<Mutex<Vec<Arc<Link>>>>,
    gate: Arc<Gate>,
}

struct Link {
    client: TcpStream,
    server: TcpStream,
    deaf: AtomicBool,
    dead: AtomicBool,
}

/// Where answers are held back: after so many bytes of them on one connection.
struct Gate {
    at: AtomicU64,
    passed: AtomicU64,
    held: Mutex<bool>,
    changed: Condvar,
}

/// How often a thread that waits for bytes looks whether it is still to wait.
const LOOK: Duration = Duration::from_millis(20);

impl Proxy {
    /// In front of this port.
    pub fn start(server: u16) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let gate =
            Gate { at: u64::MAX.into(), passed: 0.into(), held: Mutex::new(false), changed: Condvar::new() };
        let (links, gate): (Arc<Mutex<Vec<Arc<Link>>>>, _) = (Arc::default(), Arc::new(gate));
        let (all, at) = (Arc::clone(&links), Arc::clone(&gate));
        let server = Arc::new(AtomicU16::new(server));
        let leads = Arc::clone(&server);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", leads.load(Ordering::SeqCst))) else {
                    continue;
                };
                for stream in [&client, &server] {
                    stream.set_read_timeout(Some(LOOK)).expect("a timeout");
                }
                let link = Arc::new(Link { client, server, deaf: false.into(), dead: false.into() });
                all.lock().unwrap().push(Arc::clone(&link));
                let (back, gate) = (Arc::clone(&link), Arc::clone(&at));
                std::thread::spawn(move || link.pass(&link.client, &link.server, None));
                std::thread::spawn(move || back.pass(&back.server, &back.client, Some(&gate)));
            }
        });
        Proxy { port, server, links, gate }
    }

    /// From now on in front of another port; connections that are there stay where they lead.
    pub fn lead_to(&self, server: u16) {
        self.server.store(server, Ordering::SeqCst);
    }

    /// Ends every connection that there is, before anything more passes.
    pub fn cut(&self) {
        self.links.lock().unwrap().drain(..).for_each(|link| link.cut());
    }

    /// The same with a reset in place of an end, as a router that has forgotten a connection does it.
    pub fn reset(&self) {
        for link in self.links.lock().unwrap().drain(..) {
            for stream in [&link.client, &link.server] {
                // Whoever closes it last sends the reset.
                rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO)).expect("SO_LINGER");
            }
            link.dead.store(true, Ordering::SeqCst);
        }
        self.gate.changed.notify_all();
    }

    /// From now on no answer comes back on the connections that there are; after a while they end.
    pub fn lose_answers(&self, end_after: Duration) {
        let links: Vec<Arc<Link>> = self.links.lock().unwrap().drain(..).collect();
        links.iter().for_each(|link| link.deaf.store(true, Ordering::SeqCst));
        std::thread::spawn(move || {
            std::thread::sleep(end_after);
            links.iter().for_each(|link| link.cut());
        });
    }

    /// Bytes of answers that have passed.
    pub fn passed(&self) -> u64 {
        self.gate.passed.load(Ordering::SeqCst)
    }

    /// Holds answers back once so many bytes of them have passed on a connection; [`Proxy::held`] waits until then.
    pub fn hold_after(&self, bytes: u64) {
        self.gate.at.store(bytes, Ordering::SeqCst);
    }

    /// Waits until something is held back, or until `give_up`.
    pub fn held(&self, mut give_up: impl FnMut() -> bool) -> bool {
        let mut held = self.gate.held.lock().unwrap();
        while !*held && !give_up() {
            held = self.gate.changed.wait_timeout(held, LOOK).unwrap().0;
        }
        *held
    }

    /// Lets pass what is held back, and all that comes.
    pub fn release(&self) {
        self.gate.at.store(u64::MAX, Ordering::SeqCst);
        *self.gate.held.lock().unwrap() = false;
        self.gate.changed.notify_all();
    }
}

impl Link {
    fn cut(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
        self.dead.store(true, Ordering::SeqCst);
    }

    /// Until either side ends. `gate` is there for answers.
    fn pass(&self, mut from: &TcpStream, mut to: &TcpStream, gate: Option<&Gate>) {
        let (mut bytes, mut passed) = ([0; 8192], 0);
        while !self.dead.load(Ordering::SeqCst) {
            let length = match from.read(&mut bytes) {
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
                Ok(length @ 1..) => length,
                _ => break,
            };
            let mut rest = &bytes[..length];
            if let Some(gate) = gate {
                if self.deaf.load(Ordering::SeqCst) {
                    continue;
                }
                let before = usize::try_from(gate.before(passed)).unwrap_or(usize::MAX).min(length);
                let (first, last) = rest.split_at(before);
                if to.write_all(first).is_err() {
                    break;
                }
                passed += length as u64;
                gate.passed.fetch_add(length as u64, Ordering::SeqCst);
                if !last.is_empty() {
                    gate.wait(&self.dead);
                }
                rest = last;
            }
            if self.dead.load(Ordering::SeqCst) || to.write_all(rest).is_err() {
                break;
            }
        }
        // A reset is what the last one to close it sends.
        if !self.dead.load(Ordering::SeqCst) {
            self.cut();
        }
    }
}

impl Gate {
    /// How many more bytes may pass where so many have.
    fn before(&self, passed: u64) -> u64 {
        self.at.load(Ordering::SeqCst).saturating_sub(passed)
    }

    fn wait(&self, dead: &AtomicBool) {
        let mut held = self.held.lock().unwrap();
        *held = true;
        self.changed.notify_all();
        while *held && !dead.load(Ordering::SeqCst) {
            held = self.changed.wait_timeout(held, LOOK).unwrap().0;
        }
        *held = false;
    }
}
