//! The session that a statement runs in.

use crate::cluster::{Cluster, Oid};

/// What of a session decides the meaning of privilege statements.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Who authenticated.
    pub authenticated: Oid,
    /// Whether it was a superuser when it did.
    pub authenticated_superuser: bool,
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

    /// As if `role` had connected.
    pub fn as_role(cluster: &Cluster, role: Oid) -> Session {
        let login = cluster.login_of(role);
        Session {
            authenticated: role,
            authenticated_superuser: cluster.roles.get(role).is_some_and(|role| role.superuser),
            session_user: role,
            current_user: login.role.unwrap_or(role),
            login_role: login.role,
            search_path: login.search_path,
            createrole_self_grant: login.createrole_self_grant,
            password_encryption: login.password_encryption,
            in_transaction: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Session;
    use crate::cluster::RoleSetting;
    use crate::cluster::testing::Builder;
    use std::sync::Arc;

    #[test]
    fn another_role_starts_with_its_own_settings() {
        let mut builder = Builder::new(16);
        let (app, group) = (builder.role("app"), builder.role("readers"));
        let mut cluster = Arc::unwrap_or_clone(builder.build());
        let setting =
            |role, database, text: &str| RoleSetting { role, database, settings: vec![text.to_owned()] };
        let none = crate::cluster::Oid(0);
        cluster.role_settings = [
            setting(none, cluster.database, "search_path=everyone"),
            setting(app, none, "search_path=Shop, \"Sales\""),
            setting(app, cluster.database, "role=readers"),
        ]
        .into();
        let session = Session::as_role(&cluster, app);
        assert_eq!(session.search_path, ["shop", "Sales"]);
        assert_eq!((session.session_user, session.current_user), (app, group));
        assert_eq!(Session::as_role(&cluster, group).search_path, ["everyone"]);
    }
}
