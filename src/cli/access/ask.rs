//! The question: which roles, objects and privileges, in which databases.

use std::collections::HashSet;

use super::AccessArgs;
use crate::access::{Asked, Grid, Universe};
use crate::cli::failure::Failure;
use crate::cluster::{Class, Databases, Kind, Object, Oid, Privileges, Role, View};
use crate::sql::{Pattern, PatternError};

/// What was asked.
pub struct Question {
    pub roles: Vec<Pattern>,
    pub objects: Vec<Pattern>,
    pub privileges: Privileges,
    pub system: bool,
    /// In every database.
    pub everywhere: bool,
}

/// A database to ask it in.
pub struct Place {
    /// Its name.
    pub database: String,
    pub view: View,
    /// Databases as objects: all but those that are asked in themselves.
    others: Option<HashSet<Oid>>,
}

/// What databases share is listed once.
pub fn is_shared(kind: Kind) -> bool {
    matches!(kind, Kind::Database | Kind::Tablespace | Kind::Parameter)
}

impl Question {
    pub fn new(said: &AccessArgs) -> Result<Question, Failure> {
        let patterns = |texts: &[String], read: fn(&str) -> Result<Pattern, PatternError>| {
            texts.iter().map(|text| read(text).map_err(refused)).collect::<Result<Vec<_>, _>>()
        };
        let mut privileges = Privileges::NONE;
        for word in &said.privileges {
            privileges |= privilege(word)?;
        }
        Ok(Question {
            roles: patterns(&said.roles, Pattern::plain)?,
            objects: patterns(&said.objects, Pattern::object)?,
            privileges: if said.privileges.is_empty() { !Privileges::NONE } else { privileges },
            system: said.system,
            everywhere: said.all_databases,
        })
    }

    /// The databases, the connected one first.
    pub fn places(&self, databases: &Databases) -> Vec<Place> {
        let loaded: HashSet<Oid> = databases.loaded.iter().map(|cluster| cluster.database).collect();
        let place = |(at, cluster): (usize, &std::sync::Arc<crate::cluster::Cluster>)| {
            let view = View::new(std::sync::Arc::clone(cluster));
            let database = view.object_by_oid(Class::Database, cluster.database);
            let database = database.and_then(|id| view.object(id)).map(|object| object.name.to_string());
            let others = (at == 0).then(|| loaded.clone());
            Place { database: database.unwrap_or_default(), view, others }
        };
        databases.loaded.iter().enumerate().map(place).collect()
    }

    /// Works it out in one place; objects and roles must match a pattern where there is any.
    pub fn grid<'p>(&self, place: &'p Place) -> Grid<'p> {
        let asked = Asked {
            universe: self.universe(place, self.system),
            role: &|role| self.wants_role(role),
            object: &|_, object| place.lists(object) && self.wants_object(place, object),
            privileges: self.privileges,
        };
        Grid::new(&place.view, &asked)
    }

    fn universe(&self, place: &Place, system: bool) -> Universe {
        Universe { system, databases: self.everywhere && place.others.is_some() }
    }

    fn wants_role(&self, role: &Role) -> bool {
        self.roles.is_empty() || self.roles.iter().any(|pattern| pattern.matches_plain(&role.name))
    }

    fn wants_object(&self, place: &Place, object: &Object) -> bool {
        self.objects.is_empty() || self.objects.iter().any(|pattern| place.is_meant(pattern, object))
    }

    /// The first pattern that no role or object of the universe matches.
    pub fn finds_nothing(&self, places: &[Place]) -> Option<Failure> {
        let role = |pattern: &Pattern, system: bool| {
            let roles = places.iter().take(1).flat_map(|place| place.view.roles());
            let universe = Universe { system, databases: false };
            roles.filter(|role| universe.has_role(role)).any(|role| pattern.matches_plain(&role.name))
        };
        let object = |pattern: &Pattern, system: bool| {
            places.iter().any(|place| {
                let (base, universe) = (place.view.base(), self.universe(place, system));
                let shown = base.objects.iter().filter(|(_, o)| universe.has(base, o) && place.lists(o));
                shown.into_iter().any(|(_, object)| place.is_meant(pattern, object))
            })
        };
        let found_nothing = |what: &str, patterns: &[Pattern], finds: &dyn Fn(&Pattern, bool) -> bool| {
            let pattern = patterns.iter().find(|pattern| !finds(pattern, self.system))?;
            let failure = Failure::usage(format!("no {what} matches \"{}\"", pattern.text()));
            let of_system = !self.system && finds(pattern, true);
            let hint = format!("The system has some that do; --system takes its {what}s too.");
            Some(if of_system { failure.hint(hint) } else { failure })
        };
        let nobody = found_nothing("role", &self.roles, &role);
        nobody.or_else(|| found_nothing("object", &self.objects, &object))
    }
}

impl Place {
    /// Whether the object is listed here and not with another database.
    fn lists(&self, object: &Object) -> bool {
        match (&self.others, object.kind) {
            (_, Kind::Database) if object.oid == self.view.base().database => true,
            (Some(loaded), Kind::Database) => !loaded.contains(&object.oid),
            (others, kind) => others.is_some() || !is_shared(kind),
        }
    }

    fn is_meant(&self, pattern: &Pattern, object: &Object) -> bool {
        let schema = self.view.object_by_oid(Class::Schema, object.schema);
        let schema = schema.and_then(|id| self.view.object(id)).map(|schema| &*schema.name);
        pattern.matches(&self.database, schema, &object.name)
    }
}

fn refused(error: PatternError) -> Failure {
    let hint = match error {
        PatternError::Dots(_) => "A dot that is part of a name stands in double quotes.",
        PatternError::Regex(..) => {
            "What means something in regular expressions is quoted with double quotes."
        }
    };
    Failure::usage(error.to_string()).hint(hint)
}

fn privilege(word: &str) -> Result<Privileges, Failure> {
    let name = word.split_whitespace().collect::<Vec<_>>().join(" ").to_ascii_uppercase();
    Privileges::from_name(&name).ok_or_else(|| {
        let hint = format!("One of: {}.", (!Privileges::NONE).names());
        Failure::usage(format!("unrecognized privilege type: \"{word}\"")).hint(hint)
    })
}
