//! The array of a row: `name=value`, one for each parameter (`GUCArrayAdd`, `GUCArrayDelete`, `GUCArrayReset`).

use crate::simulate::run::{Run, Stop};

impl Run<'_> {
    /// With this value: where the parameter stands already, else at the end.
    pub fn with(&mut self, row: &[String], name: &str, value: &str) -> Result<Vec<String>, Stop> {
        self.may_set(name, Some(value))?;
        let name = self.spelled(name);
        let item = format!("{name}={value}");
        let mut row = row.to_vec();
        match row.iter_mut().find(|item| is_of(item, &name)) {
            Some(place) => *place = item,
            None => row.push(item),
        }
        Ok(row)
    }

    /// Without this parameter.
    pub fn without(&mut self, row: &[String], name: &str) -> Result<Vec<String>, Stop> {
        self.may_set(name, None)?;
        let name = self.spelled(name);
        Ok(row.iter().filter(|item| !is_of(item, &name)).cloned().collect())
    }

    /// Without all that the current user may set.
    pub fn without_all(&self, row: &[String]) -> Vec<String> {
        if self.superuser() {
            return Vec::new();
        }
        let stays = |item: &&String| !self.may_reset(item.split_once('=').map_or(item.as_str(), |(n, _)| n));
        row.iter().filter(stays).cloned().collect()
    }

    /// As the server spells the parameter. It keeps what a session first called one that nobody defines.
    fn spelled(&mut self, name: &str) -> String {
        if let Some(known) = self.known(name) {
            return known.name.clone();
        }
        let items = self.view.settings().flat_map(|(_, _, row)| row);
        let mut others = items.filter_map(|item| item.split_once('=')).map(|(other, _)| other);
        if others.any(|other| other != name && other.eq_ignore_ascii_case(name)) {
            self.doubt(format!("A session that knows {name} by another spelling writes that."));
        }
        name.to_owned()
    }
}

fn is_of(item: &str, name: &str) -> bool {
    item.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
}
