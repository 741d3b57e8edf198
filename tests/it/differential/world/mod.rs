//! A random cluster: roles of every kind, memberships deep and wide, an object of every kind that has an owner or an
//! ACL, and chains of grants on them.

mod grants;
mod names;
mod others;
mod relations;
mod roles;

use fastrand::Rng;
pub use names::spelled;
use rolescope::sql::quote_ident;

/// What a program can name, and the SQL that makes it.
#[derive(Default)]
pub struct World {
    pub major: u16,
    pub set_up: Vec<String>,
    /// The database that it is all in, raw.
    pub database: String,
    /// Raw names of the roles that there are.
    pub roles: Vec<String>,
    /// Raw names that no role has at first.
    pub free_roles: Vec<String>,
    /// Qualified and quoted, by kind.
    pub tables: Vec<String>,
    pub sequences: Vec<String>,
    pub functions: Vec<String>,
    pub procedures: Vec<String>,
    pub types: Vec<String>,
    pub large_objects: Vec<u32>,
    pub columns: Vec<&'static str>,
    /// Quoted.
    pub schemas: Vec<String>,
    /// What ALTER .. OWNER TO takes: its keywords and the object's name.
    pub owned: Vec<(&'static str, String)>,
}

impl World {
    /// For database `db_TAG`; every role's name has the tag in it.
    pub fn random(rng: &mut Rng, major: u16, tag: u64) -> World {
        let mut world = World {
            major,
            database: format!("db_{tag}"),
            columns: vec!["a", "b", "\"C d\"", "ctid"],
            ..World::default()
        };
        world.make_roles(rng, &format!("_{tag}"));
        world.make_memberships(rng);
        world.make_schemas(rng);
        world.make_others(rng);
        world.make_grants(rng);
        world
    }

    fn run(&mut self, statement: impl Into<String>) {
        self.set_up.push(statement.into());
    }

    /// A statement that may fail: what it needs is left to chance.
    fn attempt(&mut self, statement: &str) {
        self.run(tolerant(statement));
    }

    /// The same as somebody else.
    fn attempt_as(&mut self, role: &str, statement: &str) {
        self.attempt(&format!("SET ROLE {role}; {statement}; RESET ROLE"));
    }

    /// The same in database `postgres`, which a program that is in its own can only see the dependencies of.
    fn attempt_elsewhere(&mut self, statement: &str) {
        self.run(format!("{ELSEWHERE}{}", tolerant(statement)));
    }

    /// A role's quoted name.
    pub fn role(&self, rng: &mut Rng) -> String {
        match rng.choice(&self.roles) {
            Some(name) => quote_ident(name).into_owned(),
            None => "nobody_is_left".to_owned(),
        }
    }

    /// A role's name as somebody might write it, now and then that of one that is not there.
    pub fn any_role(&self, rng: &mut Rng) -> String {
        let roles = if rng.usize(..40) == 0 { &self.free_roles } else { &self.roles };
        rng.choice(roles).map_or_else(|| "nobody_is_left".to_owned(), |name| spelled(rng, name))
    }

    /// Something that has an owner, to be altered with those keywords.
    fn owns(&mut self, keywords: &'static str, name: impl Into<String>) {
        self.owned.push((keywords, name.into()));
    }
}

/// What a statement of the set-up begins with that is for database `postgres`.
pub const ELSEWHERE: &str = "/* in postgres */ ";

/// A statement that does not mind failing.
pub fn tolerant(statement: &str) -> String {
    if let Some(statement) = statement.strip_prefix(ELSEWHERE) {
        return format!("{ELSEWHERE}{}", tolerant(statement));
    }
    let literal = statement.replace('\'', "''");
    // No tag that an outer one could have: this may be wrapped again.
    let tag = format!("$try{}$", statement.len());
    format!("DO {tag} BEGIN EXECUTE '{literal}'; EXCEPTION WHEN OTHERS THEN NULL; END {tag}")
}
