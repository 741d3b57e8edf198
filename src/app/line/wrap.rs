//! Lines of the preview, wrapped: nothing in a preview is ever cut.

use crate::app::text::wrapped;
use crate::preview::report::Line;

/// Wraps at blanks to this many cells, the frame and the mark aside.
pub fn wrap(lines: &[Line], cells: usize) -> Vec<Line> {
    let cells = cells.saturating_sub(6).max(8);
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let mut mark = line.mark;
        let indent = line.text.len() - line.text.trim_start().len();
        for (i, text) in wrapped(&line.text, cells.saturating_sub(indent).max(8)).into_iter().enumerate() {
            let text = if i > 0 { format!("{}  {text}", " ".repeat(indent)) } else { text };
            out.push(Line { mark: mark.take(), text });
        }
    }
    out
}
