//! TLS to the server, by rustls: always verified where it is used.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use sync_core::StoreError;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::Context;

/// Trusts the authorities in `pem`, or those of the machine.
pub(crate) fn connector(pem: Option<&[u8]>, context: &Context) -> Result<MakeRustlsConnect, StoreError> {
    let unusable = |what: &str| StoreError::Refused(format!("{context} cannot be reached over TLS: {what}"));
    let mut roots = RootCertStore::empty();
    match pem {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate =
                    certificate.map_err(|_| unusable("the trusted certificates are not PEM"))?;
                roots.add(certificate).map_err(|error| unusable(&error.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(unusable("no trusted certificate was found; name the authority's as sslrootcert"));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
