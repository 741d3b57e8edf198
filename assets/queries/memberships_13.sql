-- Before 16 a membership has neither INHERIT nor SET, nor an OID.
SELECT roleid, member, grantor, admin_option, NULL::bool, NULL::bool, NULL::oid
FROM pg_catalog.pg_auth_members
