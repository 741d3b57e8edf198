//! client_encoding: names of encodings, and which of them the database can be read in.

use super::value::invalid;
use crate::simulate::ServerError;
use crate::simulate::run::{Run, Stop};

/// Every name of an encoding, in lower case and without what is no letter and no digit (`pg_encname_tbl`).
const NAMES: &[&str] = &[
    "abc",
    "alt",
    "big5",
    "euccn",
    "eucjis2004",
    "eucjp",
    "euckr",
    "euctw",
    "gb18030",
    "gbk",
    "iso88591",
    "iso885910",
    "iso885913",
    "iso885914",
    "iso885915",
    "iso885916",
    "iso88592",
    "iso88593",
    "iso88594",
    "iso88595",
    "iso88596",
    "iso88597",
    "iso88598",
    "iso88599",
    "johab",
    "koi8",
    "koi8r",
    "koi8u",
    "latin1",
    "latin10",
    "latin2",
    "latin3",
    "latin4",
    "latin5",
    "latin6",
    "latin7",
    "latin8",
    "latin9",
    "mskanji",
    "muleinternal",
    "shiftjis",
    "shiftjis2004",
    "sjis",
    "sqlascii",
    "tcvn",
    "tcvn5712",
    "uhc",
    "unicode",
    "utf8",
    "vscii",
    "win",
    "win1250",
    "win1251",
    "win1252",
    "win1253",
    "win1254",
    "win1255",
    "win1256",
    "win1257",
    "win1258",
    "win866",
    "win874",
    "win932",
    "win936",
    "win949",
    "win950",
    "windows1250",
    "windows1251",
    "windows1252",
    "windows1253",
    "windows1254",
    "windows1255",
    "windows1256",
    "windows1257",
    "windows1258",
    "windows866",
    "windows874",
    "windows932",
    "windows936",
    "windows949",
    "windows950",
];

impl Run<'_> {
    /// `check_client_encoding`.
    pub fn check_client_encoding(&mut self, name: &str, value: &str) -> Result<(), Stop> {
        let kept = value.chars().filter(char::is_ascii_alphanumeric);
        let clean = kept.collect::<String>().to_ascii_lowercase();
        if !NAMES.contains(&clean.as_str()) {
            return Err(invalid(name, value).into());
        }
        let server = self.view.base().parameters.server_encoding.as_str();
        match (clean.as_str(), server) {
            ("sqlascii" | "utf8" | "unicode", _) | (_, "SQL_ASCII") => Ok(()),
            ("muleinternal", "UTF8") => {
                let ServerError { message, .. } = invalid(name, value);
                let error = ServerError::new("0A000", message);
                Err(error.detail("Conversion between MULE_INTERNAL and UTF8 is not supported.").into())
            }
            (_, "UTF8") => Ok(()),
            (_, server) => {
                let doubt = format!("Whether {server} can be converted to {value} is not known here.");
                self.doubt(doubt);
                Ok(())
            }
        }
    }
}
