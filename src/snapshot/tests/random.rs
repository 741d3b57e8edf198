//! Clusters at random: every table has rows, and names are of any kind.

use crate::cluster::testing::Builder;
use crate::cluster::{
    Acl, AclItem, Cluster, Column, DefaultAcl, Dependencies, Dependency, Detail, Encoding, EventTrigger,
    Kind, Membership, Memberships, Object, ObjectId, Objects, Oid, Parameter, ParameterContext,
    ParameterKind, Parameters, Password, Policy, Privileges, Range, Role, RoleSetting, Roles, RuleEvent, Use,
    UseBy, Uses,
};
use fastrand::Rng;
use std::sync::Arc;

const NAMES: [&str; 9] =
    ["a", "Orders", "with \"quotes\"", "line\nbreak", "Ünïcode", "\u{1b}[2J", "a, b=c/d", "😀", "x\\y"];

fn name(rng: &mut Rng) -> String {
    let stem = rng.choice(NAMES).unwrap_or("a");
    format!("{stem}{}", rng.u16(..))
}

fn oid(rng: &mut Rng) -> Oid {
    Oid(if rng.u8(..8) == 0 { 0 } else { rng.u32(..) })
}

fn items(rng: &mut Rng) -> Acl {
    let bits = |rng: &mut Rng| Privileges(rng.u16(..) & 0x7fff & rng.u16(..));
    (0..rng.usize(..5))
        .map(|_| AclItem { grantee: oid(rng), grantor: oid(rng), privileges: bits(rng), options: bits(rng) })
        .collect()
}

fn acl(rng: &mut Rng, known: &mut Vec<Acl>) -> Option<Acl> {
    match rng.u8(..4) {
        0 => None,
        1 if !known.is_empty() => Some(Arc::clone(&known[rng.usize(..known.len())])),
        _ => {
            known.push(items(rng));
            known.last().cloned()
        }
    }
}

fn role(rng: &mut Rng, at: u32) -> Role {
    let passwords = [Password::Unknown, Password::None, Password::Md5, Password::Scram];
    Role {
        oid: Oid(20_000 + at * 7),
        name: format!("{}{at}", name(rng)),
        superuser: rng.bool(),
        inherit: rng.bool(),
        create_role: rng.bool(),
        create_db: rng.bool(),
        login: rng.bool(),
        replication: rng.bool(),
        bypass_rls: rng.bool(),
        connection_limit: rng.i32(-1..9),
        valid_until: rng.bool().then(|| "infinity".to_owned()),
        password: passwords[rng.usize(..4)],
    }
}

fn object(rng: &mut Rng, known: &mut Vec<Acl>) -> Object {
    let (kind, detail) = match rng.u8(..13) {
        0 => (Kind::Schema, Detail::None),
        1 => (
            Kind::Function,
            Detail::Routine {
                arguments: (0..rng.usize(..4)).map(|_| oid(rng)).collect(),
                all_arguments: rng.bool().then(|| [oid(rng)].into()),
                security_definer: rng.bool(),
                variadic: rng.bool(),
                returns: oid(rng),
                sql_body: rng.bool(),
            },
        ),
        2 => (Kind::ArrayType, Detail::Type { of: oid(rng) }),
        3 => (Kind::Language, Detail::Language { trusted: rng.bool() }),
        4 => (Kind::Operator, Detail::Operator { left: oid(rng), right: oid(rng) }),
        5 => (Kind::OperatorClass, Detail::Access { method: "btree".into() }),
        6 => (Kind::Collation, Detail::Collation { encoding: rng.i32(-1..40) }),
        7 => (Kind::ForeignServer, Detail::Server { wrapper: oid(rng) }),
        8 => (Kind::Publication, Detail::Publication { all_tables: rng.bool(), schemas: rng.bool() }),
        9 => (Kind::Subscription, Detail::Subscription { database: oid(rng), password_required: rng.bool() }),
        10 => (Kind::Database, Detail::Database { allow_connections: rng.bool(), is_template: rng.bool() }),
        _ => (
            Kind::PartitionedTable,
            Detail::Relation {
                row_security: rng.bool(),
                force_row_security: rng.bool(),
                is_partition: rng.bool(),
                security_invoker: rng.bool(),
                owned_by: oid(rng),
                part_of: Oid(0),
            },
        ),
    };
    let (schema, owner) = (oid(rng), oid(rng));
    Object { oid: oid(rng), kind, schema, name: name(rng).into(), owner, acl: acl(rng, known), detail }
}

fn parameter(rng: &mut Rng, at: usize) -> Parameter {
    let range = || Range { min: "-1".to_owned(), max: "1e9".to_owned(), unit: "8kB".to_owned() };
    let kind = match rng.u8(..5) {
        0 => ParameterKind::Bool,
        1 => ParameterKind::Integer(range()),
        2 => ParameterKind::Real(range()),
        3 => ParameterKind::Enum(vec!["on".to_owned(), name(rng)]),
        _ => ParameterKind::Text,
    };
    use ParameterContext as C;
    let contexts = [C::Internal, C::Postmaster, C::Sighup, C::Backend, C::Superuser, C::User];
    Parameter { name: format!("Parameter_{at}"), kind, context: contexts[rng.usize(..6)] }
}

