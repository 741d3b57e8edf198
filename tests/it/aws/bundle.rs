//! `sslrootcert=rds`.
