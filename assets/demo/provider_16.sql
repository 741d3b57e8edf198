-- As rdsadmin, in postgres, since 16: CREATEROLE alone no longer lets the master user grant predefined roles.
GRANT pg_monitor, pg_signal_backend, pg_create_subscription TO rds_superuser WITH ADMIN OPTION;