/// What the databases of one share.
pub fn cluster(rng: &mut Rng) -> Cluster {
    let roles: Vec<Role> = (0..rng.u32(1..30)).map(|at| role(rng, at)).collect();
    let option = |rng: &mut Rng| rng.bool().then(|| rng.bool());
    let rows = (0..rng.u32(..40)).map(|at| {
        let row = Membership {
            role: oid(rng),
            member: Oid(at),
            grantor: oid(rng),
            admin: rng.bool(),
            inherit: option(rng),
            set: option(rng),
        };
        (row, rng.bool().then(|| oid(rng)))
    });
    let memberships = Memberships::with_oids(rows.collect());
    let settings = (0..rng.u32(..5)).map(|_| RoleSetting {
        role: oid(rng),
        database: oid(rng),
        settings: vec![format!("search_path={}", name(rng))],
    });
    let settings = settings.collect();
    let counts = (0..rng.u32(..9)).map(|at| (Oid(at), vec![(oid(rng), rng.u64(..)), (oid(rng), 1)]));
    let counts = Arc::new(counts.collect());
    let base = Builder::new(*rng.choice(&[13, 15, 18]).unwrap_or(&13)).build();
    Cluster {
        roles: Roles::new(roles),
        memberships,
        role_settings: settings,
        role_comments: Arc::new((0..rng.u32(..5)).map(|at| (Oid(at), name(rng))).collect()),
        dependencies: Dependencies::new(Oid(0), counts),
        ..Arc::unwrap_or_clone(base)
    }
}

/// A database of it; `shared` stand first.
pub fn database(rng: &mut Rng, cluster: &Cluster, shared: &[Object]) -> Cluster {
    let mut known = Vec::new();
    let mut objects = shared.to_vec();
    objects.extend((0..rng.usize(..60)).map(|_| object(rng, &mut known)));
    let columns = (0..rng.usize(..80)).map(|at| Column {
        relation: ObjectId(rng.u32(..9)),
        attnum: at as i16 - 6,
        name: name(rng).into(),
        acl: acl(rng, &mut known),
    });
    let columns = columns.collect();
    let database = oid(rng);
    let parameters: Vec<Parameter> = (0..rng.usize(..9)).map(|at| parameter(rng, at)).collect();
    let mut dependencies = Dependencies::new(database, Arc::clone(cluster.dependencies.counts()));
    for _ in 0..rng.usize(..6) {
        let server = rng.bool().then(|| name(rng).into());
        let row = Dependency { catalog: oid(rng), oid: oid(rng), part: rng.i32(..), kind: 'o', server };
        dependencies.add(Oid(rng.u32(..3)), row);
    }
    let default_acls = (0..rng.usize(..6)).map(|_| DefaultAcl {
        oid: oid(rng),
        role: oid(rng),
        schema: oid(rng),
        objtype: 'r',
        acl: acl(rng, &mut known).unwrap_or_default(),
    });
    let default_acls = default_acls.collect();
    let policy = |rng: &mut Rng| Policy {
        oid: oid(rng),
        relation: ObjectId(rng.u32(..9)),
        name: name(rng),
        roles: vec![oid(rng), oid(rng)],
        command: rng.choice(['r', 'a', 'w', 'd', '*']).unwrap_or('*'),
        permissive: rng.bool(),
    };
    Cluster {
        database,
        objects: Objects::new(objects, columns),
        default_acls,
        event_triggers: vec![EventTrigger {
            name: name(rng),
            event: "ddl_command_end".to_owned(),
            tags: vec![name(rng)],
            enabled: 'O',
        }],
        access_methods: [("btree".to_owned(), 'i'), (name(rng), 't')].into_iter().collect(),
        encoding: Encoding { number: rng.i32(..40), name: name(rng) },
        policies: (0..rng.usize(..4)).map(|_| policy(rng)).collect(),
        unpinned_definers: (0..rng.usize(..4)).map(|_| oid(rng)).collect(),
        uses: Uses::new((0..rng.usize(..6)).map(|_| used(rng)).collect()),
        dependencies,
        parameters: Parameters::new(parameters, name(rng)),
        read_only: rng.bool(),
        ..cluster.clone()
    }
}

fn used(rng: &mut Rng) -> Use {
    let rules = [RuleEvent::Select, RuleEvent::Update, RuleEvent::Insert, RuleEvent::Delete];
    let by = match rng.u8(..3) {
        0 => UseBy::Parent,
        1 => UseBy::Body,
        _ => UseBy::Rule(rules[rng.usize(..4)]),
    };
    let columns = (0..rng.i16(..3)).collect();
    Use { user: ObjectId(rng.u32(..9)), by, used: ObjectId(rng.u32(..9)), columns }
}

/// Objects that all databases list alike.
pub fn shared(rng: &mut Rng) -> Vec<Object> {
    let mut known = Vec::new();
    (0..rng.usize(..9)).map(|_| object(rng, &mut known)).collect()
}
