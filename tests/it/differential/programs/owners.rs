//! Who owns what: ALTER .. OWNER TO, REASSIGN OWNED, DROP OWNED.

use super::{World, list, one, one_in, pick, role_spec};
use fastrand::Rng;

pub fn statement(rng: &mut Rng, world: &World) -> String {
    let owner = role_spec(rng, world);
    let object = match rng.usize(..40) {
        0 => wrong(rng, world),
        1 => relation_by_another_word(rng, world),
        2 => format!("DATABASE {}", pick(rng, &["postgres", "template1", "nowhere"])),
        3 => format!("DATABASE {}", world.database),
        _ => {
            let (keywords, name) = &world.owned[rng.usize(..world.owned.len())];
            format!("{keywords} {name}")
        }
    };
    format!("ALTER {object} OWNER TO {owner}")
}

/// ALTER TABLE and its like take each other's objects, within limits.
fn relation_by_another_word(rng: &mut Rng, world: &World) -> String {
    let keywords = pick(
        rng,
        &[
            "TABLE",
            "VIEW",
            "SEQUENCE",
            "MATERIALIZED VIEW",
            "FOREIGN TABLE",
            "INDEX",
            "TABLE IF EXISTS",
            "TABLE ONLY",
        ],
    );
    let relations = if one_in(rng, 4) { &world.sequences } else { &world.tables };
    format!("{keywords} {}", one(rng, relations))
}

fn wrong(rng: &mut Rng, world: &World) -> String {
    let objects = [
        "TABLE missing",
        "TABLE IF EXISTS missing",
        "VIEW IF EXISTS nowhere.missing",
        "TYPE s1.t1",
        "TYPE s1._enum1",
        "TYPE s1.domain1",
        "DOMAIN s1.enum1",
        "INDEX s1.t1_pkey",
        "SEQUENCE s1.t3_a_seq",
        "SEQUENCE s1.t2_a_seq",
        "FUNCTION s1.f1",
        "FUNCTION s1.p1(int)",
        "FUNCTION s1.agg1(int)",
        "AGGREGATE s1.f1(int)",
        "PROCEDURE s1.f2()",
        "FUNCTION s1.f9(int)",
        "SCHEMA nowhere",
        "LARGE OBJECT 1",
        "LANGUAGE nowhere",
        "TABLESPACE nowhere",
        "SERVER nowhere",
        "PUBLICATION nowhere",
        "SUBSCRIPTION nowhere",
        "COLLATION nowhere",
        "OPERATOR s1.=== (int, text)",
        "OPERATOR CLASS s1.class1 USING btree",
        "STATISTICS s1.nowhere",
        "EVENT TRIGGER nowhere",
        "TABLE pg_class",
        "TYPE int4",
        "FUNCTION now()",
    ];
    match rng.usize(..objects.len() + 1) {
        0 => format!("TABLE {}", one(rng, &world.types)),
        at => objects[at - 1].to_owned(),
    }
}

pub fn reassign(rng: &mut Rng, world: &World) -> String {
    let from = list(rng, 2, |rng| role_spec(rng, world));
    format!("REASSIGN OWNED BY {from} TO {}", role_spec(rng, world))
}

pub fn drop_owned(rng: &mut Rng, world: &World) -> String {
    let roles = list(rng, 2, |rng| role_spec(rng, world));
    format!("DROP OWNED BY {roles}{}", pick(rng, &["", "", " CASCADE", " RESTRICT"]))
}
