//! What happens when something happens, without a screen.

use crate::app::line::Editor;
use crate::app::popup::Popup;
use crate::app::testing::{act, company, explorer, loaded, now, press, snapshot, type_text};
use crate::app::*;
use crate::cluster::{AclTarget, Flavor};
use crate::preview::Plan;
use std::sync::Arc;

fn line(state: &State) -> &str {
    state.editor.as_ref().map_or("", Editor::text)
}

fn told(state: &State) -> String {
    state.banner.as_ref().map(|b| b.text.join(" ")).unwrap_or_default()
}

/// A statement typed into the line of an explorer on plain PostgreSQL, where predictions are certain.
fn written(sql: &str) -> State {
    let mut company = company(16);
    company.flavor(Flavor::PostgreSQL);
    let mut state = loaded(snapshot(company.build()), 120, 40);
    press(&mut state, ":");
    type_text(&mut state, sql);
    state
}

/// The plan that an explorer has sent off.
fn applying(state: &mut State, keys: &str) -> (u64, Arc<Plan>) {
    match press(state, keys).as_slice() {
        [Effect::Apply { generation, plan }] => (*generation, Arc::clone(plan)),
        other => panic!("not applied: {other:?}, {}", told(state)),
    }
}

fn reply(state: &mut State, reply: Reply) -> Vec<Effect> {
    let generation = state.generation;
    act(state, Action::Reply { generation, reply })
}

const GRANT: &str = "GRANT DELETE ON shop.orders TO app_readonly";

#[test]
fn from_a_grant_to_what_came_of_it_and_its_undo() {
    let mut state = written(GRANT);
    assert!(press(&mut state, "Enter").is_empty(), "it asks first");
    assert!(matches!(state.popup, Some(Popup::Confirm(_))));
    let (generation, plan) = applying(&mut state, "Enter");
    assert_eq!((generation, plan.steps.len(), state.popup.is_none()), (state.generation, 1, true));
    // What is at the server cannot be edited or left.
    type_text(&mut state, "x");
    press(&mut state, "Esc");
    assert_eq!(line(&state), GRANT);
    let effects = reply(
        &mut state,
        Reply::Applied(Applied::Committed { read_back: 1, unverified: vec![], warnings: Vec::new() }),
    );
    assert!(matches!(effects.as_slice(), [Effect::Load { .. }]), "the new truth is loaded");
    assert_eq!(told(&state), "Committed. 1 entry read back, all as previewed. u undoes.");
    assert!(state.editor.is_none() && state.pending.is_none());
    press(&mut state, "u");
    assert_eq!(line(&state), "REVOKE DELETE ON TABLE shop.orders FROM app_readonly");
    press(&mut state, "Esc 3");
    assert_eq!(state.history.len(), 1);
    assert_eq!(state.tree().len(), 1);
}

#[test]
fn who_loses_something_is_asked_for_by_name() {
    let mut state = written("REVOKE SELECT ON shop.orders FROM app_readonly");
    press(&mut state, "Enter");
    assert!(press(&mut state, "Enter").is_empty(), "Enter alone is not enough");
    let Some(Popup::Confirm(confirm)) = state.popup.clone() else { panic!("not asked") };
    let crate::preview::Risk::High { name, .. } = confirm.risk else { panic!("not a high risk") };
    type_text(&mut state, &name);
    applying(&mut state, "Enter");
}

#[test]
fn a_pasted_name_confirms_nothing() {
    let mut state = written("REVOKE SELECT ON shop.orders FROM app_readonly");
    press(&mut state, "Enter");
    act(&mut state, Action::Paste("app_readonly".to_owned()));
    act(&mut state, Action::Paste("shop.orders".to_owned()));
    assert!(press(&mut state, "Enter").is_empty());
}

