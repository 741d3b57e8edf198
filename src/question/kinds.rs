//! Words for kinds of objects, and which a privilege can be about.

use crate::cluster::{Class, Kind, Privileges};

/// A word or words before an object's name, what GRANT says in its place, and which kinds it then may be.
pub struct Word {
    pub said: &'static str,
    pub grant: &'static str,
    pub fits: fn(Kind) -> bool,
}

fn any_relation(kind: Kind) -> bool {
    kind.is_grantable_relation() && kind != Kind::Toast
}

/// Those with more words first.
pub const WORDS: &[Word] = &[
    Word {
        said: "foreign data wrapper",
        grant: "FOREIGN DATA WRAPPER",
        fits: |kind| kind == Kind::ForeignDataWrapper,
    },
    Word {
        said: "foreign-data wrapper",
        grant: "FOREIGN DATA WRAPPER",
        fits: |kind| kind == Kind::ForeignDataWrapper,
    },
    Word { said: "materialized view", grant: "TABLE", fits: |kind| kind == Kind::MaterializedView },
    Word { said: "foreign server", grant: "FOREIGN SERVER", fits: |kind| kind == Kind::ForeignServer },
    Word { said: "foreign table", grant: "TABLE", fits: |kind| kind == Kind::ForeignTable },
    Word { said: "large object", grant: "LARGE OBJECT", fits: |kind| kind == Kind::LargeObject },
    Word { said: "server", grant: "FOREIGN SERVER", fits: |kind| kind == Kind::ForeignServer },
    // As in GRANT, any relation.
    Word { said: "table", grant: "TABLE", fits: any_relation },
    Word { said: "view", grant: "TABLE", fits: |kind| kind == Kind::View },
    Word { said: "sequence", grant: "SEQUENCE", fits: |kind| kind == Kind::Sequence },
    Word { said: "function", grant: "FUNCTION", fits: |kind| kind != Kind::Procedure },
    Word { said: "procedure", grant: "PROCEDURE", fits: |kind| kind == Kind::Procedure },
    Word { said: "routine", grant: "ROUTINE", fits: |kind| kind.class() == Class::Routine },
    Word { said: "aggregate", grant: "FUNCTION", fits: |kind| kind == Kind::Aggregate },
    Word { said: "schema", grant: "SCHEMA", fits: |kind| kind == Kind::Schema },
    Word { said: "database", grant: "DATABASE", fits: |kind| kind == Kind::Database },
    Word { said: "domain", grant: "TYPE", fits: |kind| kind == Kind::Domain },
    Word { said: "type", grant: "TYPE", fits: |kind| kind.class() == Class::Type },
    Word { said: "language", grant: "LANGUAGE", fits: |kind| kind == Kind::Language },
    Word { said: "tablespace", grant: "TABLESPACE", fits: |kind| kind == Kind::Tablespace },
    Word { said: "parameter", grant: "PARAMETER", fits: |kind| kind == Kind::Parameter },
];

/// The word that a text begins with, and the rest.
pub fn leading(text: &str) -> Option<(&'static Word, &str)> {
    WORDS.iter().find_map(|word| {
        let head = text.get(..word.said.len())?;
        let rest = text.get(word.said.len()..)?;
        let is_it = head.eq_ignore_ascii_case(word.said) && rest.starts_with(char::is_whitespace);
        is_it.then(|| (word, rest.trim()))
    })
}

/// What a name may mean beside this privilege, where no word says it.
pub fn of_privilege(privilege: Privileges) -> Vec<&'static Word> {
    let said: &[&str] = match privilege {
        Privileges::EXECUTE => &["routine"],
        Privileges::USAGE => &["schema", "sequence", "type", "language", "server", "foreign data wrapper"],
        Privileges::CREATE => &["schema", "database", "tablespace"],
        Privileges::CONNECT | Privileges::TEMPORARY => &["database"],
        Privileges::SET | Privileges::ALTER_SYSTEM => &["parameter"],
        _ => &["table"],
    };
    WORDS.iter().filter(|word| said.contains(&word.said)).collect()
}
