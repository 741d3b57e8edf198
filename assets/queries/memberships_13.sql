-- Before 16 a membership has neither INHERIT nor SET.
SELECT roleid, member, grantor, admin_option, NULL::bool, NULL::bool
FROM pg_catalog.pg_auth_members
