//! The TLS handshake of one connection.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::ssl::{Ssl, SslRef};
use openssl::x509::X509VerifyResult;
use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio_openssl::SslStream;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

use super::connect_error::{ConnectError, ErrorKind};
use super::settings::RequireAuth;
use super::watched::Watched;
use super::wire::Wire;

/// What TLS says it speaks, where it begins without asking; as it is sent, with its length.
pub(super) const ALPN: &[u8] = b"\x0apostgresql";

/// A TLS client that is ready to shake hands.
pub(super) struct Handshake {
    pub(super) ssl: Result<Ssl, ErrorStack>,
    /// TLS begins without asking: then the server must say that it speaks PostgreSQL, as libpq insists.
    pub(super) direct: bool,
    pub(super) require_auth: Option<RequireAuth>,
}

/// A handshake that failed, in OpenSSL's words.
#[derive(Debug)]
pub(super) struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

type Error = Box<dyn std::error::Error + Send + Sync>;

impl TlsConnect<Wire> for Handshake {
    type Stream = Watched<Encrypted>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Error>> + Send>>;

    fn connect(self, wire: Wire) -> Self::Future {
        Box::pin(async move {
            // TLS reads records by their heads; the buffer makes one system call of several.
            let mut stream = SslStream::new(self.ssl?, BufReader::new(wire))?;
            if let Err(error) = Pin::new(&mut stream).connect().await {
                return Err(refused(error, stream.ssl().verify_result()));
            }
            if self.direct && stream.ssl().selected_alpn_protocol() != ALPN.get(1..) {
                let message =
                    "direct SSL connection was established without ALPN protocol negotiation extension";
                return Err(ConnectError::new(ErrorKind::Tls, message).into());
            }
            Ok(Watched::new(Encrypted(stream), self.require_auth))
        })
    }
}

fn refused(error: openssl::ssl::Error, verdict: X509VerifyResult) -> Error {
    match error.into_io_error() {
        Ok(error) => error.into(),
        Err(error) if verdict == X509VerifyResult::OK => Refused(error.to_string()).into(),
        Err(error) => Refused(format!("{error} ({})", verdict.error_string())).into(),
    }
}

/// An encrypted stream.
pub(super) struct Encrypted(SslStream<BufReader<Wire>>);

impl AsyncRead for Encrypted {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(cx)
    }
}

impl TlsStream for Encrypted {
    fn channel_binding(&self) -> ChannelBinding {
        match server_end_point(self.0.ssl()) {
            Some(hash) => ChannelBinding::tls_server_end_point(hash),
            None => ChannelBinding::none(),
        }
    }
}

/// The hash of the server's certificate, by the algorithm of its signature; SHA-256 in place of weaker ones (RFC 5929).
fn server_end_point(ssl: &SslRef) -> Option<Vec<u8>> {
    let certificate = ssl.peer_certificate()?;
    let algorithms = certificate.signature_algorithm().object().nid().signature_algorithms()?;
    let digest = match algorithms.digest {
        Nid::MD5 | Nid::SHA1 => MessageDigest::sha256(),
        digest => MessageDigest::from_nid(digest)?,
    };
    certificate.digest(digest).ok().map(|hash| hash.to_vec())
}
