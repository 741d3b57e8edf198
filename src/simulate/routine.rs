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
        let signature = || self.signature(routine, arguments.as_deref().unwrap_or(&[]));
        match self.look_up(kind, routine, arguments.as_deref())? {
            Lookup::Found(id) => self.of_kind(kind, id, signature),
            Lookup::Missing => error("42883", missing_message(kind, routine, signature)),
            Lookup::Ambiguous => {
                let message = format!("{} name \"{}\" is not unique", word(kind), routine.name.join("."));
                let error = ServerError::new("42725", message);
                let hint = format!("Specify the argument list to select the {} unambiguously.", word(kind));
                Err(if routine.arguments.is_none() { error.hint(hint) } else { error }.into())
            }
        }
    }

    /// FUNCTION means aggregates and window functions too, for historical reasons; never a procedure.
    fn of_kind(
        &self,
        kind: RoutineKind,
        id: ObjectId,
        signature: impl Fn() -> String,
    ) -> Result<ObjectId, Stop> {
        let is_procedure = self.kind_of(id) == Kind::Procedure;
        match (kind, is_procedure) {
            (RoutineKind::Function, true) => error("42809", format!("{} is not a function", signature())),
            (RoutineKind::Procedure, false) => error("42809", format!("{} is not a procedure", signature())),
            _ => Ok(id),
        }
    }

    /// The aggregate that AGGREGATE means. Its arguments are always written.
    pub fn aggregate(&self, routine: &Routine) -> Result<ObjectId, Stop> {
        let arguments = routine.arguments.as_ref().map(|written| self.input_types(written)).transpose()?;
        let arguments = arguments.unwrap_or_default();
        match self.look_up(RoutineKind::Function, routine, Some(&arguments))? {
            Lookup::Found(id) if self.kind_of(id) == Kind::Aggregate => Ok(id),
            Lookup::Found(_) => {
                let signature = self.signature(routine, &arguments);
                error("42809", format!("function {signature} is not an aggregate"))
            }
            Lookup::Missing if arguments.is_empty() => {
                error("42883", format!("aggregate {}(*) does not exist", routine.name.join(".")))
            }
            Lookup::Missing => {
                error("42883", format!("aggregate {} does not exist", self.signature(routine, &arguments)))
            }
            Lookup::Ambiguous => {
                error("42725", format!("aggregate name \"{}\" is not unique", routine.name.join(".")))
            }
        }
    }

    /// `func_signature_string`.
    fn signature(&self, routine: &Routine, arguments: &[Oid]) -> String {
        let types: Vec<String> = arguments.iter().map(|oid| self.shown_type(*oid)).collect();
        format!("{}({})", routine.name.join("."), types.join(", "))
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

    /// `extractArgTypes`: OUT arguments do not take part. A VARIADIC argument before ORDER BY is the same one as that
    /// behind it (`makeOrderedSetArgs`).
    fn input_types(&self, arguments: &Arguments) -> Result<Vec<Oid>, Stop> {
        let twice = arguments.direct.last().is_some_and(|a| a.mode == Some(ArgumentMode::Variadic));
        let ordered = arguments.order_by.iter().filter(|_| !twice).flatten();
        let all = arguments.direct.iter().chain(ordered);
        let input = all.filter(|a| a.mode != Some(ArgumentMode::Out));
        input.map(|a| self.type_oid(&a.type_name)).collect()
    }

    /// `LookupTypeNameOid`: modifiers say nothing about which type it is.
    pub fn type_oid(&self, written: &TypeName) -> Result<Oid, Stop> {
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

fn missing_message(kind: RoutineKind, routine: &Routine, signature: impl Fn() -> String) -> String {
    let word = if kind == RoutineKind::Procedure { "procedure" } else { "function" };
    match routine.arguments {
        None => format!("could not find a {word} named \"{}\"", routine.name.join(".")),
        Some(_) => format!("{word} {} does not exist", signature()),
    }
}
