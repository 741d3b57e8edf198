//! `why` against the servers: each path is real and all of them are there; what is missing, once it is granted, makes
//! it work; and what is said to be one step away, or behind another door, is.

mod cli;
mod doors;
mod missing;
mod random;
mod remove;
mod rows;
mod steps;

use crate::servers::Server;
use jiff::Timestamp;
use rolescope::cluster::View;
use rolescope::question::{Answered, answer, ask};
use rolescope::server::load;
use std::sync::Arc;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;

/// A database of its own, and names of its own for these roles.
pub struct Place<'s> {
    pub server: &'s Server,
    pub database: String,
    pub admin: Client,
    names: Vec<(&'static str, String)>,
}

pub async fn place<'s>(server: &'s Server, stems: &[&'static str]) -> Place<'s> {
    let database = server.fresh_database().await;
    let admin = server.superuser(&database).await;
    let names = stems.iter().map(|stem| (*stem, server.unique(stem))).collect();
    Place { server, database, admin, names }
}

impl Place<'_> {
    /// `{alice}` is this test's own alice.
    pub fn named(&self, text: &str) -> String {
        let database = text.replace("{database}", &self.database);
        self.names.iter().fold(database, |text, (stem, name)| text.replace(&format!("{{{stem}}}"), name))
    }

    pub fn name(&self, stem: &str) -> &str {
        self.names.iter().find(|(known, _)| *known == stem).map(|(_, name)| name.as_str()).expect("a name")
    }

    pub async fn run(&self, script: &str) {
        let script = self.named(script);
        self.admin
            .batch_execute(&script)
            .await
            .unwrap_or_else(|e| panic!("{}: {script}: {e:?}", self.server.major));
    }

    pub async fn view(&self) -> View {
        View::new(Arc::new(load(&self.admin, |_| ()).await.expect("load")))
    }

    pub async fn why(&self, role: &str, privilege: &str, object: &str) -> (View, Answered) {
        let mut view = self.view().await;
        let question = ask(&mut view, &self.named(role), privilege, &self.named(object));
        let question = question.unwrap_or_else(|e| panic!("{role} {privilege} {object}: {e:?}"));
        let answered = answer(&view, question, Some(Timestamp::now()));
        (view, answered)
    }

    /// Runs it as a role, in a transaction that is rolled back: true where the privileges suffice.
    pub async fn may(&self, role: &str, statement: &str) -> bool {
        let begin = self.named(&format!("BEGIN; SET SESSION AUTHORIZATION {role}"));
        self.admin.batch_execute(&begin).await.expect("SET SESSION AUTHORIZATION");
        let done = self.admin.batch_execute(&self.named(statement)).await;
        self.admin.batch_execute("ROLLBACK; RESET SESSION AUTHORIZATION").await.expect("ROLLBACK");
        match done {
            Ok(()) => true,
            Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => false,
            Err(error) => panic!("{}: {statement}: {error:?}", self.server.major),
        }
    }
}

/// The answer for programs.
pub fn json(view: &View, answered: &Answered) -> serde_json::Value {
    serde_json::from_str(&rolescope::question::json(view, answered)).expect("JSON")
}
