//! A proxy that can lose what passes it. It cannot read it: TLS ends at the server.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Between a client and a server.
pub struct Proxy {
    pub port: u16,
    links: Arc<Mutex<Vec<Arc<Link>>>>,
}

struct Link {
    client: TcpStream,
    server: TcpStream,
    deaf: AtomicBool,
}

impl Proxy {
    /// In front of this port.
    pub fn start(server: u16) -> Proxy {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let links: Arc<Mutex<Vec<Arc<Link>>>> = Arc::default();
        let all = Arc::clone(&links);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { continue };
                let link = Arc::new(Link { client, server, deaf: AtomicBool::new(false) });
                all.lock().unwrap().push(Arc::clone(&link));
                let back = Arc::clone(&link);
                std::thread::spawn(move || link.pass(&link.client, &link.server, false));
                std::thread::spawn(move || back.pass(&back.server, &back.client, true));
            }
        });
        Proxy { port, links }
    }

    /// Ends every connection that there is, before anything more passes.
    pub fn cut(&self) {
        self.links.lock().unwrap().drain(..).for_each(|link| link.cut());
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
}

impl Link {
    fn cut(&self) {
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    fn pass(&self, mut from: &TcpStream, mut to: &TcpStream, answers: bool) {
        let mut bytes = [0; 8192];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            if answers && self.deaf.load(Ordering::SeqCst) {
                continue;
            }
            if to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        self.cut();
    }
}
