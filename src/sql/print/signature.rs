//! Signatures and types.

use super::Printer;
use crate::sql::keywords;
use crate::sql::types::{Argument, ArgumentMode, OperatorSignature, Routine, TypeModifier, TypeName};

impl Printer {
    pub(super) fn routine(&mut self, routine: &Routine) {
        self.name(&routine.name);
        let Some(arguments) = &routine.arguments else { return };
        self.glue("(");
        if arguments.star {
            self.glue("*");
        }
        self.list(&arguments.direct, Self::argument);
        if let Some(order_by) = &arguments.order_by {
            self.word("ORDER BY").list(order_by, Self::argument);
        }
        self.glue(")");
    }

    fn argument(&mut self, argument: &Argument) {
        if let Some(mode) = argument.mode {
            self.word(match mode {
                ArgumentMode::In => "IN",
                ArgumentMode::Out => "OUT",
                ArgumentMode::InOut => "INOUT",
                ArgumentMode::Variadic => "VARIADIC",
            });
        }
        if let Some(name) = &argument.name {
            self.argument_name(name);
        }
        self.type_name(&argument.type_name);
    }

    /// A keyword here could make one token with the type after it, as NULLS does with FIRST.
    fn argument_name(&mut self, name: &str) {
        if keywords::lookup(name, self.major).is_some() {
            self.word(&format!("\"{name}\""));
        } else {
            self.ident(name);
        }
    }

    fn type_name(&mut self, type_name: &TypeName) -> &mut Self {
        self.word_if(type_name.setof, "SETOF").name(&type_name.name);
        if type_name.percent_type {
            self.glue("%TYPE");
        }
        if !type_name.modifiers.is_empty() {
            self.glue("(").list(&type_name.modifiers, Self::modifier).glue(")");
        }
        for bound in &type_name.array_bounds {
            match bound {
                Some(bound) => self.glue(&format!("[{bound}]")),
                None => self.glue("[]"),
            };
        }
        self
    }

    fn modifier(&mut self, modifier: &TypeModifier) {
        match modifier {
            TypeModifier::Number(number) => self.number(number),
            TypeModifier::Text(text) => self.literal(text),
            TypeModifier::Name(name) => self.name(name),
        };
    }

    pub(super) fn operator(&mut self, operator: &OperatorSignature) -> &mut Self {
        self.name(&operator.schema);
        if operator.schema.is_empty() {
            self.glue(&operator.symbol);
        } else {
            self.glue(".").glue(&operator.symbol);
        }
        self.word("(").operand(operator.left.as_ref()).glue(",").operand(operator.right.as_ref()).glue(")")
    }

    fn operand(&mut self, operand: Option<&TypeName>) -> &mut Self {
        match operand {
            Some(type_name) => self.type_name(type_name),
            None => self.word("NONE"),
        }
    }
}
