//! SET and RESET, in the session and of a role.

use super::{Failure, Parser, Rule, refuse};
use crate::sql::ast::{
    Name, Number, SessionParameter, SessionSet, SessionValue, SettingChange, SettingValue, Statement,
};
use crate::sql::lex::Token;

impl Parser<'_> {
    pub(super) fn set(&mut self) -> Rule<Statement> {
        self.advance();
        let scope = self.word(0).filter(|word| matches!(*word, "local" | "session"));
        // LOCAL and SESSION are parameters' names, too; SESSION AUTHORIZATION is one thing.
        let is_scope = scope.is_some()
            && !self.is_setting_name()
            && !(scope == Some("session") && self.word(1) == Some("authorization"));
        if is_scope {
            self.advance();
        }
        let change = self.setting()?;
        session(is_scope && scope == Some("local"), change)
    }

    pub(super) fn reset(&mut self) -> Rule<Statement> {
        let change = self.set_or_reset()?;
        session(false, change)
    }

    /// SetResetClause.
    pub(super) fn set_or_reset(&mut self) -> Rule<SettingChange> {
        if self.eat("set") {
            return self.setting();
        }
        self.expect("reset")?;
        match (self.word(0), self.word(1)) {
            (Some("all"), _) => {
                self.advance();
                Ok(SettingChange::ResetAll)
            }
            (Some("time"), Some("zone")) => self.reset_as(2, "timezone"),
            (Some("session"), Some("authorization")) => self.reset_as(2, "session_authorization"),
            (Some("transaction"), Some("isolation")) => {
                self.pos += 2;
                self.expect("level")?;
                self.reset_as(0, "transaction_isolation")
            }
            _ => self.setting_name().map(SettingChange::Reset),
        }
    }

    fn reset_as(&mut self, words: usize, name: &str) -> Rule<SettingChange> {
        self.pos += words;
        Ok(SettingChange::Reset(vec![name.to_owned()]))
    }

    /// var_name.
    pub(super) fn setting_name(&mut self) -> Rule<Name> {
        let mut name = vec![self.col_id()?];
        while self.eat_symbol('.') {
            name.push(self.col_id()?);
        }
        Ok(name)
    }

    /// Whether the word here is a parameter's name, as what follows it shows.
    fn is_setting_name(&self) -> bool {
        matches!(self.word(1), Some("to" | "from"))
            || matches!(self.peek_at(1), Some(Token::Symbol('=' | '.')))
    }

    /// set_rest.
    fn setting(&mut self) -> Rule<SettingChange> {
        match self.word(0) {
            Some(word) if !self.is_setting_name() => self.special_setting(word),
            _ => self.generic_setting(),
        }
    }

    fn special_setting(&mut self, word: &str) -> Rule<SettingChange> {
        match (word, self.word(1)) {
            ("role", _) => {
                self.advance();
                Ok(to("role", self.word_or_text()?))
            }
            ("session", Some("authorization")) => {
                self.pos += 2;
                let name = "session_authorization";
                if self.eat("default") { Ok(to_default(name)) } else { Ok(to(name, self.word_or_text()?)) }
            }
            ("schema", _) => {
                self.advance();
                Ok(to("search_path", self.text()?))
            }
            ("names", _) => {
                self.advance();
                self.client_encoding()
            }
            ("time", Some("zone")) => {
                self.pos += 2;
                self.time_zone()
            }
            ("catalog", _) => {
                self.advance();
                let position = self.here();
                self.text()?;
                refuse("0A000", "current database cannot be changed".to_owned(), position)
            }
            ("xml", Some("option")) => {
                self.pos += 2;
                let value = match self.word(0) {
                    Some(word @ ("document" | "content")) => word.to_ascii_uppercase(),
                    _ => return self.unexpected(),
                };
                self.advance();
                Ok(to("xmloption", value))
            }
            ("transaction", Some(_)) | ("session", Some("characteristics")) | ("constraints", Some(_)) => {
                Err(Failure::Unsupported("settings of a transaction are not understood".to_owned()))
            }
            ("constraints", None) if matches!(self.peek_at(1), Some(Token::Ident(_))) => {
                Err(Failure::Unsupported("settings of a transaction are not understood".to_owned()))
            }
            _ => self.generic_setting(),
        }
    }

    fn generic_setting(&mut self) -> Rule<SettingChange> {
        let name = self.setting_name()?;
        if self.eat("from") {
            self.expect("current")?;
            return Ok(SettingChange::FromCurrent(name));
        }
        if !self.eat_symbol('=') {
            self.expect("to")?;
        }
        if self.eat("default") {
            return Ok(SettingChange::ToDefault(name));
        }
        self.list(Self::setting_value).map(|values| SettingChange::To(name, values))
    }

    /// var_value.
    fn setting_value(&mut self) -> Rule<SettingValue> {
        match self.peek() {
            Some(Token::Integer(_) | Token::Float(_) | Token::Symbol('+' | '-')) => {
                self.number().map(SettingValue::Number)
            }
            Some(Token::Keyword(keyword)) if matches!(keyword.word, "true" | "false" | "on") => {
                self.advance();
                Ok(SettingValue::Text(keyword.word.to_owned()))
            }
            _ => self.word_or_text().map(SettingValue::Text),
        }
    }

    /// NonReservedWord_or_Sconst.
    fn word_or_text(&mut self) -> Rule<String> {
        match self.peek() {
            Some(Token::Text(_)) => self.text(),
            _ => self.non_reserved_word(),
        }
    }

    fn client_encoding(&mut self) -> Rule<SettingChange> {
        let name = "client_encoding";
        match self.peek() {
            Some(Token::Text(text)) => {
                self.advance();
                Ok(to(name, text.clone()))
            }
            _ => {
                self.eat("default");
                Ok(to_default(name))
            }
        }
    }

    /// zone_value, but for intervals.
    fn time_zone(&mut self) -> Rule<SettingChange> {
        let name = "timezone";
        match self.peek() {
            Some(Token::Text(text) | Token::Ident(text)) => {
                self.advance();
                Ok(to(name, text.clone()))
            }
            Some(Token::Keyword(keyword)) if matches!(keyword.word, "default" | "local") => {
                self.advance();
                Ok(to_default(name))
            }
            Some(Token::Keyword(keyword)) if keyword.word == "interval" => {
                Err(Failure::Unsupported("a time zone given as an interval is not understood".to_owned()))
            }
            _ => {
                let number = self.number()?;
                Ok(SettingChange::To(vec![name.to_owned()], vec![SettingValue::Number(number)]))
            }
        }
    }
}

