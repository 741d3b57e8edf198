//! What a role can do in effect (sections 3.5, 3.7 and 5): the answers of `has_*_privilege()`, from the server and from
//! the model.

use crate::differential::place;
use crate::servers::{block_on, for_each_major};
use rolescope::access::{Access, Held};
use rolescope::cluster::{AclTarget, Class, ObjectId, Privileges, View};
use std::sync::Arc;
use tokio_postgres::Client;

#[test]
fn facts_about_effective_privileges() {
    for_each_major(|server| block_on(hold_on(server.major)));
}

/// A role, `SELECT` or `SELECT WITH GRANT OPTION`, `table`, `column`, .. and its name (`t.a` for a column), the answer.
type Question = (&'static str, &'static str, &'static str, &'static str, bool);

struct Fact {
    name: &'static str,
    majors: std::ops::RangeInclusive<u16>,
    set_up: &'static str,
    questions: &'static [Question],
}

const FACTS: &[Fact] = &[
    Fact {
        name: "1.3 an owner can do what the items say, and grant whatever they say",
        majors: 13..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE m%; GRANT o% TO m%; CREATE TABLE t (a int); ALTER TABLE t OWNER TO o%; REVOKE ALL ON t FROM o%",
        questions: &[
            ("o%", "SELECT", "table", "t", false),
            ("o%", "SELECT WITH GRANT OPTION", "table", "t", true),
            ("m%", "SELECT WITH GRANT OPTION", "table", "t", true),
            ("o%", "SELECT", "column", "t.a", false),
        ],
    },
    Fact {
        name: "2.8 an array is used as its elements are, and a row type has an ACL of its own",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TYPE e AS ENUM ('x'); REVOKE USAGE ON TYPE e FROM PUBLIC; CREATE TABLE t (a int); REVOKE USAGE ON TYPE t FROM PUBLIC",
        questions: &[
            ("a%", "USAGE", "type", "e", false),
            ("a%", "USAGE", "type", "_e", false),
            ("a%", "USAGE", "type", "t", false),
            ("a%", "SELECT", "table", "t", false),
        ],
    },
    Fact {
        name: "3.5 NOINHERIT in the middle blocks what lies above, up to 15",
        majors: 13..=15,
        set_up: "CREATE ROLE g%; CREATE ROLE n% NOINHERIT; CREATE ROLE m%; GRANT g% TO n%; GRANT n% TO m%; CREATE TABLE t (a int); GRANT SELECT ON t TO g%; CREATE TABLE u (a int); GRANT SELECT ON u TO n%",
        questions: &[("m%", "SELECT", "table", "t", false), ("m%", "SELECT", "table", "u", true)],
    },
    Fact {
        name: "3.5 the rows decide since 16, whatever is said of the role in the middle later",
        majors: 16..=18,
        set_up: "CREATE ROLE g%; CREATE ROLE n%; CREATE ROLE m%; CREATE ROLE l%; GRANT g% TO n%; GRANT n% TO m%; GRANT n% TO l% WITH INHERIT FALSE; ALTER ROLE n% NOINHERIT; CREATE TABLE t (a int); GRANT SELECT ON t TO g%",
        questions: &[("m%", "SELECT", "table", "t", true), ("l%", "SELECT", "table", "t", false)],
    },
    Fact {
        name: "3.5 the database's owner is pg_database_owner's one member, and its members inherit that from it",
        majors: 14..=18,
        set_up: "CREATE ROLE o%; CREATE ROLE m%; CREATE ROLE n% NOINHERIT; GRANT o% TO m%, n%; ALTER DATABASE {database} OWNER TO o%; CREATE TABLE t (a int); GRANT SELECT ON t TO pg_database_owner",
        questions: &[
            ("o%", "SELECT", "table", "t", true),
            ("m%", "SELECT", "table", "t", true),
            ("n%", "SELECT", "table", "t", false),
        ],
    },
    Fact {
        name: "3.5 a member of a superuser is none",
        majors: 13..=18,
        set_up: "CREATE ROLE su% SUPERUSER; CREATE ROLE m%; GRANT su% TO m%; CREATE TABLE t (a int); CREATE TABLE u (a int); GRANT SELECT ON u TO su%",
        questions: &[
            ("su%", "SELECT", "table", "t", true),
            ("m%", "SELECT", "table", "t", false),
            ("m%", "SELECT", "table", "u", true),
        ],
    },
    Fact {
        name: "3.7 pg_read_all_data: every relation, the system's too, and every schema; nothing else",
        majors: 14..=18,
        set_up: "CREATE ROLE a%; GRANT pg_read_all_data TO a%; CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE SEQUENCE q; SELECT lo_create(7)",
        questions: &[
            ("a%", "SELECT", "table", "s.t", true),
            ("a%", "SELECT WITH GRANT OPTION", "table", "s.t", false),
            ("a%", "INSERT", "table", "s.t", false),
            ("a%", "SELECT", "table", "pg_authid", true),
            ("a%", "SELECT", "sequence", "q", true),
            ("a%", "USAGE", "sequence", "q", false),
            ("a%", "USAGE", "schema", "s", true),
            ("a%", "CREATE", "schema", "s", false),
            ("a%", "SELECT", "column", "s.t.a", true),
        ],
    },
    Fact {
        name: "3.7 pg_write_all_data: rows of what is not the system's; of a sequence UPDATE and not USAGE",
        majors: 14..=18,
        set_up: "CREATE ROLE a%; GRANT pg_write_all_data TO a%; CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE SEQUENCE q",
        questions: &[
            ("a%", "INSERT", "table", "s.t", true),
            ("a%", "UPDATE", "table", "s.t", true),
            ("a%", "DELETE", "table", "s.t", true),
            ("a%", "SELECT", "table", "s.t", false),
            ("a%", "TRUNCATE", "table", "s.t", false),
            ("a%", "REFERENCES", "table", "s.t", false),
            ("a%", "TRIGGER", "table", "s.t", false),
            ("a%", "INSERT WITH GRANT OPTION", "table", "s.t", false),
            ("a%", "INSERT", "table", "pg_class", false),
            ("a%", "UPDATE", "sequence", "q", true),
            ("a%", "USAGE", "sequence", "q", false),
            ("a%", "USAGE", "schema", "s", true),
        ],
    },
    Fact {
        name: "3.7 predefined roles count for whoever inherits them",
        majors: 17..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE b%; CREATE ROLE g%; GRANT pg_maintain TO g%; GRANT g% TO a%; GRANT g% TO b% WITH INHERIT FALSE; CREATE TABLE t (a int)",
        questions: &[
            ("a%", "MAINTAIN", "table", "t", true),
            ("a%", "MAINTAIN", "table", "pg_class", true),
            ("a%", "MAINTAIN WITH GRANT OPTION", "table", "t", false),
            ("b%", "MAINTAIN", "table", "t", false),
        ],
    },
    Fact {
        name: "5.1 what the system's tables hold is changed by superusers alone, whatever was granted",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE ROLE su% SUPERUSER; GRANT ALL ON pg_class TO a%; GRANT ALL ON pg_roles TO a%",
        questions: &[
            ("a%", "SELECT", "table", "pg_class", true),
            ("a%", "REFERENCES", "table", "pg_class", true),
            ("a%", "INSERT", "table", "pg_class", false),
            ("a%", "UPDATE", "table", "pg_class", false),
            ("a%", "DELETE", "table", "pg_class", false),
            ("a%", "TRUNCATE", "table", "pg_class", false),
            ("su%", "INSERT", "table", "pg_class", true),
            ("a%", "INSERT", "table", "pg_roles", true),
        ],
    },
    Fact {
        name: "5.1 a column: the table's privileges or its own",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE TABLE t (a int, b int); GRANT SELECT (a) ON t TO a%; GRANT INSERT ON t TO a%",
        questions: &[
            ("a%", "SELECT", "column", "t.a", true),
            ("a%", "SELECT", "column", "t.b", false),
            ("a%", "INSERT", "column", "t.b", true),
            ("a%", "SELECT", "table", "t", false),
        ],
    },
    Fact {
        name: "5.3 USAGE on the schema is another question than SELECT on its table",
        majors: 13..=18,
        set_up: "CREATE ROLE a%; CREATE SCHEMA s; CREATE TABLE s.t (a int); GRANT SELECT ON s.t TO a%",
        questions: &[("a%", "SELECT", "table", "s.t", true), ("a%", "USAGE", "schema", "s", false)],
    },
];