#[test]
fn what_was_rolled_back_is_told_and_previewed_anew() {
    let mut state = written(GRANT);
    applying(&mut state, "Enter Enter");
    let problem =
        Problem { message: "shop.orders changed since the preview".to_owned(), ..Problem::default() };
    let effects = reply(&mut state, Reply::Applied(Applied::RolledBack(problem)));
    assert!(matches!(effects.as_slice(), [Effect::Load { .. }]));
    assert!(told(&state).starts_with("Rolled back. shop.orders changed since the preview"));
    assert_eq!((line(&state), state.history.len()), (GRANT, 0));
    let before = state.editor.as_ref().and_then(|e| e.plan().cloned()).expect("a plan");
    let mut company = company(16);
    company.flavor(Flavor::PostgreSQL);
    reply(&mut state, Reply::Loaded(snapshot(company.build())));
    let after = state.editor.as_ref().and_then(|e| e.plan().cloned()).expect("a plan");
    assert!(!Arc::ptr_eq(&before, &after));
}

#[test]
fn a_fate_that_nobody_knows_is_not_called_committed() {
    let mut state = written(GRANT);
    applying(&mut state, "Enter Enter");
    reply(&mut state, Reply::Applied(Applied::Unknown(Problem::default())));
    assert!(told(&state).starts_with("It is not known whether it was committed."));
    assert_eq!(state.history[0].read_back, None);
}

#[test]
fn nothing_that_is_blocked_or_fails_or_changes_nothing_is_sent() {
    for sql in [
        "GRANT SELECT ON shop.orders TO rdsadmin",
        "GRANT SELECT ON shop.nothing TO alice",
        "CREATE TABLE t()",
        "GRANT SELECT ON shop.orders TO app_readonly",
        "",
    ] {
        let mut state = written(sql);
        let effects = press(&mut state, "Enter Enter Ctrl-R");
        assert!(effects.is_empty(), "{sql}: {effects:?}");
        assert!(!told(&state).is_empty(), "{sql}: it says why");
    }
}

#[test]
fn read_only_applies_nothing_and_says_so() {
    let mut state = written(GRANT);
    state.settings.read_only = true;
    assert!(press(&mut state, "Enter Enter").is_empty());
    assert!(state.popup.is_none());
    press(&mut state, "Enter");
    assert!(told(&state).contains("--read-only"));
}

#[test]
fn what_is_uncertain_is_rehearsed_and_then_applied() {
    // For a member of rds_superuser on 16 and later, a refusal is uncertain.
    let mut state = explorer(120, 40);
    press(&mut state, ":");
    type_text(&mut state, "GRANT app_readonly TO svc_orders");
    assert!(press(&mut state, "Enter Enter").is_empty());
    let effects = press(&mut state, "Ctrl-R");
    let [Effect::Rehearse { plan, .. }] = effects.as_slice() else { panic!("{effects:?}: {}", told(&state)) };
    assert_ne!(plan.certainty(), crate::simulate::Certainty::Certain);
    reply(
        &mut state,
        Reply::Rehearsed(Err(Problem { message: "it failed".to_owned(), ..Problem::default() })),
    );
    assert!(told(&state).contains("The rehearsal failed. it failed") && state.pending.is_none());
    // Leaving the line gives a rehearsal up: its answer is dropped.
    press(&mut state, "Ctrl-R");
    let generation = state.generation;
    press(&mut state, "Esc");
    act(&mut state, Action::Reply { generation, reply: Reply::Rehearsed(Err(Problem::default())) });
    assert!(told(&state).is_empty() && state.editor.is_none());
}

#[test]
fn replies_of_an_older_generation_are_dropped() {
    let mut state = explorer(120, 40);
    press(&mut state, "R");
    let old = state.generation;
    press(&mut state, "R");
    act(&mut state, Action::Reply { generation: old, reply: Reply::Failed(Problem::default()) });
    assert_eq!(state.link, Link::Connecting);
}

#[test]
fn a_lost_connection_leaves_what_was_loaded() {
    let mut state = explorer(120, 40);
    act(&mut state, Action::ConnectionLost("the server closed it.".to_owned()));
    assert!(told(&state).contains("the server closed it."));
    press(&mut state, ":");
    type_text(&mut state, GRANT);
    assert!(state.editor.as_ref().is_some_and(|e| e.plan().is_some_and(|p| p.is_ok())), "previews go on");
    assert!(press(&mut state, "Enter Enter").is_empty());
    press(&mut state, "Esc");
    assert!(matches!(press(&mut state, "R").as_slice(), [Effect::Load { .. }]));
}

