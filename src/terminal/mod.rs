//! Raw mode and its restore, signals, the one event loop that owns state.
