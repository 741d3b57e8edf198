//! ALTER: what it is of, and OWNER TO.

use super::grant::routine_kind;
use super::{Failure, Parser, Rule, other_sql};
use crate::sql::ast::{
    AlterOwner, OwnedNamedKind, OwnedObject, OwnedSimpleKind, RelationKind, RoutineKind, Statement,
};

impl Parser<'_> {
    pub(super) fn alter(&mut self) -> Rule<Statement> {
        self.advance();
        let Some(word) = self.word(0) else { return self.unexpected() };
        match word {
            "user" if self.is_user_mapping() => {
                Err(Failure::Unsupported("user mappings are not understood".to_owned()))
            }
            "role" | "user" => self.alter_role(),
            "group" => self.alter_group(),
            "default" => {
                self.advance();
                self.default_privileges()
            }
            _ => self.alter_object(word),
        }
    }

    fn alter_object(&mut self, word: &'static str) -> Rule<Statement> {
        let Some(object) = self.owned_object(word)? else { return other_sql() };
        // ALTER DATABASE has options of CREATE DATABASE's, none or an owner among them, which it refuses when it runs.
        let is_database = matches!(object, OwnedObject::Simple(OwnedSimpleKind::Database, _));
        let is_owner = self.eat("owner");
        if !is_owner && self.peek().is_none() && !is_database {
            return self.unexpected();
        }
        if !is_owner || (is_database && !self.at("to")) {
            return Err(Failure::Unsupported("of ALTER only OWNER TO is understood".to_owned()));
        }
        self.expect("to")?;
        let owner = self.role_spec()?;
        if matches!(object, OwnedObject::Relation { .. }) && self.at_symbol(',') {
            return Err(Failure::Unsupported(
                "OWNER TO together with other changes is not understood".to_owned(),
            ));
        }
        Ok(Statement::AlterOwner(AlterOwner { object, owner }))
    }

    /// The object after ALTER; None where it is of a kind without an owner.
    fn owned_object(&mut self, word: &str) -> Rule<Option<OwnedObject>> {
        let relation = match (word, self.word(1)) {
            ("table", _) => Some((RelationKind::Table, 1)),
            ("index", _) => Some((RelationKind::Index, 1)),
            ("sequence", _) => Some((RelationKind::Sequence, 1)),
            ("view", _) => Some((RelationKind::View, 1)),
            ("materialized", Some("view")) => Some((RelationKind::MaterializedView, 2)),
            ("foreign", Some("table")) => Some((RelationKind::ForeignTable, 2)),
            _ => None,
        };
        if let Some((kind, words)) = relation {
            self.pos += words;
            return self.relation(kind);
        }
        if let Some((kind, words)) = self.named_kind(word) {
            self.pos += words;
            return Ok(Some(OwnedObject::Named(kind, self.any_name()?)));
        }
        if let Some((kind, words)) = self.simple_kind(word) {
            self.pos += words;
            return Ok(Some(OwnedObject::Simple(kind, self.col_id()?)));
        }
        self.signed_object(word)
    }

    fn named_kind(&self, word: &str) -> Option<(OwnedNamedKind, usize)> {
        Some(match (word, self.word(1), self.word(2)) {
            ("collation", ..) => (OwnedNamedKind::Collation, 1),
            ("conversion", ..) => (OwnedNamedKind::Conversion, 1),
            ("domain", ..) => (OwnedNamedKind::Domain, 1),
            ("type", ..) => (OwnedNamedKind::Type, 1),
            ("statistics", ..) => (OwnedNamedKind::Statistics, 1),
            ("text", Some("search"), Some("configuration")) => (OwnedNamedKind::TextSearchConfiguration, 3),
            ("text", Some("search"), Some("dictionary")) => (OwnedNamedKind::TextSearchDictionary, 3),
            _ => return None,
        })
    }

    fn simple_kind(&self, word: &str) -> Option<(OwnedSimpleKind, usize)> {
        Some(match (word, self.word(1), self.word(2)) {
            ("database", ..) => (OwnedSimpleKind::Database, 1),
            ("event", Some("trigger"), _) => (OwnedSimpleKind::EventTrigger, 2),
            ("foreign", Some("data"), Some("wrapper")) => (OwnedSimpleKind::ForeignDataWrapper, 3),
            ("procedural", Some("language"), _) => (OwnedSimpleKind::Language, 2),
            ("language", ..) => (OwnedSimpleKind::Language, 1),
            ("publication", ..) => (OwnedSimpleKind::Publication, 1),
            ("schema", ..) => (OwnedSimpleKind::Schema, 1),
            ("server", ..) => (OwnedSimpleKind::Server, 1),
            ("subscription", ..) => (OwnedSimpleKind::Subscription, 1),
            ("tablespace", ..) => (OwnedSimpleKind::Tablespace, 1),
            _ => return None,
        })
    }

    /// Objects whose name is not all of what says which they are.
    fn signed_object(&mut self, word: &str) -> Rule<Option<OwnedObject>> {
        let object = match (word, self.word(1)) {
            ("aggregate", _) => {
                self.advance();
                OwnedObject::Aggregate(self.aggregate()?)
            }
            ("large", Some("object")) => {
                self.pos += 2;
                OwnedObject::LargeObject(self.number()?)
            }
            ("operator", _) => {
                self.advance();
                self.operator_object()?
            }
            _ => match routine_kind(word) {
                Some(kind) => self.routine_object(kind)?,
                None => return Ok(None),
            },
        };
        Ok(Some(object))
    }

    fn routine_object(&mut self, kind: RoutineKind) -> Rule<OwnedObject> {
        self.advance();
        Ok(OwnedObject::Routine(kind, self.routine()?))
    }

    /// CLASS and FAMILY are also names of schemas.
    fn operator_object(&mut self) -> Rule<OwnedObject> {
        let is_schema = self.peek_at(1) == Some(&crate::sql::lex::Token::Symbol('.'));
        let class = match self.word(0) {
            Some("class") if !is_schema => true,
            Some("family") if !is_schema => false,
            _ => return self.operator().map(OwnedObject::Operator),
        };
        self.advance();
        let name = self.any_name()?;
        self.expect("using")?;
        let method = self.col_id()?;
        Ok(if class {
            OwnedObject::OperatorClass { name, method }
        } else {
            OwnedObject::OperatorFamily { name, method }
        })
    }

    /// relation_expr for tables, qualified_name for the rest.
    fn relation(&mut self, kind: RelationKind) -> Rule<Option<OwnedObject>> {
        if self.at("all") {
            return Ok(None);
        }
        let if_exists = self.if_exists();
        let has_children = matches!(kind, RelationKind::Table | RelationKind::ForeignTable);
        let only = has_children && self.eat("only");
        let parentheses = only && self.eat_symbol('(');
        let name = self.qualified_name()?;
        if parentheses {
            self.expect_symbol(')')?;
        }
        if has_children && !only {
            self.eat_symbol('*');
        }
        Ok(Some(OwnedObject::Relation { kind, if_exists, only, name }))
    }
}