#[test]
fn escape_never_quits_and_q_asks_while_something_is_applied() {
    let mut state = explorer(120, 40);
    assert!(press(&mut state, "Tab Esc Esc Esc / Esc : Esc ? Esc").is_empty());
    assert!(matches!(press(&mut state, "q").as_slice(), [Effect::Quit]));
    let mut state = written(GRANT);
    applying(&mut state, "Enter Enter");
    state.editor = None;
    assert!(press(&mut state, "q").is_empty());
    assert!(matches!(press(&mut state, "Enter").as_slice(), [Effect::Quit]));
}

#[test]
fn names_lead_to_what_they_name_and_backspace_comes_back() {
    let mut state = explorer(120, 40);
    press(&mut state, "Tab");
    let names_role = |row: &pane::PaneRow| matches!(row, pane::PaneRow::Member(_));
    let row = state.pane.rows().iter().position(names_role).expect("a member");
    state.pane.select(row);
    press(&mut state, "Enter");
    assert_eq!(state.zone, Zone::Tree);
    let Some(Item::Role(member)) = state.subject() else { panic!("no role") };
    assert_eq!(state.snapshot.as_ref().map(|s| s.view().role_name(member)).as_deref(), Some("app_readwrite"));
    press(&mut state, "Backspace");
    assert_eq!((state.zone, state.pane.cursor()), (Zone::Pane, row));
}

#[test]
fn a_reload_keeps_the_place_by_oid() {
    let mut state = explorer(120, 40);
    press(&mut state, "Enter j Enter j j");
    let before = (state.tree().len(), state.subject());
    let Some(Item::Role(selected)) = before.1 else { panic!("no role") };
    let mut changed = company(16);
    changed.role("aaa_new");
    let snapshot = snapshot(changed.build());
    press(&mut state, "R");
    reply(&mut state, Reply::Loaded(Arc::clone(&snapshot)));
    assert_eq!(state.subject(), Some(Item::Role(selected)));
    assert_eq!(state.tree().len(), before.0 + 1);
}

#[test]
fn roles_are_turned_round_and_the_role_stays_selected() {
    let mut state = explorer(120, 40);
    press(&mut state, "Enter j Enter j");
    let subject = state.subject();
    press(&mut state, "t");
    assert_eq!((state.subject(), state.direction), (subject, Direction::Groups));
    press(&mut state, "t");
    assert_eq!((state.subject(), state.direction), (subject, Direction::Members));
}

#[test]
fn finding_wakes_only_while_names_are_left() {
    let mut state = explorer(120, 40);
    assert_eq!(next_wake(&state, now()), None);
    press(&mut state, "/");
    type_text(&mut state, "shop.ord");
    let search = state.search.as_ref().expect("a search");
    assert_eq!(search.count(), 2);
    assert_eq!(next_wake(&state, now()), None, "all was looked at in one go");
    press(&mut state, "Down Enter");
    assert_eq!((state.perspective, state.search.is_none()), (Perspective::Objects, true));
    let second = state.subject();
    press(&mut state, "N");
    assert_ne!(state.subject(), second);
    press(&mut state, "n");
    assert_eq!(state.subject(), second);
}

#[test]
fn many_names_are_looked_at_in_bounded_steps() {
    let mut company = company(16);
    let owner = company.oid("shop_owner");
    let schema = company.schema("many", owner);
    for n in 0..2 * search::CHUNK {
        company.table(schema, &format!("t{n}"), owner);
    }
    let mut state = loaded(snapshot(company.build()), 120, 40);
    press(&mut state, "/");
    type_text(&mut state, "t12345");
    let mut wakes = 0;
    while next_wake(&state, now()).is_some() {
        act(&mut state, Action::Wake);
        wakes += 1;
    }
    let found = state.search.as_ref().and_then(|s| s.selected());
    let name = found.and_then(|f| match f {
        search::Found::Object(id) => state.snapshot.as_ref().map(|s| identity(s, AclTarget::whole(id))),
        search::Found::Role(_) | search::Found::There(..) => None,
    });
    assert_eq!((name.as_deref(), wakes), (Some("many.t12345"), 2));
}

