//! The servers' own answers.

use std::collections::BTreeMap;
use tokio_postgres::Client;

/// A role's OID; a catalog, an OID in it (or a parameter's name), and a column's number or 0.
pub type Key = (u32, String, String, i16);

/// Bits of `Privileges`. Options are those of what is held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    pub held: i32,
    pub options: i32,
}

/// Where anything is held.
pub type Cells = BTreeMap<Key, Cell>;

/// What the server said.
pub struct Asked {
    pub held: Cells,
    /// How many questions were asked: role, object or column, privilege, plain or WITH GRANT OPTION.
    pub cells: i64,
}

/// Privileges by their bit in an ACL item.
const BITS: [(i32, &str); 15] = [
    (0, "INSERT"),
    (1, "SELECT"),
    (2, "UPDATE"),
    (3, "DELETE"),
    (4, "TRUNCATE"),
    (5, "REFERENCES"),
    (6, "TRIGGER"),
    (7, "EXECUTE"),
    (8, "USAGE"),
    (9, "CREATE"),
    (10, "TEMPORARY"),
    (11, "CONNECT"),
    (12, "SET"),
    (13, "ALTER SYSTEM"),
    (14, "MAINTAIN"),
];

impl Asked {
    /// Asks for everything.
    pub async fn of_server(client: &Client, major: u16) -> Asked {
        let mut asked = Asked { held: Cells::new(), cells: 0 };
        for question in questions(major) {
            let rows = client.query(&question, &[]).await.unwrap_or_else(|e| panic!("{question}: {e:?}"));
            for row in rows {
                asked.cells += i64::from(row.get::<_, i32>(6));
                let (held, options): (i32, i32) = (row.get(4), row.get(5));
                if held != 0 {
                    let key = (row.get(0), row.get(1), row.get(2), row.get(3));
                    let twice = asked.held.insert(key, Cell { held, options: held & options });
                    assert_eq!(twice, None, "asked twice");
                }
            }
        }
        if major < 18 {
            large_objects(client, &mut asked).await;
        }
        asked
    }
}

fn questions(major: u16) -> Vec<String> {
    let array = if major >= 14 { "o.typsubscript = 6179" } else { "o.typlen = -1" };
    // Domains, enums, ranges, standalone composites, and the system's base types.
    let types = format!(
        "o.typtype IN ('d', 'e', 'r')
         OR o.typtype = 'b' AND o.oid < 16384 AND NOT (o.typelem <> 0 AND {array})
         OR o.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = o.typrelid AND c.relkind = 'c')"
    );
    let mut tables = vec!["INSERT", "SELECT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"];
    if major >= 17 {
        tables.push("MAINTAIN");
    }
    let oid = "o.oid";
    let mut questions = vec![
        question("pg_class", "table", oid, &tables, "o.relkind IN ('r', 'v', 'm', 'f', 'p')"),
        question("pg_class", "sequence", oid, &["USAGE", "SELECT", "UPDATE"], "o.relkind = 'S'"),
        question("pg_proc", "function", oid, &["EXECUTE"], "true"),
        question("pg_namespace", "schema", oid, &["CREATE", "USAGE"], "true"),
        question("pg_type", "type", oid, &["USAGE"], &types),
        question("pg_database", "database", oid, &["CREATE", "TEMPORARY", "CONNECT"], "true"),
        question("pg_language", "language", oid, &["USAGE"], "true"),
        question("pg_tablespace", "tablespace", oid, &["CREATE"], "true"),
        question("pg_foreign_data_wrapper", "foreign_data_wrapper", oid, &["USAGE"], "true"),
        question("pg_foreign_server", "server", oid, &["USAGE"], "true"),
        columns(),
    ];
    if major >= 15 {
        questions.push(question(
            "pg_parameter_acl",
            "parameter",
            "o.parname",
            &["SET", "ALTER SYSTEM"],
            "true",
        ));
    }
    if major >= 18 {
        let of = &["SELECT", "UPDATE"];
        questions.push(question("pg_largeobject_metadata", "largeobject", oid, of, "true"));
    }
    questions
}

/// The bits of the privileges for which the function says true; `words` comes after each.
fn mask(ask: impl Fn(&str) -> String, privileges: &[&str]) -> String {
    let bit = |name: &str| BITS.iter().find(|(_, n)| *n == name).expect("a privilege").0;
    let terms = privileges.iter().map(|name| format!("(({})::int << {})", ask(name), bit(name)));
    terms.collect::<Vec<_>>().join(" | ")
}

