//! Taking away what a path rests on, row by row in the catalogs, so that nothing else changes.

use fastrand::Rng;
use rolescope::access::why::{Link, Path, PathEnd, Question};
use rolescope::cluster::{AclTarget, Class, Kind, Oid, Privileges, View};
use tokio_postgres::Client;

/// Something that a path rests on.
pub enum Rest<'p> {
    Link(&'p Link),
    Item { on: AclTarget, grantee: Oid, grantor: Oid },
    Superuser(Oid),
}

/// One of the things that the path rests on. None for what cannot be taken away: a predefined role is one.
pub fn any<'p>(rng: &mut Rng, path: &'p Path) -> Option<Rest<'p>> {
    let mut rests: Vec<Rest<'p>> = path.links.iter().map(Rest::Link).collect();
    match path.end {
        PathEnd::Item { on, grantor } | PathEnd::Owner { on, grantor } => {
            rests.push(Rest::Item { on, grantee: path.last, grantor });
        }
        PathEnd::Public { on, grantor } => rests.push(Rest::Item { on, grantee: Oid::PUBLIC, grantor }),
        PathEnd::Superuser => rests.push(Rest::Superuser(path.last)),
        PathEnd::Predefined => {}
        PathEnd::Setting => panic!("lo_compat_privileges is off"),
    }
    (!rests.is_empty()).then(|| rests.swap_remove(rng.usize(..rests.len())))
}

/// Removes it; nothing left is the empty ACL, which a column's default is. Superusers last: who runs this is one.
pub async fn remove(client: &Client, view: &View, rest: &Rest<'_>) {
    let statements = match rest {
        Rest::Link(link) => link_removed(view, link),
        Rest::Item { on, grantee, grantor } => vec![item_removed(view, *on, *grantee, *grantor)],
        Rest::Superuser(role) => vec![format!("UPDATE pg_authid SET rolsuper = false WHERE oid = {role}")],
    };
    for statement in statements {
        let done = client.execute(&statement, &[]).await.unwrap_or_else(|e| panic!("{statement}: {e:?}"));
        assert!(done > 0, "{statement}");
    }
}

fn link_removed(view: &View, link: &Link) -> Vec<String> {
    if link.rows.is_empty() {
        let database = view.base().database;
        return vec![format!("UPDATE pg_database SET datdba = 10 WHERE oid = {database} AND datdba <> 10")];
    }
    // Another path may have taken it away already.
    vec![format!(
        "WITH gone AS (DELETE FROM pg_auth_members WHERE roleid = {} AND member = {} RETURNING 1)
         SELECT count(*) FROM gone",
        link.role, link.member
    )]
}

fn item_removed(view: &View, on: AclTarget, grantee: Oid, grantor: Oid) -> String {
    let object = view.object(on.object).expect("an object");
    let (catalog, acl, owner, letter) = match object.kind.class() {
        _ if on.is_column() => ("pg_attribute", "attacl", "10", 'c'),
        Class::Relation if object.kind == Kind::Sequence => ("pg_class", "relacl", "relowner", 's'),
        Class::Relation => ("pg_class", "relacl", "relowner", 'r'),
        Class::Routine => ("pg_proc", "proacl", "proowner", 'f'),
        Class::Schema => ("pg_namespace", "nspacl", "nspowner", 'n'),
        Class::Type => ("pg_type", "typacl", "typowner", 'T'),
        Class::Language => ("pg_language", "lanacl", "lanowner", 'l'),
        Class::Database => ("pg_database", "datacl", "datdba", 'd'),
        Class::Tablespace => ("pg_tablespace", "spcacl", "spcowner", 't'),
        Class::ForeignDataWrapper => ("pg_foreign_data_wrapper", "fdwacl", "fdwowner", 'F'),
        Class::ForeignServer => ("pg_foreign_server", "srvacl", "srvowner", 'S'),
        Class::LargeObject => ("pg_largeobject_metadata", "lomacl", "lomowner", 'L'),
        Class::Parameter => ("pg_parameter_acl", "paracl", "10", 'p'),
        other => panic!("{other:?} has no ACL"),
    };
    let place = match on.is_column() {
        true => format!("attrelid = {} AND attnum = {}", object.oid, on.attnum),
        false => format!("oid = {}", object.oid),
    };
    format!(
        "UPDATE {catalog} SET {acl} = coalesce((
             SELECT array_agg(item) FROM unnest(coalesce({acl}, acldefault('{letter}', {owner}))) item
             WHERE NOT coalesce((SELECT bool_or(e.grantee = {grantee} AND e.grantor = {grantor})
                                 FROM aclexplode(ARRAY[item]) e), false)), acldefault('c', 10))
         WHERE {place}"
    )
}

/// What the server says now.
pub async fn asked(client: &Client, view: &View, question: Question) -> bool {
    let Question { role, privilege, target } = question;
    client
        .query_one(&has(view, &role.to_string(), privilege, target), &[])
        .await
        .expect("has_privilege")
        .get(0)
}

/// The server's own question; `role` is an expression.
pub fn has(view: &View, role: &str, privilege: Privileges, target: AclTarget) -> String {
    let object = view.object(target.object).expect("an object");
    let (oid, word) = (object.oid, privilege.name());
    let function = match object.kind.class() {
        _ if target.is_column() => {
            let attnum = target.attnum;
            return format!("SELECT has_column_privilege({role}, {oid}, {attnum}::int2, '{word}')");
        }
        Class::Parameter => {
            let name = rolescope::sql::quote_literal(&object.name);
            return format!("SELECT has_parameter_privilege({role}, {name}, '{word}')");
        }
        Class::Relation if object.kind == Kind::Sequence => "sequence",
        Class::Relation => "table",
        Class::Routine => "function",
        Class::Schema => "schema",
        Class::Type => "type",
        Class::Language => "language",
        Class::Database => "database",
        Class::Tablespace => "tablespace",
        Class::ForeignDataWrapper => "foreign_data_wrapper",
        Class::ForeignServer => "server",
        Class::LargeObject => "largeobject",
        other => panic!("{other:?} has no privileges"),
    };
    format!("SELECT has_{function}_privilege({role}, {oid}::oid, '{word}')")
}
