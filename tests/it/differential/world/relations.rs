//! Schemas and what is in them: relations, routines, types.

use super::World;
use fastrand::Rng;

const RELATIONS: [(&str, &str, &str); 9] = [
    ("TABLE", "t1", "CREATE TABLE {} (a int primary key, b text, \"C d\" int, gone int)"),
    ("TABLE", "t2", "CREATE TABLE {} (a serial, b text, \"C d\" int)"),
    ("TABLE", "t3", "CREATE TABLE {} (a int GENERATED ALWAYS AS IDENTITY, b text, \"C d\" int UNIQUE)"),
    ("TABLE", "part1", "CREATE TABLE {} (a int, b text, \"C d\" int) PARTITION BY LIST (a)"),
    ("TABLE", "\"Part 2\"", "CREATE TABLE {} PARTITION OF {s}.part1 FOR VALUES IN (2)"),
    ("VIEW", "view1", "CREATE VIEW {} AS SELECT 1 AS a, ''::text AS b, 2 AS \"C d\""),
    ("VIEW", "view2", "CREATE VIEW {} AS SELECT a, b, \"C d\" FROM {s}.t1"),
    (
        "MATERIALIZED VIEW",
        "matview1",
        "CREATE MATERIALIZED VIEW {} AS SELECT 1 AS a, ''::text AS b, 2 AS \"C d\"",
    ),
    ("TABLE", "child1", "CREATE TABLE {} (d int) INHERITS ({s}.t2)"),
];

impl World {
    pub(super) fn make_schemas(&mut self, rng: &mut Rng) {
        for schema in ["s1", "s2"] {
            let owner = self.role(rng);
            self.run(format!("CREATE SCHEMA {schema} AUTHORIZATION {owner}"));
            self.schemas.push(schema.to_owned());
            self.owns("SCHEMA", schema);
            if rng.bool() {
                self.run(format!("GRANT USAGE ON SCHEMA {schema} TO PUBLIC"));
            }
            if rng.usize(..3) == 0 {
                self.run(format!("GRANT CREATE ON SCHEMA {schema} TO PUBLIC"));
            }
            self.relations_in(rng, schema);
            self.routines_in(schema);
            self.types_in(rng, schema);
        }
        let owner = self.role(rng);
        self.run(format!("CREATE SCHEMA \"S. 3\" AUTHORIZATION {owner}"));
        self.run("CREATE TABLE \"S. 3\".\"T.\"\"1\" (a int, b text, \"C d\" int)");
        self.tables.push("\"S. 3\".\"T.\"\"1\"".to_owned());
        self.owns("TABLE", "\"S. 3\".\"T.\"\"1\"");
        self.schemas.push("\"S. 3\"".to_owned());
        self.owns("SCHEMA", "\"S. 3\"");
    }

    fn relations_in(&mut self, rng: &mut Rng, s: &str) {
        for (_, name, body) in RELATIONS {
            self.run(body.replace("{s}", s).replace("{}", &format!("{s}.{name}")));
        }
        self.run(format!("CREATE SEQUENCE {s}.\"Seq 1\""));
        self.run(format!("CREATE SEQUENCE {s}.owned_seq OWNED BY {s}.t1.a"));
        self.run(format!("ALTER TABLE {s}.t1 DROP COLUMN gone"));
        for (keywords, name, _) in RELATIONS {
            let name = format!("{s}.{name}");
            if rng.usize(..3) > 0 {
                let owner = self.role(rng);
                self.run(format!("ALTER {keywords} {name} OWNER TO {owner}"));
            }
            self.owns(keywords, name.clone());
            self.tables.push(name);
        }
        let sequences = ["\"Seq 1\"", "owned_seq", "t2_a_seq", "t3_a_seq"];
        self.sequences.extend(sequences.map(|name| format!("{s}.{name}")));
        self.owns("SEQUENCE", format!("{s}.\"Seq 1\""));
        self.owns("SEQUENCE", format!("{s}.owned_seq"));
        let (first, second) = (self.role(rng), self.role(rng));
        self.run(format!("CREATE POLICY pol1 ON {s}.t1 TO {first}, {second}"));
        if rng.bool() {
            self.run(format!("CREATE POLICY \"Pol 2\" ON {s}.t2 TO {first}"));
        }
        self.run(format!("CREATE STATISTICS {s}.stat1 ON a, b FROM {s}.t1"));
        self.owns("STATISTICS", format!("{s}.stat1"));
    }

    fn routines_in(&mut self, s: &str) {
        let functions = [
            ("f1", "int"),
            ("f1", "text"),
            ("f1", "int[]"),
            ("f2", ""),
            ("f3", "varchar"),
            ("\"F 4\"", "int4"),
        ];
        for (name, arguments) in functions {
            self.run(format!(
                "CREATE FUNCTION {s}.{name}({arguments}) RETURNS int LANGUAGE sql AS 'SELECT 1'"
            ));
            self.functions.push(format!("{s}.{name}({arguments})"));
            self.owns("FUNCTION", format!("{s}.{name}({arguments})"));
        }
        self.functions.push(format!("{s}.f2"));
        self.run(format!("CREATE AGGREGATE {s}.agg1(int) (sfunc = int4pl, stype = int)"));
        self.functions.push(format!("{s}.agg1(integer)"));
        self.owns("AGGREGATE", format!("{s}.agg1(int)"));
        self.run(format!("CREATE AGGREGATE {s}.agg2(*) (sfunc = int8inc, stype = int8, initcond = '0')"));
        self.owns("AGGREGATE", format!("{s}.agg2(*)"));
        self.run(format!(
            "CREATE FUNCTION {s}.win1() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number'"
        ));
        self.functions.push(format!("{s}.win1()"));
        self.run(format!("CREATE PROCEDURE {s}.p1(int) LANGUAGE sql AS 'SELECT 1'"));
        self.procedures.push(format!("{s}.p1(int4)"));
        self.procedures.push(format!("{s}.p1"));
        self.owns("PROCEDURE", format!("{s}.p1(int)"));
        self.owns("ROUTINE", format!("{s}.f2()"));
    }

    fn types_in(&mut self, rng: &mut Rng, s: &str) {
        self.run(format!("CREATE TYPE {s}.enum1 AS ENUM ('x')"));
        self.run(format!("CREATE DOMAIN {s}.domain1 AS int"));
        self.run(format!("CREATE TYPE {s}.comp1 AS (a int)"));
        self.run(format!("CREATE TYPE {s}.range1 AS RANGE (subtype = int)"));
        self.run(format!("CREATE TYPE {s}.shell1"));
        let types = ["enum1", "domain1", "comp1", "range1", "t1", "_enum1"];
        self.types.extend(types.map(|t| format!("{s}.{t}")));
        for name in ["enum1", "comp1", "range1"] {
            self.owns("TYPE", format!("{s}.{name}"));
        }
        self.owns("DOMAIN", format!("{s}.domain1"));
        if self.major >= 14 {
            self.types.push(format!("{s}.multirange1"));
            self.types.push(format!("{s}._multirange1"));
            let owner = self.role(rng);
            self.run(format!("ALTER TYPE {s}.enum1 OWNER TO {owner}"));
        }
    }
}
