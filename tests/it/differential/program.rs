//! A program under way: the model on one side, a session on the other.

use super::place::{self, OBSERVER};
use super::said::{self, Said};
use super::state::{Names, Reader, Scope, State, model_state};
use super::tally::{Disagreement, Tally};
use super::world::ELSEWHERE;
use rolescope::cluster::{Oid, View};
use rolescope::demo::Instance;
use rolescope::simulate::{Certainty, Notice, Prediction, ServerError, Session, Unsupported, simulate};
use rolescope::sql;
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_postgres::Client;
use tokio_postgres::error::DbError;

/// Both sides, and what was last seen of them.
pub struct Program {
    client: Client,
    notices: UnboundedReceiver<DbError>,
    admin: Client,
    reader: Reader,
    view: View,
    session: Session,
    before: State,
    names: Names,
    model_names: Names,
    major: u16,
    scope: Scope,
}

/// What came of one statement.
pub struct Step {
    pub said: Said,
    /// The model's reason not to predict it.
    pub unsupported: Option<String>,
    /// What is not as predicted.
    pub wrong: String,
    /// The entries that the server changed.
    pub changed: Vec<String>,
}

impl Program {
    /// Sets up a database as superuser, loads it, and starts a session with that search_path. After each statement
    /// everything is compared.
    pub async fn begin(
        own: &Instance,
        database: &str,
        major: u16,
        set_up: &[String],
        search_path: &str,
    ) -> Program {
        Program::begin_looking_at(Scope::Everything, own, database, major, set_up, search_path).await
    }

    /// The same; after each statement so much is compared.
    pub async fn begin_looking_at(
        scope: Scope,
        own: &Instance,
        database: &str,
        major: u16,
        set_up: &[String],
        search_path: &str,
    ) -> Program {
        let (admin, _) = place::connect(own, OBSERVER, database).await;
        let (here, there): (Vec<String>, Vec<String>) =
            set_up.iter().cloned().partition(|statement| !statement.starts_with(ELSEWHERE));
        prepare(&admin, major, &here).await;
        if !there.is_empty() {
            let (elsewhere, _) = place::connect(own, "rdsadmin", "postgres").await;
            prepare(&elsewhere, major, &there).await;
        }
        let (client, notices) = place::connect(own, "rdsadmin", database).await;
        client.batch_execute(&format!("SET search_path = {search_path}")).await.expect("SET");
        let view = load(&admin).await;
        let mut session = Session::as_role(view.base(), Oid::BOOTSTRAP);
        session.search_path = search_path.split(", ").map(str::to_owned).collect();
        session.in_transaction = false;
        let reader = Reader::new(&admin, major).await;
        let (mut names, mut model_names) = (Names::default(), Names::default());
        let everything = reader.read(&admin, Scope::Everything, &mut names).await;
        let loaded = model_state(&view, Scope::Everything, &mut model_names);
        let difference = everything.difference(&loaded, &view);
        assert!(difference.is_empty(), "PostgreSQL {major}: loaded otherwise than it stands:\n{difference}");
        let before = reader.read(&admin, scope, &mut names).await;
        Program { client, notices, admin, reader, view, session, before, names, model_names, major, scope }
    }

    /// A superuser's session beside the one that runs the program.
    pub fn admin(&self) -> &Client {
        &self.admin
    }

    /// The names of the roles that users made and that are there now, in the order of their making.
    pub fn roles(&self) -> Vec<String> {
        let made = |(oid, name): &(Oid, &str)| oid.is_user_made() && *name != OBSERVER;
        let mut roles: Vec<_> = self.names.all().filter(made).collect();
        roles.sort_unstable();
        roles.into_iter().map(|(_, name)| name.to_owned()).collect()
    }

    /// Whom the next statement runs as.
    pub fn user(&self) -> String {
        self.view.role_name(self.session.current_user)
    }

    /// Predicts, runs, compares, and counts what comes of it.
    pub async fn step(&mut self, text: &str, tally: &mut Tally) -> Said {
        let user = self.user();
        let step = self.advance(text).await;
        tally.count_step(&step);
        if !step.wrong.is_empty() {
            tally.disagreements.push(Disagreement { statement: text.to_owned(), user, wrong: step.wrong });
        }
        step.said
    }

