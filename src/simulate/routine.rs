//! Routines by name and signature (`LookupFuncWithArgs` of parse_func.c).

use super::ServerError;
use super::names::Qualified;
use super::run::{Run, Stop, error};
use crate::cluster::{Class, Detail, Kind, ObjectId, Oid};
use crate::sql::ast::RoutineKind;
use crate::sql::types::{ArgumentMode, Arguments, Routine, TypeName};

/// What a lookup came to.
enum Lookup {
    Found(ObjectId),
    Missing,
    Ambiguous,
}

impl Run<'_> {
    /// The routine that FUNCTION, PROCEDURE or ROUTINE means by a name, with or without arguments.
    pub fn routine(&self, kind: RoutineKind, routine: &Routine) -> Result<ObjectId, Stop> {
        let arguments = match &routine.arguments {
            Some(arguments) => Some(self.input_types(arguments)?),
            None => None,
        };
        match self.look_up(kind, routine, arguments.as_deref())? {
            Lookup::Found(id) => self.of_kind(kind, id, routine),
            Lookup::Missing => error("42883", missing_message(kind, routine)),
            Lookup::Ambiguous => {
                let message = format!("{} name \"{}\" is not unique", word(kind), routine.name.join("."));
                let error = ServerError::new("42725", message);
                let hint = format!("Specify the argument list to select the {} unambiguously.", word(kind));
                Err(if routine.arguments.is_none() { error.hint(hint) } else { error }.into())
            }
        }
    }

    /// FUNCTION means aggregates and window functions too, for historical reasons; never a procedure.
    fn of_kind(&self, kind: RoutineKind, id: ObjectId, routine: &Routine) -> Result<ObjectId, Stop> {
        let is_procedure = self.kind_of(id) == Kind::Procedure;
        match (kind, is_procedure) {
            (RoutineKind::Function, true) => {
                error("42809", format!("{} is not a function", signature(routine)))
            }
            (RoutineKind::Procedure, false) => {
                error("42809", format!("{} is not a procedure", signature(routine)))
            }
            _ => Ok(id),
        }
    }

    fn look_up(
        &self,
        kind: RoutineKind,
        routine: &Routine,
        arguments: Option<&[Oid]>,
    ) -> Result<Lookup, Stop> {
        let Qualified { schema, name } = self.qualified(&routine.name)?;
        let schemas = self.schemas_to_search(schema)?;
        // With arguments the kind is checked only afterwards (and in 13 never before).
        let by_kind = self.switches.routine_lookup_by_kind && arguments.is_none();
        let filter = if by_kind { kind } else { RoutineKind::Routine };
        let found = self.candidates(&schemas, name, filter, |detail| match (arguments, detail) {
            (Some(wanted), Detail::Routine { arguments, .. }) => **arguments == *wanted,
            _ => true,
        });
        let (Some(written), true) = (&routine.arguments, self.switches.routine_lookup_by_kind) else {
            return Ok(found);
        };
        let marked = written.direct.iter().any(|a| a.mode.is_some());
        if kind == RoutineKind::Function
            || written.direct.is_empty()
            || marked
            || matches!(found, Lookup::Ambiguous)
        {
            return Ok(found);
        }
        // SQL's own way: a procedure may be named by all its arguments, OUT ones among them (14+).
        let wanted = arguments.unwrap_or(&[]);
        let by_all = self.candidates(&schemas, name, kind, |detail| match detail {
            Detail::Routine { arguments, all_arguments, .. } => {
                **all_arguments.as_ref().unwrap_or(arguments) == *wanted
            }
            _ => false,
        });
        Ok(match (found, by_all) {
            (Lookup::Found(a), Lookup::Found(b)) if a != b => Lookup::Ambiguous,
            (_, Lookup::Ambiguous) => Lookup::Ambiguous,
            (_, Lookup::Found(b)) => Lookup::Found(b),
            (found, Lookup::Missing) => found,
        })
    }

    /// Routines of that name, those earlier in the path hiding equal signatures further on.
    fn candidates(
        &self,
        schemas: &[Oid],
        name: &str,
        kind: RoutineKind,
        matches: impl Fn(&Detail) -> bool,
    ) -> Lookup {
        let mut seen: Vec<&[Oid]> = Vec::new();
        let mut found = Lookup::Missing;
        for id in schemas.iter().flat_map(|s| self.view.objects_named(Class::Routine, *s, name)) {
            let Some(object) = self.view.object(*id) else { continue };
            let Detail::Routine { arguments, .. } = &object.detail else { continue };
            if seen.contains(&&**arguments) {
                continue;
            }
            seen.push(arguments);
            let fits = match kind {
                RoutineKind::Function => object.kind != Kind::Procedure,
                RoutineKind::Procedure => object.kind == Kind::Procedure,
                RoutineKind::Routine => true,
            };
            if fits && matches(&object.detail) {
                if !matches!(found, Lookup::Missing) {
                    return Lookup::Ambiguous;
                }
                found = Lookup::Found(*id);
            }
        }
        found
    }

    /// `extractArgTypes`: OUT arguments do not take part.
    fn input_types(&self, arguments: &Arguments) -> Result<Vec<Oid>, Stop> {
        let all = arguments.direct.iter().chain(arguments.order_by.iter().flatten());
        let input = all.filter(|a| a.mode != Some(ArgumentMode::Out));
        input.map(|a| self.type_oid(&a.type_name)).collect()
    }

    /// `LookupTypeNameOid`: modifiers say nothing about which type it is.
    fn type_oid(&self, written: &TypeName) -> Result<Oid, Stop> {
        if written.percent_type {
            return Err(Stop::Unsupported(
                "an argument given as column%TYPE cannot be looked up here".to_owned(),
            ));
        }
        let id = self.type_named(&written.name)?;
        let oid = self.view.object(id).map_or(Oid(0), |o| o.oid);
        if written.array_bounds.is_empty() {
            return Ok(oid);
        }
        match self.array_of(id, oid) {
            Some(array) => Ok(array),
            None => error("42704", format!("type \"{}[]\" does not exist", written.name.join("."))),
        }
    }

    /// The array type of an element type: usually `_name` beside it.
    fn array_of(&self, element: ObjectId, oid: Oid) -> Option<Oid> {
        let object = self.view.object(element)?;
        let is_it = |id: &ObjectId| {
            self.view
                .object(*id)
                .is_some_and(|o| o.kind == Kind::ArrayType && o.detail == Detail::Type { of: oid })
        };
        let usual = format!("_{}", object.name);
        let near = self.view.objects_named(Class::Type, object.schema, &usual).iter().copied().find(is_it);
        let far = || self.view.base().objects.iter().map(|(id, _)| id).find(is_it);
        near.or_else(far).and_then(|id| self.view.object(id)).map(|o| o.oid)
    }
}

