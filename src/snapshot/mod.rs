//! The snapshot file: everything that was loaded, as bytes and back. Pure.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
