//! A random cluster: roles of every kind, memberships deep and wide, and an object of every kind.

use fastrand::Rng;
use rolescope::sql::quote_ident;

/// What a program can name, and the SQL that makes it.
#[derive(Default)]
pub struct World {
    pub major: u16,
    pub set_up: Vec<String>,
    /// Raw names.
    pub roles: Vec<String>,
    /// Qualified and quoted, by kind.
    pub tables: Vec<String>,
    pub sequences: Vec<String>,
    pub functions: Vec<String>,
    pub procedures: Vec<String>,
    pub types: Vec<String>,
    pub large_objects: Vec<u32>,
    pub columns: Vec<&'static str>,
}

const HOSTILE: [&str; 6] = ["Weird Role", "quo\"te", "select", "ünï", "a.b", "semi;colon"];

impl World {
    pub fn random(rng: &mut Rng, major: u16, round: u64) -> World {
        let mut world = World { major, columns: vec!["a", "b", "\"C d\"", "ctid"], ..World::default() };
        world.roles(rng, round);
        world.memberships(rng);
        world.objects(rng, round);
        world
    }

    fn run(&mut self, statement: impl Into<String>) {
        self.set_up.push(statement.into());
    }

    pub fn role(&self, rng: &mut Rng) -> String {
        quote_ident(&self.roles[rng.usize(..self.roles.len())]).into_owned()
    }

    fn roles(&mut self, rng: &mut Rng, round: u64) {
        let plain = (0..9).map(|n| format!("r{n}_{round}"));
        let hostile = HOSTILE.iter().take(3 + rng.usize(..3)).map(|n| format!("{n}{round}"));
        self.roles = plain.chain(hostile).collect();
        for name in self.roles.clone() {
            let mut options = String::new();
            for (one_in, word) in [(8, "SUPERUSER"), (4, "CREATEROLE"), (4, "NOINHERIT"), (6, "CREATEDB")] {
                if rng.usize(..one_in) == 0 {
                    options.push_str(word);
                    options.push(' ');
                }
            }
            self.run(format!("CREATE ROLE {} {options}", quote_ident(&name)));
        }
    }

    /// Only from later to earlier roles, so that no circle can come of it.
    fn memberships(&mut self, rng: &mut Rng) {
        for member in 1..self.roles.len() {
            for _ in 0..rng.usize(..3) {
                let group = rng.usize(..member);
                let (group, member) = (quote_ident(&self.roles[group]), quote_ident(&self.roles[member]));
                let options = if self.major >= 16 {
                    let word = |rng: &mut Rng| if rng.bool() { "TRUE" } else { "FALSE" };
                    format!("ADMIN {}, INHERIT {}, SET {}", word(rng), word(rng), word(rng))
                } else {
                    "ADMIN OPTION".to_owned()
                };
                let with = if rng.usize(..3) == 0 { String::new() } else { format!(" WITH {options}") };
                self.run(format!("GRANT {group} TO {member}{with}"));
            }
        }
        let predefined: &[&str] = match self.major {
            13 => &["pg_monitor"],
            14..=16 => &["pg_read_all_data", "pg_write_all_data"],
            _ => &["pg_read_all_data", "pg_write_all_data", "pg_maintain"],
        };
        let role = self.role(rng);
        self.run(format!("GRANT {} TO {role}", rng.choice(predefined.iter()).expect("one")));
    }

    fn objects(&mut self, rng: &mut Rng, round: u64) {
        for schema in ["s1", "s2"] {
            let owner = self.role(rng);
            self.run(format!("CREATE SCHEMA {schema} AUTHORIZATION {owner}"));
            if rng.bool() {
                self.run(format!("GRANT USAGE ON SCHEMA {schema} TO PUBLIC"));
            }
            self.objects_in(rng, schema);
        }
        self.run("CREATE FOREIGN DATA WRAPPER fdw1");
        self.run("CREATE SERVER srv1 FOREIGN DATA WRAPPER fdw1");
        self.run("CREATE FOREIGN TABLE s1.foreign1 (a int, b text, \"C d\" int) SERVER srv1");
        self.tables.push("s1.foreign1".into());
        for number in [777, 778] {
            self.run(format!("SELECT lo_create({number})"));
            let owner = self.role(rng);
            self.run(format!("ALTER LARGE OBJECT {number} OWNER TO {owner}"));
            self.large_objects.push(number);
        }
        let owner = self.role(rng);
        self.run(format!("ALTER DATABASE db_{round} OWNER TO {owner}"));
        for name in self.tables.clone().into_iter().filter(|t| !t.contains("view") && !t.contains("foreign"))
        {
            if rng.usize(..3) > 0 {
                let owner = self.role(rng);
                self.run(format!("ALTER TABLE {name} OWNER TO {owner}"));
            }
        }
    }

    fn objects_in(&mut self, rng: &mut Rng, schema: &str) {
        let s = schema;
        for (name, body) in [
            ("t1", "CREATE TABLE {} (a int primary key, b text, \"C d\" int, gone int)"),
            ("t2", "CREATE TABLE {} (a serial, b text, \"C d\" int)"),
            ("part1", "CREATE TABLE {} (a int, b text, \"C d\" int) PARTITION BY LIST (a)"),
            ("view1", "CREATE VIEW {} AS SELECT 1 AS a, ''::text AS b, 2 AS \"C d\""),
            ("matview1", "CREATE MATERIALIZED VIEW {} AS SELECT 1 AS a, ''::text AS b, 2 AS \"C d\""),
        ] {
            self.run(body.replace("{}", &format!("{s}.{name}")));
            self.tables.push(format!("{s}.{name}"));
        }
        self.run(format!("ALTER TABLE {s}.t1 DROP COLUMN gone"));
        self.run(format!("CREATE SEQUENCE {s}.\"Seq 1\""));
        self.sequences.extend([format!("{s}.\"Seq 1\""), format!("{s}.t2_a_seq")]);
        for (name, arguments) in
            [("f1", "int"), ("f1", "text"), ("f1", "int[]"), ("f2", ""), ("f3", "varchar")]
        {
            self.run(format!(
                "CREATE FUNCTION {s}.{name}({arguments}) RETURNS int LANGUAGE sql AS 'SELECT 1'"
            ));
            self.functions.push(format!("{s}.{name}({arguments})"));
        }
        self.functions.push(format!("{s}.f2"));
        self.run(format!("CREATE AGGREGATE {s}.agg1(int) (sfunc = int4pl, stype = int)"));
        self.functions.push(format!("{s}.agg1(integer)"));
        self.run(format!("CREATE PROCEDURE {s}.p1(int) LANGUAGE sql AS 'SELECT 1'"));
        self.procedures.push(format!("{s}.p1(int4)"));
        self.procedures.push(format!("{s}.p1"));
        self.run(format!("CREATE TYPE {s}.enum1 AS ENUM ('x')"));
        self.run(format!("CREATE DOMAIN {s}.domain1 AS int"));
        self.run(format!("CREATE TYPE {s}.comp1 AS (a int)"));
        self.run(format!("CREATE TYPE {s}.range1 AS RANGE (subtype = int)"));
        self.types
            .extend(["enum1", "domain1", "comp1", "range1", "t1", "_enum1"].map(|t| format!("{s}.{t}")));
        if self.major >= 14 {
            self.types.push(format!("{s}.multirange1").replace("multirange1", "range1_multirange"));
            self.run(format!("ALTER TYPE {s}.enum1 OWNER TO {}", self.role(rng)));
        }
    }
}
