//! Connection settings, TLS, passwords; loading a cluster; applying a plan; the journal.
