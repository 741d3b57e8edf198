//! The demo's contents: what RDS or Aurora brings along, and a company that has used it for some years.
//!
//! Each script runs with the session of the role that would have run it, so that owners and grantors are those that a
//! real cluster has.

use std::path::PathBuf;

use super::{Binaries, DemoError, Instance, Options};

/// The customer's master user.
pub const MASTER: &str = "dba_master";

/// The customer's database.
pub const DATABASE: &str = "orders";

struct Script {
    majors: std::ops::RangeInclusive<u16>,
    role: &'static str,
    database: &'static str,
    text: &'static str,
}

macro_rules! script {
    ($majors:expr, $role:expr, $database:expr, $file:literal) => {
        Script {
            majors: $majors,
            role: $role,
            database: $database,
            text: include_str!(concat!("../../assets/demo/", $file)),
        }
    };
}

const PROVIDER: &str = "rdsadmin";
const ANY: std::ops::RangeInclusive<u16> = 0..=u16::MAX;
const BEFORE_16: std::ops::RangeInclusive<u16> = 0..=15;
const SINCE_15: std::ops::RangeInclusive<u16> = 15..=u16::MAX;
const SINCE_16: std::ops::RangeInclusive<u16> = 16..=u16::MAX;

/// In order. A database is made by itself, since that cannot be part of a script, which is one transaction.
const SCRIPTS: &[Script] = &[
    script!(ANY, PROVIDER, "template1", "aurora.sql"),
    script!(ANY, PROVIDER, "postgres", "aurora.sql"),
    Script { majors: ANY, role: PROVIDER, database: "postgres", text: "CREATE DATABASE rdsadmin" },
    script!(ANY, PROVIDER, "postgres", "provider.sql"),
    script!(BEFORE_16, PROVIDER, "postgres", "provider_before_16.sql"),
    script!(SINCE_15, PROVIDER, "postgres", "provider_15.sql"),
    script!(SINCE_16, PROVIDER, "postgres", "provider_16.sql"),
    Script { majors: ANY, role: MASTER, database: "postgres", text: "CREATE DATABASE orders" },
    Script { majors: ANY, role: MASTER, database: "postgres", text: "CREATE DATABASE warehouse" },
    script!(ANY, MASTER, "postgres", "roles.sql"),
    script!(BEFORE_16, MASTER, "postgres", "roles_before_16.sql"),
    script!(SINCE_16, MASTER, "postgres", "roles_16.sql"),
    script!(ANY, PROVIDER, "postgres", "roles_provider.sql"),
    script!(ANY, PROVIDER, DATABASE, "wrapper.sql"),
    script!(ANY, MASTER, DATABASE, "schemas.sql"),
    script!(ANY, MASTER, DATABASE, "shop.sql"),
    script!(ANY, MASTER, DATABASE, "billing.sql"),
    script!(ANY, MASTER, DATABASE, "analytics.sql"),
    script!(ANY, "carol", DATABASE, "carol.sql"),
    script!(ANY, "alice", DATABASE, "alice.sql"),
    script!(ANY, "frank", DATABASE, "frank.sql"),
];

/// Fills a new instance, whose superuser must be `rdsadmin`, and returns the master user's password.
pub fn populate(instance: &Instance) -> Result<String, DemoError> {
    for script in SCRIPTS.iter().filter(|script| script.majors.contains(&instance.major())) {
        instance.run_local_as(script.role, script.database, script.text)?;
    }
    let password = super::instance::random_password()?;
    instance.run_local("postgres", &format!("ALTER ROLE {MASTER} PASSWORD '{password}'"))?;
    Ok(password)
}

/// Which server the demo runs on.
#[derive(Debug, Clone, Default)]
pub struct DemoOptions {
    /// A folder with the server's programs; else they are looked for, and fetched where there are none.
    pub folder: Option<PathBuf>,
    /// The major to look for; else the newest.
    pub major: Option<u16>,
}

/// A running demo; dropping it removes it.
pub struct Demo {
    instance: Instance,
    password: String,
}

/// Starts a server and fills it.
pub fn start_demo(options: &DemoOptions) -> Result<Demo, DemoError> {
    let binaries = Binaries::find(options.folder.as_deref(), options.major)?;
    let instance = Instance::start(&Options::new(binaries))?;
    let password = populate(&instance)?;
    Ok(Demo { instance, password })
}

impl Demo {
    /// How the master user connects: verify-full, with the demo's own authority, password included.
    pub fn conninfo(&self) -> String {
        self.instance.conninfo_with_password(MASTER, &self.password, DATABASE)
    }

    /// The master user's password.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// The server.
    pub fn instance(&self) -> &Instance {
        &self.instance
    }
}
