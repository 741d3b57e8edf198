//! The catalogs as the server has them, in one query that is prepared once.

use super::{NEAR, Names, Scope, State};
use rolescope::cluster::Oid;
use tokio_postgres::{Client, Row, Statement};

/// Catalogs of objects: their owner's column and their ACL's, and which of their rows count.
const OBJECTS: [(&str, &str, &str, &str); 22] = [
    ("pg_class", "relowner", "relacl", ""),
    ("pg_proc", "proowner", "proacl", ""),
    ("pg_namespace", "nspowner", "nspacl", "nspname NOT LIKE 'pg\\_t%'"),
    ("pg_type", "typowner", "typacl", ""),
    ("pg_language", "lanowner", "lanacl", ""),
    ("pg_database", "datdba", "datacl", ""),
    ("pg_tablespace", "spcowner", "spcacl", ""),
    ("pg_foreign_data_wrapper", "fdwowner", "fdwacl", ""),
    ("pg_foreign_server", "srvowner", "srvacl", ""),
    ("pg_largeobject_metadata", "lomowner", "lomacl", ""),
    ("pg_operator", "oprowner", "NULL", ""),
    ("pg_opclass", "opcowner", "NULL", ""),
    ("pg_opfamily", "opfowner", "NULL", ""),
    ("pg_collation", "collowner", "NULL", ""),
    ("pg_conversion", "conowner", "NULL", ""),
    ("pg_ts_config", "cfgowner", "NULL", ""),
    ("pg_ts_dict", "dictowner", "NULL", ""),
    ("pg_statistic_ext", "stxowner", "NULL", ""),
    ("pg_publication", "pubowner", "NULL", ""),
    ("pg_subscription", "subowner", "NULL", ""),
    ("pg_event_trigger", "evtowner", "NULL", ""),
    ("pg_extension", "extowner", "NULL", ""),
];

/// The query, prepared for either scope.
pub struct Reader {
    everything: Statement,
    near: Statement,
}

impl Reader {
    /// For a superuser's session.
    pub async fn new(admin: &Client, major: u16) -> Reader {
        let prepare = async |scope| admin.prepare(&query(major, scope)).await.expect("a query of catalogs");
        Reader { everything: prepare(Scope::Everything).await, near: prepare(Scope::Near).await }
    }

    /// Reads; `names` learns who is there.
    pub async fn read(&self, admin: &Client, scope: Scope, names: &mut Names) -> State {
        let query = if scope == Scope::Near { &self.near } else { &self.everything };
        let rows = admin.query(query, &[]).await.expect("the catalogs");
        let roles = rows.iter().filter(|row| row.get::<_, &str>(0) == "role");
        names.are(roles.map(|row| (oid(row, 1), row.get::<_, &str>(4))));
        let mut state = State::default();
        rows.iter().for_each(|row| put(&mut state, row, names));
        state
    }
}

fn oid(row: &Row, at: usize) -> Oid {
    Oid(row.get(at))
}

fn put(state: &mut State, row: &Row, names: &Names) {
    let (what, first): (&str, Oid) = (row.get(0), oid(row, 1));
    let (name, value): (Option<&str>, Option<&str>) = (row.get(4), row.get(5));
    let (name, value) = (name.unwrap_or_default(), value.map(str::to_owned));
    let role = |at| names.of(oid(row, at));
    match what {
        "role" => state.put(format!("role {name}"), value.unwrap_or_default()),
        "member" => {
            state.put(format!("member {} {} {}", role(1), role(2), role(3)), value.unwrap_or_default());
        }
        "default" => {
            state.put(format!("default {} {} {name}", role(1), oid(row, 2)), value.unwrap_or_default())
        }
        "password" => state.put(format!("password {name}"), value.unwrap_or_default()),
        "setting" => state.put(format!("setting {} {}", role(1), oid(row, 2)), value.unwrap_or_default()),
        "comment" => state.put(format!("comment {}", role(1)), value.unwrap_or_default()),
        "parameter" => state.put(format!("parameter {name}"), value.unwrap_or_default()),
        "policy" => {
            let roles = value.unwrap_or_default();
            let roles = roles.split(' ').filter_map(|word| word.parse().ok()).map(|n| names.of(Oid(n)));
            state.put(format!("policy {first} {name}"), roles.collect::<Vec<_>>().join(", "));
        }
        "column" => state.put(format!("acl pg_attribute {first} {name}"), value.unwrap_or_default()),
        catalog => {
            state.put(format!("owner {catalog} {first}"), role(2));
            if let Some(acl) = value {
                state.put(format!("acl {catalog} {first}"), acl);
            }
        }
    }
}

