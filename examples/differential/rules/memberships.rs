//! GRANT and REVOKE of roles, and whom a session may become (section 3).

use super::{ALL, Accepted, Changes, ChangesNothing, Error, NEW, Notice, OLD, Rule};
use std::ops::RangeInclusive;

const fn rule(
    section: &'static str,
    words: &'static str,
    majors: RangeInclusive<u16>,
    sign: super::Sign,
) -> Rule {
    Rule { section, words, majors, sign }
}

pub const RULES: &[Rule] = &[
    rule("3.2", "a superuser role", OLD, Error("42501", "must be superuser to alter superusers")),
    rule("3.2", "no ADMIN", OLD, Error("42501", "must have admin option on role")),
    rule("3.2", "GRANTED BY takes a superuser", OLD, Error("42501", "must be superuser to set grantor")),
    rule("3.2", "GRANTED BY is recorded as given", OLD, Changes(&["GRANT", "GRANTED BY"], "member")),
    rule("3.2", "REVOKE ignores GRANTED BY", OLD, Accepted(&["REVOKE", "GRANTED BY"])),
    rule("3.2", "pg_database_owner", 14..=17, Error("XX000", "cannot have explicit members")),
    rule("3.2", "pg_database_owner", 18..=18, Error("0A000", "cannot have explicit members")),
    rule("3.2", "pg_database_owner as a member", 14..=17, Error("XX000", "cannot be a member of any role")),
    rule("3.2", "pg_database_owner as a member", 18..=18, Error("0A000", "cannot be a member of any role")),
    rule("3.2", "a circle", ALL, Error("0LP01", "is a member of role")),
    rule("3.2", "already a member", OLD, Notice("00000", "is already a member of role")),
    rule("3.2", "no member", OLD, Notice("01000", "is not a member of role")),
    rule("3.2", "ADMIN OPTION FOR", OLD, Changes(&["REVOKE ADMIN OPTION FOR"], "member")),
    rule("3.2", "an upgrade to ADMIN", OLD, Changes(&["GRANT", "WITH ADMIN OPTION"], "member")),
    rule("3.3", "INHERIT", NEW, Changes(&["GRANT", "INHERIT "], "member")),
    rule("3.3", "SET", NEW, Changes(&["GRANT", "SET "], "member")),
    rule("3.3", "PUBLIC has no roles", ALL, Error("42704", "role \"public\" does not exist")),
    rule("3.3", "no ADMIN", NEW, Error("42501", "may grant this role")),
    rule("3.3", "no ADMIN to revoke", NEW, Error("42501", "may revoke this role")),
    rule("3.3", "a superuser role", NEW, Error("42501", "Only roles with the SUPERUSER attribute may")),
    rule("3.3", "a grantor without ADMIN", NEW, Error("42501", "The grantor must have the ADMIN option")),
    rule("3.3", "somebody else's grants", NEW, Error("42501", "privileges of role")),
    rule("3.3", "GRANTED BY another", NEW, Changes(&["GRANT", "GRANTED BY"], "member")),
    rule("3.3", "no possible grantors", NEW, Error("XX000", "no possible grantors")),
    rule("3.3", "ADMIN back to one's grantor", NEW, Error("0LP01", "ADMIN option cannot be granted back")),
    rule("3.3", "already granted", NEW, Notice("00000", "has already been granted membership in role")),
    rule("3.4", "only one's own rows", NEW, Notice("01000", "has not been granted membership in role")),
    rule("3.4", "INHERIT OPTION FOR", NEW, Changes(&["REVOKE INHERIT OPTION FOR"], "member")),
    rule("3.4", "SET OPTION FOR", NEW, Changes(&["REVOKE SET OPTION FOR"], "member")),
    rule("3.4", "ADMIN OPTION FOR", NEW, Changes(&["REVOKE ADMIN OPTION FOR"], "member")),
    rule("3.4", "silent where there is no ADMIN", NEW, ChangesNothing(&["REVOKE ADMIN OPTION FOR"])),
    rule("3.4", "dependents without CASCADE", NEW, Error("2BP01", "dependent privileges exist")),
    rule("3.4", "dependents with CASCADE", NEW, Changes(&["REVOKE", "CASCADE"], "member")),
    rule("3.5", "SET ROLE", ALL, Accepted(&["SET ROLE"])),
    rule("3.5", "SET ROLE refused", ALL, Error("42501", "permission denied to set role")),
    rule("3.5", "SET ROLE to nobody", ALL, Error("22023", "role \"nobody_at_all\" does not exist")),
    rule("3.5", "SET SESSION AUTHORIZATION", ALL, Accepted(&["SET SESSION AUTHORIZATION"])),
    rule("3.5", "SET LOCAL outside of a transaction", ALL, Notice("25P01", "SET LOCAL")),
    rule("3.6", "attributes one does not have", NEW, Error("42501", "permission denied to create role")),
    rule(
        "3.6",
        "REPLICATION takes a superuser",
        OLD,
        Error("42501", "must be superuser to create replication users"),
    ),
    rule(
        "3.6",
        "BYPASSRLS takes a superuser",
        OLD,
        Error("42501", "must be superuser to create bypassrls users"),
    ),
    rule("3.6", "the creator administers", NEW, Changes(&["CREATE "], "member")),
    rule("3.6", "createrole_self_grant", NEW, Accepted(&["SET createrole_self_grant"])),
    rule("3.6", "createrole_self_grant misspelt", NEW, Error("22023", "createrole_self_grant")),
    rule("3.6", "IN ROLE takes ADMIN", NEW, Error("42501", "may grant this role")),
    rule("3.7", "predefined roles cannot be dropped", ALL, Error("2BP01", "required by the database system")),
    rule("3.7", "predefined roles cannot be altered", ALL, Error("42939", "Cannot alter reserved roles")),
];
