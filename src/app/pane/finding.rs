//! About a finding.

use super::{PaneRow, Place, Rows, Section};
use crate::app::snapshot::Snapshot;

pub(super) fn rows(snapshot: &Snapshot, number: usize, rows: &mut Rows<'_>) {
    let Some(finding) = snapshot.findings().get(number) else { return };
    rows.fact(format!("{}: {}", finding.level.word(), finding.code.title()));
    rows.rows.push(PaneRow::Gap);
    rows.fact(&finding.reason);
    script(rows, "the steps:", &finding.steps);
    match &finding.mend {
        Ok(statements) => script(rows, "what would mend it; m previews that:", statements),
        Err(why) => {
            rows.rows.push(PaneRow::Gap);
            rows.fact(format!("nothing here mends it: {why}"));
        }
    }
    let objects = finding.objects.iter().map(|target| PaneRow::Named(Place::Object(*target)));
    list(rows, Section::FoundObjects, finding.object_count, objects);
    let roles = finding.roles.iter().map(|role| PaneRow::Named(Place::Role(*role)));
    list(rows, Section::FoundRoles, finding.role_count, roles);
}

fn script(rows: &mut Rows<'_>, heading: &str, statements: &[String]) {
    if statements.is_empty() {
        return;
    }
    rows.rows.push(PaneRow::Gap);
    rows.fact(heading);
    for statement in statements {
        rows.fact(format!("  {statement};"));
    }
}

/// The heading counts all, the list has the first of them.
fn list(rows: &mut Rows<'_>, section: Section, all: usize, items: impl ExactSizeIterator<Item = PaneRow>) {
    let more = all.saturating_sub(items.len());
    if rows.head(section, 0, all, usize::MAX) {
        rows.rows.extend(items);
        if more > 0 {
            rows.fact(format!("  and {more} more"));
        }
    }
}
