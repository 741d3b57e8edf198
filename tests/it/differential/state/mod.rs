//! What the catalogs hold, and the same of the model, as text that can be compared. Roles go by their names: one that
//! a program makes has another OID in the model than on the server.

mod model;
mod names;
mod server;

pub use model::model_state;
pub use names::Names;
pub use server::Reader;

use rolescope::cluster::{Oid, View};
use std::collections::{BTreeMap, BTreeSet};

/// Every entry that a privilege statement can write, by a name of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State(BTreeMap<String, String>);

/// What the model says of what it cannot see.
const UNKNOWN: &str = "?";

/// How much is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// All there is.
    Everything,
    /// What users made, and of the system's own what programs like to name: this is read after each statement.
    Near,
}

/// Of the system's own, what programs name: pg_class, pg_database, pg_authid; now(); int4 and text; = of int4; the
/// collation "C".
const NEAR: [(&str, &[u32]); 10] = [
    ("pg_class", &[1259, 1262, 1260]),
    ("pg_proc", &[1299]),
    ("pg_type", &[23, 25]),
    ("pg_operator", &[96]),
    ("pg_opclass", &[1978]),
    ("pg_opfamily", &[1976]),
    ("pg_collation", &[950]),
    ("pg_conversion", &[4402]),
    ("pg_ts_config", &[3748]),
    ("pg_ts_dict", &[3765]),
];

impl Scope {
    /// Is this object of a catalog looked at? Catalogs of few rows are looked at whole.
    fn holds(self, catalog: &str, oid: Oid) -> bool {
        self == Scope::Everything
            || oid.is_user_made()
            || match NEAR.iter().find(|(c, _)| *c == catalog) {
                Some((_, oids)) => oids.contains(&oid.0),
                None => true,
            }
    }
}

impl State {
    fn put(&mut self, key: String, value: String) {
        self.0.insert(key, value);
    }

    /// Where the server (self) and the model differ. The names of objects come from the view.
    pub fn difference(&self, model: &State, view: &View) -> String {
        let keys: BTreeSet<_> = self.0.keys().chain(model.0.keys()).collect();
        let classes: BTreeSet<_> =
            view.base().objects.iter().map(|(_, object)| object.kind.class().catalog()).collect();
        // A catalog of which nothing at all is loaded is one that the model does not hold yet.
        let loaded = |key: &str| {
            key.strip_prefix("owner ")
                .is_none_or(|rest| rest.split(' ').next().is_some_and(|catalog| classes.contains(catalog)))
        };
        let same = |key: &&String| {
            let (server, model) = (self.0.get(*key), model.0.get(*key));
            server == model || model.is_some_and(|value| value == UNKNOWN) || !loaded(key)
        };
        let differ = keys.into_iter().filter(|key| !same(key));
        let say = |key: &String| {
            let (server, model) = (self.0.get(key), model.0.get(key));
            format!(
                "  {}: server {server:?}\n{:>2$} {model:?}\n",
                named(key, view),
                "model",
                named(key, view).len() + 10
            )
        };
        differ.map(say).collect()
    }

    /// The entries that are not as they were.
    pub fn changed_since<'s>(&'s self, before: &'s State) -> impl Iterator<Item = &'s str> {
        let gone = before.0.keys().filter(|key| !self.0.contains_key(*key));
        let other =
            self.0.iter().filter(|(key, value)| before.0.get(*key) != Some(value)).map(|(key, _)| key);
        gone.chain(other).map(String::as_str)
    }
}

/// `acl pg_class 16400` with the object's name behind it.
fn named(key: &str, view: &View) -> String {
    let mut words = key.split(' ').skip(1);
    let (catalog, oid) = (words.next(), words.next().and_then(|w| w.parse().ok()).map(Oid));
    let found = view.base().objects.iter().find(|(_, object)| {
        Some(object.oid) == oid
            && (Some(object.kind.class().catalog()) == catalog || catalog == Some("pg_attribute"))
    });
    match found {
        Some((_, object)) => format!("{key} ({} {})", object.kind.type_name(), object.name),
        None => key.to_owned(),
    }
}
