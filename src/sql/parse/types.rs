//! Signatures of routines and operators, and names of types.

use super::names::{col_id_of, type_function_name_of};
use super::{Failure, Parser, Rule, refuse, refuse_with};
use crate::sql::ast::{Name, Number};
use crate::sql::lex::Token;
use crate::sql::types::{
    Argument, ArgumentMode, Arguments, OperatorSignature, Routine, TypeModifier, TypeName,
};

/// The words that start a type of SQL's own.
const BUILT_IN: &[&str] = &[
    "int",
    "integer",
    "smallint",
    "bigint",
    "real",
    "float",
    "decimal",
    "dec",
    "numeric",
    "boolean",
    "bit",
    "character",
    "char",
    "varchar",
    "national",
    "nchar",
    "timestamp",
    "time",
    "interval",
];

impl Parser<'_> {
    /// function_with_argtypes.
    pub(super) fn routine(&mut self) -> Rule<Routine> {
        let name = self.routine_name()?;
        let arguments = if self.at_symbol('(') { Some(self.arguments()?) } else { None };
        Ok(Routine { name, arguments })
    }

    /// A function's name is a type_function_name or has several parts; without arguments any ColId will do.
    fn routine_name(&mut self) -> Rule<Name> {
        let is_col_id = col_id_of(self.peek()).is_some();
        let is_function_name = type_function_name_of(self.peek()).is_some();
        let first = if is_col_id { self.col_id()? } else { self.type_function_name()? };
        let mut name = vec![first];
        if is_col_id {
            self.indirection(&mut name)?;
        }
        if name.len() == 1 && !is_function_name && self.at_symbol('(') {
            return self.unexpected();
        }
        Ok(name)
    }

    /// func_args.
    fn arguments(&mut self) -> Rule<Arguments> {
        self.expect_symbol('(')?;
        let mut arguments = Arguments::default();
        if !self.at_symbol(')') {
            arguments.direct = self.list(Self::argument)?;
        }
        self.expect_symbol(')')?;
        Ok(arguments)
    }

    /// aggregate_with_argtypes.
    pub(super) fn aggregate(&mut self) -> Rule<Routine> {
        let name = self.routine_name()?;
        self.expect_symbol('(')?;
        let mut arguments = Arguments { star: self.eat_symbol('*'), ..Arguments::default() };
        if !arguments.star {
            if !self.at("order") {
                arguments.direct = self.list(|parser| Ok(parser.aggregate_argument()?.0))?;
            }
            if self.eat("order") {
                self.expect("by")?;
                arguments.order_by = Some(self.ordered_arguments(&arguments.direct)?);
            }
        }
        self.expect_symbol(')')?;
        Ok(Routine { name, arguments: Some(arguments) })
    }

    /// After a VARIADIC direct argument there can be only the same once more.
    fn ordered_arguments(&mut self, direct: &[Argument]) -> Rule<Vec<Argument>> {
        let (first, position) = self.aggregate_argument()?;
        let mut ordered = vec![first];
        while self.eat_symbol(',') {
            ordered.push(self.aggregate_argument()?.0);
        }
        if !self.at_symbol(')') {
            return self.unexpected();
        }
        let is_variadic = |argument: &&Argument| argument.mode == Some(ArgumentMode::Variadic);
        let Some(last) = direct.last().filter(is_variadic) else { return Ok(ordered) };
        match ordered.as_slice() {
            [only] if is_variadic(&only) && only.type_name == last.type_name => Ok(ordered),
            _ => {
                let message = "an ordered-set aggregate with a VARIADIC direct argument must have one VARIADIC \
                               aggregated argument of the same data type";
                refuse("0A000", message.to_owned(), position).map_err(Failure::looked_ahead)
            }
        }
    }

    /// aggr_arg, and where its errors are: at its type, since 18 at its start.
    fn aggregate_argument(&mut self) -> Rule<(Argument, usize)> {
        let start = self.here();
        let (argument, type_start) = self.argument_at()?;
        match argument.mode {
            Some(ArgumentMode::Out | ArgumentMode::InOut) => {
                refuse("0A000", "aggregates cannot have output arguments".to_owned(), start)
                    .map_err(Failure::looked_ahead)
            }
            _ => Ok((argument, if self.major >= 18 { start } else { type_start })),
        }
    }

    fn argument(&mut self) -> Rule<Argument> {
        self.argument_at().map(|(argument, _)| argument)
    }

    /// func_arg: mode and name in either order, both optional; and where its type starts.
    fn argument_at(&mut self) -> Rule<(Argument, usize)> {
        let mut mode = self.argument_mode();
        let mut name = None;
        if self.is_argument_name() {
            name = Some(self.type_function_name()?);
            if mode.is_none() {
                mode = self.argument_mode();
            }
        }
        let setof = usize::from(self.at("setof"));
        let type_start = self.lexemes.get(self.pos + setof).map_or(self.end, |lexeme| lexeme.start);
        Ok((Argument { mode, name, type_name: self.function_type()? }, type_start))
    }

    fn argument_mode(&mut self) -> Option<ArgumentMode> {
        let mode = match self.word(0)? {
            "in" if self.word(1) == Some("out") => {
                self.advance();
                ArgumentMode::InOut
            }
            "in" => ArgumentMode::In,
            "out" => ArgumentMode::Out,
            "inout" => ArgumentMode::InOut,
            "variadic" => ArgumentMode::Variadic,
            _ => return None,
        };
        self.advance();
        Some(mode)
    }

    /// A word is an argument's name if a mode or a type follows it.
    fn is_argument_name(&self) -> bool {
        type_function_name_of(self.peek()).is_some()
            && (self.starts_type(1) || matches!(self.word(1), Some("in" | "out" | "inout" | "variadic")))
    }

    fn starts_type(&self, ahead: usize) -> bool {
        let built_in = self.word(ahead).is_some_and(|word| BUILT_IN.contains(&word) || word == "setof");
        // JSON is a type of the grammar's own since 17.
        let json = self.word(ahead) == Some("json") && self.major >= 17;
        built_in || json || type_function_name_of(self.peek_at(ahead)).is_some()
    }

    /// func_type: a type, or the type of a column by `%TYPE`.
    fn function_type(&mut self) -> Rule<TypeName> {
        let start = self.pos;
        let setof = self.eat("setof");
        if type_function_name_of(self.peek()).is_some() {
            let mut name = vec![self.type_function_name()?];
            self.attributes(&mut name)?;
            if name.len() > 1 && self.eat_symbol('%') {
                self.expect("type")?;
                let (modifiers, array_bounds) = (Vec::new(), Vec::new());
                return Ok(TypeName { setof, name, percent_type: true, modifiers, array_bounds });
            }
        }
        self.pos = start;
        self.type_name()
    }

    /// Typename.
    pub(super) fn type_name(&mut self) -> Rule<TypeName> {
        let setof = self.eat("setof");
        let (name, modifiers) = self.simple_type()?;
        let array_bounds = self.array_bounds()?;
        Ok(TypeName { setof, name, percent_type: false, modifiers, array_bounds })
    }

    fn array_bounds(&mut self) -> Rule<Vec<Option<i32>>> {
        let mut bounds = Vec::new();
        if self.eat("array") {
            if !self.eat_symbol('[') {
                return Ok(vec![None]);
            }
            let bound = self.integer()?;
            self.expect_symbol(']')?;
            return Ok(vec![Some(bound)]);
        }
        while self.eat_symbol('[') {
            bounds.push(if self.at_symbol(']') { None } else { Some(self.integer()?) });
            self.expect_symbol(']')?;
        }
        Ok(bounds)
    }

    /// SimpleTypename: its name and its modifiers.
    fn simple_type(&mut self) -> Rule<(Name, Vec<TypeModifier>)> {
        let built_in = match self.word(0) {
            Some("double") if self.word(1) == Some("precision") => {
                self.advance();
                Some("double")
            }
            Some("json") if self.major >= 17 => Some("json"),
            Some(word) if BUILT_IN.contains(&word) => Some(word),
            _ => None,
        };
        let Some(word) = built_in else {
            let mut name = vec![self.type_function_name()?];
            self.attributes(&mut name)?;
            return Ok((name, self.modifiers()?));
        };
        self.advance();
        let (name, modifiers) = match word {
            "int" | "integer" => ("int4", Vec::new()),
            "smallint" => ("int2", Vec::new()),
            "bigint" => ("int8", Vec::new()),
            "real" => ("float4", Vec::new()),
            "double" => ("float8", Vec::new()),
            "float" => (self.float_type()?, Vec::new()),
            "boolean" => ("bool", Vec::new()),
            "json" => ("json", Vec::new()),
            "decimal" | "dec" | "numeric" => ("numeric", self.modifiers()?),
            "bit" => self.bit_type()?,
            "timestamp" | "time" => self.time_type(word)?,
            "interval" => ("interval", self.interval_modifiers()?),
            _ => self.character_type(word)?,
        };
        Ok((vec!["pg_catalog".to_owned(), name.to_owned()], modifiers))
    }

    /// FLOAT(p): the precision in bits chooses the type.
    fn float_type(&mut self) -> Rule<&'static str> {
        if !self.eat_symbol('(') {
            return Ok("float8");
        }
        let position = self.here();
        let precision = self.integer()?;
        self.expect_symbol(')')?;
        match precision {
            ..1 => refuse("22023", "precision for type float must be at least 1 bit".to_owned(), position),
            1..=24 => Ok("float4"),
            25..=53 => Ok("float8"),
            54.. => {
                refuse("22023", "precision for type float must be less than 54 bits".to_owned(), position)
            }
        }
    }

    /// BIT without a length has the length 1, BIT VARYING has none.
    fn bit_type(&mut self) -> Rule<(&'static str, Vec<TypeModifier>)> {
        let varying = self.eat("varying");
        let modifiers = self.modifiers()?;
        Ok(match (varying, modifiers.is_empty()) {
            (true, _) => ("varbit", modifiers),
            (false, true) => ("bit", vec![one()]),
            (false, false) => ("bit", modifiers),
        })
    }

    fn character_type(&mut self, word: &str) -> Rule<(&'static str, Vec<TypeModifier>)> {
        if word == "national" && !self.eat("character") {
            self.expect("char")?;
        }
        let varying = word == "varchar" || self.eat("varying");
        let length = self.length()?;
        Ok(match (varying, length) {
            (true, length) => ("varchar", length.into_iter().collect()),
            (false, None) => ("bpchar", vec![one()]),
            (false, Some(length)) => ("bpchar", vec![length]),
        })
    }

    fn time_type(&mut self, word: &str) -> Rule<(&'static str, Vec<TypeModifier>)> {
        let precision = self.length()?.into_iter().collect();
        let with_zone = match self.word(0) {
            Some("with_la") if self.word(1) == Some("time") => Some(true),
            Some("without") if self.major < 16 => Some(false),
            Some("without_la") => Some(false),
            _ => None,
        };
        if with_zone.is_some() {
            self.advance();
            self.expect("time")?;
            self.expect("zone")?;
        }
        let name = match (word, with_zone == Some(true)) {
            ("time", true) => "timetz",
            ("time", false) => "time",
            (_, true) => "timestamptz",
            (_, false) => "timestamp",
        };
        Ok((name, precision))
    }

    /// The range of fields as the bits that the server keeps as the type's modifier, then the precision.
    fn interval_modifiers(&mut self) -> Rule<Vec<TypeModifier>> {
        /// No range: every bit.
        const FULL: i32 = 0x7fff;
        if self.at_symbol('(') {
            let precision = self.length()?;
            return Ok([integer(FULL)].into_iter().chain(precision).collect());
        }
        let bit = |word: &str| match word {
            "year" => 1 << 2,
            "month" => 1 << 1,
            "day" => 1 << 3,
            "hour" => 1 << 10,
            "minute" => 1 << 11,
            _ => 1 << 12,
        };
        const FIELDS: &[&str] = &["year", "month", "day", "hour", "minute", "second"];
        let Some(first) = self.word(0).filter(|word| FIELDS.contains(word)) else { return Ok(Vec::new()) };
        self.advance();
        let mut last = first;
        if self.eat("to") {
            last = match (first, self.word(0)) {
                ("year", Some(word @ "month"))
                | ("day", Some(word @ ("hour" | "minute" | "second")))
                | ("hour", Some(word @ ("minute" | "second")))
                | ("minute", Some(word @ "second")) => word,
                _ => return self.unexpected(),
            };
            self.advance();
        }
        let position = |word: &str| FIELDS.iter().position(|field| *field == word).unwrap_or_default();
        let fields = FIELDS.get(position(first)..=position(last)).unwrap_or_default();
        let mut modifiers = vec![integer(fields.iter().map(|field| bit(field)).sum())];
        if last == "second" {
            modifiers.extend(self.length()?);
        }
        Ok(modifiers)
    }

    /// `(n)`, optional.
    fn length(&mut self) -> Rule<Option<TypeModifier>> {
        if !self.eat_symbol('(') {
            return Ok(None);
        }
        let length = self.integer()?;
        self.expect_symbol(')')?;
        Ok(Some(integer(length)))
    }

    /// opt_type_modifiers. The grammar takes any expression; a constant or a name is what types understand.
    fn modifiers(&mut self) -> Rule<Vec<TypeModifier>> {
        if !self.eat_symbol('(') {
            return Ok(Vec::new());
        }
        let modifiers = self.list(Self::modifier)?;
        self.expect_symbol(')')?;
        Ok(modifiers)
    }

    fn modifier(&mut self) -> Rule<TypeModifier> {
        let modifier = match self.peek() {
            Some(Token::Text(text)) => {
                self.advance();
                TypeModifier::Text(text.clone())
            }
            Some(Token::Integer(_) | Token::Float(_)) => self.number().map(TypeModifier::Number)?,
            Some(Token::Symbol('-'))
                if matches!(self.peek_at(1), Some(Token::Integer(_) | Token::Float(_))) =>
            {
                self.number().map(TypeModifier::Number)?
            }
            token if col_id_of(token).is_some() => TypeModifier::Name(self.any_name()?),
            None | Some(Token::Symbol(',' | ')') | Token::Bad(_)) => return self.unexpected(),
            _ => return other_modifier(),
        };
        if self.at_symbol(',') || self.at_symbol(')') || self.peek().is_none() {
            return Ok(modifier);
        }
        other_modifier()
    }

    /// operator_with_argtypes.
    pub(super) fn operator(&mut self) -> Rule<OperatorSignature> {
        let mut schema = Vec::new();
        while col_id_of(self.peek()).is_some() {
            schema.push(self.col_id()?);
            self.expect_symbol('.')?;
        }
        let symbol = match self.peek() {
            Some(Token::Op(symbol)) if !matches!(symbol.as_str(), "::" | ".." | ":=" | "=>") => {
                symbol.clone()
            }
            Some(Token::Symbol(symbol)) if "+-*/%^<>=".contains(*symbol) => symbol.to_string(),
            _ => return self.unexpected(),
        };
        self.advance();
        self.expect_symbol('(')?;
        let left = self.operand()?;
        let close = self.here();
        if left.is_some() && self.eat_symbol(')') {
            let hint = "Use NONE to denote the missing argument of a unary operator.";
            return refuse_with("42601", "missing argument".to_owned(), close, Some(hint));
        }
        self.expect_symbol(',')?;
        let right = if left.is_none() { Some(self.type_name()?) } else { self.operand()? };
        self.expect_symbol(')')?;
        Ok(OperatorSignature { schema, symbol, left, right })
    }

    fn operand(&mut self) -> Rule<Option<TypeName>> {
        if self.eat("none") { Ok(None) } else { self.type_name().map(Some) }
    }
}

fn other_modifier<T>() -> Rule<T> {
    Err(Failure::Unsupported("type modifiers other than constants and names are not understood".to_owned()))
}

fn integer(value: i32) -> TypeModifier {
    TypeModifier::Number(Number::Integer(value))
}

fn one() -> TypeModifier {
    integer(1)
}
