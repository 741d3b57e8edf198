//! For people: who can do something with each object, or, where roles are asked about, what each can do.
//!
//! Objects with the same answers are one paragraph; roles that have the same in the same way are one line.

use std::collections::BTreeMap;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::ask::{Place, Question};
use super::names::{Named, by_name};
use crate::access::{Answer, Grid, How, Unit};
use crate::cluster::{Oid, Privileges};
use crate::preview::report::{count, grouped, visible};
use crate::sql::identity::column_identity;

/// Columns of the screen.
const WIDTH: usize = 80;
/// So many names of a list that was not asked for; the rest is counted.
const LIST: usize = 20;
/// Roles whose answers are kept at a time.
const ROLES: usize = 64;

pub fn write(out: &mut dyn Write, question: &Question, places: &[Place]) -> io::Result<()> {
    for (at, place) in places.iter().enumerate() {
        let grid = question.grid(place);
        let all = grid.count();
        if places.len() > 1 {
            writeln!(out, "{}database {}", if at > 0 { "\n" } else { "" }, visible(&place.database))?;
        }
        writeln!(
            out,
            "{} of {} on {} objects and columns",
            count(all.held, "effective privilege"),
            count(grid.roles().count() as u64, "role"),
            grouped(all.targets)
        )?;
        let names = by_name(&grid);
        let lists = |asked: bool| if asked { usize::MAX } else { LIST };
        let text = Text {
            grid: &grid,
            names: &names,
            roles: lists(!question.roles.is_empty()),
            objects: lists(!question.objects.is_empty()),
        };
        match question.roles.is_empty() || !question.objects.is_empty() {
            true => text.by_object(out)?,
            false => text.by_role(out)?,
        }
    }
    Ok(())
}

struct Text<'g, 'v> {
    grid: &'g Grid<'v>,
    names: &'g [Named],
    /// The most names of a list of roles, and of one of objects.
    roles: usize,
    objects: usize,
}

/// What is said of some roles alike, or of some objects.
type Said = (Privileges, bool, String);

impl Text<'_, '_> {
    fn by_object(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut answering = self.grid.answering();
        let mut units: BTreeMap<usize, Vec<&Named>> = BTreeMap::new();
        let mut order = Vec::new();
        for named in self.names {
            let members = units.entry(named.unit).or_insert_with(|| {
                order.push(named.unit);
                Vec::new()
            });
            members.push(named);
        }
        for at in order {
            let unit = &self.grid.units()[at];
            let answers = answering.unit(unit);
            if !answers.is_empty() {
                self.paragraph(out, unit, &units[&at], &answers)?;
            }
        }
        Ok(())
    }

    fn paragraph(
        &self,
        out: &mut dyn Write,
        unit: &Unit,
        named: &[&Named],
        answers: &[Answer],
    ) -> io::Result<()> {
        let owner = visible(&self.name(unit.owner)).into_owned();
        writeln!(out)?;
        match named {
            [one] => wrap(out, "", &format!("{}, owner {owner}", self.place(unit, one)))?,
            several => {
                let head = format!("{}, owner {owner}:", counted(unit, several.len()));
                wrap(out, "", &head)?;
                let names: Vec<String> = several.iter().map(|named| self.short(named)).collect();
                list(out, "    ", &names, "", self.objects)?;
            }
        }
        let mut said: BTreeMap<Said, Vec<String>> = BTreeMap::new();
        for ((role, how), (privileges, grantable)) in ways(answers) {
            // What can be handed on and what cannot are two things to say.
            for (privileges, option) in [(grantable, true), (privileges.without(grantable), false)] {
                if !privileges.is_empty() {
                    let role_name = self.number(role);
                    let key = (privileges, option, self.way(role, how));
                    said.entry(key).or_default().push(role_name);
                }
            }
        }
        let mut last = None;
        for ((privileges, option, way), roles) in in_order(said) {
            if last != Some((privileges, option)) {
                wrap(out, "  ", &self.privileges(unit, privileges, option))?;
                last = Some((privileges, option));
            }
            let counted = if roles.len() > LIST {
                format!("{}: ", count(roles.len() as u64, "role"))
            } else {
                String::new()
            };
            list_after(out, "      ", &counted, &roles, &format!(" ({way})"), self.roles)?;
        }
        Ok(())
    }

