//! `rolescope status`: connects, loads everything, says what is there.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::args::{Cli, Format};
use super::failure::{Failure, Status};
use super::output;
use super::private::Private;
use super::source::{self, Reach};
use crate::cluster::{Cluster, Databases, Flavor, Kind};
use crate::preview::report::visible;
use crate::server::Connection;
use crate::server::aws::region;
use crate::server::tls::Verified;
use crate::snapshot::About;

/// What to ask.
#[derive(Args, Debug)]
pub struct StatusArgs {
    /// Load every database that the user may connect to
    #[arg(long)]
    pub all_databases: bool,
    /// Templates too
    #[arg(long, requires = "all_databases")]
    pub templates: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// A conninfo string or a postgresql:// URI
    #[arg(value_name = "CONNECTION")]
    pub target: Option<Private>,
}

/// What CONTRACT.md promises of `status --format json`.
#[derive(Debug, Serialize)]
struct Report {
    server_version: String,
    server_version_num: u32,
    flavor: Flavor,
    tls: Option<TlsReport>,
    host: String,
    port: u16,
    database: String,
    user: String,
    roles: usize,
    memberships: usize,
    objects: BTreeMap<&'static str, usize>,
    acl_items: usize,
    read_only: bool,
    pooler: bool,
    load_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_taken: Option<String>,
    #[serde(flatten)]
    all: Option<AllReport>,
}

/// With `--all-databases`.
#[derive(Debug, Serialize)]
struct AllReport {
    /// Those that were loaded, by name; `objects` and `acl_items` above are the connected one's.
    databases: BTreeMap<String, DatabaseReport>,
    /// The others, and why.
    left_out: BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct DatabaseReport {
    objects: usize,
    acl_items: usize,
}

#[derive(Debug, Serialize)]
struct TlsReport {
    version: String,
    cipher: String,
    verified: &'static str,
}

pub async fn run(cli: &Cli, said: &StatusArgs) -> Result<Status, Failure> {
    let (target, reach) = (said.target.as_deref(), Reach::new(said.all_databases, said.templates));
    let started = Instant::now();
    let milliseconds = |since: Instant| u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (place, databases, load_ms) = match source::snapshot(cli, target)? {
        Some(snapshot) => {
            let place = Place::of_snapshot(&snapshot.about);
            (place, source::within(snapshot.databases, reach), milliseconds(started))
        }
        None => {
            let connection = source::connect(cli, target).await?;
            let started = Instant::now();
            let databases = source::load(&connection, reach).await?;
            if let Some(warning) = unverified(&connection, source::connected(&databases)?) {
                output::complain(&format!("rolescope: WARNING:  {}\n", visible(&warning)));
            }
            (Place::of_connection(&connection), databases, milliseconds(started))
        }
    };
    let report = Report {
        all: said.all_databases.then(|| all(&databases)),
        ..report(place, source::connected(&databases)?, load_ms)
    };
    output::print(&match said.format {
        Format::Json => serde_json::to_string(&report).map_err(std::io::Error::from)? + "\n",
        Format::Csv => csv(&report)?,
        Format::Text => text(&report),
    })?;
    Ok(Status::Success)
}

/// RDS by another name than its own, of which connecting could not know.
fn unverified(connection: &Connection, cluster: &Cluster) -> Option<String> {
    let verified = connection.tls.as_ref().is_some_and(|tls| tls.verified == Verified::Full);
    let told = region::is_endpoint(&connection.host);
    (cluster.flavor != Flavor::PostgreSQL && !verified && !told).then(|| {
        format!(
            "this is {}, and its certificate was not verified with its host name: use sslmode=verify-full with \
             sslrootcert=rds",
            cluster.flavor
        )
    })
}

/// What is known of where it comes from.
struct Place {
    server_version: String,
    tls: Option<TlsReport>,
    host: String,
    port: u16,
    user: String,
    pooler: bool,
    taken: Option<String>,
}

impl Place {
    fn of_connection(connection: &Connection) -> Place {
        let tls = connection.tls.as_ref().map(|tls| TlsReport {
            version: tls.version.clone(),
            cipher: tls.cipher.clone(),
            verified: match tls.verified {
                Verified::None => "none",
                Verified::Ca => "ca",
                Verified::Full => "full",
            },
        });
        Place {
            server_version: connection.server.version.clone(),
            tls,
            host: connection.host.clone(),
            port: connection.port,
            user: connection.user.clone(),
            pooler: connection.pooler.is_some(),
            taken: None,
        }
    }

