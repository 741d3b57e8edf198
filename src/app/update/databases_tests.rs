//! A cluster of several databases in the explorer.

use crate::app::testing::{act, company, explorer, loaded, press, snapshot, type_text};
use crate::app::*;
use crate::cluster::{Cluster, Kind, Oid};
use std::sync::Arc;

/// The company's database, and another of the same cluster with a table `invoices` that alice owns.
fn two() -> (Arc<Cluster>, Arc<Cluster>) {
    let mut company = company(16);
    let (alice, dba) = (company.oid("alice"), company.oid("dba"));
    let billing = company.add(Kind::Database, Oid(0), "billing", dba);
    let billing = company.object_oid(billing);
    let orders = company.build();
    let schema_id = company.add(Kind::Schema, Oid(0), "billing", alice);
    let schema = company.object_oid(schema_id);
    let invoices = company.table(schema, "invoices", alice);
    company.acl(schema_id, "alice=UC/alice,dba=U/alice");
    company.acl(invoices, "alice=arwdDxt/alice,svc_orders=r/alice,dba=r*/alice");
    let other = Cluster { database: billing, ..(*company.build()).clone() };
    (orders, Arc::new(other))
}

fn known(cluster: &Arc<Cluster>, state: OtherState) -> Other {
    Other::new(cluster.database, "billing".to_owned(), state)
}

fn tell(state: &mut State, other: Other) {
    let generation = state.others_generation;
    act(state, Action::Reply { generation, reply: Reply::Other(other) });
}

/// An explorer that looks at the first and knows the second.
fn both() -> (State, Arc<Cluster>) {
    let (orders, billing) = two();
    let mut state = loaded(snapshot(orders), 120, 40);
    tell(&mut state, known(&billing, OtherState::Loading));
    tell(&mut state, known(&billing, OtherState::Loaded(snapshot(Arc::clone(&billing)))));
    (state, billing)
}

fn database(state: &State) -> &str {
    state.snapshot.as_ref().map_or("", |s| s.database_name())
}

#[test]
fn a_row_of_the_tree_leads_into_another_database_and_backspace_back() {
    let (mut state, _) = both();
    press(&mut state, "2 G");
    assert!(matches!(state.subject(), Some(Item::Database(_))));
    press(&mut state, "Enter");
    assert_eq!(database(&state), "billing");
    let snapshot = state.snapshot.clone().unwrap();
    assert_eq!(snapshot.others().iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["orders"]);
    press(&mut state, "Backspace");
    assert_eq!(database(&state), "orders");
    assert!(matches!(state.subject(), Some(Item::Database(_))), "on the row that was left");
}

#[test]
fn a_role_tells_what_it_has_in_other_databases() {
    use crate::app::pane::PaneRow;
    let (mut state, _) = both();
    press(&mut state, "1 /");
    type_text(&mut state, "alice");
    press(&mut state, "Enter");
    let elsewhere = |state: &State| {
        state.pane.rows().iter().find_map(|row| match row {
            PaneRow::Elsewhere { owned, granted, .. } => Some((*owned, *granted)),
            _ => None,
        })
    };
    assert_eq!(elsewhere(&state), Some((2, 0)), "the schema and the table");
    press(&mut state, "/");
    type_text(&mut state, "svc_orders");
    press(&mut state, "Enter");
    assert_eq!(elsewhere(&state), Some((0, 1)));
    press(&mut state, "Tab G Enter");
    assert_eq!(database(&state), "billing");
    let role = state.snapshot.as_ref().and_then(|s| Some(s.cluster().roles.by_name("svc_orders")?.oid));
    assert_eq!(state.subject(), role.map(Item::Role), "the same role, seen from there");
}

#[test]
fn a_name_is_found_in_every_database() {
    let (mut state, _) = both();
    press(&mut state, "/");
    type_text(&mut state, "invoices");
    press(&mut state, "Enter");
    assert_eq!(database(&state), "billing");
    let Some(Item::Object(id)) = state.subject() else { panic!("{:?}", state.subject()) };
    assert_eq!(state.snapshot.as_ref().map(|s| object_label(s, id)).as_deref(), Some("invoices"));
}

#[test]
fn a_statement_is_predicted_and_applied_where_one_looks() {
    let (mut state, billing) = both();
    press(&mut state, "2 G Enter :");
    type_text(&mut state, "GRANT SELECT ON billing.invoices TO bi_reader");
    let plan = state.editor.as_ref().and_then(|e| e.plan()).expect("a plan").clone();
    assert!(plan.is_ok());
    assert_eq!(plan.after.base().database, billing.database);
}

