-- As rdsadmin, in postgres, since 15: privileges on parameters, and a role for CHECKPOINT.
GRANT pg_checkpoint TO rds_superuser;
GRANT SET ON PARAMETER log_min_duration_statement TO rds_superuser WITH GRANT OPTION;
GRANT SET ON PARAMETER session_replication_role TO rds_superuser;
