//! What the server itself says, in its own text, against what was loaded.

use rolescope::cluster::{
    Acl, Class, Cluster, Detail, Kind, Oid, Parameter, ParameterKind, Range, RuleEvent, UseBy, item_text,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use tokio_postgres::Client;

/// Two sets of facts that must be equal; the difference is what is shown.
fn same<T: Ord + Debug>(what: &str, server: Vec<T>, loaded: Vec<T>) {
    assert!(!server.is_empty(), "{what}: nothing to compare");
    assert_eq!(server.len(), loaded.len(), "{what}: how many");
    let (server, loaded): (BTreeSet<T>, BTreeSet<T>) =
        (server.into_iter().collect(), loaded.into_iter().collect());
    let missing: Vec<_> = server.difference(&loaded).take(5).collect();
    let invented: Vec<_> = loaded.difference(&server).take(5).collect();
    assert!(
        missing.is_empty() && invented.is_empty(),
        "{what}: missing {missing:#?}, invented {invented:#?}"
    );
}

/// All rows of a query, as the server's text.
async fn text(client: &Client, sql: &str) -> Vec<Vec<Option<String>>> {
    let messages = client.simple_query(sql).await.unwrap_or_else(|e| panic!("{sql}: {e:?}"));
    let rows = messages.iter().filter_map(|message| match message {
        tokio_postgres::SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    rows.map(|row| (0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect()).collect()
}

fn bool(value: bool) -> Option<String> {
    Some(if value { "t" } else { "f" }.to_owned())
}

fn some(value: impl ToString) -> Option<String> {
    Some(value.to_string())
}

pub async fn roles(client: &Client, cluster: &Cluster) {
    let server = text(
        client,
        "SELECT oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication,
                rolbypassrls, rolconnlimit, rolvaliduntil FROM pg_authid",
    );
    let loaded = cluster.roles.iter().map(|r| {
        let flags =
            [r.superuser, r.inherit, r.create_role, r.create_db, r.login, r.replication, r.bypass_rls];
        let mut row = vec![some(r.oid), some(&r.name)];
        row.extend(flags.map(bool));
        row.extend([some(r.connection_limit), r.valid_until.clone()]);
        row
    });
    same("roles", server.await, loaded.collect());
}

pub async fn memberships(client: &Client, cluster: &Cluster) {
    let options = match cluster.version.major() {
        ..16 => "NULL, NULL",
        _ => "inherit_option, set_option",
    };
    let sql = format!("SELECT roleid, member, grantor, admin_option, {options} FROM pg_auth_members");
    let loaded = cluster.memberships.iter().map(|m| {
        let given = [bool(m.admin), m.inherit.and_then(bool), m.set.and_then(bool)];
        [vec![some(m.role), some(m.member), some(m.grantor)], given.to_vec()].concat()
    });
    same("memberships", text(client, &sql).await, loaded.collect());
    if cluster.version.major() < 16 {
        let dangling = cluster.memberships.iter().any(|m| cluster.roles.get(m.grantor).is_none());
        assert!(dangling, "the script drops a grantor");
    }
}

/// Catalog, name, schema, owner, ACL of every class.
const CATALOGS: [(Class, &str, &str, &str, &str); 11] = [
    (Class::Relation, "relname", "relnamespace", "relowner", "relacl"),
    (Class::Routine, "proname", "pronamespace", "proowner", "proacl"),
    (Class::Schema, "nspname", "0", "nspowner", "nspacl"),
    (Class::Type, "typname", "typnamespace", "typowner", "typacl"),
    (Class::Language, "lanname", "0", "lanowner", "lanacl"),
    (Class::Database, "datname", "0", "datdba", "datacl"),
    (Class::Tablespace, "spcname", "0", "spcowner", "spcacl"),
    (Class::ForeignDataWrapper, "fdwname", "0", "fdwowner", "fdwacl"),
    (Class::ForeignServer, "srvname", "0", "srvowner", "srvacl"),
    (Class::LargeObject, "oid", "0", "lomowner", "lomacl"),
    (Class::Parameter, "parname", "0", "10", "paracl"),
];

fn catalogs(
    cluster: &Cluster,
) -> impl Iterator<Item = (Class, &'static str, &'static str, &'static str, &'static str)> {
    let parameters = cluster.version.major() >= 15;
    CATALOGS.into_iter().filter(move |(class, ..)| *class != Class::Parameter || parameters)
}

/// OID, name, schema, owner and kind of every object.
pub async fn objects(client: &Client, cluster: &Cluster) {
    for (class, name, schema, owner, _) in catalogs(cluster) {
        let catalog = class.catalog();
        let kind = match class {
            Class::Parameter => "'parameter'".to_owned(),
            Class::LargeObject => "(pg_identify_object('pg_largeobject'::regclass, oid, 0)).type".to_owned(),
            _ => format!("(pg_identify_object('{catalog}'::regclass, oid, 0)).type"),
        };
        let sql = format!("SELECT oid, {name}, {schema}, {owner}, {kind} FROM {catalog}");
        let loaded = cluster.objects.iter().filter(|(_, o)| o.kind.class() == class).map(|(_, o)| {
            vec![some(o.oid), some(&o.name), some(o.schema), some(o.owner), some(o.kind.type_name())]
        });
        same(catalog, text(client, &sql).await, loaded.collect());
    }
}

/// The names of all columns of everything that rows can be granted on by column.
pub async fn columns(client: &Client, cluster: &Cluster) {
    let server = text(
        client,
        "SELECT attrelid, attnum, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
         WHERE NOT attisdropped AND (attnum > 0 AND relkind IN ('r', 'p', 'v', 'm', 'f') OR attacl IS NOT NULL)",
    );
    let loaded = cluster.objects.columns().iter().map(|c| {
        let relation = cluster.objects.get(c.relation).expect("its relation");
        vec![some(relation.oid), some(c.attnum), some(&c.name)]
    });
    same("columns", server.await, loaded.collect());
}

/// An ACL as the server would print it.
fn printed(cluster: &Cluster, acl: &Acl) -> Vec<String> {
    let name = |oid| cluster.roles.get(oid).map(|r| r.name.as_str());
    acl.iter().map(|item| item_text(item, name)).collect()
}

type Printed<K> = BTreeMap<K, Option<Vec<String>>>;

fn equal<K: Ord + Debug>(what: &str, server: &Printed<K>, loaded: &Printed<K>) {
    assert_eq!(server.len(), loaded.len(), "{what}: how many");
    for (key, acl) in server {
        assert_eq!(Some(acl), loaded.get(key), "{what} {key:?}");
    }
}

/// Every ACL of every catalog, item for item in order: NULL is NULL, empty is empty.
pub async fn acls(client: &Client, cluster: &Cluster) {
    for (class, .., acl) in catalogs(cluster) {
        let catalog = class.catalog();
        let rows =
            client.query(&format!("SELECT oid, {acl}::text[] FROM {catalog}"), &[]).await.expect(catalog);
        let server: Printed<u32> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        let own = cluster.objects.iter().filter(|(_, o)| o.kind.class() == class);
        let loaded = own.map(|(_, o)| (o.oid.0, o.acl.as_ref().map(|a| printed(cluster, a)))).collect();
        equal(catalog, &server, &loaded);
        assert!(server.values().any(Option::is_some), "{catalog} has no ACL to compare");
    }
    let sql = "SELECT attrelid, attnum, attacl::text[] FROM pg_attribute WHERE attacl IS NOT NULL AND NOT attisdropped";
    let rows = client.query(sql, &[]).await.expect("pg_attribute");
    let server: Printed<(u32, i16)> = rows.iter().map(|r| ((r.get(0), r.get(1)), r.get(2))).collect();
    let with_acl = cluster.objects.columns().iter().filter(|c| c.acl.is_some());
    let loaded = with_acl.map(|c| {
        let relation = cluster.objects.get(c.relation).expect("its relation");
        ((relation.oid.0, c.attnum), c.acl.as_ref().map(|a| printed(cluster, a)))
    });
    equal("pg_attribute", &server, &loaded.collect());
    let rows =
        client.query("SELECT oid, defaclacl::text[] FROM pg_default_acl", &[]).await.expect("defaults");
    let server: Printed<u32> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let loaded = cluster.default_acls.iter().map(|d| (d.oid.0, Some(printed(cluster, &d.acl))));
    equal("pg_default_acl", &server, &loaded.collect());
    assert!(server.len() >= 5);
}

/// What only some kinds have, against the catalogs' own columns and functions.
pub async fn details(client: &Client, cluster: &Cluster) {
    let of_class = |class| cluster.objects.iter().map(|(_, o)| o).filter(move |o| o.kind.class() == class);
    let invoker = "EXISTS (SELECT FROM pg_options_to_table(reloptions) WHERE option_name = 'security_invoker'
                            AND option_value::bool)";
    let sequence = "SELECT refobjid FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid
                    AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND relkind = 'S'";
    let whole = "SELECT indrelid FROM pg_index WHERE indexrelid = c.oid
                 UNION ALL SELECT t.oid FROM pg_class t WHERE t.reltoastrelid = c.oid AND c.relkind = 't'";
    let sql = format!(
        "SELECT oid, relkind, relrowsecurity, relforcerowsecurity, relispartition, {invoker},
                coalesce(({sequence}), 0), coalesce(({whole}), 0) FROM pg_class c"
    );
    let loaded = of_class(Class::Relation).map(|o| {
        let Detail::Relation {
            row_security,
            force_row_security,
            is_partition,
            security_invoker,
            owned_by,
            part_of,
        } = o.detail
        else {
            panic!("{o:?}")
        };
        let flags = [row_security, force_row_security, is_partition, security_invoker];
        let mut row = vec![some(o.oid), some(relkind(o.kind))];
        row.extend(flags.map(bool));
        row.extend([some(owned_by), some(part_of)]);
        row
    });
    same("relations", text(client, &sql).await, loaded.collect());

    // 13 knows no SQL-standard bodies: its rows have no such column.
    let sql = "SELECT oid, prokind, prosecdef, provariadic <> 0, array_to_string(proargtypes::oid[], ' '),
                      CASE WHEN prokind = 'p' AND 'o' = ANY (proargmodes)
                           THEN array_to_string(proallargtypes, ' ') END, prorettype,
                      to_jsonb(pg_proc) ->> 'prosqlbody' IS NOT NULL FROM pg_proc";
    let loaded = of_class(Class::Routine).map(|o| {
        let Detail::Routine { arguments, all_arguments, security_definer, variadic, returns, sql_body } =
            &o.detail
        else {
            panic!("{o:?}")
        };
        let list = |oids: &[Oid]| oids.iter().map(Oid::to_string).collect::<Vec<_>>().join(" ");
        let kind = match o.kind {
            Kind::Function => "f",
            Kind::Procedure => "p",
            Kind::Aggregate => "a",
            _ => "w",
        };
        vec![
            some(o.oid),
            some(kind),
            bool(*security_definer),
            bool(*variadic),
            some(list(arguments)),
            all_arguments.as_deref().map(list),
            some(returns),
            bool(*sql_body),
        ]
    });
    same("routines", text(client, sql).await, loaded.collect());
    types(client, cluster).await;
    let sql = "SELECT oid, lanpltrusted, false FROM pg_language
               UNION ALL SELECT oid, datallowconn, datistemplate FROM pg_database";
    let loaded = cluster.objects.iter().filter_map(|(_, o)| match o.detail {
        Detail::Language { trusted } => Some(vec![some(o.oid), bool(trusted), bool(false)]),
        Detail::Database { allow_connections: a, is_template: t } => {
            Some(vec![some(o.oid), bool(a), bool(t)])
        }
        _ => None,
    });
    same("languages and databases", text(client, sql).await, loaded.collect());
}

fn relkind(kind: Kind) -> char {
    match kind {
        Kind::Table => 'r',
        Kind::PartitionedTable => 'p',
        Kind::View => 'v',
        Kind::MaterializedView => 'm',
        Kind::ForeignTable => 'f',
        Kind::Sequence => 'S',
        Kind::Index => 'i',
        Kind::PartitionedIndex => 'I',
        Kind::CompositeRelation => 'c',
        Kind::Toast => 't',
        _ => '?',
    }
}

/// The kind of every type by the server's own ways of telling: arrays are what `typarray` points to.
async fn types(client: &Client, cluster: &Cluster) {
    let multirange = match cluster.version.major() {
        13 => "0",
        _ => "coalesce((SELECT rngtypid FROM pg_range WHERE rngmultitypid = t.oid), 0)",
    };
    let sql = format!(
        "SELECT oid, CASE WHEN EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid) THEN 'array'
                WHEN typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c' THEN 'composite'
                ELSE CASE typtype WHEN 'b' THEN 'base' WHEN 'c' THEN 'row' WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum'
                     WHEN 'm' THEN 'multirange' WHEN 'p' THEN 'pseudo' WHEN 'r' THEN 'range' END END,
                greatest(typrelid, {multirange},
                         (SELECT e.oid FROM pg_type e WHERE e.typarray = t.oid)) FROM pg_type t
         WHERE typname NOT IN ('int2vector', 'oidvector')"
    );
    let skipped = |name: &str| ["int2vector", "oidvector"].contains(&name);
    let loaded = cluster.objects.iter().map(|(_, o)| o).filter_map(|o| {
        let Detail::Type { of } = o.detail else { return None };
        let kind = match o.kind {
            Kind::ArrayType => "array",
            Kind::CompositeType => "composite",
            Kind::BaseType => "base",
            Kind::RowType => "row",
            Kind::Domain => "domain",
            Kind::Enum => "enum",
            Kind::Multirange => "multirange",
            Kind::PseudoType => "pseudo",
            _ => "range",
        };
        (!skipped(&o.name)).then(|| vec![some(o.oid), some(kind), some(of)])
    });
    same("types", text(client, &sql).await, loaded.collect());
}

/// Settings, event triggers, policies, default ACLs' keys, parameter names.
pub async fn the_rest(client: &Client, loader: &Client, cluster: &Cluster) {
    let sql = "SELECT setrole, setdatabase, array_to_string(setconfig, '|') FROM pg_db_role_setting";
    let loaded = cluster.role_settings.iter();
    let loaded = loaded.map(|s| vec![some(s.role), some(s.database), some(s.settings.join("|"))]);
    same("settings", text(client, sql).await, loaded.collect());

    let sql = "SELECT evtname, evtevent, array_to_string(evttags, '|'), evtenabled FROM pg_event_trigger
               WHERE evtenabled IN ('O', 'R', 'A')";
    let loaded = cluster.event_triggers.iter().map(|t| {
        let tags = (!t.tags.is_empty()).then(|| t.tags.join("|"));
        vec![some(&t.name), some(&t.event), tags, some(t.enabled)]
    });
    same("event triggers", text(client, sql).await, loaded.collect());

    let sql =
        "SELECT polrelid, polname, array_to_string(polroles, '|'), polcmd, polpermissive FROM pg_policy";
    let loaded = cluster.policies.iter().map(|p| {
        let relation = cluster.objects.get(p.relation).expect("its table");
        let roles: Vec<_> = p.roles.iter().map(Oid::to_string).collect();
        vec![some(relation.oid), some(&p.name), some(roles.join("|")), some(p.command), bool(p.permissive)]
    });
    same("policies", text(client, sql).await, loaded.collect());

    uses(client, cluster).await;
    let sql = "SELECT oid, defaclrole, defaclnamespace, defaclobjtype FROM pg_default_acl";
    let loaded = cluster.default_acls.iter();
    let loaded = loaded.map(|d| vec![some(d.oid), some(d.role), some(d.schema), some(d.objtype)]);
    same("default ACLs", text(client, sql).await, loaded.collect());

    // The loader's own session: extensions that a session has used add names.
    let sql = "SELECT name, CASE vartype WHEN 'enum' THEN array_to_string(enumvals, '|') \
                            ELSE concat_ws(' ', min_val, max_val, unit) END FROM pg_settings";
    let rows = text(loader, sql).await;
    let loaded = cluster.parameters.iter().map(|p| vec![some(&p.name), some(values_of(p))]);
    same("parameters", rows, loaded.collect());
}

/// What views, rules and bodies name, a row a column.
async fn uses(client: &Client, cluster: &Cluster) {
    let sql = "SELECT coalesce(r.ev_class, d.objid), r.ev_type, d.refclassid::oid, d.refobjid, d.refobjsubid
               FROM pg_depend d LEFT JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
                    LEFT JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
               WHERE (r.ev_class >= 16384 AND (d.refclassid, d.refobjid) <> ('pg_class'::regclass, r.ev_class)
                      OR p.oid >= 16384 AND to_jsonb(p) ->> 'prosqlbody' IS NOT NULL)
                     AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass) AND d.deptype = 'n'
               UNION ALL SELECT inhparent, 'p', 1259, inhrelid, 0 FROM pg_inherits
               WHERE inhrelid NOT IN (SELECT indexrelid FROM pg_index)";
    let object = |id| cluster.objects.get(id).expect("an object of the cluster");
    let mut loaded = Vec::new();
    for row in cluster.uses.iter() {
        let event = match row.by {
            UseBy::Body => None,
            UseBy::Parent => Some('p'),
            UseBy::Rule(RuleEvent::Select) => Some('1'),
            UseBy::Rule(RuleEvent::Update) => Some('2'),
            UseBy::Rule(RuleEvent::Insert) => Some('3'),
            UseBy::Rule(RuleEvent::Delete) => Some('4'),
        };
        let (user, used) = (object(row.user), object(row.used));
        let columns = if row.columns.is_empty() { &[0][..] } else { &row.columns };
        loaded.extend(columns.iter().map(|column| {
            let class = used.kind.class().catalog_oid();
            vec![some(user.oid), event.and_then(some), some(class), some(used.oid), some(column)]
        }));
    }
    same("uses", text(client, sql).await, loaded);
}

fn values_of(parameter: &Parameter) -> String {
    match &parameter.kind {
        ParameterKind::Integer(range) | ParameterKind::Real(range) => {
            let Range { min, max, unit } = range;
            format!("{min} {max} {unit}").trim_end().to_owned()
        }
        ParameterKind::Enum(values) => values.join("|"),
        _ => String::new(),
    }
}
