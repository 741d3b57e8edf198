//! A row for each effective privilege, as CSV and as JSON, streamed.

use std::io::{self, Write};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::ask::{Place, Question, is_shared};
use super::names::{Named, by_name};
use crate::access::{Answer, Answering, Grid, How};
use crate::cli::output;
use crate::cluster::{Oid, Privileges};
use crate::preview::report::{json_escaped, visible};
use crate::sql::identity::column_identity;
use crate::sql::quote_ident;

/// So many rows of units with several objects are remembered: 32 MiB.
const REMEMBERED: usize = 2 << 20;

/// How the parts of a row are written.
struct Form {
    /// One value.
    value: fn(Option<&str>) -> String,
    /// A chain of roles.
    chain: fn(&[String]) -> String,
    /// What stands before role, type, privilege, grantable, via, and at the end.
    before: [&'static str; 5],
    end: &'static str,
    /// The middle of a row: type, identity and column.
    thing: fn(&[String; 3]) -> String,
    /// The database, where there is a column for it.
    database: fn(&str) -> String,
}

pub fn csv(out: &mut dyn Write, question: &Question, places: &[Place]) -> io::Result<()> {
    let database = if question.everywhere { ",database" } else { "" };
    writeln!(out, "role,type,identity,column,privilege,grantable,via{database}")?;
    let form = Form {
        value: |value| value.map(csv_field).unwrap_or_default(),
        chain: |chain| csv_field(&chain.iter().map(|role| quote_ident(role)).collect::<Vec<_>>().join(" > ")),
        before: ["", ",", ",", ",", ","],
        end: "\n",
        thing: |[kind, identity, column]| format!("{kind},{identity},{column}"),
        database: |database| format!(",{database}"),
    };
    rows(out, question, places, &form)
}

pub fn json(out: &mut dyn Write, question: &Question, places: &[Place]) -> io::Result<()> {
    let form = Form {
        value: |value| json_escaped(serde_json::json!(value).to_string()),
        chain: |chain| json_escaped(serde_json::json!(chain).to_string()),
        before: ["{\"role\":", ",", ",\"privilege\":", ",\"grantable\":", ",\"via\":"],
        end: "}\n",
        thing: |[kind, identity, column]| {
            format!("\"type\":{kind},\"identity\":{identity},\"column\":{column}")
        },
        database: |database| format!(",\"database\":{database}"),
    };
    rows(out, question, places, &form)
}

/// As RFC 4180 has it; on a terminal no name plays tricks.
fn csv_field(text: &str) -> String {
    let text = if output::is_terminal() { visible(text) } else { text.into() };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.into_owned(),
    }
}

fn rows(out: &mut dyn Write, question: &Question, places: &[Place], form: &Form) -> io::Result<()> {
    for place in places {
        let grid = question.grid(place);
        let mut writer = Rows::new(&grid, form);
        let names = by_name(&grid);
        let of = |database: Option<&str>| match question.everywhere {
            true => (form.database)(&(form.value)(database)),
            false => String::new(),
        };
        let (own, shared) = (of(Some(&place.database)), of(None));
        for named in &names {
            let kind = grid.units()[named.unit].kind;
            writer.write(out, named, if is_shared(kind) { &shared } else { &own })?;
        }
    }
    Ok(())
}

/// An answer with its words found: the role's number, the words' number, the privilege and whether it is grantable.
#[derive(Clone, Copy)]
struct Line {
    role: u32,
    how: u32,
    privilege: Privileges,
    grantable: bool,
}

/// What rows are written with.
struct Rows<'g, 'v> {
    grid: &'g Grid<'v>,
    form: &'g Form,
    answering: Answering<'g, 'v>,
    /// By number: the beginning of a role's rows.
    roles: Vec<String>,
    /// What stands between a thing and a way: by privilege and grantable.
    privileges: [[String; 2]; 16],
    /// Ways in words.
    ways: Vec<String>,
    words: FxHashMap<(How, u32), u32>,
    known: FxHashMap<usize, Rc<[Line]>>,
    remembered: usize,
    line: Vec<u8>,
}

