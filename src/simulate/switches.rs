//! One table of what changed between versions (SEMANTICS, appendix B), asked by name.

use crate::cluster::Version;

/// What a server of some version does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Switches {
    /// 14+: with a name alone, FUNCTION does not see procedures nor PROCEDURE functions; procedures also match by
    /// all their arguments.
    pub routine_lookup_by_kind: bool,
    /// 15+: GRANT .. ON PARAMETER.
    pub parameter_acls: bool,
    /// 17+: an unknown parameter is 42704; before, 42602.
    pub unknown_parameter_is_undefined: bool,
    /// 14+: `pg_database_owner` exists and takes no explicit members.
    pub database_owner_role: bool,
    /// 18: refusing such a membership has an SQLSTATE (0A000); before, it is XX000.
    pub database_owner_has_sqlstate: bool,
    /// 16+: a membership row for each grantor, with INHERIT and SET; CREATEROLE alone grants nothing.
    pub membership_options: bool,
    /// 17+: GRANT on a multirange type is refused, and so is ALTER TYPE .. OWNER TO.
    pub multirange_refused: bool,
    /// 14+: there are no postfix operators.
    pub no_postfix_operators: bool,
    /// 16+: subscriptions of others than superusers.
    pub subscriptions_of_others: bool,
    /// 18: DOMAIN looks whether it is one before anything else (tried; SEMANTICS has the order of 17 for all).
    pub domain_checked_first: bool,
    /// Up to 17: the word RULE is accepted as a privilege that does nothing.
    pub rule_privilege: bool,
    /// 14+: what CREATE and ALTER ROLE say where they take a superuser.
    pub alter_role_reworded: bool,
    /// 16: the superuser that initdb made is called "bootstrap user" where it may not lose the attribute.
    pub bootstrap_user: bool,
    /// 18: stored passwords have at most 512 bytes.
    pub stored_password_limited: bool,
    /// 18: a warning at every MD5 password.
    pub md5_warning: bool,
    /// 16+: `createrole_self_grant`.
    pub createrole_self_grant: bool,
    /// 13: `password_encryption` takes booleans too, which mean md5.
    pub boolean_password_encryption: bool,
    /// 18: `ssl_ecdh_curve` is the old name of `ssl_groups`.
    pub ssl_groups: bool,
    /// 14+: a custom parameter's name must be identifiers with dots between them.
    pub custom_names_checked: bool,
    /// 17+: messages about ranges give the bounds their unit.
    pub units_of_bounds: bool,
    /// 18: messages spell parameters as the server does, not as the statement did.
    pub canonical_parameter_names: bool,
    /// 17+: SET SESSION AUTHORIZATION asks whether who authenticated is a superuser; before, whether it was one then.
    pub authenticated_superuser_is_current: bool,
    /// SET SESSION AUTHORIZATION names the role it refuses: 17, and before it since the minor releases of November
    /// 2024 (CVE-2024-10978; tried on 13.23, 14.23, 15.18, 16.14).
    pub session_authorization_names_role: bool,
}

impl Switches {
    /// For this server; a newer major than is known counts as the newest known.
    pub fn of(version: Version) -> Switches {
        let major = version.major();
        Switches {
            routine_lookup_by_kind: major >= 14,
            parameter_acls: major >= 15,
            unknown_parameter_is_undefined: major >= 17,
            database_owner_role: major >= 14,
            database_owner_has_sqlstate: major >= 18,
            membership_options: major >= 16,
            multirange_refused: major >= 17,
            no_postfix_operators: major >= 14,
            subscriptions_of_others: major >= 16,
            domain_checked_first: major >= 18,
            rule_privilege: major <= 17,
            alter_role_reworded: major >= 14,
            bootstrap_user: major == 16,
            stored_password_limited: major >= 18,
            md5_warning: major >= 18,
            createrole_self_grant: major >= 16,
            boolean_password_encryption: major == 13,
            ssl_groups: major >= 18,
            custom_names_checked: major >= 14,
            units_of_bounds: major >= 17,
            canonical_parameter_names: major >= 18,
            authenticated_superuser_is_current: major >= 17,
            session_authorization_names_role: match major {
                13 => version.minor() >= 17,
                14 => version.minor() >= 14,
                15 => version.minor() >= 9,
                16 => version.minor() >= 5,
                _ => true,
            },
        }
    }
}
