//! Every privilege of every role, by the server's own answer.

use crate::differential::programs;
use std::collections::BTreeMap;
use tokio_postgres::Client;

/// A role's OID, the thing, and the privilege.
pub type Key = (u32, Thing, String);

/// A catalog, an OID (or a parameter's name), and a column's number or 0.
pub type Thing = (String, String, i16);

/// Where the server says true: with grant option or without, and whether `access` shows it; and all roles by name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held(pub BTreeMap<Key, Answer>, pub BTreeMap<String, u32>);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    pub grantable: bool,
    pub in_universe: bool,
}

impl Held {
    /// With the OIDs that roles of these names had: one that was dropped comes back under another.
    pub fn by_oids_of(&self, was: &Held) -> Held {
        let old: BTreeMap<u32, u32> =
            self.1.iter().filter_map(|(name, oid)| Some((*oid, *was.1.get(name)?))).collect();
        let entry = |((role, thing, privilege), answer): (&Key, &Answer)| {
            ((old.get(role).copied().unwrap_or(*role), thing.clone(), privilege.clone()), *answer)
        };
        Held(self.0.iter().map(entry).collect(), was.1.clone())
    }

    /// The answers that are others, a line each.
    pub fn unlike(&self, other: &Held) -> String {
        let keys = self.0.keys().chain(other.0.keys());
        let mut lines: Vec<String> = keys
            .filter(|key| self.0.get(key) != other.0.get(key))
            .map(|key| format!("{key:?}: {:?}, was {:?}", self.0.get(key), other.0.get(key)))
            .collect();
        lines.dedup();
        lines.truncate(20);
        lines.join("\n")
    }
}

/// Asks the server.
pub async fn held(client: &Client, major: u16) -> Held {
    let maintain = if major >= 17 { ", 'MAINTAIN'" } else { "" };
    let tables =
        format!("'INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'{maintain}");
    let user_made = "o.oid >= 16384";
    // The system's that the programs name.
    let related = "(o.oid >= 16384 OR o.oid::regclass::text IN ('pg_class', 'pg_database', 'pg_proc'))";
    let types = "(o.oid >= 16384 OR o.oid = 'pg_catalog.int4'::regtype) AND o.typtype <> 'p' AND NOT (o.typlen = -1 AND o.typelem <> 0)";
    let types_shown = "o.typtype IN ('d', 'e', 'r') OR o.typtype = 'c' AND EXISTS
        (SELECT FROM pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c')";
    let mut parts = vec![
        part(
            "pg_class",
            "table",
            &tables,
            &format!("relkind IN ('r', 'v', 'm', 'f', 'p') AND {related}"),
            user_made,
        ),
        part(
            "pg_class",
            "sequence",
            "'USAGE', 'SELECT', 'UPDATE'",
            "relkind = 'S' AND o.oid >= 16384",
            "true",
        ),
        part("pg_proc", "function", "'EXECUTE'", user_made, "true"),
        part("pg_namespace", "schema", "'CREATE', 'USAGE'", "o.oid >= 16384 OR nspname = 'public'", "true"),
        part("pg_type", "type", "'USAGE'", types, types_shown),
        part(
            "pg_database",
            "database",
            "'CREATE', 'TEMPORARY', 'CONNECT'",
            "true",
            "datname = current_database()",
        ),
        part("pg_language", "language", "'USAGE'", "lanpltrusted", user_made),
        part("pg_tablespace", "tablespace", "'CREATE'", "true", user_made),
        part("pg_foreign_data_wrapper", "foreign_data_wrapper", "'USAGE'", "true", user_made),
        part("pg_foreign_server", "server", "'USAGE'", "true", user_made),
        columns(),
    ];
    if major >= 18 {
        parts.push(part("pg_largeobject_metadata", "largeobject", "'SELECT', 'UPDATE'", "true", user_made));
    }
    if major >= 15 {
        parts.push(parameters());
    }
    let rows = client.query(&parts.join("\nUNION ALL\n"), &[]).await.expect("has_*_privilege");
    let entry = |row: &tokio_postgres::Row| {
        let thing = (row.get(1), row.get(2), row.get(3));
        let answer = Answer { grantable: row.get(5), in_universe: row.get(6) };
        ((row.get(0), thing, row.get(4)), answer)
    };
    let roles = client.query("SELECT rolname::text, oid FROM pg_roles", &[]).await.expect("pg_roles");
    Held(rows.iter().map(entry).collect(), roles.iter().map(|row| (row.get(0), row.get(1))).collect())
}

fn part(catalog: &str, function: &str, privileges: &str, filter: &str, in_universe: &str) -> String {
    format!(
        "SELECT r.oid, '{catalog}', o.oid::text, 0::int2, p.p,
                has_{function}_privilege(r.oid, o.oid, p.p || ' WITH GRANT OPTION'), {in_universe}
         FROM {catalog} o, pg_roles r, unnest(ARRAY[{privileges}]) AS p(p)
         WHERE ({filter}) AND has_{function}_privilege(r.oid, o.oid, p.p)"
    )
}

fn columns() -> String {
    "SELECT r.oid, 'pg_attribute', o.attrelid::text, o.attnum, p.p,
            has_column_privilege(r.oid, o.attrelid, o.attnum, p.p || ' WITH GRANT OPTION'), o.attrelid >= 16384
     FROM pg_attribute o, pg_roles r, unnest(ARRAY['INSERT', 'SELECT', 'UPDATE', 'REFERENCES']) AS p(p)
     WHERE (o.attrelid >= 16384 OR o.attrelid IN (1259, 1262, 1255)) AND o.attnum > 0 AND o.attacl IS NOT NULL AND NOT o.attisdropped
       AND has_column_privilege(r.oid, o.attrelid, o.attnum, p.p)
       AND NOT has_table_privilege(r.oid, o.attrelid, p.p)"
        .to_owned()
}

/// Of those without a row too, which superusers have: where a first grant makes the row, they gain nothing by it.
fn parameters() -> String {
    let named = programs::PARAMETERS.map(|name| format!("lower('{name}')")).join(", ");
    format!(
        "SELECT r.oid, 'pg_parameter_acl', o.parname, 0::int2, p.p,
                has_parameter_privilege(r.oid, o.parname, p.p || ' WITH GRANT OPTION'),
                EXISTS (SELECT FROM pg_parameter_acl a WHERE a.parname = o.parname)
         FROM (SELECT parname FROM pg_parameter_acl UNION SELECT unnest(ARRAY[{named}])) o,
              pg_roles r, unnest(ARRAY['SET', 'ALTER SYSTEM']) AS p(p)
         WHERE has_parameter_privilege(r.oid, o.parname, p.p)"
    )
}