    fn of_snapshot(about: &About) -> Place {
        let About { taken, host, port, user, server_version } = about.clone();
        Place { server_version, tls: None, host, port, user, pooler: false, taken: Some(taken.to_string()) }
    }
}

fn report(place: Place, cluster: &Cluster, load_ms: u64) -> Report {
    let Place { server_version, tls, host, port, user, pooler, taken } = place;
    // A client of the pooler may have made the session another user's.
    let user = match cluster.roles.get(cluster.session.user) {
        Some(role) if pooler => role.name.to_string(),
        _ => user,
    };
    let mut objects = BTreeMap::new();
    for (_, object) in cluster.objects.iter().filter(|(_, object)| is_counted(object.kind)) {
        *objects.entry(object.kind.type_name()).or_default() += 1;
    }
    Report {
        server_version,
        server_version_num: cluster.version.0,
        flavor: cluster.flavor,
        tls,
        host,
        port,
        database: cluster.database_name().to_owned(),
        user,
        snapshot_taken: taken,
        roles: cluster.roles.len(),
        memberships: cluster.memberships.len(),
        objects,
        acl_items: acl_items(cluster),
        read_only: cluster.read_only,
        pooler,
        load_ms,
        all: None,
    }
}

fn acl_items(cluster: &Cluster) -> usize {
    let of_objects = cluster.objects.iter().filter_map(|(_, object)| object.acl.as_ref());
    let of_columns = cluster.objects.columns().iter().filter_map(|column| column.acl.as_ref());
    let defaults = cluster.default_acls.iter().map(|default| &default.acl);
    of_objects.chain(of_columns).chain(defaults).map(|acl| acl.len()).sum()
}

fn all(databases: &Databases) -> AllReport {
    let of_one = |cluster: &Cluster| DatabaseReport {
        objects: cluster.objects.iter().filter(|(_, object)| is_counted(object.kind)).count(),
        acl_items: acl_items(cluster),
    };
    let loaded = databases.loaded.iter().map(|one| (one.database_name().to_owned(), of_one(one)));
    let left_out = databases.left_out.iter().map(|one| (one.database.clone(), one.because.clone()));
    AllReport { databases: loaded.collect(), left_out: left_out.collect() }
}

/// What has no ACL of its own is no object to the user: indexes, TOAST tables, and types that come with another.
fn is_counted(kind: Kind) -> bool {
    kind.class().has_acl()
        && !matches!(
            kind,
            Kind::Index
                | Kind::PartitionedIndex
                | Kind::CompositeRelation
                | Kind::Toast
                | Kind::RowType
                | Kind::ArrayType
                | Kind::Multirange
                | Kind::PseudoType
        )
}

fn csv(report: &Report) -> Result<String, Failure> {
    let value = serde_json::to_value(report).map_err(std::io::Error::from)?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| Failure::usage(error.to_string());
    writer.write_record(["key", "value"]).map_err(failed)?;
    for (key, value) in value.as_object().into_iter().flatten() {
        let nested = value.as_object().into_iter().flatten();
        for (inner, value) in nested {
            writer.write_record([&format!("{key}.{inner}"), &plain(value)]).map_err(failed)?;
        }
        if !value.is_object() {
            writer.write_record([key, &plain(value)]).map_err(failed)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| Failure::usage(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn text(report: &Report) -> String {
    let tls = match &report.tls {
        None => "none: the connection is not encrypted".to_owned(),
        Some(tls) => format!(
            "{}, {}, certificate {}",
            tls.version,
            tls.cipher,
            match tls.verified {
                "full" => "verified with its host name",
                "ca" => "verified, not its host name",
                _ => "not verified",
            }
        ),
    };
    let mut out = String::new();
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(out, "{label:<12} {}", visible(value));
    };
    line("server", &format!("{} {}", report.flavor, report.server_version));
    line("host", &format!("{}, port {}", report.host, report.port));
    line("database", &report.database);
    line("user", &report.user);
    match &report.snapshot_taken {
        Some(taken) => line("snapshot", &format!("taken {taken}")),
        None => line("tls", &tls),
    }
    if report.pooler {
        line("pooler", "one stands between: statements can be previewed here, not applied");
    }
    if report.read_only {
        line("read-only", "statements can be previewed here, not applied");
    }
    line("roles", &report.roles.to_string());
    line("memberships", &report.memberships.to_string());
    line("ACL items", &report.acl_items.to_string());
    line("loaded in", &format!("{} ms", report.load_ms));
    let objects = report.objects.iter().map(|(kind, count)| format!("  {count:>8}  {kind}\n"));
    out.push_str("objects\n");
    out.extend(objects);
    if let Some(all) = &report.all {
        out.push_str("databases\n");
        let loaded = all.databases.iter();
        out.extend(loaded.map(|(name, of)| {
            format!("  {:>8}  objects in {}, {} ACL items\n", of.objects, visible(name), of.acl_items)
        }));
        let left_out = all.left_out.iter();
        let line = |(name, because): (&String, &String)| {
            format!("  {:>8}  {}: {}\n", "not", visible(name), visible(because))
        };
        out.extend(left_out.map(line));
    }
    out
}