async fn hold_on(major: u16) {
    let own = place::start(major).await;
    let (first, _) = place::connect(&own, "rdsadmin", "postgres").await;
    let mut wrong = Vec::new();
    for (number, fact) in FACTS.iter().enumerate().filter(|(_, fact)| fact.majors.contains(&major)) {
        let database = format!("effective_{number}");
        let text = |sql: &str| sql.replace('%', &format!("_{number}")).replace("{database}", &database);
        first.batch_execute(&format!("CREATE DATABASE {database}")).await.expect("CREATE DATABASE");
        let (client, _) = place::connect(&own, "rdsadmin", &database).await;
        client.batch_execute(&text(fact.set_up)).await.unwrap_or_else(|e| panic!("{}: {e:?}", fact.name));
        let view = View::new(Arc::new(rolescope::server::load(&client, |_| ()).await.expect("load")));
        for (role, privilege, kind, name, answer) in fact.questions {
            let question = (text(role), *privilege, *kind, *name);
            let said = (on_server(&client, &question).await, by_model(&view, &question));
            if said != (*answer, *answer) {
                wrong.push(format!("{}: {question:?}: the server and the model say {said:?}", fact.name));
            }
        }
    }
    assert!(wrong.is_empty(), "PostgreSQL {major}:\n{}", wrong.join("\n"));
}