fn word(kind: RoutineKind) -> &'static str {
    match kind {
        RoutineKind::Function => "function",
        RoutineKind::Procedure => "procedure",
        RoutineKind::Routine => "routine",
    }
}

fn missing_message(kind: RoutineKind, routine: &Routine) -> String {
    let word = if kind == RoutineKind::Procedure { "procedure" } else { "function" };
    match routine.arguments {
        None => format!("could not find a {word} named \"{}\"", routine.name.join(".")),
        Some(_) => format!("{word} {} does not exist", signature(routine)),
    }
}

/// The signature as written, which is how the server names what it did not find, types spelled its own way.
fn signature(routine: &Routine) -> String {
    let arguments = routine.arguments.iter().flat_map(|a| a.direct.iter().chain(a.order_by.iter().flatten()));
    let input = arguments.filter(|a| a.mode != Some(ArgumentMode::Out));
    let types: Vec<String> = input
        .map(|a| {
            let name = a.type_name.name.last().map_or("", String::as_str);
            format!("{}{}", sql_spelling(name), if a.type_name.array_bounds.is_empty() { "" } else { "[]" })
        })
        .collect();
    format!("{}({})", routine.name.join("."), types.join(", "))
}

/// `format_type_be`: SQL's spelling of the built-in types that have one.
pub fn sql_spelling(name: &str) -> &str {
    match name {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "bpchar" => "character",
        "varchar" => "character varying",
        "varbit" => "bit varying",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        other => other,
    }
}