    fn by_role(&self, out: &mut dyn Write) -> io::Result<()> {
        let roles: Vec<Oid> = self.grid.roles().collect();
        for some in roles.chunks(ROLES) {
            let mut all: BTreeMap<u32, Vec<(usize, How, Privileges, Privileges)>> = BTreeMap::new();
            let mut answering = self.grid.answering();
            for (at, unit) in self.grid.units().iter().enumerate() {
                let answers = answering.unit(unit);
                let mine = |a: &Answer| self.grid.role(a.role).is_some_and(|role| some.contains(&role));
                let answers: Vec<Answer> = answers.into_iter().filter(mine).collect();
                for ((role, how), (privileges, grantable)) in ways(&answers) {
                    all.entry(role).or_default().push((at, how, privileges, grantable));
                }
            }
            let mut members: BTreeMap<usize, Vec<&Named>> = BTreeMap::new();
            self.names.iter().for_each(|named| members.entry(named.unit).or_default().push(named));
            for role in some {
                let number = (0..self.grid.numbers() as u32).find(|n| self.grid.role(*n) == Some(*role));
                let held = number.and_then(|number| all.remove(&number)).unwrap_or_default();
                self.role(out, *role, number.unwrap_or(0), &held, &members)?;
            }
        }
        Ok(())
    }

