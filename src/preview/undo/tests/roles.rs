use super::{orders, plan, undone};
use crate::cluster::testing::Builder;
use crate::cluster::{Password, View};

fn company(major: u16) -> Builder {
    let (mut b, _) = orders(major);
    b.role_with("New Role", |role| {
        role.login = false;
        role.inherit = false;
        role.connection_limit = 3;
        role.valid_until = Some("2030-01-01 00:00:00+00".to_owned());
        role.password = Password::None;
    });
    b
}

/// Has the role all that it had?
fn is_as_before(b: &Builder, state: &View, name: &str) {
    let before = View::new(b.build());
    let (is, was) = (state.role_by_name(name).expect("a role"), before.role_by_name(name).expect("a role"));
    assert_eq!(crate::cluster::Role { oid: was.oid, ..is.clone() }, *was);
    let rows = |view: &View, role| {
        let name = |oid| view.role_name(oid);
        let rows = view.members_of(role).iter().chain(view.memberships_of(role));
        let mut rows: Vec<_> = rows
            .map(|row| (name(row.role), name(row.member), name(row.grantor), row.admin, row.inherit, row.set))
            .collect();
        rows.sort();
        rows
    };
    assert_eq!(rows(state, is.oid), rows(&before, was.oid));
}

#[test]
fn a_new_role_is_dropped() {
    for major in [13, 15, 16, 18] {
        let b = company(major);
        let (sql, differs, state) = undone(&b, "postgres", "CREATE ROLE \"x y\" LOGIN ROLE alice ADMIN bob");
        assert_eq!((sql.as_slice(), differs), (["DROP ROLE \"x y\"".to_owned()].as_slice(), None));
        assert!(state.role_by_name("x y").is_none());
    }
}

#[test]
fn attributes_become_what_they_were() {
    let b = company(16);
    let script =
        "ALTER ROLE \"New Role\" LOGIN CREATEDB CONNECTION LIMIT -1 INHERIT VALID UNTIL '2031-01-01'";
    let (sql, differs, state) = undone(&b, "postgres", script);
    assert_eq!(
        sql,
        ["ALTER ROLE \"New Role\" NOINHERIT NOCREATEDB NOLOGIN CONNECTION LIMIT 3 VALID UNTIL \
          '2030-01-01 00:00:00+00'"]
    );
    assert_eq!(differs, None);
    is_as_before(&b, &state, "New Role");
}

#[test]
fn what_was_null_is_infinity() {
    let b = company(16);
    let (sql, differs, _) = undone(&b, "postgres", "ALTER ROLE alice VALID UNTIL '2031-01-01'");
    assert_eq!(sql, ["ALTER ROLE alice VALID UNTIL 'infinity'"]);
    assert_eq!(differs.unwrap(), "VALID UNTIL of alice is infinity and was NULL, which means the same.");
    let (sql, differs, _) = undone(&b, "postgres", "ALTER ROLE alice VALID UNTIL 'infinity'");
    assert_eq!(sql, [""; 0]);
    assert!(differs.is_some());
}

#[test]
fn passwords_do_not_come_back() {
    let b = company(16);
    let no_undo = |script: &str| plan(&b, "postgres", script).steps[0].undo.clone().unwrap_err().reason;
    let new = "ALTER ROLE alice PASSWORD 'secret'";
    assert_eq!(no_undo(new), "The former password of alice cannot come back: the new one stays.");
    let none = "ALTER ROLE alice PASSWORD NULL";
    assert_eq!(no_undo(none), "The former password of alice cannot come back: it has none.");
    let (sql, differs, _) = undone(&b, "postgres", "ALTER ROLE alice PASSWORD 'secret' CREATEDB");
    assert_eq!(sql, ["ALTER ROLE alice NOCREATEDB"]);
    assert_eq!(differs.unwrap(), no_undo(new));
    // It is known that there was none.
    let (sql, differs, state) = undone(&b, "postgres", "ALTER ROLE \"New Role\" PASSWORD 'secret'");
    assert_eq!((sql, differs), (vec!["ALTER ROLE \"New Role\" PASSWORD NULL".to_owned()], None));
    is_as_before(&b, &state, "New Role");
}

#[test]
fn a_renamed_role_gets_its_name_back() {
    let mut b = company(16);
    b.role_with("old", |role| role.password = Password::Md5);
    let (sql, differs, _) = undone(&b, "postgres", "ALTER ROLE old RENAME TO \"quo\"\"te\"");
    assert_eq!(sql, ["ALTER ROLE \"quo\"\"te\" RENAME TO old"]);
    assert_eq!(differs.unwrap(), "The former password of old cannot come back: it has none.");
    let (_, differs, _) = undone(&b, "postgres", "ALTER ROLE alice RENAME TO b");
    assert_eq!(differs.unwrap(), "An MD5 password of alice, if it had one, is gone.");
    let (_, differs, state) = undone(&b, "postgres", "ALTER ROLE \"New Role\" RENAME TO b");
    assert_eq!(differs, None);
    is_as_before(&b, &state, "New Role");
}

#[test]
fn a_dropped_role_is_made_again() {
    for major in [13, 15, 16, 18] {
        let mut b = company(major);
        let [new, alice, bob, readers, dba] =
            ["New Role", "alice", "bob", "readers", "dba"].map(|name| b.oid(name));
        b.member_with(readers, new, |row| row.admin = true);
        b.member_with(new, dba, |row| row.admin = true);
        b.member_with(new, alice, |row| {
            row.grantor = dba;
            row.set = row.set.map(|_| false);
        });
        b.member(bob, new);
        let (sql, differs, state) = undone(&b, "postgres", "DROP ROLE \"New Role\"");
        let create =
            "CREATE ROLE \"New Role\" NOINHERIT CONNECTION LIMIT 3 VALID UNTIL '2030-01-01 00:00:00+00'";
        assert_eq!(sql[0], create);
        assert_eq!(differs.unwrap(), "\"New Role\" has a new OID.", "{major}");
        is_as_before(&b, &state, "New Role");
    }
}

#[test]
fn who_makes_a_role_again_administers_it() {
    let mut b = company(16);
    let creator = b.role_with("creator", |role| role.create_role = true);
    let new = b.oid("New Role");
    b.member_with(new, creator, |row| row.admin = true);
    let (sql, differs, _) = undone(&b, "creator", "DROP ROLE \"New Role\"");
    assert_eq!(sql.len(), 1, "{sql:?}");
    let differs = differs.unwrap();
    assert!(differs.contains("has a new OID."), "{differs}");
    assert!(
        differs.contains("creator in \"New Role\", granted by postgres, has other options."),
        "{differs}"
    );
}
