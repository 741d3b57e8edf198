//! Every catalog entry about privileges, by the names of roles: what an undo has to bring back.

use rolescope::preview::Undo;
use std::collections::BTreeMap;
use tokio_postgres::Client;

/// An entry as it is stored, and what of that has a meaning.
#[derive(PartialEq, Eq, Debug)]
struct Entry {
    stored: String,
    meaning: String,
}

/// The entries by kind and key.
pub struct Catalogs(BTreeMap<(String, String), Entry>);

impl Catalogs {
    /// What is not as it was although the undo does not say so.
    pub fn unlike(&self, was: &Catalogs, undo: &Undo) -> String {
        let said = undo.differs.as_deref().unwrap_or_default();
        let excused = |kind: &str| match kind {
            "password" => said.contains("password"),
            "policy" => said.contains("policy"),
            _ => false,
        };
        let keys: std::collections::BTreeSet<_> = self.0.keys().chain(was.0.keys()).collect();
        let same = |a: Option<&Entry>, b: Option<&Entry>| match said.is_empty() {
            true => a == b,
            false => a.map(|e| &e.meaning) == b.map(|e| &e.meaning),
        };
        let wrong =
            keys.into_iter().filter(|key| !excused(&key.0) && !same(self.0.get(*key), was.0.get(*key)));
        wrong
            .take(20)
            .map(|key| format!("{key:?}: {:?}, was {:?}\n", self.0.get(key), was.0.get(key)))
            .collect()
    }
}

/// Does the undo say that privileges or memberships are not as they were?
pub fn is_partial(undo: &Undo) -> bool {
    let said = undo.differs.as_deref().unwrap_or_default();
    ["is as it was", "are not as they were", "does not come back", "other options", "cannot be taken away"]
        .iter()
        .any(|words| said.contains(words))
}

const NAME: &str = "(SELECT quote_ident(rolname) FROM pg_roles WHERE oid = ";

/// Catalog, its column of the owner, its ACL, and the letter of `acldefault()`.
const WITH_ACL: [(&str, &str, &str, &str); 10] = [
    ("pg_class", "relowner", "relacl", "CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\""),
    ("pg_proc", "proowner", "proacl", "'f'"),
    ("pg_type", "typowner", "typacl", "'T'"),
    ("pg_namespace", "nspowner", "nspacl", "'n'"),
    ("pg_database", "datdba", "datacl", "'d'"),
    ("pg_language", "lanowner", "lanacl", "'l'"),
    ("pg_tablespace", "spcowner", "spcacl", "'t'"),
    ("pg_foreign_data_wrapper", "fdwowner", "fdwacl", "'F'"),
    ("pg_foreign_server", "srvowner", "srvacl", "'S'"),
    ("pg_largeobject_metadata", "lomowner", "lomacl", "'L'"),
];

const OWNED: [(&str, &str); 11] = [
    ("pg_operator", "oprowner"),
    ("pg_opclass", "opcowner"),
    ("pg_opfamily", "opfowner"),
    ("pg_collation", "collowner"),
    ("pg_conversion", "conowner"),
    ("pg_statistic_ext", "stxowner"),
    ("pg_ts_config", "cfgowner"),
    ("pg_ts_dict", "dictowner"),
    ("pg_event_trigger", "evtowner"),
    ("pg_publication", "pubowner"),
    ("pg_subscription", "subowner"),
];

/// Reads them.
pub async fn catalogs(client: &Client, major: u16) -> Catalogs {
    let mut parts = vec![roles(), settings(), defaults(), policies(), memberships(major)];
    for (catalog, owner, acl, letter) in WITH_ACL {
        let sorted = sorted(&format!("coalesce({acl}, acldefault({letter}, {owner}))"));
        parts.push(format!("SELECT 'acl', '{catalog} ' || oid, {acl}::text, {sorted} FROM {catalog}"));
        parts.push(owners(catalog, owner));
    }
    parts.extend(OWNED.iter().map(|(catalog, owner)| owners(catalog, owner)));
    let sorted_column = sorted("attacl");
    parts.push(format!(
        "SELECT 'acl', 'column ' || attrelid || ' ' || attnum, attacl::text, {sorted_column}
         FROM pg_attribute WHERE attacl IS NOT NULL AND NOT attisdropped"
    ));
    if major >= 15 {
        let sorted = sorted("paracl");
        parts.push(format!(
            "SELECT 'acl', 'parameter ' || parname, paracl::text, {sorted} FROM pg_parameter_acl"
        ));
    }
    let rows = client.query(&parts.join("\nUNION ALL "), &[]).await.expect("the catalogs");
    let text = |row: &tokio_postgres::Row, at| row.get::<_, Option<String>>(at).unwrap_or_default();
    let entry = |row: &tokio_postgres::Row| {
        ((text(row, 0), text(row, 1)), Entry { stored: text(row, 2), meaning: text(row, 3) })
    };
    Catalogs(rows.iter().map(entry).collect())
}

fn sorted(acl: &str) -> String {
    format!("(SELECT string_agg(i::text, ' ' ORDER BY i::text) FROM unnest({acl}) i)")
}

fn owners(catalog: &str, owner: &str) -> String {
    format!("SELECT 'owner', '{catalog} ' || oid, {NAME}{owner}), {NAME}{owner}) FROM {catalog}")
}

fn roles() -> String {
    let attributes =
        "concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
        rolbypassrls, rolconnlimit, shobj_description(oid, 'pg_authid'))";
    format!(
        "SELECT 'role', rolname::text, concat_ws(' ', {attributes}, rolvaliduntil),
                concat_ws(' ', {attributes}, coalesce(rolvaliduntil, 'infinity')) FROM pg_authid
         UNION ALL SELECT 'password', rolname::text, rolpassword, rolpassword FROM pg_authid"
    )
}

fn settings() -> String {
    format!(
        "SELECT 'setting', concat_ws(' ', {NAME}setrole), setdatabase), setconfig::text,
                (SELECT string_agg(s, ' ' ORDER BY s) FROM unnest(setconfig) s) FROM pg_db_role_setting"
    )
}

fn defaults() -> String {
    let sorted = sorted("defaclacl");
    format!(
        "SELECT 'default', concat_ws(' ', {NAME}defaclrole), defaclnamespace, defaclobjtype), defaclacl::text, {sorted}
         FROM pg_default_acl"
    )
}

fn policies() -> String {
    let roles =
        "(SELECT string_agg(r::regrole::text, ' ' ORDER BY r::regrole::text) FROM unnest(polroles) r)";
    format!("SELECT 'policy', concat_ws(' ', polrelid, polname), {roles}, {roles} FROM pg_policy")
}

/// Before 16 the grantor is no part of the key, and may dangle.
fn memberships(major: u16) -> String {
    let options = if major >= 16 { "admin_option, inherit_option, set_option" } else { "admin_option" };
    let grantor = format!("coalesce({NAME}grantor), grantor::text)");
    let key_of = if major >= 16 { format!(", {grantor}") } else { String::new() };
    format!(
        "SELECT 'membership', concat_ws(' ', {NAME}roleid), {NAME}member){key_of}),
                concat_ws(' ', {options}, {grantor}), concat_ws(' ', {options}) FROM pg_auth_members"
    )
}
