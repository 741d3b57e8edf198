//! The explorer's state: `update(state, action, now) -> effects`, the keymap, the staged change set. Pure.
