//! A small company's cluster, and an explorer that looks at it, for tests.

use super::*;
use crate::cluster::testing::Builder;
use crate::cluster::{AclTarget, Cluster, Detail, Kind, Oid};
use crate::guard::Protected;
use std::sync::Arc;
use std::time::Duration;

/// 14:02, some time after the start.
pub fn now() -> Now {
    Now {
        elapsed: Duration::from_secs(7),
        wall: jiff::civil::date(2026, 11, 22).at(14, 2, 0, 0),
        at: jiff::Timestamp::constant(1_795_356_120, 0),
    }
}

/// The roles of EXPLORER.md's drawing, and what they have.
pub fn company(major: u16) -> Builder {
    let mut b = Builder::with_bootstrap(major, "rdsadmin");
    b.flavor(crate::cluster::Flavor::Aurora);
    let group = |b: &mut Builder, name| b.role_with(name, |r| r.login = false);
    let read = group(&mut b, "app_readonly");
    let write = group(&mut b, "app_readwrite");
    let owner = group(&mut b, "shop_owner");
    let rds = group(&mut b, "rds_superuser");
    let (alice, svc, bi) = (b.role("alice"), b.role("svc_orders"), b.role("bi_reader"));
    let dba = b.oid("dba");
    b.member(rds, dba)
        .member(owner, dba)
        .member(read, write)
        .member(write, alice)
        .member(write, svc)
        .member(owner, alice);
    b.member_with(read, bi, |m| m.inherit = m.inherit.map(|_| false));
    b.member_with(write, dba, |m| (m.admin, m.grantor) = (true, dba));
    let schema = b.add(Kind::Schema, Oid(0), "shop", owner);
    let shop = b.object_oid(schema);
    b.acl(schema, "shop_owner=UC/shop_owner,app_readonly=U/shop_owner");
    let orders = b.table(shop, "orders", owner);
    b.acl(orders, "shop_owner=arwdDxt/shop_owner,app_readonly=r/shop_owner,app_readwrite=arw/shop_owner");
    for (n, name) in (1..).zip(["id", "customer", "card_number"]) {
        b.column(orders, n, name);
    }
    b.column_acl(AclTarget::column(orders, 2), "bi_reader=r/shop_owner");
    let customers = b.table(shop, "customers", owner);
    b.acl(customers, "shop_owner=arwdDxt/shop_owner,app_readonly=r*/shop_owner,bi_reader=r/app_readonly");
    let relation = Detail::Relation {
        part_of: Oid(0),
        row_security: true,
        force_row_security: false,
        is_partition: false,
        security_invoker: false,
        owned_by: Oid(0),
    };
    b.detail(customers, relation);
    b.add(Kind::View, shop, "order_totals", owner);
    b.add(Kind::Function, shop, "refund", owner);
    b
}

/// Of a cluster.
pub fn snapshot(cluster: Arc<Cluster>) -> Arc<Snapshot> {
    let now = jiff::Timestamp::UNIX_EPOCH;
    Arc::new(Snapshot::new(cluster, Protected::default()).with_findings(now))
}

/// An explorer that has loaded the company's cluster.
pub fn explorer(width: u16, height: u16) -> State {
    loaded(snapshot(company(16).build()), width, height)
}

/// An explorer that has loaded a cluster.
pub fn loaded(snapshot: Arc<Snapshot>, width: u16, height: u16) -> State {
    let mut state = State::new(Settings::default(), width, height);
    act(&mut state, Action::Start);
    let generation = state.generation;
    let connection = Connection {
        host: "orders-cluster".to_owned(),
        port: 5432,
        database: "orders".to_owned(),
        user: "dba".to_owned(),
        tls: Some(Tls { version: Some("TLS 1.3".to_owned()), verified: Verified::Full }),
        pooler: false,
        warnings: Vec::new(),
    };
    act(&mut state, Action::Reply { generation, reply: Reply::Connected(connection) });
    act(&mut state, Action::Reply { generation, reply: Reply::Loaded(snapshot) });
    state
}

/// Lets something happen.
pub fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, action, now())
}

/// Presses keys, written as the help writes them, one a word.
pub fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    keys.split(' ').filter(|k| !k.is_empty()).flat_map(|k| act(state, Action::Key(key(k)))).collect()
}

/// Types a text.
pub fn type_text(state: &mut State, text: &str) {
    for c in text.chars() {
        act(state, Action::Key(Key::char(c)));
    }
}

fn key(name: &str) -> Key {
    let known = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Char(' '),
    ];
    if let Some(c) = name.strip_prefix("Ctrl-") {
        return Key::ctrl(c.to_ascii_lowercase().chars().next().expect("a letter"));
    }
    let found = known.into_iter().map(Key::plain).find(|k| k.to_string() == name);
    found.unwrap_or_else(|| Key::char(name.chars().next().expect("a key")))
}
