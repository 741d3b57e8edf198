//! Privilege words of a statement to bits (`ExecuteGrantStmt`, `string_to_privilege` of aclchk.c).

use super::run::{Run, Stop, error};
use crate::cluster::{AclKind, Privileges};
use crate::sql::ast;

/// What a statement grants: on whole objects, and on columns.
pub struct Wanted<'s> {
    /// ALL without a column list.
    pub all: bool,
    /// The bits named, none for ALL.
    pub privileges: Privileges,
    /// Words with columns, resolved only when a relation is at hand; no word is ALL.
    pub columns: Vec<(Option<&'s str>, &'s [String])>,
}

impl Run<'_> {
    /// The statement's privileges, checked against what `kinds` allow; `noun` is how the server calls the kind.
    pub fn wanted<'s>(
        &self,
        privileges: &'s ast::Privileges,
        kinds: &[AclKind],
        noun: &str,
        columns_allowed: bool,
    ) -> Result<Wanted<'s>, Stop> {
        let mut wanted = Wanted { all: false, privileges: Privileges::NONE, columns: Vec::new() };
        let list = match privileges {
            ast::Privileges::All => {
                wanted.all = true;
                return Ok(wanted);
            }
            ast::Privileges::AllOnColumns(columns) => {
                if !columns_allowed {
                    return column_privileges_only();
                }
                wanted.columns.push((None, columns));
                return Ok(wanted);
            }
            ast::Privileges::List(list) => list,
        };
        let version = self.view.base().version;
        let allowed = kinds.iter().fold(Privileges::NONE, |all, kind| all | kind.all(version));
        for word in list {
            if !word.columns.is_empty() {
                if !columns_allowed {
                    return column_privileges_only();
                }
                wanted.columns.push((Some(&word.name), &word.columns));
                continue;
            }
            let privilege = self.privilege(&word.name)?;
            if !allowed.contains(privilege) {
                return error("0LP01", format!("invalid privilege type {} for {noun}", shown(privilege)));
            }
            wanted.privileges |= privilege;
        }
        Ok(wanted)
    }

    /// `string_to_privilege`: words are compared in lower case, as the lexer folds them.
    pub fn privilege(&self, word: &str) -> Result<Privileges, Stop> {
        if word == "rule" && self.switches.rule_privilege {
            return Ok(Privileges::NONE);
        }
        let is_lower = !word.bytes().any(|b| b.is_ascii_uppercase());
        let known = Privileges::from_name(&word.to_ascii_uppercase()).filter(|_| is_lower);
        match known.filter(|p| self.knows(*p)) {
            Some(privilege) => Ok(privilege),
            None => error("42601", format!("unrecognized privilege type \"{word}\"")),
        }
    }

    fn knows(&self, privilege: Privileges) -> bool {
        let major = self.view.base().version.major();
        match privilege {
            Privileges::MAINTAIN => major >= 17,
            Privileges::SET | Privileges::ALTER_SYSTEM => major >= 15,
            _ => true,
        }
    }
}

fn column_privileges_only<T>() -> Result<T, Stop> {
    error("0LP01", "column privileges are only valid for relations")
}

/// `privilege_to_string`: as `aclexplode()`, but TEMP.
pub fn shown(privilege: Privileges) -> &'static str {
    if privilege == Privileges::TEMPORARY { "TEMP" } else { privilege.name() }
}
