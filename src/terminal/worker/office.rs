//! What all work at one cluster shares.

use super::Manner;
use super::load::{self, Link};
use crate::app::Action;
use crate::guard::Protected;
use crate::server::{ConnectError, Connection, ErrorKind, Identity, Opener, Running, Settings};
use secrecy::SecretString;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// The cluster that is looked at.
pub(super) struct Office {
    pub(super) link: Link,
    /// Of the connection made last: after a failover it is for another address.
    opener: Mutex<Opener>,
    pub(super) protected: Protected,
    pub(super) manner: Manner,
    /// What was loaded comes from this one.
    identity: Identity,
    /// The password there is was refused; it is not sent again, since accounts get locked.
    refused: AtomicBool,
    /// It is the place that is looked at.
    current: AtomicBool,
}

impl Office {
    pub(super) async fn new(
        mut connection: Connection,
        protected: &Protected,
        manner: Manner,
        replies: &UnboundedSender<Action>,
    ) -> Arc<Office> {
        connection.set_statement_timeout(manner.limits.statement);
        let office = Arc::new(Office {
            opener: Mutex::new(connection.opener()),
            identity: connection.identity().await,
            link: Link::default(),
            protected: protected.clone(),
            manner,
            refused: AtomicBool::new(false),
            current: AtomicBool::new(false),
        });
        load::watch(&connection, replies, &office);
        office.link.keep(connection);
        office
    }

    /// It applies nothing to another cluster.
    pub(super) fn opener(&self) -> Opener {
        let opener = self.opener.lock().unwrap_or_else(PoisonError::into_inner).clone();
        opener.expecting(self.identity.clone())
    }

    /// Another connection in place of the one there was, to another database or with another password where these are
    /// said; the next ones are opened as it was.
    pub(super) async fn reopened(
        &self,
        database: Option<&str>,
        password: Option<SecretString>,
        running: &Running,
    ) -> Result<Connection, ConnectError> {
        let opener = self.opener().running(running);
        if password.is_none() && self.is_refused() {
            return Err(ConnectError::new(
                ErrorKind::WrongPassword,
                "the server refused the password that there was",
            ));
        }
        let opener = password.map_or(opener.clone(), |password| opener.with_password(password));
        let opener = database.map_or(opener.clone(), |database| opener.to(database));
        let opened = opener.reconnect().await;
        self.note(opened.as_ref().err(), &opener);
        let connection = opened?;
        if !self.identity.may_be(&connection.identity().await) {
            let message = "another cluster answers there than the one that was loaded";
            return Err(ConnectError::new(ErrorKind::AnotherCluster, message)
                .hint("C connects to it as to another cluster; what is shown is of the one before."));
        }
        *self.opener.lock().unwrap_or_else(PoisonError::into_inner) = connection.opener();
        Ok(connection)
    }

    /// Whether the password there is was refused, and no other can have come to its place.
    pub(super) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Takes note of what became of a connection with that opener. A program or a file may give another password the
    /// next time.
    pub(super) fn note(&self, error: Option<&ConnectError>, opener: &Opener) {
        let refused = error.is_some_and(|error| error.kind == ErrorKind::WrongPassword);
        if refused || error.is_none() {
            self.refused.store(refused && opener.has_fixed_password(), Ordering::Relaxed);
        }
    }

    /// It is looked at from now on.
    pub(super) fn enter(&self) {
        self.current.store(true, Ordering::Relaxed);
    }

    /// Another place is looked at from now on.
    pub(super) fn leave(&self) {
        self.current.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_current(&self) -> bool {
        self.current.load(Ordering::Relaxed)
    }
}

/// A server, and who somebody is there: what the command line says about passwords counts there, and goes nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Home {
    hosts: Vec<(String, u16)>,
    user: String,
}

impl Home {
    pub(super) fn of(settings: &Settings) -> Home {
        let hosts = settings.hosts.iter().map(|host| (host.name(), host.port)).collect();
        Home { hosts, user: settings.user.clone() }
    }
}