/// Columns: what, three OIDs, a name, a value.
fn query(major: u16, scope: Scope) -> String {
    let user_made = |column: &str, catalog: &str| match (scope, NEAR.iter().find(|(c, _)| *c == catalog)) {
        (Scope::Near, Some((_, oids))) => {
            let oids = oids.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            format!("({column} >= 16384 OR {column} IN ({oids}))")
        }
        _ => "true".to_owned(),
    };
    let mut parts: Vec<String> = OBJECTS
        .iter()
        .map(|(catalog, owner, acl, only)| {
            let only = if only.is_empty() { "true" } else { *only };
            let acl = if *acl == "NULL" { "NULL".to_owned() } else { text_of(acl) };
            let near = user_made("oid", catalog);
            format!("SELECT '{catalog}', oid, {owner}, 0::oid, NULL, {acl} FROM pg_catalog.{catalog} WHERE {only} AND {near}")
        })
        .collect();
    parts.push(format!(
        "SELECT 'column', attrelid, 0::oid, 0::oid, attnum::text, {} FROM pg_catalog.pg_attribute \
         WHERE attacl IS NOT NULL AND NOT attisdropped AND {}",
        text_of("attacl"),
        user_made("attrelid", "pg_class")
    ));
    if major >= 15 {
        let acl = text_of("paracl");
        parts.push(format!(
            "SELECT 'parameter', 0::oid, 0::oid, 0::oid, parname, {acl} FROM pg_catalog.pg_parameter_acl"
        ));
    }
    let options = if major >= 16 { "inherit_option, set_option" } else { "NULL::bool, NULL::bool" };
    parts.push(format!(
        "SELECT 'member', roleid, member, grantor, NULL, \
         concat_ws(' ', admin_option, {options}) FROM pg_catalog.pg_auth_members"
    ));
    let others = OTHERS.replace("{acl}", &text_of("defaclacl"));
    parts.push(others);
    parts.join(" UNION ALL ")
}

fn text_of(acl: &str) -> String {
    format!("array_to_string({acl}::text[], ' ')")
}

const OTHERS: &str = "
SELECT 'role', oid, 0::oid, 0::oid, rolname::text,
       concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls,
                 rolconnlimit, rolvaliduntil)
FROM pg_catalog.pg_authid
UNION ALL
SELECT 'password', 0::oid, 0::oid, 0::oid, rolname::text,
       CASE WHEN rolpassword IS NULL THEN 'none' WHEN rolpassword LIKE 'md5%' THEN 'md5' ELSE 'scram' END
FROM pg_catalog.pg_authid
UNION ALL
SELECT 'default', defaclrole, defaclnamespace, 0::oid, defaclobjtype::text, {acl} FROM pg_catalog.pg_default_acl
UNION ALL
SELECT 'setting', setrole, setdatabase, 0::oid, NULL, setconfig::text FROM pg_catalog.pg_db_role_setting
UNION ALL
SELECT 'comment', objoid, 0::oid, 0::oid, NULL, description FROM pg_catalog.pg_shdescription
WHERE classoid = 1260
UNION ALL
SELECT 'policy', polrelid, 0::oid, 0::oid, polname::text, array_to_string(polroles, ' ') FROM pg_catalog.pg_policy
";
