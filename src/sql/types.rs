//! Signatures: what the grammar accepts as arguments of routines and operators.

use super::ast::{Name, Number};

/// A routine by name, with its arguments where they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routine {
    /// Its name.
    pub name: Name,
    /// Its arguments; None where no list is written.
    pub arguments: Option<Arguments>,
}

/// An argument list.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Arguments {
    /// `(*)` of an aggregate without arguments.
    pub star: bool,
    /// The direct arguments.
    pub direct: Vec<Argument>,
    /// Those after ORDER BY of an ordered-set aggregate.
    pub order_by: Option<Vec<Argument>>,
}

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its mode, where written.
    pub mode: Option<ArgumentMode>,
    /// Its name, where written; it says nothing about which routine is meant.
    pub name: Option<String>,
    /// Its type.
    pub type_name: TypeName,
}

/// The mode of an argument. OUT arguments do not count in the lookup of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArgumentMode {
    /// IN.
    In,
    /// OUT.
    Out,
    /// INOUT, IN OUT.
    InOut,
    /// VARIADIC.
    Variadic,
}

/// A type as written. SQL's own spellings become the type's name: INT is `pg_catalog.int4`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// SETOF.
    pub setof: bool,
    /// Its name; for `%TYPE` the column's.
    pub name: Name,
    /// `column%TYPE`.
    pub percent_type: bool,
    /// Modifiers, as in numeric(10, 2).
    pub modifiers: Vec<TypeModifier>,
    /// One for each pair of brackets: the bound, where written.
    pub array_bounds: Vec<Option<i32>>,
}

/// A type modifier. The grammar takes any expression; the simple ones are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeModifier {
    /// A number.
    Number(Number),
    /// A string.
    Text(String),
    /// A name, as in geometry(Point).
    Name(Name),
}

/// An operator with the types of its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorSignature {
    /// The schema, if written, one part or more.
    pub schema: Vec<String>,
    /// The operator's characters.
    pub symbol: String,
    /// Left operand; None is NONE.
    pub left: Option<TypeName>,
    /// Right operand; None is NONE (refused at execution since 14).
    pub right: Option<TypeName>,
}
