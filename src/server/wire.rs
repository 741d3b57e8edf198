//! The socket below a connection.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};

use rustix::net::sockopt;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

use super::settings::{Address, Host, Keepalive, socket_path};

/// Whatever bytes flow through.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connected socket. A type with a name: for a bare `Box<dyn Stream>` the compiler cannot show that connecting may
/// move between threads.
pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    /// Who is at the other end of a Unix socket.
    pub(crate) peer: Option<u32>,
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, to)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// One address to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

impl Endpoint {
    /// The IP address in words, or nothing for a Unix socket.
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(address) => Some(address.ip()),
            Self::Unix(_) => None,
        }
    }

    pub(crate) async fn open(&self, keepalive: &Keepalive) -> io::Result<Wire> {
        match self {
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                keep_alive(&stream, keepalive)?;
                Ok(Wire { stream: Box::new(stream), peer: None })
            }
            Self::Unix(path) => {
                let stream = UnixStream::connect(path).await?;
                let peer = stream.peer_cred().ok().map(|peer| peer.uid());
                Ok(Wire { stream: Box::new(stream), peer })
            }
        }
    }
}

/// The addresses of a host.
pub(crate) async fn endpoints(host: &Host) -> io::Result<Vec<Endpoint>> {
    match &host.address {
        Address::Unix(dir) => Ok(vec![Endpoint::Unix(socket_file(dir, host.port))]),
        Address::Tcp { addr: Some(addr), .. } => Ok(vec![Endpoint::Tcp(SocketAddr::new(*addr, host.port))]),
        Address::Tcp { name, addr: None } => {
            let name = name.as_deref().unwrap_or("localhost");
            let found: Vec<_> =
                tokio::net::lookup_host((name, host.port)).await?.map(Endpoint::Tcp).collect();
            if found.is_empty() { Err(io::Error::other("no address is known for it")) } else { Ok(found) }
        }
    }
}

/// Linux's abstract names begin with a zero byte, which libpq spells `@`.
fn socket_file(dir: &Path, port: u16) -> PathBuf {
    let path = socket_path(dir, port);
    match path.to_str().and_then(|path| path.strip_prefix('@')) {
        Some(name) => PathBuf::from(format!("\0{name}")),
        None => path,
    }
}

/// What is not said stays as the system has it.
fn keep_alive(stream: &TcpStream, keepalive: &Keepalive) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if let Some(timeout) = keepalive.user_timeout {
        sockopt::set_tcp_user_timeout(stream, u32::try_from(timeout.as_millis()).unwrap_or(u32::MAX))?;
    }
    if keepalive.off {
        return Ok(());
    }
    sockopt::set_socket_keepalive(stream, true)?;
    if let Some(idle) = keepalive.idle {
        sockopt::set_tcp_keepidle(stream, idle)?;
    }
    if let Some(interval) = keepalive.interval {
        sockopt::set_tcp_keepintvl(stream, interval)?;
    }
    if let Some(count) = keepalive.count {
        sockopt::set_tcp_keepcnt(stream, count)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::settings::{Arguments, Environment, Settings};
    use std::time::Duration;

    fn told(said: &str) -> (bool, Duration, Duration, u32) {
        let connection = Some(format!("host=127.0.0.1 user=ana {said}"));
        let arguments = Arguments { connection, ..Arguments::default() };
        let settings = Settings::resolve(&arguments, &Environment::default()).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let stream = runtime.block_on(TcpStream::connect(listener.local_addr().unwrap())).unwrap();
        keep_alive(&stream, &settings.keepalive).unwrap();
        (
            sockopt::socket_keepalive(&stream).unwrap(),
            sockopt::tcp_keepidle(&stream).unwrap(),
            sockopt::tcp_keepintvl(&stream).unwrap(),
            sockopt::tcp_keepcnt(&stream).unwrap(),
        )
    }

    #[test]
    fn a_dead_peer_is_looked_for_unless_said_otherwise() {
        let second = Duration::from_secs;
        assert_eq!(told(""), (true, second(30), second(10), 3));
        assert_eq!(told("keepalives_idle=7 keepalives_count=9"), (true, second(7), second(10), 9));
        assert!(!told("keepalives=0").0);
    }
}
