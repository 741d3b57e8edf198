-- As rdsadmin, in orders: only a superuser makes a foreign-data wrapper.
CREATE FOREIGN DATA WRAPPER archive_wrapper;
GRANT USAGE ON FOREIGN DATA WRAPPER archive_wrapper TO dba_master WITH GRANT OPTION;