fn to(name: &str, value: String) -> SettingChange {
    SettingChange::To(vec![name.to_owned()], vec![SettingValue::Text(value)])
}

fn to_default(name: &str) -> SettingChange {
    SettingChange::ToDefault(vec![name.to_owned()])
}

/// In the session only the parameters that change what other statements mean are understood.
fn session(local: bool, change: SettingChange) -> Rule<Statement> {
    let (name, value) = match change {
        SettingChange::To(name, values) => {
            (name, SessionValue::To(values.into_iter().map(text_of).collect()))
        }
        SettingChange::ToDefault(name) | SettingChange::Reset(name) => (name, SessionValue::Default),
        SettingChange::FromCurrent(name) => (name, SessionValue::Current),
        SettingChange::ResetAll => (vec!["all".to_owned()], SessionValue::Default),
    };
    // The server looks parameters up without regard to ASCII case.
    let parameter = match name.as_slice() {
        [name] => match name.to_ascii_lowercase().as_str() {
            "role" => SessionParameter::Role,
            "session_authorization" => SessionParameter::SessionAuthorization,
            "search_path" => SessionParameter::SearchPath,
            "createrole_self_grant" => SessionParameter::CreateroleSelfGrant,
            "password_encryption" => SessionParameter::PasswordEncryption,
            _ => return other_setting(name),
        },
        _ => return other_setting(&name.join(".")),
    };
    Ok(Statement::Session(SessionSet { local, parameter, value }))
}

fn other_setting<T>(name: &str) -> Rule<T> {
    let known = "role, session authorization, search_path, createrole_self_grant and password_encryption";
    Err(Failure::Unsupported(format!("of settings only {known} are understood, not {name}")))
}

fn text_of(value: SettingValue) -> String {
    match value {
        SettingValue::Text(text) | SettingValue::Number(Number::Float(text)) => text,
        SettingValue::Number(Number::Integer(number)) => number.to_string(),
    }
}
