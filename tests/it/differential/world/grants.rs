//! Chains of grant options, column ACLs and default privileges to begin with.

use super::World;
use fastrand::Rng;

impl World {
    pub(super) fn make_grants(&mut self, rng: &mut Rng) {
        for _ in 0..10 {
            let table = self.tables[rng.usize(..self.tables.len())].clone();
            self.chain(rng, &table);
        }
        for _ in 0..4 {
            let role = self.role(rng);
            let on = self.default_privileges_of(rng);
            self.attempt(&format!("ALTER DEFAULT PRIVILEGES FOR ROLE {role} {on}"));
        }
        for schema in ["s1", "s2"] {
            let role = self.role(rng);
            self.run(format!("GRANT ALL ON SCHEMA {schema} TO {role}"));
        }
        self.make_grants_elsewhere(rng);
        let (function, role) = (self.functions[rng.usize(..self.functions.len())].clone(), self.role(rng));
        self.attempt(&format!("GRANT EXECUTE ON FUNCTION {function} TO {role} WITH GRANT OPTION"));
    }

    fn make_grants_elsewhere(&mut self, rng: &mut Rng) {
        for what in ["SELECT", "SELECT (roleid)", "UPDATE (member, grantor)"] {
            if rng.bool() {
                let role = self.role(rng);
                self.attempt_elsewhere(&format!("GRANT {what} ON public.kept TO {role}"));
            }
        }
    }

    /// From the owner to one, from that one to the next.
    fn chain(&mut self, rng: &mut Rng, table: &str) {
        let what = ["SELECT", "ALL", "INSERT, UPDATE", "SELECT (a)", "UPDATE (a, b), SELECT"];
        let what = what[rng.usize(..what.len())];
        let mut holder = self.role(rng);
        self.attempt(&format!("GRANT {what} ON {table} TO {holder} WITH GRANT OPTION"));
        for _ in 0..rng.usize(..3) {
            let next = self.role(rng);
            let option = if rng.bool() { " WITH GRANT OPTION" } else { "" };
            self.attempt_as(&holder, &format!("GRANT {what} ON {table} TO {next}{option}"));
            holder = next;
        }
    }

    fn default_privileges_of(&self, rng: &mut Rng) -> String {
        let (what, on) = [
            ("SELECT", "TABLES"),
            ("ALL", "TABLES"),
            ("USAGE", "SEQUENCES"),
            ("EXECUTE", "FUNCTIONS"),
            ("USAGE", "TYPES"),
            ("USAGE, CREATE", "SCHEMAS"),
        ][rng.usize(..6)];
        let schema = if rng.bool() { " IN SCHEMA s1" } else { "" };
        let role = self.role(rng);
        if rng.usize(..3) == 0 {
            format!("{schema} REVOKE {what} ON {on} FROM PUBLIC, {role}")
        } else {
            format!("{schema} GRANT {what} ON {on} TO {role}")
        }
    }
}
