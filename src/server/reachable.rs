//! Is anybody there? Asked before a password is fetched for nothing: a password command may ask a person, or cost
//! something, each time.

use std::io;

use super::connect::{placed, unknown_host, with_earlier, within};
use super::connect_error::ConnectError;
use super::diagnose;
use super::settings::{Host, Settings};
use super::wire::endpoints;

/// Whether any of the hosts can be reached: its name is looked up, a socket opened and closed, and nothing sent. What
/// answers may still not be a server, or let nobody in.
///
/// # Errors
/// As [`connect`](super::connect()) has them where it gets no farther.
pub async fn reachable(settings: &Settings) -> Result<(), ConnectError> {
    let mut errors = Vec::new();
    for host in &settings.hosts {
        match reach(settings, host).await {
            Ok(()) => return Ok(()),
            Err(error) => errors.push(error),
        }
    }
    let last = errors.pop().unwrap_or_else(|| ConnectError::invalid("no host to connect to"));
    Err(with_earlier(last, errors))
}

/// Any of its addresses.
async fn reach(settings: &Settings, host: &Host) -> Result<(), ConnectError> {
    let limit = settings.connect_timeout;
    let found = within(limit, endpoints(host)).await.map_err(|error| unknown_host(host, &error))?;
    let mut last = unknown_host(host, &io::Error::other("no address"));
    for endpoint in found {
        match within(limit, endpoint.open(&settings.keepalive)).await {
            Ok(_) => return Ok(()),
            Err(error) => last = placed(diagnose::socket(&error), host, &endpoint),
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::ErrorKind;
    use crate::server::settings::{Arguments, Environment};
    use tokio::io::AsyncReadExt;
    use tokio::net::{TcpListener, UnixListener};

    fn settings(hosts: &str) -> Settings {
        let connection = Some(format!("{hosts} user=ana password=hunter2"));
        let arguments = Arguments { connection, ..Arguments::default() };
        Settings::resolve(&arguments, &Environment::default()).unwrap()
    }

    async fn nobody() -> u16 {
        TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
    }

    #[tokio::test]
    async fn whoever_is_there_is_told_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (closed, port) = (nobody().await, listener.local_addr().unwrap().port());
        let some = settings(&format!("host=no-such-host.invalid,127.0.0.1,127.0.0.1 port=1,{closed},{port}"));
        reachable(&some).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"");

        let folder = tempfile::tempdir().unwrap();
        let socket = settings(&format!("host='{}' port=7", folder.path().display()));
        assert_eq!(reachable(&socket).await.unwrap_err().kind, ErrorKind::Unreachable);
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.7")).unwrap();
        reachable(&socket).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_to_end(&mut heard).await.unwrap();
        assert_eq!(heard, b"");
    }

    #[tokio::test]
    async fn nobody_there_is_said_as_connecting_says_it() {
        let closed = nobody().await;
        let none = settings(&format!("host=no-such-host.invalid,127.0.0.1 port=1,{closed}"));
        let error = reachable(&none).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreachable);
        let failed =
            format!("connection to server at \"127.0.0.1\", port {closed} failed: Connection refused");
        assert_eq!(error.message, failed);
        assert!(error.detail.unwrap().contains("no-such-host.invalid"));
        let error = reachable(&settings("host=no-such-host.invalid")).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnknownHost);
    }
}
