//! What changes mean: who gains, who loses, what stays, warnings, risk, the undo. Pure.
