//! The session that a statement runs in.

use crate::cluster::{Cluster, Oid};

/// What of a session decides the meaning of privilege statements.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Who authenticated. SET SESSION AUTHORIZATION asks this one's superuser attribute.
    pub authenticated: Oid,
    /// `session_user`.
    pub session_user: Oid,
    /// `current_user`: whom statements run as.
    pub current_user: Oid,
    /// What RESET ROLE goes back to: the role that ALTER ROLE .. SET role gave the session at its start.
    pub login_role: Option<Oid>,
    /// `search_path` as its elements, unquoted; `$user` kept.
    pub search_path: Vec<String>,
    /// `createrole_self_grant` (16+).
    pub createrole_self_grant: String,
    /// `password_encryption`.
    pub password_encryption: String,
    /// Within BEGIN .. COMMIT, as `apply` runs a script; else each statement is its own transaction, and SET LOCAL
    /// does nothing but warn.
    pub in_transaction: bool,
}

impl Session {
    /// A new connection of the user that loaded the cluster, in one transaction.
    pub fn of_login(cluster: &Cluster) -> Session {
        Session::as_role(cluster, cluster.session.user)
    }

    /// As if `role` had connected, with this user's other settings.
    pub fn as_role(cluster: &Cluster, role: Oid) -> Session {
        let login = &cluster.session;
        let login_role = login.role.filter(|_| role == login.user);
        Session {
            authenticated: role,
            session_user: role,
            current_user: login_role.unwrap_or(role),
            login_role,
            search_path: login.search_path.clone(),
            createrole_self_grant: login.createrole_self_grant.clone(),
            password_encryption: login.password_encryption.clone(),
            in_transaction: true,
        }
    }
}