    /// Predicts, runs, compares. After a disagreement, and where there is no prediction, the model starts again from
    /// what the server has.
    pub async fn advance(&mut self, text: &str) -> Step {
        let predicted = self.predict(text);
        // It would take away what the rest of the program is about.
        if let Err(Unsupported { reason }) = &predicted
            && text.starts_with("DROP OWNED")
        {
            return Step::not_run(reason);
        }
        let said = said::run(&self.client, &mut self.notices, text).await;
        // What failed wrote nothing.
        let after = if said.sqlstate.is_some() && self.scope == Scope::Near {
            self.before.clone()
        } else {
            self.reader.read(&self.admin, self.scope, &mut self.names).await
        };
        let changed = after.changed_since(&self.before).map(str::to_owned).collect();
        let mut step = Step { said, unsupported: None, wrong: String::new(), changed };
        match predicted {
            Err(Unsupported { reason }) => step.unsupported = Some(reason),
            Ok(Prediction { certainty: Certainty::Uncertain { because }, .. }) => {
                step.unsupported = Some(format!("uncertain: {}", because.join(" ")));
            }
            Ok(prediction) => step.wrong = self.compare(&prediction, &step.said, &after),
        }
        self.before = after;
        if step.unsupported.is_some() || !step.wrong.is_empty() {
            self.reload().await;
        }
        step
    }

    fn predict(&mut self, text: &str) -> Result<Prediction, Unsupported> {
        let parsed = sql::parse_script(text, &sql::Options::new(self.major));
        let [parsed] = parsed.as_slice() else { panic!("{text}: {} statements", parsed.len()) };
        let mut prediction = match &parsed.result {
            Ok(statement) => simulate(statement, &self.session, &mut self.view)?,
            Err(error) => refused(error),
        };
        // What the lexer says comes before all else.
        let read = parsed.notices.iter().map(|notice| match notice.severity {
            "NOTICE" => Notice::plain(notice.sqlstate, notice.message.clone()),
            _ => Notice::warning(notice.sqlstate, notice.message.clone()),
        });
        prediction.notices.splice(0..0, read);
        Ok(prediction)
    }

    fn compare(&mut self, prediction: &Prediction, said: &Said, after: &State) -> String {
        let mut wrong = said.difference(&Said::predicted(prediction), prediction.any_order);
        if let Ok(outcome) = &prediction.result {
            self.view.apply_all(&outcome.changes);
            if let Some(session) = &outcome.session {
                self.session = session.clone();
            }
        }
        let model = model_state(&self.view, self.scope, &mut self.model_names);
        wrong.push_str(&after.difference(&model, &self.view));
        wrong
    }

    async fn reload(&mut self) {
        let names = self.model_names.clone();
        self.view = load(&self.admin).await;
        self.model_names = self.names.clone();
        // The same people; those that the model made have other OIDs on the server.
        let same = |oid: &mut Oid| *oid = self.names.oid(&names.of(*oid)).unwrap_or(*oid);
        let Session { authenticated, session_user, current_user, login_role, .. } = &mut self.session;
        [authenticated, session_user, current_user].into_iter().for_each(same);
        login_role.iter_mut().for_each(same);
        // Where the server thinks otherwise of who this is, it is right.
        let who = self.client.query_one("SELECT session_user::text, current_user::text", &[]).await;
        if let Ok(row) = who {
            for (place, at) in [(&mut self.session.session_user, 0), (&mut self.session.current_user, 1)] {
                *place = self.names.oid(row.get(at)).unwrap_or(*place);
            }
        }
    }

    /// Compares everything, once; what is not as the model has it. The sessions end.
    pub async fn end(mut self) -> String {
        let everything = self.reader.read(&self.admin, Scope::Everything, &mut self.names).await;
        let model = model_state(&self.view, Scope::Everything, &mut self.model_names);
        everything.difference(&model, &self.view)
    }
}

fn refused(error: &sql::SyntaxError) -> Prediction {
    let error = ServerError {
        sqlstate: error.sqlstate,
        message: error.message.clone(),
        detail: error.detail.clone(),
        hint: error.hint.clone(),
    };
    Prediction { result: Err(error), notices: Vec::new(), any_order: false, certainty: Default::default() }
}

impl Step {
    fn not_run(reason: &str) -> Step {
        let unsupported = Some(reason.to_owned());
        Step { said: Said::default(), unsupported, wrong: String::new(), changed: Vec::new() }
    }
}

/// In one transaction; what fails is looked for only then.
async fn prepare(admin: &Client, major: u16, set_up: &[String]) {
    // As whom the program's session is.
    admin.batch_execute("SET SESSION AUTHORIZATION rdsadmin").await.expect("SET SESSION AUTHORIZATION");
    if admin.batch_execute(&set_up.join(";\n")).await.is_err() {
        for statement in set_up {
            admin.batch_execute(statement).await.unwrap_or_else(|e| panic!("{major}: {statement}: {e:?}"));
        }
        panic!("{major}: the set-up fails as a whole only");
    }
    admin.batch_execute("RESET SESSION AUTHORIZATION").await.expect("RESET");
}

async fn load(admin: &Client) -> View {
    View::new(Arc::new(rolescope::server::load::load(admin, |_| ()).await.expect("load")))
}
