//! The statement that suits each row.

use super::{Prefill, Row, Verb, prefill};
use crate::app::Group;
use crate::app::item::{Direction, Item};
use crate::app::pane::{How, PaneRow};
use crate::app::snapshot::Snapshot;
use crate::app::testing::{company, snapshot};
use crate::cluster::{AclTarget, Class, Kind, ObjectId, Oid, Privileges};
use std::sync::Arc;

fn role(snapshot: &Snapshot, name: &str) -> Oid {
    snapshot.view().role_by_name(name).expect("a role").oid
}

fn object(snapshot: &Snapshot, kind: Kind, name: &str) -> ObjectId {
    let objects = &snapshot.cluster().objects;
    objects.iter().find(|(_, o)| o.kind == kind && &*o.name == name).expect("an object").0
}

fn both(snapshot: &Snapshot, item: Item, above: Option<Item>, pane: Option<&PaneRow>) -> [String; 2] {
    [Verb::Grant, Verb::Revoke].map(|verb| {
        let row = Row { item, above, direction: Direction::Members, pane };
        prefill(snapshot, verb, row).map(|Prefill { sql, .. }| sql).unwrap_or_default()
    })
}

#[test]
fn rows_of_the_trees() {
    let s = snapshot(company(16).build());
    let (read, write) = (Item::Role(role(&s, "app_readonly")), Item::Role(role(&s, "app_readwrite")));
    assert_eq!(both(&s, read, None, None), ["GRANT app_readonly TO ", "REVOKE app_readonly FROM "]);
    // The row was granted by rdsadmin, whom no statement may name.
    assert_eq!(both(&s, write, Some(read), None)[1], "REVOKE app_readonly FROM app_readwrite");
    let dba = Item::Role(role(&s, "dba"));
    assert_eq!(both(&s, dba, Some(write), None)[1], "REVOKE app_readwrite FROM dba");
    let orders = object(&s, Kind::Table, "orders");
    let expected = ["GRANT SELECT ON TABLE shop.orders TO ", "REVOKE SELECT ON TABLE shop.orders FROM "];
    assert_eq!(both(&s, Item::Object(orders), None, None), expected);
    let column = Item::Column(AclTarget::column(orders, 3));
    assert_eq!(both(&s, column, None, None)[0], "GRANT SELECT (card_number) ON TABLE shop.orders TO ");
    let schema = object(&s, Kind::Schema, "shop");
    assert_eq!(both(&s, Item::Schema(schema), None, None)[0], "GRANT USAGE ON SCHEMA shop TO ");
    let tables = Item::Group(Some(schema), Group::Tables);
    assert_eq!(both(&s, tables, None, None)[0], "GRANT SELECT ON ALL TABLES IN SCHEMA shop TO ");
    let refund = Item::Object(object(&s, Kind::Function, "refund"));
    assert_eq!(both(&s, refund, None, None)[0], "GRANT EXECUTE ON FUNCTION shop.refund() TO ");
    let database = Item::Object(object(&s, Kind::Database, "orders"));
    assert_eq!(both(&s, database, None, None)[0], "GRANT CONNECT ON DATABASE orders TO ");
}

#[test]
fn an_acl_item_is_taken_away_exactly() {
    let s = snapshot(company(16).build());
    let orders = AclTarget::whole(object(&s, Kind::Table, "orders"));
    let customers = AclTarget::whole(object(&s, Kind::Table, "customers"));
    let item = |target, name| {
        let grantee = role(&s, name);
        let item = s.view().items(target).into_iter().find(|i| i.grantee == grantee);
        PaneRow::Acl { target, item: item.expect("an item") }
    };
    let revoke = |row: &PaneRow| both(&s, Item::Object(orders.object), None, Some(row))[1].clone();
    let expected = "REVOKE INSERT, SELECT, UPDATE ON TABLE shop.orders FROM app_readwrite";
    assert_eq!(revoke(&item(orders, "app_readwrite")), expected);
    assert_eq!(revoke(&item(orders, "shop_owner")), "REVOKE ALL ON TABLE shop.orders FROM shop_owner");
    let column = AclTarget::column(orders.object, 2);
    let expected = "REVOKE SELECT (customer) ON TABLE shop.orders FROM bi_reader";
    assert_eq!(revoke(&item(column, "bi_reader")), expected);
    // Only as its grantor: dba can become app_readonly.
    let expected = "SET ROLE app_readonly; REVOKE SELECT ON TABLE shop.customers FROM bi_reader";
    assert_eq!(revoke(&item(customers, "bi_reader")), expected);
}

#[test]
fn what_is_inherited_is_taken_from_the_group() {
    let s = snapshot(company(16).build());
    let target = AclTarget::whole(object(&s, Kind::Table, "customers"));
    let row = PaneRow::Holder { target, privilege: Privileges::SELECT, role: role(&s, "svc_orders") };
    let expected = "REVOKE SELECT ON TABLE shop.customers FROM app_readonly";
    assert_eq!(both(&s, Item::Object(target.object), None, Some(&row))[1], expected);
    let everybody = PaneRow::Everybody { target, privilege: Privileges::SELECT };
    let sql = both(&s, Item::Object(target.object), None, Some(&everybody));
    assert_eq!(sql[1], "REVOKE SELECT ON TABLE shop.customers FROM PUBLIC");
}

#[test]
fn names_are_quoted_as_the_server_wants_them() {
    let mut company = company(16);
    let odd = company.role("Odd \"one\"");
    let owner = company.oid("shop_owner");
    let schema = company.schema("Select", owner);
    let table = company.table(schema, "a.b", owner);
    company.acl(table, "alice=r/shop_owner");
    let s = snapshot(company.build());
    assert_eq!(both(&s, Item::Role(odd), None, None)[0], "GRANT \"Odd \"\"one\"\"\" TO ");
    let item = s.view().items(AclTarget::whole(table))[0];
    let row = PaneRow::Grant { target: AclTarget::whole(table), item, how: How::Direct };
    let sql = both(&s, Item::Role(item.grantee), None, Some(&row));
    assert_eq!(sql[1], "REVOKE SELECT ON TABLE \"Select\".\"a.b\" FROM alice");
}

#[test]
fn every_prefilled_revoke_is_understood_and_predicted() {
    let s = snapshot(company(16).build());
    let session = crate::simulate::Session::of_login(s.cluster());
    let mut tried = 0;
    for (id, object) in s.cluster().objects.iter().filter(|(_, o)| o.kind.class() != Class::Type) {
        for item in s.view().items(AclTarget::whole(id)) {
            let row = PaneRow::Acl { target: AclTarget::whole(id), item };
            let [_, sql] = both(&s, Item::Object(id), None, Some(&row));
            let plan = s.planner().plan_text(session.clone(), &Default::default(), &sql);
            let parsed = plan.steps.iter().all(|step| step.statement.is_ok());
            assert!(parsed && !plan.steps.is_empty(), "{sql} on {}", object.name);
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
    assert!(Arc::strong_count(&s) == 1);
}
