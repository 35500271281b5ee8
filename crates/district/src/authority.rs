//! The district's own certificate authority: PCs trust it and no other, from the enrolment ticket on.
//!
//! Certificates are valid at any date: the clocks of office PCs may be years off, and a PC that cannot connect cannot be
//! told so. What ends is the server's key (`ca renew`) and a PC's token.

use std::net::{IpAddr, Ipv4Addr};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

use crate::Error;
use crate::http::Certificate;

/// The authority: its certificate and key (PEM).
#[derive(Debug, Clone)]
pub struct Authority {
    /// The certificate, which travels in tickets.
    pub certificate: String,
    /// The private key.
    pub key: String,
}

fn refused(error: rcgen::Error) -> Error {
    Error::Input(format!("证书做不出来：{error}"))
}

/// What the authority's certificate says.
fn params(name: &str) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new(Vec::new()).map_err(refused)?;
    params
        .distinguished_name
        .push(DnType::CommonName, format!("{name} Linli CA"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

impl Authority {
    /// A new authority for the district of this name.
    ///
    /// # Errors
    /// There is no randomness.
    pub fn new(name: &str) -> Result<Authority, Error> {
        let key = KeyPair::generate().map_err(refused)?;
        let certificate = params(name)?.self_signed(&key).map_err(refused)?;
        Ok(Authority {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    /// A new certificate for a server under these names and addresses, and on this machine. Its issuer is what the
    /// authority's certificate says, whatever the district is called by now: PCs compare the two.
    ///
    /// # Errors
    /// A name is none, or the authority's certificate or key cannot be read.
    pub fn issue(&self, hosts: &[String]) -> Result<Certificate, Error> {
        let key = KeyPair::from_pem(&self.key).map_err(refused)?;
        let issuer = Issuer::from_ca_cert_pem(&self.certificate, key).map_err(refused)?;
        let mut names = vec!["localhost".to_owned(), IpAddr::V4(Ipv4Addr::LOCALHOST).to_string()];
        names.extend(
            hosts
                .iter()
                .filter(|host| !names.contains(host))
                .cloned()
                .collect::<Vec<_>>(),
        );
        let common = names.last().cloned().unwrap_or_default();
        let mut params = CertificateParams::new(names).map_err(refused)?;
        params.distinguished_name.push(DnType::CommonName, common);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(refused)?;
        let certificate = params.signed_by(&key, &issuer).map_err(refused)?;
        Ok(Certificate {
            chain: certificate.pem(),
            key: key.serialize_pem(),
        })
    }
}
