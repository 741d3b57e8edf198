//! Which object ALTER .. OWNER TO means.

use super::Session;
use super::run::Run;
use crate::cluster::{ObjectId, View};
use crate::sql::ast::OwnedObject;

/// The object that the session would find; none where there is none.
pub fn owned_object(object: &OwnedObject, session: &Session, view: &View) -> Option<ObjectId> {
    Run::new(view, session).owned(object).ok()
}
