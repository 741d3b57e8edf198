//! How many effective privileges there are.

use std::io::{self, Write};

use super::ask::{Place, Question};
use crate::access::Count;
use crate::cli::args::Format;
use crate::preview::report::{count, grouped};

pub fn write(out: &mut dyn Write, question: &Question, places: &[Place], format: Format) -> io::Result<()> {
    let mut all = Count::default();
    let mut roles = 0;
    for place in places {
        let grid = question.grid(place);
        roles = grid.roles().count();
        all.join(&grid.count());
    }
    match format {
        Format::Json => json(out, &all, roles),
        Format::Csv => csv(out, &all),
        Format::Text => text(out, &all, roles),
    }
}

/// `table`, or `column of table`.
fn kind(kind: crate::cluster::Kind, columns: bool) -> String {
    let of = if columns { "column of " } else { "" };
    format!("{of}{}", kind.type_name())
}

/// Type, privilege, how many, and how many of them can be handed on: partitioned tables are tables.
fn lines(all: &Count) -> Vec<(String, &'static str, u64, u64)> {
    let mut lines: Vec<(String, &'static str, u64, u64)> = Vec::new();
    for ((of, columns, privilege), (held, grantable)) in &all.by {
        let (what, privilege) = (kind(*of, *columns), privilege.name());
        match lines.iter_mut().find(|line| (&line.0, line.1) == (&what, privilege)) {
            Some(line) => (line.2, line.3) = (line.2 + held, line.3 + grantable),
            None => lines.push((what, privilege, *held, *grantable)),
        }
    }
    lines
}

fn json(out: &mut dyn Write, all: &Count, roles: usize) -> io::Result<()> {
    let by = lines(all).into_iter().map(|(what, privilege, held, grantable)| {
        serde_json::json!({"type": what, "privilege": privilege, "count": held, "grantable": grantable})
    });
    let by: Vec<_> = by.collect();
    let all = serde_json::json!({
        "count": all.held, "grantable": all.grantable, "roles": roles, "objects": all.targets, "by": by,
    });
    writeln!(out, "{all}")
}

fn csv(out: &mut dyn Write, all: &Count) -> io::Result<()> {
    writeln!(out, "type,privilege,count,grantable")?;
    for (what, privilege, held, grantable) in lines(all) {
        writeln!(out, "{what},{privilege},{held},{grantable}")?;
    }
    Ok(())
}

fn text(out: &mut dyn Write, all: &Count, roles: usize) -> io::Result<()> {
    writeln!(
        out,
        "{} of {} on {} objects and columns; {} with grant option",
        count(all.held, "effective privilege"),
        count(roles as u64, "role"),
        grouped(all.targets),
        grouped(all.grantable)
    )?;
    let lines = lines(all);
    let width = lines.iter().map(|line| line.0.len()).max().unwrap_or(0);
    let mut last = String::new();
    for (what, privilege, held, _) in lines {
        let shown = if what == last { "" } else { what.as_str() };
        writeln!(out, "  {shown:<width$}  {privilege:<12} {:>20}", grouped(held))?;
        last = what;
    }
    Ok(())
}
