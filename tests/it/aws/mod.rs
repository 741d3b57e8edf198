//! Amazon RDS and Aurora, as far as they can be had without one: the AWS SDK for Python judges tokens and where their
//! credentials come from; real servers take the tokens.

mod bundle;
mod connecting;
mod profiles;
mod refused;
mod tokens;
mod warnings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rolescope::server::Environment;

/// The AWS SDK for Python.
fn botocore() -> PathBuf {
    crate::python::packages(&["botocore==1.44.8"])
}

/// An environment with these variables, and `home` where it matters.
fn environment(vars: &[(&str, &str)], home: Option<&Path>) -> Environment {
    let vars: BTreeMap<_, _> =
        vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Environment {
        vars,
        home: home.map(Path::to_owned),
        user: Some("ana".to_owned()),
        ..Environment::default()
    }
}
