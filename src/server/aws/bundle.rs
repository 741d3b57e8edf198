//! `sslrootcert=rds`: the provider's bundle of CAs, which are in no system store.

use std::path::{Path, PathBuf};

use crate::server::connect_error::{ConnectError, ErrorKind};
use crate::server::settings::Environment;

const NAME: &str = "global-bundle.pem";

/// Folders below the home folder that may have it: libpq's own, and that of the AWS tools.
const IN_HOME: [&str; 2] = [".postgresql", ".aws"];

/// Folders of a machine that may have it.
pub(crate) const FOLDERS: [&str; 6] = [
    "/etc/ssl/certs",
    "/etc/pki/tls/certs",
    "/usr/local/share/ca-certificates",
    "/usr/local/share",
    "/opt/homebrew/share",
    "/etc/postgresql-common",
];

/// Where it is looked for, in this order.
pub(crate) fn places(environment: &Environment) -> Vec<PathBuf> {
    let in_home = environment.home.iter().flat_map(|home| IN_HOME.map(|folder| home.join(folder)));
    in_home.chain(environment.bundle_dirs.iter().cloned()).map(|folder| folder.join(NAME)).collect()
}

/// The first one that is there.
pub(crate) fn find(places: &[PathBuf]) -> Result<&Path, ConnectError> {
    places.iter().find(|path| path.exists()).map(PathBuf::as_path).ok_or_else(|| {
        let tried: Vec<String> = places.iter().map(|path| path.display().to_string()).collect();
        ConnectError::new(ErrorKind::RootCertificate, "the certificate bundle of Amazon RDS was not found")
            .detail(format!("looked for {}", tried.join(", ")))
            .hint(
                "Download https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem to ~/.postgresql, or name \
                 its place with sslrootcert=FILE.",
            )
    })
}
