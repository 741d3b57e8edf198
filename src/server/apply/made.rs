//! Roles that the statements made, and passwords that they set.

use super::compare::passwords_are_seen;
use super::numbers::Numbers;
use super::outcome::Difference;
use super::transaction::Transaction;
use crate::cluster::{Change, Oid, Role};
use crate::preview::{Plan, Step};
use crate::server::load::Graph;
use crate::sql::ast::Secret;
use ring::digest;
use std::collections::BTreeMap;
use tokio_postgres::types::Type;

/// What the steps so far have made.
#[derive(Default)]
pub(super) struct Made {
    pub(super) numbers: Numbers,
    steps: usize,
    /// By role: the step that set its password, and what it sent to be stored; none where it cleared it.
    passwords: BTreeMap<Oid, (usize, Option<Secret>)>,
}

impl Made {
    /// A step has run.
    pub(super) async fn by(&mut self, step: &Step, transaction: &mut Transaction) -> Result<(), Difference> {
        let sent = transaction.password_sent();
        for change in &step.changes {
            let Change::Role { before, after, new_password } = change else { continue };
            let Some(role) = after else {
                before.iter().for_each(|gone| drop(self.passwords.remove(&gone.oid)));
                continue;
            };
            if before.is_none() {
                self.made(role, transaction).await?;
            }
            let cleared = before.as_ref().is_some_and(|before| before.password != role.password);
            if *new_password || cleared {
                let sent = sent.clone().filter(|_| *new_password);
                self.passwords.insert(role.oid, (self.steps, sent));
            }
        }
        self.steps += 1;
        Ok(())
    }

    async fn made(&mut self, role: &Role, transaction: &Transaction) -> Result<(), Difference> {
        let sql = "SELECT oid FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) $1";
        for row in transaction.rows(sql, &[(&role.name, Type::NAME)]).await? {
            self.numbers.add(role.oid, Oid(row.get(0)));
        }
        Ok(())
    }

    /// Compares the passwords where they can be read. The answer is what cannot, by step.
    pub(super) async fn passwords(
        &self,
        transaction: &Transaction,
        plan: &Plan,
        now: &Graph,
    ) -> Result<Vec<Vec<String>>, Difference> {
        let mut unverified = vec![Vec::new(); self.steps];
        let seen = passwords_are_seen(now);
        for (role, (step, sent)) in &self.passwords {
            let of = format!("the password of {}", plan.after.role_name(*role));
            match sent {
                // Its kind was compared with all others.
                None if seen => {}
                Some(secret) if seen => {
                    if !self.is_stored(*role, secret, transaction).await? {
                        let rows = vec![format!("{of} is not the one that was sent")];
                        return Err(Difference::Writes { catalogs: Vec::new(), rows });
                    }
                }
                _ => unverified.get_mut(*step).into_iter().for_each(|list| list.push(of.clone())),
            }
        }
        Ok(unverified)
    }

    /// The server tells a digest of what it stores: the verifier is in its log once already.
    async fn is_stored(
        &self,
        role: Oid,
        secret: &Secret,
        transaction: &Transaction,
    ) -> Result<bool, Difference> {
        let sql = "SELECT pg_catalog.sha256(pg_catalog.convert_to(rolpassword, 'UTF8')) \
                   FROM pg_catalog.pg_authid WHERE oid OPERATOR(pg_catalog.=) $1";
        let rows = transaction.rows(sql, &[(&self.numbers.on_server(role).0, Type::OID)]).await?;
        let expected = digest::digest(&digest::SHA256, secret.reveal().as_bytes());
        let stored = |row: &tokio_postgres::Row| row.get::<_, Option<Vec<u8>>>(0);
        Ok(rows.iter().filter_map(stored).any(|stored| stored == expected.as_ref()))
    }
}
