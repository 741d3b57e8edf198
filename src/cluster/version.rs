//! Which server it is.

use serde::{Deserialize, Serialize};
use std::fmt;

/// `server_version_num`: 150018 is 15.18. Minor releases have changed behaviour, so both parts are kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Version(pub u32);

impl Version {
    /// The newest major whose behaviour is known here; a newer one is predicted as this, and uncertain.
    pub const NEWEST_KNOWN: u16 = 18;
    /// The oldest major supported.
    pub const OLDEST_KNOWN: u16 = 13;

    /// 15 of 15.18.
    pub fn major(self) -> u16 {
        (self.0 / 10000) as u16
    }
    /// 18 of 15.18.
    pub fn minor(self) -> u16 {
        (self.0 % 10000) as u16
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major(), self.minor())
    }
}

/// Whose build of PostgreSQL it is. RDS and Aurora patch some role checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Flavor {
    /// As the community ships it, as far as can be seen.
    #[default]
    PostgreSQL,
    /// Amazon RDS: roles `rdsadmin` and `rds_superuser` exist.
    #[serde(rename = "RDS")]
    Rds,
    /// Amazon Aurora: the same, and the function `aurora_version()`.
    Aurora,
}

impl fmt::Display for Flavor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flavor::PostgreSQL => "PostgreSQL",
            Flavor::Rds => "RDS",
            Flavor::Aurora => "Aurora",
        })
    }
}
