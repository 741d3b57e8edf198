//! What the server answers to a statement, and the same of a prediction.

use rolescope::simulate::{Prediction, Severity};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_postgres::Client;
use tokio_postgres::error::DbError;

/// An error, or none, and the notices before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub sqlstate: Option<String>,
    pub message: Option<String>,
    pub detail: Option<String>,
    pub hint: Option<String>,
    pub notices: Vec<Told>,
}

/// A notice or warning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    pub severity: String,
    pub sqlstate: String,
    pub message: String,
}

impl Said {
    /// The error's SQLSTATE, or those of the notices, or `ok`.
    pub fn in_short(&self) -> String {
        match (&self.sqlstate, self.notices.is_empty()) {
            (Some(sqlstate), _) => sqlstate.clone(),
            (None, true) => "ok".to_owned(),
            (None, false) => self.notices.iter().map(|n| n.sqlstate.as_str()).collect::<Vec<_>>().join(" "),
        }
    }

    /// What the model expects.
    pub fn predicted(prediction: &Prediction) -> Said {
        let error = prediction.result.as_ref().err();
        let notices = prediction.notices.iter().map(|notice| Told {
            severity: if notice.severity == Severity::Notice { "NOTICE" } else { "WARNING" }.to_owned(),
            sqlstate: notice.sqlstate.to_owned(),
            message: notice.message.clone(),
        });
        Said {
            sqlstate: error.map(|e| e.sqlstate.to_owned()),
            message: error.map(|e| e.message.clone()),
            detail: error.and_then(|e| e.detail.clone()),
            hint: error.and_then(|e| e.hint.clone()),
            notices: notices.collect(),
        }
    }

    /// Where the server (self) says something else than the model; empty where both say the same.
    pub fn difference(&self, model: &Said, any_order: bool) -> String {
        let mut wrong = String::new();
        // Of a whole schema, whichever object comes first is the one that the error names.
        let same = if any_order { self.sqlstate == model.sqlstate } else { self.error() == model.error() };
        // What may be a password is never told.
        let masked = model.message.as_deref().is_some_and(|message| message.contains("'***'"));
        let same = same || (masked && self.sqlstate == model.sqlstate);
        if !same {
            wrong.push_str(&self.error_difference(model));
        }
        // In what order objects of a schema are visited decides which notices come before an error.
        let (mut server, mut predicted) = (self.notices.clone(), model.notices.clone());
        if any_order {
            server.sort();
            predicted.sort();
        }
        if server != predicted && !(any_order && model.sqlstate.is_some()) {
            wrong.push_str(&format!("  notices: server {server:?}\n            model {predicted:?}\n"));
        }
        wrong
    }

    /// Of a long list in the DETAIL only what is in one of the two.
    fn error_difference(&self, model: &Said) -> String {
        let [server_detail, model_detail] =
            [&self.detail, &model.detail].map(|detail| detail.as_deref().unwrap_or_default());
        let rest = |said: &Said| (said.sqlstate.clone(), said.message.clone(), said.hint.clone());
        if rest(self) != rest(model) || server_detail.is_empty() || model_detail.is_empty() {
            return format!("  error: server {:?}\n          model {:?}\n", self.error(), model.error());
        }
        let lines = |text: &str, other: &str| {
            text.lines()
                .filter(|line| !other.lines().any(|l| l == *line))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let mut only = (lines(server_detail, model_detail), lines(model_detail, server_detail));
        if only.0.is_empty() && only.1.is_empty() {
            // The same lines in another order: from the first on that is another.
            let differs =
                server_detail.lines().zip(model_detail.lines()).find(|(server, model)| server != model);
            let (server, model) = differs.unwrap_or_default();
            only = (vec![format!("order: {server}")], vec![format!("order: {model}")]);
        }
        let say = |side: &str, lines: &[String]| {
            lines.iter().map(|line| format!("  detail: only {side}: {line}\n")).collect::<String>()
        };
        format!("  error: {:?}\n{}{}", self.message, say("server", &only.0), say("model", &only.1))
    }

    fn error(&self) -> [Option<&str>; 4] {
        [&self.sqlstate, &self.message, &self.detail, &self.hint].map(Option::as_deref)
    }
}

/// Runs a statement and collects what the server says.
pub async fn run(client: &Client, notices: &mut UnboundedReceiver<DbError>, text: &str) -> Said {
    let mut said = Said::default();
    if let Err(error) = client.simple_query(text).await {
        let error = error.as_db_error().unwrap_or_else(|| panic!("{text}: the connection is gone: {error}"));
        said.sqlstate = Some(error.code().code().to_owned());
        said.message = Some(error.message().to_owned());
        said.detail = error.detail().map(str::to_owned);
        said.hint = error.hint().map(str::to_owned);
    }
    while let Ok(notice) = notices.try_recv() {
        said.notices.push(Told {
            severity: notice.severity().to_owned(),
            sqlstate: notice.code().code().to_owned(),
            message: notice.message().to_owned(),
        });
    }
    said
}