fn question(catalog: &str, function: &str, id: &str, privileges: &[&str], filter: &str) -> String {
    let ask = |option: &str| {
        mask(|name| format!("has_{function}_privilege(r.oid, {id}, '{name}{option}')"), privileges)
    };
    // The server remembers the memberships of the last role that it was asked about.
    format!(
        "SELECT r.oid, '{catalog}', ({id})::text, 0::int2, {}, {}, {} FROM pg_roles r CROSS JOIN LATERAL
         (SELECT * FROM {catalog} o WHERE {filter} OFFSET 0) o",
        ask(""),
        ask(" WITH GRANT OPTION"),
        2 * privileges.len()
    )
}

/// Every column, with an ACL or without; what the table gives is not the column's.
fn columns() -> String {
    let privileges = ["INSERT", "SELECT", "UPDATE", "REFERENCES"];
    let column = |name: &str| {
        format!(
            "has_column_privilege(r.oid, o.attrelid, o.attnum, '{name}')
             AND NOT has_table_privilege(r.oid, o.attrelid, '{name}')"
        )
    };
    let option =
        |name: &str| format!("has_column_privilege(r.oid, o.attrelid, o.attnum, '{name} WITH GRANT OPTION')");
    format!(
        "SELECT r.oid, 'pg_class', o.attrelid::text, o.attnum, {}, {}, 8 FROM pg_roles r CROSS JOIN LATERAL
         (SELECT o.* FROM pg_attribute o JOIN pg_class c ON c.oid = o.attrelid
          WHERE o.attnum > 0 AND NOT o.attisdropped AND c.relkind IN ('r', 'v', 'm', 'f', 'p', 'S')
            AND (c.oid >= 16384 OR o.attacl IS NOT NULL OR c.relname LIKE 'pg_a%') OFFSET 0) o",
        mask(column, &privileges),
        mask(option, &privileges)
    )
}

/// Before 18 no function answers for large objects. What pg_has_role() says of their items' grantees does; and opening
/// one as the role agrees: reading takes SELECT, and writing UPDATE beside it.
async fn large_objects(client: &Client, asked: &mut Asked) {
    let ask = "
        CREATE FUNCTION pg_temp.opens(role name, object oid, mode int) RETURNS bool LANGUAGE plpgsql AS $$
        BEGIN
            EXECUTE format('SET LOCAL ROLE %I', role);
            PERFORM pg_catalog.lo_close(pg_catalog.lo_open(object, mode));
            RESET ROLE;
            RETURN true;
        EXCEPTION WHEN insufficient_privilege THEN RETURN false;
        END $$";
    client.batch_execute(ask).await.expect("a function");
    let given = |privilege: &str, option: &str| {
        format!(
            "r.rolsuper OR EXISTS (SELECT FROM aclexplode(coalesce(lomacl, acldefault('L', lomowner)))
                 WHERE privilege_type = '{privilege}' {option}
                   AND (grantee = 0 OR pg_has_role(r.oid, nullif(grantee, 0), 'USAGE')))"
        )
    };
    let option = |privilege: &str| {
        format!("pg_has_role(r.oid, lomowner, 'USAGE') OR {}", given(privilege, "AND is_grantable"))
    };
    let question = format!(
        "SELECT r.oid, o.oid::text, {}, {}, {}, {}, pg_temp.opens(r.rolname, o.oid, 262144),
                pg_temp.opens(r.rolname, o.oid, 131072) FROM pg_roles r, pg_largeobject_metadata o",
        given("SELECT", ""),
        given("UPDATE", ""),
        option("SELECT"),
        option("UPDATE")
    );
    for row in client.query(&question, &[]).await.expect("large objects") {
        asked.cells += 4;
        let yes = |at: usize| row.get::<_, bool>(at);
        assert_eq!((yes(6), yes(7)), (yes(2), yes(2) && yes(3)), "opening {:?}", row.get::<_, &str>(1));
        let bits = |select: bool, update: bool| i32::from(select) << 1 | i32::from(update) << 2;
        let (held, options) = (bits(yes(2), yes(3)), bits(yes(4), yes(5)));
        if held != 0 {
            let key = (row.get(0), "pg_largeobject_metadata".to_owned(), row.get(1), 0);
            asked.held.insert(key, Cell { held, options: held & options });
        }
    }
}
