//! The TLS handshake of one connection.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::connect_error::{ConnectError, ErrorKind};
use super::revocations::Revocations;
use super::watched::{Observers, Watched};
use super::wire::Wire;

/// What TLS says it speaks, where it begins without asking.
pub(super) const ALPN: &str = "postgresql";

/// A TLS client that is ready to shake hands.
pub(super) struct Handshake {
    pub(super) native: native_tls::TlsConnector,
    pub(super) domain: String,
    /// TLS begins without asking: then the server must say that it speaks PostgreSQL, as libpq insists.
    pub(super) direct: bool,
    /// What the CAs have taken back.
    pub(super) revocations: Option<Arc<Revocations>>,
    pub(super) observers: Observers,
}

impl TlsConnect<Wire> for Handshake {
    type Stream = Watched<Encrypted>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, wire: Wire) -> Self::Future {
        Box::pin(async move {
            let stream = if self.direct || self.revocations.is_some() {
                Encrypted::Own(self.shake_hands(wire).await?)
            } else {
                let connector = postgres_native_tls::TlsConnector::new(self.native, &self.domain);
                Encrypted::Asked(connector.connect(wire).await?)
            };
            Ok(Watched::new(stream, self.observers))
        })
    }
}

type Own = tokio_native_tls::TlsStream<BufReader<Wire>>;

impl Handshake {
    /// postgres-native-tls tells neither what was negotiated nor what certificate was shown, so this one shakes hands
    /// itself. Nothing has been sent when the certificate is refused.
    async fn shake_hands(&self, wire: Wire) -> Result<Own, Box<dyn Error + Send + Sync>> {
        let connector = tokio_native_tls::TlsConnector::from(self.native.clone());
        // TLS reads records by their heads; the buffer makes one system call of several.
        let stream = connector.connect(&self.domain, BufReader::new(wire)).await?;
        if self.direct && stream.get_ref().negotiated_alpn()?.as_deref() != Some(ALPN.as_bytes()) {
            let message = "direct SSL connection was established without ALPN protocol negotiation extension";
            return Err(ConnectError::new(ErrorKind::Tls, message).into());
        }
        if let Some(revocations) = &self.revocations {
            let shown = stream.get_ref().peer_certificate()?.map(|certificate| certificate.to_der());
            revocations.check(shown.transpose()?.as_deref())?;
        }
        Ok(stream)
    }
}

/// An encrypted stream.
pub(super) enum Encrypted {
    /// The server was asked for TLS first, as ever.
    Asked(postgres_native_tls::TlsStream<Wire>),
    /// TLS from the first byte (`sslnegotiation=direct`), or a certificate that is looked for on lists.
    Own(Own),
}

/// The same call on whichever stream it is.
macro_rules! on_stream {
    ($self:expr, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Encrypted::Asked($stream) => $call,
            Encrypted::Own($stream) => $call,
        }
    };
}

impl AsyncRead for Encrypted {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        on_stream!(self, stream => Pin::new(stream).poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        on_stream!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        match self {
            Encrypted::Asked(stream) => stream.channel_binding(),
            Encrypted::Own(stream) => match stream.get_ref().tls_server_end_point() {
                Ok(Some(hash)) => ChannelBinding::tls_server_end_point(hash),
                _ => ChannelBinding::none(),
            },
        }
    }
}
