SELECT roleid, member, grantor, admin_option, inherit_option, set_option, oid
FROM pg_catalog.pg_auth_members
