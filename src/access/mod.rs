//! Effective privileges of a role on an object, and every path that gives them. Pure.