type Asked = (String, &'static str, &'static str, &'static str);

async fn on_server(client: &Client, (role, privilege, kind, name): &Asked) -> bool {
    let object = match kind.strip_prefix("column").and(name.rsplit_once('.')) {
        Some((table, column)) => format!("'{table}', '{column}'"),
        // By OID, where that is another question than by name.
        None if *kind == "table" => format!("'{name}'::regclass"),
        None => format!("'{name}'"),
    };
    let query = format!("SELECT has_{kind}_privilege('{role}', {object}, '{privilege}')");
    client.query_one(&query, &[]).await.unwrap_or_else(|e| panic!("{query}: {e:?}")).get(0)
}

fn by_model(view: &View, (role, privilege, kind, name): &Asked) -> bool {
    let access = Access::new(view);
    let role = view.role_by_name(role).expect("the role").oid;
    let held = match *kind {
        "schema" => access.held(role, AclTarget::whole(object(view, Class::Schema, name))),
        "type" => access.held(role, AclTarget::whole(object(view, Class::Type, name))),
        "column" => {
            let (table, column) = name.rsplit_once('.').expect("a column");
            let table = object(view, Class::Relation, table);
            let attnum =
                view.columns_of(table).iter().find(|c| &*c.name == column).expect("the column").attnum;
            access.held_on_column(role, table, attnum)
        }
        _ => access.held(role, AclTarget::whole(object(view, Class::Relation, name))),
    };
    let Held { privileges, options } = held;
    match privilege.strip_suffix(" WITH GRANT OPTION") {
        Some(privilege) => options.contains(Privileges::from_name(privilege).expect("a privilege")),
        None => privileges.contains(Privileges::from_name(privilege).expect("a privilege")),
    }
}

/// By its last name, which only one object of a fact has.
fn object(view: &View, class: Class, name: &str) -> ObjectId {
    let name = name.rsplit('.').next().unwrap_or(name);
    let found = view.base().objects.iter().find(|(_, o)| o.kind.class() == class && &*o.name == name);
    found.unwrap_or_else(|| panic!("{name} is not loaded")).0
}
