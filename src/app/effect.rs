//! What the explorer wants done outside, as data.

/// Something for the terminal's loop to carry out. What answers carries the same generation back.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Connect where there is no connection, and load everything: replies `Connected`, `Loading` (several), then
    /// `Loaded` or `Failed`.
    Load {
        /// To be sent back with every reply.
        generation: u64,
    },
    /// Put a text on the user's clipboard (OSC 52).
    Copy(String),
    /// Give the terminal back to the shell until it continues us.
    Suspend,
    /// Restore the terminal and end.
    Quit,
}
