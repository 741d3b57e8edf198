-- As rdsadmin, in postgres.
GRANT pg_monitor, pg_signal_backend TO rds_superuser;
