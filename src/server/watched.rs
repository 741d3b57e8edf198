//! A stream on which the server's first messages are read along: to hold it to `require_auth`, and to know which process
//! it says it is. The driver keeps both to itself.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

use super::backend_key::BackendKey;
use super::connect_error::{ConnectError, ErrorKind};
use super::messages::{BACKEND_KEY, Numbered};
use super::settings::{AuthMethod, RequireAuth};

/// A stream that fails before the driver could answer a question that is not allowed.
pub(super) struct Watched<S> {
    inner: S,
    observers: Observers,
}

impl<S> Watched<S> {
    pub(super) fn new(inner: S, observers: Observers) -> Self {
        Self { inner, observers }
    }
}

/// Who reads along, each until it knows what it wants.
#[derive(Default)]
pub(super) struct Observers {
    messages: Numbered,
    rule: Option<Rule>,
    key: Option<BackendKey>,
}

impl Observers {
    pub(super) fn new(rule: Option<RequireAuth>, key: BackendKey) -> Self {
        let rule = rule.map(|rule| Rule { rule, asked: false });
        Self { messages: Numbered::default(), rule, key: Some(key) }
    }

    /// There are two kinds of numbered messages. One observer is done without the other: a server may announce its
    /// process before it asks for anything.
    fn read(&mut self, mut bytes: &[u8]) -> Result<(), ConnectError> {
        while self.rule.is_some() || self.key.is_some() {
            let Some((letter, number)) = self.messages.next(&mut bytes) else { break };
            if letter == BACKEND_KEY {
                self.key.take().into_iter().for_each(|key| key.announce(number));
            } else if let Some(rule) = &mut self.rule
                && rule.request(number)?
            {
                self.rule = None;
            }
        }
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buf);
        if let Err(error) = self.observers.read(buf.filled().get(before..).unwrap_or(&[])) {
            buf.set_filled(before);
            return Poll::Ready(Err(io::Error::other(error)));
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Watched<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// What the server may ask for, until it lets us in: an authentication request's number says what is asked for.
struct Rule {
    rule: RequireAuth,
    asked: bool,
}

impl Rule {
    /// Whether all is well and nothing is left to be asked.
    fn request(&mut self, code: u32) -> Result<bool, ConnectError> {
        let (method, words) = match code {
            0 if self.asked || self.rule.allows(AuthMethod::None) => return Ok(true),
            0 => (AuthMethod::None, "server did not complete authentication"),
            3 => (AuthMethod::Password, "server requested a cleartext password"),
            5 => (AuthMethod::Md5, "server requested a hashed password"),
            7 => (AuthMethod::Gss, "server requested GSSAPI authentication"),
            9 => (AuthMethod::Sspi, "server requested SSPI authentication"),
            // The driver speaks no other SASL mechanism, and fails if this one isn't offered.
            10 => (AuthMethod::ScramSha256, "server requested SASL authentication"),
            // The continuations of what was asked; anything else the driver refuses.
            _ => return Ok(false),
        };
        self.asked = true;
        if self.rule.allows(method) {
            return Ok(false);
        }
        let message = format!("authentication method requirement \"{}\" failed: {words}", self.rule.said);
        Err(ConnectError::new(ErrorKind::Authentication, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::settings::{Arguments, Environment, Settings};

    fn rule(said: &str) -> RequireAuth {
        let connection = Some(format!("user=ana require_auth={said}"));
        let arguments = Arguments { connection, ..Arguments::default() };
        Settings::resolve(&arguments, &Environment::default()).unwrap().require_auth.unwrap()
    }

    fn request(code: u32, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(8 + content.len()).unwrap();
        [b"R".as_slice(), &length.to_be_bytes(), &code.to_be_bytes(), content].concat()
    }

    fn key(pid: i32) -> Vec<u8> {
        [b"K".as_slice(), &12_u32.to_be_bytes(), &pid.to_be_bytes(), b"R\0\0\0"].concat()
    }

    #[test]
    fn both_observers_find_theirs_whatever_the_pieces() {
        let notice = [b"N".as_slice(), &10_u32.to_be_bytes(), b"R\0\0\0\x03x"].concat();
        let scram =
            [notice, request(10, b"SCRAM-SHA-256\0\0"), request(11, b"R"), request(12, b""), request(0, b"")];
        let all = [scram.concat(), key(7), request(3, b"")].concat();
        for size in 1..=all.len() {
            let announced = BackendKey::default();
            let mut observers = Observers::new(Some(rule("scram-sha-256")), announced.clone());
            let read: Result<Vec<()>, _> = all.chunks(size).map(|piece| observers.read(piece)).collect();
            assert!(read.is_ok(), "{size}: {read:?}");
            assert_eq!((size, announced.pid(), observers.rule.is_some()), (size, Some(7), false));
        }
    }

    #[test]
    fn what_is_not_allowed_fails() {
        for (said, code, well) in [
            ("password", 3, true),
            ("!password", 3, false),
            ("md5,scram-sha-256", 5, true),
            ("scram-sha-256", 5, false),
            ("scram-sha-256", 0, false),
            ("none", 0, true),
            ("!none", 0, false),
            ("none", 10, false),
            ("!gss", 7, false),
        ] {
            // Whoever announces a process first is held to it all the same.
            for before in [Vec::new(), key(7)] {
                let mut observers = Observers::new(Some(rule(said)), BackendKey::default());
                let read = observers.read(&[before, request(code, b"")].concat());
                assert_eq!((said, code, read.is_ok()), (said, code, well));
            }
        }
    }
}
