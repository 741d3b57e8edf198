//! A stream on which the server's first messages are read along, to hold it to `require_auth`.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

use super::connect_error::{ConnectError, ErrorKind};
use super::messages::{AUTHENTICATION, Numbered};
use super::settings::{AuthMethod, RequireAuth};

/// A stream that fails before the driver could answer a question that is not allowed.
pub(super) struct Watched<S> {
    inner: S,
    watch: Option<Watch>,
}

impl<S> Watched<S> {
    pub(super) fn new(inner: S, rule: Option<RequireAuth>) -> Self {
        Self { inner, watch: rule.map(Watch::new) }
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
        let verdict =
            self.watch.as_mut().and_then(|watch| watch.read(buf.filled().get(before..).unwrap_or(&[])));
        match verdict {
            None => {}
            Some(Ok(())) => self.watch = None,
            Some(Err(error)) => {
                buf.set_filled(before);
                return Poll::Ready(Err(io::Error::other(error)));
            }
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

/// Reads along until the server lets us in: an authentication request's number says what is asked for.
struct Watch {
    rule: RequireAuth,
    messages: Numbered,
    asked: bool,
}

impl Watch {
    fn new(rule: RequireAuth) -> Self {
        Self { rule, messages: Numbered::default(), asked: false }
    }

    /// Nothing while there is more to watch; else that all is well, or what is not.
    fn read(&mut self, mut bytes: &[u8]) -> Option<Result<(), ConnectError>> {
        while let Some((letter, number)) = self.messages.next(&mut bytes) {
            if letter == AUTHENTICATION
                && let Some(verdict) = self.request(number)
            {
                return Some(verdict);
            }
        }
        None
    }

    fn request(&mut self, code: u32) -> Option<Result<(), ConnectError>> {
        let (method, words) = match code {
            0 if self.asked || self.rule.allows(AuthMethod::None) => return Some(Ok(())),
            0 => (AuthMethod::None, "server did not complete authentication"),
            3 => (AuthMethod::Password, "server requested a cleartext password"),
            5 => (AuthMethod::Md5, "server requested a hashed password"),
            7 => (AuthMethod::Gss, "server requested GSSAPI authentication"),
            9 => (AuthMethod::Sspi, "server requested SSPI authentication"),
            // The driver speaks no other SASL mechanism, and fails if this one isn't offered.
            10 => (AuthMethod::ScramSha256, "server requested SASL authentication"),
            // The continuations of what was asked; anything else the driver refuses.
            _ => return None,
        };
        self.asked = true;
        if self.rule.allows(method) {
            return None;
        }
        let message = format!("authentication method requirement \"{}\" failed: {words}", self.rule.said);
        Some(Err(ConnectError::new(ErrorKind::Authentication, message)))
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

    #[test]
    fn messages_are_found_whatever_the_pieces() {
        let notice = [b"N".as_slice(), &10_u32.to_be_bytes(), b"R\0\0\0\x03x"].concat();
        let all =
            [notice, request(10, b"SCRAM-SHA-256\0\0"), request(11, b"R"), request(12, b""), request(0, b"")]
                .concat();
        for size in 1..=all.len() {
            let mut watch = Watch::new(rule("scram-sha-256"));
            let verdicts: Vec<_> = all.chunks(size).filter_map(|piece| watch.read(piece)).collect();
            assert_eq!((size, verdicts), (size, vec![Ok(())]));
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
            let verdict = Watch::new(rule(said)).read(&request(code, b""));
            assert_eq!((said, code, !matches!(verdict, Some(Err(_)))), (said, code, well));
        }
    }
}
