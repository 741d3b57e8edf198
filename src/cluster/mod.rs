//! The snapshot: roles, memberships, objects and their ACLs, and changes to them as data. Pure.
