//! The columns of a row as Rust values.

use super::LoadError;
use crate::cluster::Oid;
use std::borrow::Cow;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

/// A row and what it was read from.
pub(super) struct Fields<'r> {
    pub(super) reading: &'static str,
    row: &'r Row,
}

impl<'r> Fields<'r> {
    pub(super) fn new(reading: &'static str, row: &'r Row) -> Self {
        Fields { reading, row }
    }

    /// The value of a column.
    pub(super) fn get<T: FromSql<'r>>(&self, column: usize) -> Result<T, LoadError> {
        self.row.try_get(column).map_err(|e| LoadError::unexpected(self.reading, e))
    }

    /// An `oid`.
    pub(super) fn oid(&self, column: usize) -> Result<Oid, LoadError> {
        self.get(column).map(Oid)
    }

    /// A `"char"`, one ASCII letter.
    pub(super) fn letter(&self, column: usize) -> Result<char, LoadError> {
        self.get::<i8>(column).map(|c| char::from(c as u8))
    }

    /// `text` or `name`.
    pub(super) fn text(&self, column: usize) -> Result<Cow<'r, str>, LoadError> {
        self.get::<Text<'r>>(column).map(|t| t.0)
    }

    /// `text` or `name`.
    pub(super) fn string(&self, column: usize) -> Result<String, LoadError> {
        self.text(column).map(Cow::into_owned)
    }

    /// `text` or `name`, or NULL.
    pub(super) fn optional(&self, column: usize) -> Result<Option<String>, LoadError> {
        Ok(self.get::<Option<Text<'r>>>(column)?.map(|t| t.0.into_owned()))
    }

    /// An array of `text`.
    pub(super) fn strings(&self, column: usize) -> Result<Vec<String>, LoadError> {
        let texts = self.get::<Vec<Text<'r>>>(column)?;
        Ok(texts.into_iter().map(|t| t.0.into_owned()).collect())
    }

    /// An array of `oid`.
    pub(super) fn oids(&self, column: usize) -> Result<Vec<Oid>, LoadError> {
        Ok(self.get::<Vec<u32>>(column)?.into_iter().map(Oid).collect())
    }
}

/// Text as it is stored. Shared catalogs hold names in the encoding of the database they were made in, and a
/// SQL_ASCII database holds anything: what is no UTF-8 is shown with replacement characters, and is no error.
struct Text<'a>(Cow<'a, str>);

impl<'a> FromSql<'a> for Text<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Text(String::from_utf8_lossy(raw)))
    }

    fn accepts(of: &Type) -> bool {
        matches!(*of, Type::TEXT | Type::NAME)
    }
}