    fn role(
        &self,
        out: &mut dyn Write,
        role: Oid,
        number: u32,
        held: &[(usize, How, Privileges, Privileges)],
        members: &BTreeMap<usize, Vec<&Named>>,
    ) -> io::Result<()> {
        let size = |at: usize| self.grid.units()[at].targets.len() as u64;
        let all: u64 =
            held.iter().map(|(at, _, privileges, _)| size(*at) * u64::from(privileges.count())).sum();
        let what = if all == 0 { "nothing".to_owned() } else { count(all, "privilege") };
        writeln!(out, "\nrole {}: {what}", visible(&self.name(role)))?;
        // By way, then by what is said, the objects.
        type Things<'n> = BTreeMap<(Privileges, bool, &'static str, bool), Vec<(usize, &'n Named)>>;
        let mut by_way: BTreeMap<(How, String), Things<'_>> = BTreeMap::new();
        for (at, how, privileges, grantable) in held {
            let unit = &self.grid.units()[*at];
            let said = by_way.entry((*how, self.way(number, *how))).or_default();
            for (privileges, option) in [(*grantable, true), (privileges.without(*grantable), false)] {
                if !privileges.is_empty() {
                    let key = (privileges, option, unit.kind.type_name(), unit.columns);
                    let named = members.get(at).into_iter().flatten().map(|named| (*at, *named));
                    said.entry(key).or_default().extend(named);
                }
            }
        }
        for ((_, way), said) in by_way {
            wrap(out, "  ", &way)?;
            for ((privileges, option, ..), mut things) in said {
                things.sort_by(|(_, a), (_, b)| {
                    (&a.identity, a.target.attnum).cmp(&(&b.identity, b.target.attnum))
                });
                let Some((at, first)) = things.first() else { continue };
                let unit = &self.grid.units()[*at];
                let privileges = self.privileges(unit, privileges, option);
                match things.len() {
                    1 => wrap(out, "      ", &format!("{privileges} on {}", self.place(unit, first)))?,
                    several => {
                        let names: Vec<String> = things.iter().map(|(_, named)| self.short(named)).collect();
                        let head = format!("{privileges} on {}: ", counted(unit, several));
                        list_after(out, "      ", &head, &names, "", self.objects)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn name(&self, role: Oid) -> String {
        self.grid.view().role_name(role)
    }

    fn number(&self, role: u32) -> String {
        visible(&self.name(self.grid.role(role).unwrap_or_default())).into_owned()
    }

    fn place(&self, unit: &Unit, named: &Named) -> String {
        let (kind, identity) = (unit.kind.type_name(), visible(&named.identity));
        match column_identity(self.grid.view(), named.target) {
            Some(column) => format!("column {} of {kind} {identity}", visible(&column)),
            None => format!("{kind} {identity}"),
        }
    }

    fn short(&self, named: &Named) -> String {
        let identity = visible(&named.identity);
        match column_identity(self.grid.view(), named.target) {
            Some(column) => format!("{identity} ({})", visible(&column)),
            None => identity.into_owned(),
        }
    }

    fn way(&self, role: u32, how: How) -> String {
        let through = |roles: &[Oid]| {
            let names: Vec<String> =
                roles.iter().map(|role| visible(&self.name(*role)).into_owned()).collect();
            format!("through {}", names.join(" > "))
        };
        match how {
            How::Direct => "direct".to_owned(),
            How::Owner => "owner".to_owned(),
            How::Public => "through PUBLIC".to_owned(),
            How::Superuser => "superuser".to_owned(),
            How::Predefined(rule) => through(&[rule]),
            How::Chain(grantee) => {
                let chain = self.grid.chain(self.grid.role(role).unwrap_or_default(), grantee);
                through(chain.get(1..).unwrap_or_default())
            }
        }
    }

    fn privileges(&self, unit: &Unit, privileges: Privileges, option: bool) -> String {
        let all = unit.kind.acl_kind().all(self.grid.view().base().version);
        let all = if unit.columns { all & Privileges::COLUMN } else { all };
        let names = match privileges == all && all.count() > 2 {
            true => "all privileges".to_owned(),
            false => privileges.names(),
        };
        if option { format!("{names} with grant option") } else { names }
    }
}

/// What each role has by each way: the privileges, and those of them that it can hand on.
fn ways(answers: &[Answer]) -> BTreeMap<(u32, How), (Privileges, Privileges)> {
    let mut ways: BTreeMap<(u32, How), (Privileges, Privileges)> = BTreeMap::new();
    for answer in answers {
        let (privileges, grantable) = ways.entry((answer.role, answer.how)).or_default();
        *privileges |= answer.privilege;
        if answer.grantable {
            *grantable |= answer.privilege;
        }
    }
    ways
}

/// The most privileges first; superusers and PUBLIC, who are in every paragraph, last.
fn in_order(said: BTreeMap<Said, Vec<String>>) -> Vec<(Said, Vec<String>)> {
    let mut lines: Vec<_> = said.into_iter().collect();
    let rank = |way: &str| {
        ["owner", "direct"].iter().position(|w| *w == way).unwrap_or(match way {
            "superuser" => 5,
            "through PUBLIC" => 4,
            _ => 3,
        })
    };
    lines.sort_by_cached_key(|((privileges, option, way), _)| {
        (
            way == "superuser",
            std::cmp::Reverse(privileges.count()),
            *privileges,
            !*option,
            rank(way),
            way.clone(),
        )
    });
    lines
}

fn counted(unit: &Unit, number: usize) -> String {
    match unit.columns {
        true => count(number as u64, "column"),
        false => count(number as u64, unit.kind.type_name()),
    }
}

fn wrap(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    fill(out, indent, &words, " ")
}

fn list(out: &mut dyn Write, indent: &str, names: &[String], after: &str, most: usize) -> io::Result<()> {
    list_after(out, indent, "", names, after, most)
}

/// Names with commas, `most` of them; what comes after stands behind the last.
fn list_after(
    out: &mut dyn Write,
    indent: &str,
    before: &str,
    names: &[String],
    after: &str,
    most: usize,
) -> io::Result<()> {
    let shown = names.iter().take(most).map(|name| format!("{name},"));
    let mut pieces: Vec<String> =
        before.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    pieces.extend(shown);
    if let Some(last) = pieces.last_mut().filter(|last| last.ends_with(',')) {
        last.pop();
    }
    let more = names.len().saturating_sub(most);
    let more = if more > 0 { format!("and {} more", grouped(more as u64)) } else { String::new() };
    let rest = format!("{more}{after}");
    pieces.extend(rest.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
    fill(out, indent, &pieces, " ")
}

/// Puts as many pieces on a line as fit; further lines stand two columns deeper.
fn fill(out: &mut dyn Write, indent: &str, pieces: &[String], gap: &str) -> io::Result<()> {
    let mut line = indent.to_owned();
    let mut empty = true;
    for piece in pieces {
        if !empty && line.width() + gap.len() + piece.width() > WIDTH {
            writeln!(out, "{line}")?;
            line = format!("{indent}  ");
            empty = true;
        }
        if !empty {
            line.push_str(gap);
        }
        line.push_str(piece);
        empty = false;
    }
    writeln!(out, "{line}")
}
