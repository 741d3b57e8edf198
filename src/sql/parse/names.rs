//! Names, roles and literals.

use super::{Failure, Parser, Rule, refuse};
use crate::sql::ast::{Name, Number, RoleSpec};
use crate::sql::keywords::Category;
use crate::sql::lex::Token;

/// What a word may be, by its category; an identifier may be anything.
fn word_if(token: Option<&Token>, allowed: impl Fn(Category) -> bool) -> Option<String> {
    match token {
        Some(Token::Ident(name)) => Some(name.clone()),
        // What join_words() made is a label for nothing.
        Some(Token::Keyword(keyword)) if allowed(keyword.category) && !keyword.word.ends_with("_la") => {
            Some(keyword.word.to_owned())
        }
        _ => None,
    }
}

/// ColId: names of tables, columns, schemas, ..
pub(super) fn col_id_of(token: Option<&Token>) -> Option<String> {
    word_if(token, |category| matches!(category, Category::Unreserved | Category::ColumnName))
}

/// type_function_name.
pub(super) fn type_function_name_of(token: Option<&Token>) -> Option<String> {
    word_if(token, |category| matches!(category, Category::Unreserved | Category::TypeFunctionName))
}

impl Parser<'_> {
    fn take_word(&mut self, word: Option<String>) -> Rule<String> {
        match word {
            Some(word) => {
                self.advance();
                Ok(word)
            }
            None => self.unexpected(),
        }
    }

    pub(super) fn col_id(&mut self) -> Rule<String> {
        self.take_word(col_id_of(self.peek()))
    }

    pub(super) fn type_function_name(&mut self) -> Rule<String> {
        self.take_word(type_function_name_of(self.peek()))
    }

    pub(super) fn col_label(&mut self) -> Rule<String> {
        self.take_word(word_if(self.peek(), |_| true))
    }

    pub(super) fn non_reserved_word(&mut self) -> Rule<String> {
        self.take_word(word_if(self.peek(), |category| category != Category::Reserved))
    }

    pub(super) fn name_list(&mut self) -> Rule<Vec<String>> {
        self.list(Self::col_id)
    }

    /// any_name: a name with attributes after dots, however many.
    pub(super) fn any_name(&mut self) -> Rule<Name> {
        let mut parts = vec![self.col_id()?];
        self.attributes(&mut parts)?;
        Ok(parts)
    }

    pub(super) fn attributes(&mut self, parts: &mut Name) -> Rule<()> {
        while self.eat_symbol('.') {
            parts.push(self.col_label()?);
        }
        Ok(())
    }

    /// Indirection after a name. The grammar reads `.*` and `[1]` here and complains of them when it is through.
    pub(super) fn indirection(&mut self, parts: &mut Name) -> Rule<()> {
        let mut bad = false;
        loop {
            if self.eat_symbol('.') {
                if self.eat_symbol('*') {
                    bad = true;
                } else {
                    parts.push(self.col_label()?);
                }
            } else if self.eat_symbol('[') {
                self.subscript()?;
                bad = true;
            } else {
                return if bad { self.unexpected() } else { Ok(()) };
            }
        }
    }

    /// Any expression may stand here, and none makes sense; only a number is worth the trouble.
    fn subscript(&mut self) -> Rule<()> {
        let closed = self.peek_at(1) == Some(&Token::Symbol(']'));
        if !closed || !matches!(self.peek(), Some(Token::Integer(_))) {
            return Err(Failure::Unsupported("subscripts are not understood".to_owned()));
        }
        self.pos += 2;
        Ok(())
    }

    /// qualified_name: at most catalog, schema and relation.
    pub(super) fn qualified_name(&mut self) -> Rule<Name> {
        let start = self.here();
        let mut parts = vec![self.col_id()?];
        self.indirection(&mut parts)?;
        if parts.len() > 3 {
            let message = format!("improper qualified name (too many dotted names): {}", parts.join("."));
            return refuse("42601", message, start).map_err(Failure::looked_ahead);
        }
        Ok(parts)
    }

    /// RoleSpec.
    pub(super) fn role_spec(&mut self) -> Rule<RoleSpec> {
        let special = match self.word(0) {
            // 13 has no CURRENT_ROLE here.
            Some("current_role") if self.major >= 14 => Some(RoleSpec::CurrentRole),
            Some("current_user") => Some(RoleSpec::CurrentUser),
            Some("session_user") => Some(RoleSpec::SessionUser),
            _ => None,
        };
        if let Some(special) = special {
            self.advance();
            return Ok(special);
        }
        let start = self.here();
        let name = self.non_reserved_word()?;
        match name.as_str() {
            "public" => Ok(RoleSpec::Public),
            "none" => refuse("42939", "role name \"none\" is reserved".to_owned(), start),
            _ => Ok(RoleSpec::Name(name)),
        }
    }

    pub(super) fn role_list(&mut self) -> Rule<Vec<RoleSpec>> {
        self.list(Self::role_spec)
    }

    /// RoleId: a role's own name.
    pub(super) fn role_id(&mut self) -> Rule<String> {
        let start = self.here();
        let role = self.role_spec()?;
        Self::role_name(role, start)
    }

    /// The name of a role, where the grammar will have no other way of saying it.
    pub(super) fn role_name(role: RoleSpec, start: usize) -> Rule<String> {
        let special = match role {
            RoleSpec::Name(name) => return Ok(name),
            RoleSpec::Public => {
                return refuse("42939", "role name \"public\" is reserved".to_owned(), start);
            }
            RoleSpec::CurrentRole => "CURRENT_ROLE",
            RoleSpec::CurrentUser => "CURRENT_USER",
            RoleSpec::SessionUser => "SESSION_USER",
        };
        refuse("42939", format!("{special} cannot be used as a role name here"), start)
    }

    /// Sconst.
    pub(super) fn text(&mut self) -> Rule<String> {
        match self.peek() {
            Some(Token::Text(text)) => {
                self.advance();
                Ok(text.clone())
            }
            _ => self.unexpected(),
        }
    }

    /// Iconst.
    pub(super) fn integer(&mut self) -> Rule<i32> {
        match self.peek() {
            Some(Token::Integer(value)) => {
                self.advance();
                Ok(*value)
            }
            _ => self.unexpected(),
        }
    }

    /// SignedIconst.
    pub(super) fn signed_integer(&mut self) -> Rule<i32> {
        if self.eat_symbol('-') {
            return self.integer().map(i32::wrapping_neg);
        }
        self.eat_symbol('+');
        self.integer()
    }

    /// NumericOnly.
    pub(super) fn number(&mut self) -> Rule<Number> {
        let negative = self.eat_symbol('-');
        if !negative {
            self.eat_symbol('+');
        }
        let number = match self.peek() {
            Some(Token::Integer(value)) if negative => Number::Integer(value.wrapping_neg()),
            Some(Token::Integer(value)) => Number::Integer(*value),
            Some(Token::Float(text)) if negative => Number::Float(format!("-{text}")),
            Some(Token::Float(text)) => Number::Float(text.clone()),
            _ => return self.unexpected(),
        };
        self.advance();
        Ok(number)
    }
}
