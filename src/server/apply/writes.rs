//! What the transaction has written so far: how many rows of which catalog, and which rows.

use super::outcome::{Difference, WriteCounts};
use super::transaction::Transaction;
use crate::cluster::{AclTarget, Class, Oid, View};
use std::collections::BTreeMap;
use tokio_postgres::Row;

/// Rows written by catalog name; catalogs that were not written are not there.
pub(super) type Writes = BTreeMap<String, WriteCounts>;

/// What `pg_stat_xact_sys_tables` shows, asked of its functions: the view also joins every TOAST table there is. The
/// catalogs' own TOAST tables are left out: they are written with their catalog. Operators are spelled out because the
/// script may have set search_path.
const COUNTS: &str = "\
    SELECT c.relname::pg_catalog.text, pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid), \
           pg_catalog.pg_stat_get_xact_tuples_updated(c.oid), pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) \
    FROM pg_catalog.pg_class c \
    WHERE c.oid OPERATOR(pg_catalog.<) 16384::pg_catalog.oid AND c.relkind OPERATOR(pg_catalog.=) 'r'";

/// A row that is visible and whose writer is still in progress was written by this very transaction or one of its
/// subtransactions; these have numbers from the transaction's own on.
const OURS: &str = "\
    CASE WHEN pg_catalog.age(c.xmin) OPERATOR(pg_catalog.<=) 0 THEN \
        pg_catalog.txid_status(pg_catalog.txid_current() OPERATOR(pg_catalog.-) pg_catalog.age(c.xmin)) \
        OPERATOR(pg_catalog.=) 'in progress' END";

impl Transaction {
    /// Rows written since the session began: those of earlier transactions count too until the server reports them.
    pub(super) async fn writes(&self) -> Result<Writes, Difference> {
        let rows = self.rows(COUNTS, &[]).await?;
        let counts =
            |row: &Row| WriteCounts { inserted: row.get(1), updated: row.get(2), deleted: row.get(3) };
        let all = rows.iter().map(|row| (row.get(0), counts(row)));
        Ok(all.filter(|(_, counts)| *counts != WriteCounts::default()).collect())
    }

    /// The rows of a catalog of objects that this transaction wrote, as `view` knows them; and a word for each that it
    /// does not know.
    pub(super) async fn written_rows(
        &self,
        view: &View,
        catalog: &str,
    ) -> Result<(Vec<AclTarget>, Vec<String>), Difference> {
        let key = match catalog {
            "pg_attribute" => "c.attrelid, c.attnum",
            "pg_parameter_acl" => "c.oid, c.parname",
            _ => "c.oid",
        };
        let rows = self.rows(&format!("SELECT {key} FROM pg_catalog.{catalog} c WHERE {OURS}"), &[]).await?;
        let (mut known, mut strange) = (Vec::new(), Vec::new());
        for row in rows {
            match target(view, catalog, &row) {
                Some(target) => known.push(target),
                None => strange.push(format!("{catalog} row {}", Oid(row.get(0)))),
            }
        }
        Ok((known, strange))
    }
}

fn target(view: &View, catalog: &str, row: &Row) -> Option<AclTarget> {
    let oid = Oid(row.get(0));
    match catalog {
        "pg_attribute" => {
            let relation = view.object_by_oid(Class::Relation, oid)?;
            Some(AclTarget::column(relation, row.get(1)))
        }
        "pg_parameter_acl" => view.find_parameter(row.get(1)).map(AclTarget::whole),
        _ => {
            let class = Class::ALL.iter().find(|class| class.catalog() == catalog)?;
            view.object_by_oid(*class, oid).map(AclTarget::whole)
        }
    }
}

/// Has this catalog objects with an ACL or an owner, or columns?
pub(super) fn has_objects(catalog: &str) -> bool {
    catalog == "pg_attribute" || Class::ALL.iter().any(|class| class.catalog() == catalog)
}

/// What was written between two looks.
pub(super) fn between(before: &Writes, after: &Writes) -> Writes {
    let difference = |(catalog, now): (&String, &WriteCounts)| {
        let then = before.get(catalog).copied().unwrap_or_default();
        let counts = WriteCounts {
            inserted: now.inserted - then.inserted,
            updated: now.updated - then.updated,
            deleted: now.deleted - then.deleted,
        };
        (counts != WriteCounts::default()).then(|| (catalog.clone(), counts))
    };
    after.iter().filter_map(difference).collect()
}