#[test]
fn what_is_loaded_again_is_the_database_one_looks_at() {
    let (mut state, billing) = both();
    press(&mut state, "2 G Enter");
    let effects = press(&mut state, "R");
    let [Effect::Load { database: Some(name), generation, .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(name, "billing");
    let reply = Reply::Loaded(snapshot(billing));
    act(&mut state, Action::Reply { generation: *generation, reply });
    assert_eq!(database(&state), "billing");
    assert_eq!(state.snapshot.as_ref().unwrap().others().len(), 1, "the first one is not forgotten");
}

#[test]
fn a_database_that_was_left_out_says_why() {
    let (orders, billing) = two();
    let mut state = loaded(snapshot(orders), 120, 40);
    tell(&mut state, known(&billing, OtherState::LeftOut("it allows no connections".to_owned())));
    press(&mut state, "2 G Enter");
    assert_eq!(database(&state), "orders");
    let banner = state.banner.as_ref().map(|b| b.text.join(" ")).unwrap_or_default();
    assert_eq!(banner, "billing was not loaded: it allows no connections");
}

#[test]
fn late_news_of_an_older_wish_is_dropped() {
    let (_, billing) = two();
    let mut state = explorer(120, 40);
    let reply = Reply::Other(known(&billing, OtherState::Loading));
    let generation = state.others_generation + 1;
    act(&mut state, Action::Reply { generation, reply });
    assert!(state.snapshot.as_ref().unwrap().others().is_empty());
}

/// Where there are many, one is loaded when somebody goes there; what was loaded before is looked at meanwhile, and loaded
/// again.
#[test]
fn a_database_is_loaded_when_one_goes_there() {
    let (orders, billing) = two();
    let mut state = loaded(snapshot(orders), 120, 40);
    tell(&mut state, known(&billing, OtherState::Waiting));
    let effects = press(&mut state, "2 G Enter");
    let [Effect::Load { database: Some(name), generation, .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((name.as_str(), database(&state)), ("billing", "orders"));
    let reply = Reply::Loaded(snapshot(Arc::clone(&billing)));
    act(&mut state, Action::Reply { generation: *generation, reply });
    assert_eq!(database(&state), "billing");
    let first = state.snapshot.as_ref().unwrap().others()[0].clone();
    tell(&mut state, Other::new(first.database, first.name, OtherState::Waiting));
    let effects = press(&mut state, "2 G Enter");
    assert_eq!(database(&state), "orders", "as it was");
    assert!(matches!(effects.as_slice(), [Effect::Load { database: Some(name), .. }] if name == "orders"));
}

/// News of another database is no reason to close the question that is being answered: the keys would go elsewhere.
#[test]
fn news_of_another_database_leaves_a_question_alone() {
    let (orders, billing) = two();
    let mut state = loaded(snapshot(Arc::clone(&orders)), 120, 40);
    press(&mut state, ":");
    type_text(&mut state, "REVOKE SELECT ON shop.customers FROM app_readonly CASCADE");
    press(&mut state, "Enter");
    assert!(matches!(state.popup, Some(popup::Popup::Confirm(_))), "it asks");
    let before = format!("{:?}", state.context());
    tell(&mut state, known(&billing, OtherState::Loading));
    tell(&mut state, known(&billing, OtherState::Loaded(snapshot(billing.clone()))));
    assert_eq!(format!("{:?}", state.context()), before);
    assert!(state.editor.is_some());
    press(&mut state, "Esc");
    press(&mut state, "w");
    let text = state.editor.as_ref().map(|e| e.text().to_owned());
    tell(&mut state, known(&billing, OtherState::LeftOut("it was dropped".to_owned())));
    assert_eq!(state.editor.as_ref().map(|e| e.text().to_owned()), text);
}

#[test]
fn what_was_being_loaded_waits_again_when_it_is_stopped() {
    let (orders, billing) = two();
    let mut state = loaded(snapshot(orders), 120, 40);
    tell(&mut state, known(&billing, OtherState::Loading));
    let old = state.others_generation;
    assert!(matches!(press(&mut state, "Ctrl-c").as_slice(), [Effect::Cancel(Stop::Load)]));
    let other = state.snapshot.as_ref().and_then(|s| s.other(billing.database)).cloned().unwrap();
    assert!(matches!(other.state, OtherState::Waiting));
    let late = Reply::Other(known(&billing, OtherState::Loading));
    act(&mut state, Action::Reply { generation: old, reply: late });
    assert!(state.stoppable().is_none());
}
