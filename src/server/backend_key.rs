//! Which process the other end says it is. The driver keeps that to itself, so it is read along below it.
//!
//! A server announces its own process (BackendKeyData). A pooler announces a process of its own making, since cancel
//! requests must come to it, and hands statements to whatever server process is free: pgbouncer in every mode, which is
//! tried, and by the same need any other. So the one that was announced and the one that answers `pg_backend_pid()` are
//! the same where nobody who pools stands between. What passes bytes on unread (a load balancer, a tunnel, HAProxy)
//! changes nothing of it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::messages::{BACKEND_KEY, Numbered};

/// The announced process, once it is.
#[derive(Clone, Default)]
pub(super) struct BackendKey(Arc<OnceLock<i32>>);

impl BackendKey {
    /// The process that was announced, if any was.
    pub(super) fn pid(&self) -> Option<i32> {
        self.0.get().copied()
    }
}

/// A stream that tells what is announced on it.
pub(super) struct Keyed<S> {
    inner: S,
    reading: Option<(Numbered, BackendKey)>,
}

impl<S> Keyed<S> {
    pub(super) fn new(inner: S, key: BackendKey) -> Self {
        Self { inner, reading: Some((Numbered::default(), key)) }
    }

    fn read(&mut self, mut bytes: &[u8]) {
        let Some((messages, key)) = &mut self.reading else { return };
        while let Some((letter, number)) = messages.next(&mut bytes) {
            if letter == BACKEND_KEY {
                let _ = key.0.set(number.cast_signed());
                self.reading = None;
                return;
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Keyed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.read(buf.filled().get(before..).unwrap_or(&[]));
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Keyed<S> {
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

impl<S: TlsStream + Unpin> TlsStream for Keyed<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// TLS whose stream tells it.
pub(super) struct KeyedTls<T> {
    pub(super) tls: T,
    pub(super) key: BackendKey,
}

impl<S, T> TlsConnect<S> for KeyedTls<T>
where
    T: TlsConnect<S>,
    T::Stream: Unpin,
    T::Future: Send + 'static,
{
    type Stream = Keyed<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, T::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let (connecting, key) = (self.tls.connect(stream), self.key);
        Box::pin(async move { Ok(Keyed::new(connecting.await?, key)) })
    }
}
