-- As rdsadmin, in postgres: how the server of RDS answers the master user's GRANT of its own roles is not known
-- exactly, so the provider grants them here.
GRANT rds_iam TO svc_reporting;
GRANT rds_replication TO svc_etl;
