//! A throwaway PostgreSQL with TLS and an Aurora-like set of roles; the tests start their servers with the same code.
