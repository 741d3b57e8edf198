//! The TLS handshake of one connection.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::connect_error::{ConnectError, ErrorKind};
use super::settings::RequireAuth;
use super::watched::Watched;
use super::wire::Wire;

/// What TLS says it speaks, where it begins without asking.
pub(super) const ALPN: &str = "postgresql";

/// A TLS client that is ready to shake hands.
pub(super) struct Handshake {
    pub(super) native: native_tls::TlsConnector,
    pub(super) domain: String,
    /// Whether the server must say that it speaks PostgreSQL, as libpq insists where TLS began without asking.
    pub(super) alpn: bool,
    pub(super) require_auth: Option<RequireAuth>,
}

impl TlsConnect<Wire> for Handshake {
    type Stream = Watched<Encrypted>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, wire: Wire) -> Self::Future {
        Box::pin(async move {
            let connector = tokio_native_tls::TlsConnector::from(self.native);
            // TLS reads records by their heads; the buffer makes one system call of several.
            let stream = connector.connect(&self.domain, BufReader::new(wire)).await?;
            if self.alpn && stream.get_ref().negotiated_alpn()?.as_deref() != Some(ALPN.as_bytes()) {
                let message =
                    "direct SSL connection was established without ALPN protocol negotiation extension";
                return Err(ConnectError::new(ErrorKind::Tls, message).into());
            }
            Ok(Watched::new(Encrypted(stream), self.require_auth))
        })
    }
}

/// An encrypted stream.
pub(super) struct Encrypted(tokio_native_tls::TlsStream<BufReader<Wire>>);

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        match self.0.get_ref().tls_server_end_point() {
            Ok(Some(hash)) => ChannelBinding::tls_server_end_point(hash),
            _ => ChannelBinding::none(),
        }
    }
}
