//! Which part of a list is on the screen.

/// The first row of the screen so that the selected one is on it.
pub(super) fn into_view(top: usize, selected: usize, rows: usize, height: usize) -> usize {
    let height = height.max(1);
    let top = top.clamp((selected + 1).saturating_sub(height), selected);
    top.min(rows.saturating_sub(height))
}

/// The screen moved by so many rows, and the selection only as far as it must to stay on it: first row, selected row.
pub(super) fn moved(top: usize, selected: usize, by: isize, rows: usize, height: usize) -> (usize, usize) {
    let height = height.max(1);
    let top = top.saturating_add_signed(by).min(rows.saturating_sub(height));
    (top, selected.clamp(top, top + height - 1))
}
