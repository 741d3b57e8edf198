SELECT roleid, member, grantor, admin_option, inherit_option, set_option
FROM pg_catalog.pg_auth_members
