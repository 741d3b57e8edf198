//! What the catalogs hold and what the server says, and the same of the model, as text that can be compared.

use rolescope::cluster::{AclTarget, Class, Membership, View, item_text};
use std::collections::BTreeMap;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_postgres::Client;
use tokio_postgres::error::DbError;

/// Every ACL and every membership, by name of the entry.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct State(BTreeMap<String, String>);

impl State {
    /// Where the server (self) and the model differ.
    pub fn difference(&self, model: &State) -> String {
        let keys = self.0.keys().chain(model.0.keys()).collect::<std::collections::BTreeSet<_>>();
        let differ = keys.into_iter().filter(|k| self.0.get(*k) != model.0.get(*k));
        differ.map(|k| format!("  {k}: server {:?}, model {:?}\n", self.0.get(k), model.0.get(k))).collect()
    }
}

const CATALOGS: [(&str, &str, &str, Class); 10] = [
    ("pg_class", "oid", "relacl", Class::Relation),
    ("pg_proc", "oid", "proacl", Class::Routine),
    ("pg_namespace", "oid", "nspacl", Class::Schema),
    ("pg_type", "oid", "typacl", Class::Type),
    ("pg_language", "oid", "lanacl", Class::Language),
    ("pg_database", "oid", "datacl", Class::Database),
    ("pg_tablespace", "oid", "spcacl", Class::Tablespace),
    ("pg_foreign_data_wrapper", "oid", "fdwacl", Class::ForeignDataWrapper),
    ("pg_foreign_server", "oid", "srvacl", Class::ForeignServer),
    ("pg_largeobject_metadata", "oid", "lomacl", Class::LargeObject),
];

/// Reads the catalogs as text, the server's own.
pub async fn server_state(admin: &Client) -> State {
    let mut union: Vec<String> = CATALOGS
        .iter()
        .map(|(catalog, oid, acl, _)| {
            format!("SELECT '{catalog} ' || {oid}, {acl}::text[] FROM pg_catalog.{catalog} WHERE {acl} IS NOT NULL")
        })
        .collect();
    union.push(
        "SELECT 'pg_attribute ' || attrelid || ' ' || attnum, attacl::text[] FROM pg_catalog.pg_attribute \
         WHERE attacl IS NOT NULL AND NOT attisdropped"
            .into(),
    );
    let version: i32 = admin
        .query_one("SELECT current_setting('server_version_num')::int", &[])
        .await
        .expect("version")
        .get(0);
    if version >= 150_000 {
        union.push(
            "SELECT 'pg_parameter_acl ' || parname, paracl::text[] FROM pg_catalog.pg_parameter_acl".into(),
        );
    }
    let mut state = BTreeMap::new();
    for row in admin.query(&union.join(" UNION ALL "), &[]).await.expect("ACLs") {
        let items: Vec<String> = row.get(1);
        state.insert(row.get(0), items.join(" "));
    }
    let options = if version >= 160_000 { "inherit_option, set_option" } else { "NULL::bool, NULL::bool" };
    let rows = format!(
        "SELECT roleid::int8, member::int8, grantor::int8, admin_option, {options} FROM pg_catalog.pg_auth_members"
    );
    for row in admin.query(&rows, &[]).await.expect("memberships") {
        let (role, member, grantor): (i64, i64, i64) = (row.get(0), row.get(1), row.get(2));
        let (admin, inherit, set): (bool, Option<bool>, Option<bool>) = (row.get(3), row.get(4), row.get(5));
        state.insert(format!("member {role} {member} {grantor}"), format!("{admin} {inherit:?} {set:?}"));
    }
    State(state)
}

/// The same of the model.
pub fn model_state(view: &View) -> State {
    let mut state = BTreeMap::new();
    let name = |oid| view.role(oid).map(|r| r.name.as_str());
    let base = view.base();
    let mut put = |key: String, target: AclTarget| {
        if let Some(acl) = view.acl(target) {
            state.insert(key, acl.iter().map(|i| item_text(i, name)).collect::<Vec<_>>().join(" "));
        }
    };
    for (id, object) in base.objects.iter().filter(|(_, o)| o.kind.class() != Class::Parameter) {
        put(format!("{} {}", object.kind.class().catalog(), object.oid), AclTarget::whole(id));
        if object.kind.class() == Class::Relation {
            for (attnum, _) in view.column_acls(id) {
                put(format!("pg_attribute {} {attnum}", object.oid), AclTarget::column(id, attnum));
            }
        }
    }
    for id in view.parameter_ids() {
        let name = view.object(id).map(|o| o.name.to_string()).unwrap_or_default();
        put(format!("pg_parameter_acl {name}"), AclTarget::whole(id));
    }
    for role in view.roles() {
        for Membership { role, member, grantor, admin, inherit, set } in view.members_of(role.oid) {
            state.insert(format!("member {role} {member} {grantor}"), format!("{admin} {inherit:?} {set:?}"));
        }
    }
    State(state)
}

/// What the server answered.
#[derive(Debug, Default)]
pub struct Said {
    pub sqlstate: Option<String>,
    pub message: Option<String>,
    pub detail: Option<String>,
    pub hint: Option<String>,
    pub notices: Vec<(String, String)>,
}

impl Said {
    /// The error's SQLSTATE, or those of the notices, or `ok`.
    pub fn in_short(&self) -> String {
        match (&self.sqlstate, self.notices.is_empty()) {
            (Some(sqlstate), _) => sqlstate.clone(),
            (None, true) => "ok".to_owned(),
            (None, false) => self.notices.iter().map(|(s, _)| s.as_str()).collect::<Vec<_>>().join(" "),
        }
    }
}

/// Runs a statement and collects what the server says.
pub async fn run(client: &Client, notices: &mut UnboundedReceiver<DbError>, text: &str) -> Said {
    let mut said = Said::default();
    if let Err(error) = client.simple_query(text).await {
        let error = error.as_db_error().unwrap_or_else(|| panic!("{text}: the connection is gone: {error}"));
        said.sqlstate = Some(error.code().code().to_owned());
        said.message = Some(error.message().to_owned());
        said.detail = error.detail().map(str::to_owned);
        said.hint = error.hint().map(str::to_owned);
    }
    while let Ok(notice) = notices.try_recv() {
        said.notices.push((notice.code().code().to_owned(), notice.message().to_owned()));
    }
    said
}
