//! Findings on clusters made by hand.

use super::report::{Found, json};
use super::{Code, Exception, Finding, Options, findings};
use crate::cluster::testing::Builder;
use crate::cluster::{Cluster, Kind, Oid, View};
use crate::guard::Protected;
use crate::preview::Planner;
use crate::sql::{self, parse_one};
use jiff::Timestamp;
use std::sync::Arc;

fn look(cluster: &Arc<Cluster>, except: &[&str]) -> Vec<Finding> {
    let planner = Planner::new(Arc::clone(cluster), Protected::default());
    let except = except.iter().map(|text| Exception::parse(text).unwrap()).collect();
    findings(&planner, &Options { except, ..Options::at(Timestamp::UNIX_EPOCH) })
}

fn of(found: &[Finding], code: Code) -> Vec<&Finding> {
    found.iter().filter(|finding| finding.code == code).collect()
}

/// A schema and two tables with names that nobody should have, which everybody may change.
fn odd(major: u16) -> Builder {
    let mut b = Builder::new(major);
    let dba = b.oid("dba");
    let schema = b.add(Kind::Schema, Oid(0), "a\"b; --", dba);
    let oid = b.object_oid(schema);
    b.acl(schema, "dba=UC/dba,=UC/dba");
    for name in ["T 1", "select\u{1b}[2J"] {
        let table = b.table(oid, name, dba);
        b.acl(table, "dba=arwdDxt/dba,=w/dba");
    }
    b.role("mallory");
    b
}

#[test]
fn what_mends_odd_names_reads_back() {
    for major in 13..=18 {
        let cluster = odd(major).build();
        let found = look(&cluster, &[]);
        let mut statements = 0;
        for finding in found.iter().filter(|f| !f.objects.is_empty() && f.code != Code::PublicReads) {
            for statement in finding.mend.as_ref().unwrap_or_else(|why| panic!("{major}: {why}")) {
                let parsed = parse_one(statement, &sql::Options::new(major)).expect(statement);
                assert_eq!(sql::print(&parsed.result.expect(statement), major), *statement);
                statements += 1;
            }
        }
        assert_eq!(statements, 2, "PostgreSQL {major}: {found:?}");
    }
}

#[test]
fn what_is_accepted_is_not_told_and_the_rest_is() {
    let cluster = odd(16).build();
    let all = look(&cluster, &[]);
    assert_eq!(of(&all, Code::PublicWrites)[0].object_count, 2);
    let one = look(&cluster, &["public-writes:\"a\"\"b; --\".\"T 1\""]);
    let [writes] = of(&one, Code::PublicWrites)[..] else { panic!("{one:?}") };
    assert_eq!(writes.object_count, 1);
    assert!(!writes.mend.as_ref().unwrap()[0].contains("T 1"));
    assert!(of(&look(&cluster, &["public-writes"]), Code::PublicWrites).is_empty());
    assert_eq!(of(&look(&cluster, &["public-writes"]), Code::PublicCreate).len(), 1);
}

#[test]
fn control_characters_never_leave_raw() {
    let cluster = odd(16).build();
    let view = View::new(Arc::clone(&cluster));
    for finding in &look(&cluster, &[]) {
        let found = Found { database: "orders", view: &view, finding };
        assert!(!json(found).contains('\u{1b}'));
        assert!(!super::report::text(found, false, Default::default()).contains('\u{1b}'));
    }
}

#[test]
fn protected_roles_are_nobodys_finding() {
    let mut b = Builder::with_bootstrap(16, "rdsadmin");
    b.role_with("rdsrepladmin", |r| (r.superuser, r.replication, r.bypass_rls) = (true, true, true));
    b.role_with("rdstopmgr", |r| (r.create_role, r.replication, r.bypass_rls) = (true, true, true));
    let found = look(&b.build(), &[]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_code_is_another_and_reads_back() {
    for (at, code) in Code::ALL.iter().enumerate() {
        assert_eq!(Code::from_text(code.text()), Some(*code));
        assert!(Code::ALL[..at].iter().all(|other| other.title() != code.title()), "{code:?}");
    }
}
