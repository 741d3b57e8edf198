//! What is in no schema, and what has an owner but no ACL.

use super::World;
use fastrand::Rng;

impl World {
    pub(super) fn make_others(&mut self, rng: &mut Rng) {
        self.foreign(rng);
        for number in [777, 778] {
            self.run(format!("SELECT lo_create({number})"));
            self.owner_by_chance(rng, "LARGE OBJECT", &number.to_string());
            self.large_objects.push(number);
        }
        let database = self.database.clone();
        self.owner_by_chance(rng, "DATABASE", &database);
        self.owns("LANGUAGE", "plpgsql");
        self.owns("TABLESPACE", "pg_default");
        self.without_acl(rng);
    }

    fn foreign(&mut self, rng: &mut Rng) {
        self.run("CREATE FOREIGN DATA WRAPPER fdw1");
        self.owns("FOREIGN DATA WRAPPER", "fdw1");
        self.run("CREATE SERVER \"Srv 1\" FOREIGN DATA WRAPPER fdw1");
        self.owner_by_chance(rng, "SERVER", "\"Srv 1\"");
        self.run("CREATE FOREIGN TABLE s1.foreign1 (a int, b text, \"C d\" int) SERVER \"Srv 1\"");
        self.tables.push("s1.foreign1".into());
        self.owner_by_chance(rng, "FOREIGN TABLE", "s1.foreign1");
        let role = self.role(rng);
        self.run(format!("CREATE USER MAPPING FOR {role} SERVER \"Srv 1\""));
    }

    /// Owner only.
    fn without_acl(&mut self, rng: &mut Rng) {
        let s = if rng.bool() { "s1" } else { "s2" };
        let objects = [
            ("COLLATION", "coll1", "CREATE COLLATION {} FROM \"C\""),
            ("CONVERSION", "conv1", "CREATE CONVERSION {} FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"),
            ("TEXT SEARCH DICTIONARY", "dict1", "CREATE TEXT SEARCH DICTIONARY {} (template = simple)"),
            ("TEXT SEARCH CONFIGURATION", "conf1", "CREATE TEXT SEARCH CONFIGURATION {} (parser = default)"),
        ];
        for (keywords, name, body) in objects {
            let name = format!("{s}.{name}");
            self.run(body.replace("{}", &name));
            self.owner_by_chance(rng, keywords, &name);
        }
        self.run(format!("CREATE OPERATOR {s}.=== (leftarg = int, rightarg = int, function = int4eq)"));
        self.owner_by_chance(rng, "OPERATOR", &format!("{s}.=== (int, int)"));
        self.run(format!("CREATE OPERATOR FAMILY {s}.fam1 USING hash"));
        self.owner_by_chance(rng, "OPERATOR FAMILY", &format!("{s}.fam1 USING hash"));
        self.run(format!(
            "CREATE OPERATOR CLASS {s}.class1 FOR TYPE int USING hash FAMILY {s}.fam1 AS OPERATOR 1 ="
        ));
        self.owner_by_chance(rng, "OPERATOR CLASS", &format!("{s}.class1 USING hash"));
        self.run("CREATE PUBLICATION pub1");
        self.owner_by_chance(rng, "PUBLICATION", "pub1");
        self.run(format!(
            "CREATE FUNCTION {s}.event1() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'"
        ));
        self.run(format!("CREATE EVENT TRIGGER evt1 ON ddl_command_end EXECUTE FUNCTION {s}.event1()"));
        // One that fires would make every prediction uncertain.
        self.run("ALTER EVENT TRIGGER evt1 DISABLE");
        self.owns("EVENT TRIGGER", "evt1");
    }

    fn owner_by_chance(&mut self, rng: &mut Rng, keywords: &'static str, name: &str) {
        self.owns(keywords, name);
        if rng.bool() {
            let owner = self.role(rng);
            self.run(format!("ALTER {keywords} {name} OWNER TO {owner}"));
        }
    }
}
