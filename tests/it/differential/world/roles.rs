//! Roles with every attribute, and who is a member of whom.

use super::{World, names};
use fastrand::Rng;
use rolescope::sql::quote_ident;

/// One role in so many has the attribute.
const ATTRIBUTES: [(usize, &str); 9] = [
    (9, "SUPERUSER"),
    (4, "CREATEROLE"),
    (4, "NOINHERIT"),
    (5, "CREATEDB"),
    (3, "LOGIN"),
    (9, "REPLICATION"),
    (9, "BYPASSRLS"),
    (8, "CONNECTION LIMIT 7"),
    (8, "VALID UNTIL '2031-02-03 04:05:06+00'"),
];

const PASSWORDS: [&str; 4] = [
    "PASSWORD 'secret'",
    "PASSWORD 'md5d6a35858d61d85e4a82ab1fb044aba9d'",
    "PASSWORD NULL",
    "PASSWORD 'SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0$WXkrmZ6qwYvLSqLJjNbGxCvjEbNPe8kkTzAJdGgXk7k=:\
     rHSbxz6wV2eTpJ3mvcOaMuV1mVvYQ4NmQW2jNnN1aZg='",
];

impl World {
    pub(super) fn make_roles(&mut self, rng: &mut Rng, tag: &str) {
        let plain = (0..8).map(|n| format!("r{n}{tag}"));
        let few = 2 + rng.usize(..4);
        self.roles = plain.chain(names::hostile(rng, few, tag)).collect();
        self.free_roles = (0..4).map(|n| format!("new{n}{tag}")).collect();
        self.free_roles.push(format!("New \"{tag}"));
        for name in self.roles.clone() {
            let chosen = ATTRIBUTES.iter().filter(|(one_in, _)| rng.usize(..*one_in) == 0);
            let mut options: Vec<&str> = chosen.map(|(_, word)| *word).collect();
            if rng.usize(..10) == 0 {
                options.push(PASSWORDS[rng.usize(..PASSWORDS.len())]);
            }
            self.run(format!("CREATE ROLE {} {}", quote_ident(&name), options.join(" ")));
        }
    }

    pub(super) fn make_memberships(&mut self, rng: &mut Rng) {
        // Only from later to earlier roles, so that no circle can come of it.
        for member in 1..self.roles.len() {
            for _ in 0..rng.usize(..3) {
                let group = rng.usize(..member);
                self.membership(rng, group, member);
            }
        }
        if rng.usize(..3) == 0 {
            self.deep_chain(rng);
        }
        self.other_grantors(rng);
        let predefined: &[&str] = match self.major {
            13 => &["pg_monitor"],
            14..=16 => &["pg_read_all_data", "pg_write_all_data"],
            _ => &["pg_read_all_data", "pg_write_all_data", "pg_maintain"],
        };
        let (group, role) = (predefined[rng.usize(..predefined.len())], self.role(rng));
        self.run(format!("GRANT {group} TO {role}"));
        if rng.usize(..4) == 0 {
            let role = self.role(rng);
            self.run(format!("COMMENT ON ROLE {role} IS 'it''s a role'"));
        }
        if rng.usize(..3) == 0 {
            let role = self.role(rng);
            self.run(format!("ALTER ROLE {role} SET work_mem = '8MB'"));
        }
    }

    fn membership(&mut self, rng: &mut Rng, group: usize, member: usize) {
        let (group, member) = (quote_ident(&self.roles[group]), quote_ident(&self.roles[member]));
        let with = match (rng.usize(..3), self.major >= 16) {
            (0, _) => String::new(),
            (_, true) => {
                let word = |rng: &mut Rng| if rng.bool() { "TRUE" } else { "FALSE" };
                format!(" WITH ADMIN {}, INHERIT {}, SET {}", word(rng), word(rng), word(rng))
            }
            (_, false) => " WITH ADMIN OPTION".to_owned(),
        };
        self.run(format!("GRANT {group} TO {member}{with}"));
    }

    fn deep_chain(&mut self, rng: &mut Rng) {
        for member in 1..self.roles.len() {
            let (group, member) = (quote_ident(&self.roles[member - 1]), quote_ident(&self.roles[member]));
            let with = if rng.bool() { " WITH ADMIN OPTION" } else { "" };
            self.run(format!("GRANT {group} TO {member}{with}"));
        }
    }

    /// Rows that somebody with ADMIN gives on, and so one grantor with many rows.
    fn other_grantors(&mut self, rng: &mut Rng) {
        for _ in 0..6 {
            let group = rng.usize(..self.roles.len());
            let (grantor, member) = (self.role(rng), self.role(rng));
            let group = quote_ident(&self.roles[group]).into_owned();
            let with = if rng.bool() { " WITH ADMIN OPTION" } else { "" };
            self.attempt_as(&grantor, &format!("GRANT {group} TO {member}{with}"));
            self.attempt(&format!("GRANT {group} TO {member}{with} GRANTED BY {grantor}"));
        }
        if rng.usize(..4) == 0 {
            let (group, grantor) = (self.role(rng), self.role(rng));
            self.attempt(&format!("GRANT {group} TO {grantor} WITH ADMIN OPTION"));
            for member in self.roles.clone() {
                let member = quote_ident(&member).into_owned();
                self.attempt_as(&grantor, &format!("GRANT {group} TO {member}"));
            }
        }
    }
}
