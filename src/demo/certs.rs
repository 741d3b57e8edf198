//! The demo's own certificate authority, and certificates with the faults that the connection tests need.

use std::net::{IpAddr, Ipv4Addr};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams, SanType,
};
use time::{Duration, OffsetDateTime};

/// What a server's certificate is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CertKind {
    /// Good for `localhost` and 127.0.0.1, by the instance's authority.
    #[default]
    Good,
    /// By the instance's authority, for another host name.
    WrongHost,
    /// Good until yesterday.
    Expired,
    /// By nobody but itself.
    SelfSigned,
    /// By an authority that no client was told of.
    OtherAuthority,
}

/// A client's certificate and its key (PKCS#8), both PEM.
pub struct ClientCert {
    /// The certificate.
    pub cert: String,
    /// The key.
    pub key: String,
}

pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new(name: &str) -> Result<Authority, rcgen::Error> {
        let mut params = base(name, Vec::new(), 30)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Ok(Authority(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?))
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server's certificate and key, both PEM.
    pub(crate) fn server(&self, kind: CertKind) -> Result<(String, String), rcgen::Error> {
        let host = if kind == CertKind::WrongHost { "elsewhere.example" } else { "localhost" };
        let days = if kind == CertKind::Expired { -1 } else { 30 };
        let mut names = vec![SanType::DnsName(host.try_into()?)];
        if kind != CertKind::WrongHost {
            names.push(SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        }
        let mut params = base(host, names, days)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let cert = match kind {
            CertKind::SelfSigned => params.self_signed(&key)?,
            CertKind::OtherAuthority => params.signed_by(&key, &Authority::new("another authority")?.0)?,
            CertKind::Good | CertKind::WrongHost | CertKind::Expired => params.signed_by(&key, &self.0)?,
        };
        Ok((cert.pem(), key.serialize_pem()))
    }

    /// A list of revoked certificates, by their serial numbers.
    pub(crate) fn revocations(&self, serials: &[Vec<u8>]) -> Result<String, rcgen::Error> {
        let now = OffsetDateTime::now_utc();
        let revoked = |serial: &Vec<u8>| RevokedCertParams {
            serial_number: serial.clone().into(),
            revocation_time: now - Duration::days(1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: now - Duration::days(1),
            next_update: now + Duration::days(30),
            crl_number: 1.into(),
            issuing_distribution_point: None,
            revoked_certs: serials.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.0)?.pem()
    }

    /// `role` goes into the common name, which is what the `cert` method compares.
    pub(crate) fn client(&self, role: &str) -> Result<ClientCert, rcgen::Error> {
        let mut params = base(role, Vec::new(), 30)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate()?;
        let cert = params.signed_by(&key, &self.0)?;
        Ok(ClientCert { cert: cert.pem(), key: key.serialize_pem() })
    }
}

fn base(name: &str, names: Vec<SanType>, days: i64) -> Result<CertificateParams, rcgen::Error> {
    let now = OffsetDateTime::now_utc();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.subject_alt_names = names;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.not_before = now - Duration::days(2);
    params.not_after = now + Duration::days(days);
    Ok(params)
}
