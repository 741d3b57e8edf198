//! Two clusters told apart: who gained and who lost, and which catalog entries differ. Pure.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
