//! A frame with 50,000 open rows beside one of a nearly empty tree: drawing must not depend on how much is open.

use criterion::{Criterion, criterion_group, criterion_main};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rolescope::app::{Action, Key, KeyCode, Now, Reply, Settings, Snapshot, State, update};
use rolescope::cluster::{
    Cluster, Kind, LoginSession, Memberships, Name, Object, Objects, Oid, Role, Roles, Version,
};
use rolescope::guard::Protected;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn object(oid: u32, kind: Kind, schema: u32, name: &str) -> Object {
    Object {
        oid: Oid(oid),
        kind,
        schema: Oid(schema),
        name: Name::from(name),
        owner: Oid(10),
        acl: None,
        detail: rolescope::cluster::Detail::None,
    }
}

fn cluster(tables: u32) -> Arc<Cluster> {
    let role = Role { oid: Oid(10), name: "postgres".to_owned(), superuser: true, ..Role::default() };
    let mut objects =
        vec![object(16384, Kind::Database, 0, "orders"), object(16385, Kind::Schema, 0, "shop")];
    objects.extend((0..tables).map(|n| object(20_000 + n, Kind::Table, 16385, &format!("orders_{n:06}"))));
    Arc::new(Cluster {
        database: Oid(16384),
        session: LoginSession { user: Oid(10), ..LoginSession::default() },
        roles: Roles::new(vec![role]),
        memberships: Memberships::new(Vec::new()),
        objects: Objects::new(objects, Vec::new()),
        ..Cluster::empty(Version(160_004))
    })
}

fn now() -> Now {
    Now {
        elapsed: Duration::ZERO,
        wall: jiff::civil::date(2026, 11, 22).at(14, 2, 0, 0),
        at: jiff::Timestamp::UNIX_EPOCH,
    }
}

/// All tables open, the selection in their middle.
fn explorer(tables: u32) -> State {
    let mut state = State::new(Settings::default(), 200, 50);
    update(&mut state, Action::Start, now());
    let snapshot = Arc::new(Snapshot::new(cluster(tables), Protected::default()));
    let generation = state.generation;
    update(&mut state, Action::Reply { generation, reply: Reply::Loaded(snapshot) }, now());
    let mut press = |key| update(&mut state, Action::Key(key), now());
    for key in [Key::char('2'), Key::plain(KeyCode::Enter), Key::char('j'), Key::plain(KeyCode::Enter)] {
        press(key);
    }
    press(Key::char('j'));
    for _ in 0..tables / 2 / 40 {
        press(Key::plain(KeyCode::PageDown));
    }
    assert!(state.tree().len() >= tables as usize, "{} rows are open", state.tree().len());
    state
}

/// A key press and the frame that shows it.
fn step(state: &mut State, down: bool) {
    let key = Key::plain(if down { KeyCode::Down } else { KeyCode::Up });
    black_box(update(state, Action::Key(key), now()));
    let area = Rect::new(0, 0, 200, 50);
    let mut buffer = Buffer::empty(area);
    rolescope::ui::render(state, area, &mut buffer);
    black_box(buffer);
}

fn timed(state: &mut State, rounds: u32) -> Duration {
    let start = Instant::now();
    (0..rounds).for_each(|n| step(state, n % 2 == 0));
    start.elapsed() / rounds
}

fn frame(criterion: &mut Criterion) {
    let (mut few, mut many) = (explorer(50), explorer(50_000));
    criterion.bench_function("a key and a frame, 50 rows open", |b| b.iter(|| timed(&mut few, 2)));
    criterion.bench_function("a key and a frame, 50,000 rows open", |b| b.iter(|| timed(&mut many, 2)));
    let (small, large) = (timed(&mut few, 2000), timed(&mut many, 2000));
    println!(
        "a frame at 50,000 open rows costs {:.2} frames at 50 ({large:?} and {small:?})",
        large.as_secs_f64() / small.as_secs_f64()
    );
}

criterion_group!(benches, frame);
criterion_main!(benches);
