-- As rdsadmin, in postgres: what RDS and Aurora bring along, before the customer has done anything.
CREATE ROLE rds_superuser;
CREATE ROLE rds_replication;
CREATE ROLE rds_password;
CREATE ROLE rds_iam;
CREATE ROLE rds_ad;
CREATE ROLE rds_reserved;
CREATE ROLE rds_extension;
CREATE ROLE rdsrepladmin REPLICATION;
CREATE ROLE rdstopmgr LOGIN;
CREATE ROLE rdswriteforwarduser LOGIN;
CREATE ROLE rdsproxyadmin LOGIN;

GRANT rds_replication, rds_password TO rds_superuser;
GRANT pg_monitor TO rdstopmgr;

CREATE ROLE dba_master LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE NOREPLICATION VALID UNTIL 'infinity';
GRANT rds_superuser TO dba_master;
ALTER DATABASE postgres OWNER TO dba_master;

-- Nobody but the provider enters it.
REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC;
