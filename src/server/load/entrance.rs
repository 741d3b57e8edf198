//! Into one database after the other with the same password: one that is refused is not sent again. A server may count
//! refusals and lock the account, and whoever connected first has seen the password taken.

use crate::server::{ConnectError, Connection, ErrorKind, Opener};
use tokio::sync::Mutex;

/// Where connections to other databases are opened.
pub(super) struct Entrance {
    opener: Opener,
    password: Mutex<Password>,
}

/// What is known of the password. It may have been changed since the first connection was made.
enum Password {
    /// Nothing: whoever comes goes alone, and the others wait for what becomes of it.
    Untried,
    /// A server took it: all go at once.
    Taken,
    /// For this database the server refused it.
    Refused(String),
}

/// Why there is no connection.
pub(super) enum Stopped {
    /// It was tried.
    Failed(ConnectError),
    /// It was not: the password had been refused for this database.
    Unasked(String),
}

impl Entrance {
    pub(super) fn new(opener: Opener) -> Self {
        Entrance { opener, password: Mutex::new(Password::Untried) }
    }

    pub(super) async fn open(&self, database: &str) -> Result<Connection, Stopped> {
        let mut password = self.password.lock().await;
        let opened = match &*password {
            Password::Refused(database) => return Err(Stopped::Unasked(database.clone())),
            Password::Untried => self.opener.open_database(database).await,
            Password::Taken => {
                drop(password);
                let opened = self.opener.open_database(database).await;
                password = self.password.lock().await;
                opened
            }
        };
        match &opened {
            Ok(_) if matches!(*password, Password::Untried) => *password = Password::Taken,
            Err(error) if error.kind == ErrorKind::WrongPassword => {
                *password = Password::Refused(database.to_owned());
            }
            _ => {}
        }
        opened.map_err(Stopped::Failed)
    }
}