impl<'g, 'v> Rows<'g, 'v> {
    fn new(grid: &'g Grid<'v>, form: &'g Form) -> Self {
        let name = |number: usize| grid.role(number as u32).map(|role| grid.view().role_name(role));
        let role =
            |number| format!("{}{}{}", form.before[0], (form.value)(name(number).as_deref()), form.before[1]);
        let privilege = |bit: usize, grantable: bool| {
            let name = (form.value)(Some(Privileges(1 << bit).name()));
            let [_, _, privilege, option, via] = form.before;
            format!("{privilege}{name}{option}{grantable}{via}")
        };
        Rows {
            grid,
            form,
            answering: grid.answering(),
            roles: (0..grid.numbers()).map(role).collect(),
            privileges: std::array::from_fn(|bit| [false, true].map(|grantable| privilege(bit, grantable))),
            ways: Vec::new(),
            words: FxHashMap::default(),
            known: FxHashMap::default(),
            remembered: 0,
            line: Vec::new(),
        }
    }

    fn write(&mut self, out: &mut dyn Write, named: &Named, database: &str) -> io::Result<()> {
        let lines = self.lines(named.unit);
        let kind = self.grid.units()[named.unit].kind.type_name();
        let column = column_identity(self.grid.view(), named.target);
        let value = self.form.value;
        let thing = [value(Some(kind)), value(Some(&named.identity)), value(column.as_deref())];
        let thing = (self.form.thing)(&thing);
        for line in lines.iter() {
            let bit = line.privilege.0.trailing_zeros() as usize;
            let privilege = &self.privileges[bit][usize::from(line.grantable)];
            let parts = [
                &self.roles[line.role as usize],
                &thing,
                privilege,
                &self.ways[line.how as usize],
                database,
                self.form.end,
            ];
            self.line.clear();
            parts.iter().for_each(|part| self.line.extend_from_slice(part.as_bytes()));
            out.write_all(&self.line)?;
        }
        Ok(())
    }

    fn lines(&mut self, unit: usize) -> Rc<[Line]> {
        if let Some(lines) = self.known.get(&unit) {
            return Rc::clone(lines);
        }
        let grid = self.grid;
        let answers = self.answering.unit(&grid.units()[unit]);
        let lines: Rc<[Line]> = answers.iter().map(|answer| self.line_of(answer)).collect();
        if grid.units()[unit].targets.len() > 1 {
            self.remembered += lines.len();
            if self.remembered > REMEMBERED {
                self.known.clear();
                self.remembered = lines.len();
            }
            self.known.insert(unit, Rc::clone(&lines));
        }
        lines
    }

    fn line_of(&mut self, answer: &Answer) -> Line {
        let Answer { role, privilege, grantable, how } = *answer;
        // Only a chain begins with the role itself.
        let of = if matches!(how, How::Chain(_)) { role } else { u32::MAX };
        let next = self.ways.len() as u32;
        let number = *self.words.entry((how, of)).or_insert(next);
        if number == next {
            let way = self.way(how, role);
            self.ways.push(way);
        }
        Line { role, how: number, privilege, grantable }
    }

    fn way(&self, how: How, role: u32) -> String {
        let name = |role: Oid| self.grid.view().role_name(role);
        let word = match how {
            How::Direct => "direct".to_owned(),
            How::Owner => "owner".to_owned(),
            How::Public => "PUBLIC".to_owned(),
            How::Superuser => "superuser".to_owned(),
            How::Predefined(rule) => name(rule),
            How::Chain(grantee) => {
                let chain = self.grid.chain(self.grid.role(role).unwrap_or_default(), grantee);
                return (self.form.chain)(&chain.into_iter().map(name).collect::<Vec<_>>());
            }
        };
        (self.form.value)(Some(&word))
    }
}
