//! Statements as SQL text in one canonical spelling, which parses back to the same statement.

mod object;
mod role;
mod signature;

use std::fmt;

use super::ast::{Name, Number, RoleSpec, Statement};
use super::mask::MASK;
use super::quote::{quote_ident_for, quote_literal};

/// A statement as SQL for a server of a major version, on one line. A password is in it.
pub fn print(statement: &Statement, major: u16) -> String {
    let mut printer = Printer { out: String::new(), major, reveal: true };
    printer.statement(statement);
    printer.out
}

/// The statement as the newest version spells it, passwords hidden.
impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer { out: String::new(), major: 18, reveal: false };
        printer.statement(self);
        f.write_str(&printer.out)
    }
}

struct Printer {
    out: String,
    major: u16,
    reveal: bool,
}

impl Printer {
    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Grant(s) => self.grant(s),
            Statement::GrantRole(s) => self.grant_role(s),
            Statement::CreateRole(s) => self.create_role(s),
            Statement::AlterRole(s) => self.alter_role(s),
            Statement::AlterGroup(s) => self.alter_group(s),
            Statement::AlterRoleSet(s) => self.alter_role_set(s),
            Statement::RenameRole(s) => {
                self.word("ALTER ROLE").ident(&s.from).word("RENAME TO").ident(&s.to);
            }
            Statement::DropRole(s) => {
                self.word("DROP ROLE").word_if(s.if_exists, "IF EXISTS").roles(&s.roles);
            }
            Statement::AlterDefaultPrivileges(s) => self.default_privileges(s),
            Statement::AlterOwner(s) => {
                self.word("ALTER").owned_object(&s.object).word("OWNER TO").role(&s.owner);
            }
            Statement::ReassignOwned(s) => {
                self.word("REASSIGN OWNED BY").roles(&s.roles).word("TO").role(&s.to);
            }
            Statement::DropOwned(s) => {
                self.word("DROP OWNED BY").roles(&s.roles).word_if(s.cascade, "CASCADE");
            }
            Statement::CommentOnRole(s) => {
                self.word("COMMENT ON ROLE").ident(&s.role).word("IS");
                match &s.comment {
                    Some(comment) => self.literal(comment),
                    None => self.word("NULL"),
                };
            }
            Statement::Session(s) => self.session(s),
            Statement::Unsupported(s) => {
                self.word(&s.command);
            }
        }
    }

    /// A word, with a blank before it where something stands already.
    fn word(&mut self, word: &str) -> &mut Self {
        if !self.out.is_empty() && !self.out.ends_with(['(', ' ']) {
            self.out.push(' ');
        }
        self.out.push_str(word);
        self
    }

    fn word_if(&mut self, condition: bool, word: &str) -> &mut Self {
        if condition { self.word(word) } else { self }
    }

    /// Characters right after what stands already.
    fn glue(&mut self, symbol: &str) -> &mut Self {
        self.out.push_str(symbol);
        self
    }

    fn ident(&mut self, name: &str) -> &mut Self {
        let quoted = quote_ident_for(name, self.major);
        self.word(&quoted)
    }

    fn name(&mut self, parts: &Name) -> &mut Self {
        let quoted: Vec<_> = parts.iter().map(|part| quote_ident_for(part, self.major)).collect();
        let joined = quoted.join(".");
        self.word(&joined)
    }

    fn literal(&mut self, text: &str) -> &mut Self {
        self.word(&quote_literal(text))
    }

    fn secret(&mut self, text: &str) -> &mut Self {
        if self.reveal { self.literal(text) } else { self.word(MASK) }
    }

    fn number(&mut self, number: &Number) -> &mut Self {
        match number {
            Number::Integer(value) => self.word(&value.to_string()),
            Number::Float(text) => self.word(text),
        }
    }

    fn role(&mut self, role: &RoleSpec) -> &mut Self {
        match role {
            RoleSpec::Name(name) => self.ident(name),
            RoleSpec::Public => self.word("PUBLIC"),
            RoleSpec::CurrentRole => self.word("CURRENT_ROLE"),
            RoleSpec::CurrentUser => self.word("CURRENT_USER"),
            RoleSpec::SessionUser => self.word("SESSION_USER"),
        }
    }

    fn roles(&mut self, roles: &[RoleSpec]) -> &mut Self {
        self.list(roles, |printer, role| {
            printer.role(role);
        })
    }

    fn idents(&mut self, names: &[String]) -> &mut Self {
        self.list(names, |printer, name| {
            printer.ident(name);
        })
    }

    /// Items with commas between them, on the same line however many.
    fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) -> &mut Self {
        for (at, one) in items.iter().enumerate() {
            if at > 0 {
                self.glue(",");
            }
            item(self, one);
        }
        self
    }
}
