//! What the server would do: a statement, a session and a cluster give changes and notices, or the error. Pure.