#[test]
fn ten_thousand_diamonds_cost_what_is_opened() {
    let mut company = company(16);
    let groups: Vec<_> = (0..100).map(|n| company.role(&format!("g{n}"))).collect();
    let members: Vec<_> = (0..10_000).map(|n| company.role(&format!("m{n}"))).collect();
    for pair in groups.windows(2) {
        company.member(pair[0], pair[1]);
    }
    for (n, member) in members.iter().enumerate() {
        company.member(groups[n % 99 + 1], *member);
        company.member(groups[0], *member);
    }
    let mut state = loaded(snapshot(company.build()), 120, 40);
    let roots = state.tree().node_count();
    assert!(roots < 20, "members hang below their groups: {roots}");
    press(&mut state, "/");
    type_text(&mut state, "m9999");
    press(&mut state, "Enter");
    // The way to it was opened, and nothing else.
    assert!(state.tree().node_count() < 10_500, "{}", state.tree().node_count());
    assert!(matches!(state.subject(), Some(Item::Role(role)) if role == members[9999]));
}

#[test]
fn the_mouse_selects_opens_and_scrolls() {
    let mut state = explorer(120, 40);
    let click = |row| Action::Mouse(Mouse { kind: MouseKind::Press, column: 5, row });
    let top = tree_rows(layout(&state).tree).y;
    act(&mut state, click(top + 1));
    assert_eq!(state.tree().cursor(), 1);
    let rows = state.tree().len();
    act(&mut state, click(top + 1));
    assert!(state.tree().len() > rows, "a second click opens");
    act(&mut state, Action::Mouse(Mouse { kind: MouseKind::Press, column: 12, row: top - 2 }));
    assert_eq!(state.perspective, Perspective::Objects, "a click on a tab");
    press(&mut state, "1");
    let pane = layout(&state).pane;
    let in_pane = Action::Mouse(Mouse { kind: MouseKind::Press, column: pane.x + 2, row: pane.y + 2 });
    act(&mut state, in_pane);
    assert_eq!((state.zone, state.pane.cursor()), (Zone::Pane, 1));
}

#[test]
fn a_finding_is_followed_and_its_mend_previewed() {
    let mut company = company(16);
    let shop =
        company.build().objects.by_name(crate::cluster::Class::Schema, crate::cluster::Oid(0), "shop")[0];
    company.acl(shop, "shop_owner=UC/shop_owner,=UC/shop_owner");
    let mut state = loaded(snapshot(company.build()), 120, 40);
    press(&mut state, "4");
    assert_eq!(state.perspective, Perspective::Findings);
    let finding = &state.snapshot.as_ref().unwrap().findings()[0];
    assert_eq!(finding.code.text(), "public-create");
    press(&mut state, "m");
    assert_eq!(line(&state), "REVOKE CREATE ON SCHEMA shop FROM PUBLIC");
    assert!(state.editor.as_ref().unwrap().plan().is_some_and(|plan| plan.is_ok()));
    press(&mut state, "Esc");
    // To the object that it names, and back.
    press(&mut state, "Enter End k k k Enter");
    assert_eq!((state.perspective, state.subject()), (Perspective::Objects, Some(Item::Schema(shop))));
    press(&mut state, "Backspace");
    assert_eq!((state.perspective, state.subject()), (Perspective::Findings, Some(Item::Finding(0))));
    // What has no mend says why; what is no finding says so.
    press(&mut state, "Esc j m");
    assert!(told(&state).contains("2BP01"), "{}", told(&state));
    press(&mut state, "1 m");
    assert!(told(&state).contains("4 lists them"), "{}", told(&state));
}

#[test]
fn a_finding_stays_selected_when_another_load_has_it_too() {
    let mut state = explorer(120, 40);
    press(&mut state, "4 j");
    let code = |state: &State| {
        let findings = state.snapshot.as_ref().unwrap().findings();
        let Some(Item::Finding(n)) = state.subject() else { panic!("none is selected") };
        findings[n].code.text()
    };
    let before = code(&state);
    let mut company = company(16);
    let shop =
        company.build().objects.by_name(crate::cluster::Class::Schema, crate::cluster::Oid(0), "shop")[0];
    company.acl(shop, "shop_owner=UC/shop_owner,=UC/shop_owner");
    press(&mut state, "R");
    reply(&mut state, Reply::Loaded(snapshot(company.build())));
    assert_eq!(code(&state), before);
}
