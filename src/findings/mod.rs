//! What a careful DBA would look for: each finding with its reason, the objects, and statements that would mend it. Pure.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
