//! Privileges as the bits of an ACL item.

use super::Version;
use std::fmt;
use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Not};

/// A set of privileges, in the bit order of `ACL_ALL_RIGHTS_STR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Privileges(pub u16);

macro_rules! privileges {
    ($($bit:literal $name:ident $letter:literal $text:literal;)*) => {
        impl Privileges {
            $(#[doc = concat!("`", $text, "`, letter `", $letter, "`.")] pub const $name: Privileges = Privileges(1 << $bit);)*
        }
        /// Every privilege with its letter and the name that `aclexplode()` gives it, in bit order.
        pub const ALL_PRIVILEGES: &[(Privileges, char, &str)] = &[$((Privileges::$name, $letter, $text),)*];
    };
}

privileges! {
    0 INSERT 'a' "INSERT";
    1 SELECT 'r' "SELECT";
    2 UPDATE 'w' "UPDATE";
    3 DELETE 'd' "DELETE";
    4 TRUNCATE 'D' "TRUNCATE";
    5 REFERENCES 'x' "REFERENCES";
    6 TRIGGER 't' "TRIGGER";
    7 EXECUTE 'X' "EXECUTE";
    8 USAGE 'U' "USAGE";
    9 CREATE 'C' "CREATE";
    10 TEMPORARY 'T' "TEMPORARY";
    11 CONNECT 'c' "CONNECT";
    12 SET 's' "SET";
    13 ALTER_SYSTEM 'A' "ALTER SYSTEM";
    14 MAINTAIN 'm' "MAINTAIN";
}

impl Privileges {
    /// No privilege.
    pub const NONE: Privileges = Privileges(0);
    /// What can be granted on a column.
    pub const COLUMN: Privileges = Privileges(0b10_0111);
    /// INSERT, UPDATE, DELETE: what pg_write_all_data gives.
    pub const WRITE: Privileges = Privileges(0b1101);

    /// Holds none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Holds all of `other`.
    pub fn contains(self, other: Privileges) -> bool {
        self.0 & other.0 == other.0
    }
    /// Holds any of `other`.
    pub fn intersects(self, other: Privileges) -> bool {
        self.0 & other.0 != 0
    }
    /// How many.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }
    /// Without those of `other`.
    pub fn without(self, other: Privileges) -> Privileges {
        Privileges(self.0 & !other.0)
    }
    /// Each one alone, in bit order.
    pub fn iter(self) -> impl Iterator<Item = Privileges> {
        (0..16).map(|bit| Privileges(1 << bit)).filter(move |p| self.contains(*p))
    }
    /// The name of a single privilege as `aclexplode()` says it; of several, the first one's.
    pub fn name(self) -> &'static str {
        ALL_PRIVILEGES.iter().find(|(p, ..)| self.intersects(*p)).map_or("", |(_, _, name)| name)
    }
    /// The privilege of that name, in upper case as `aclexplode()` gives it. `TEMP` is known too.
    pub fn from_name(name: &str) -> Option<Privileges> {
        if name == "TEMP" {
            return Some(Privileges::TEMPORARY);
        }
        ALL_PRIVILEGES.iter().find(|(_, _, n)| *n == name).map(|(p, ..)| *p)
    }
    /// The names, comma separated, in bit order.
    pub fn names(self) -> String {
        self.iter().map(Privileges::name).collect::<Vec<_>>().join(", ")
    }
}

impl BitOr for Privileges {
    type Output = Privileges;
    fn bitor(self, other: Privileges) -> Privileges {
        Privileges(self.0 | other.0)
    }
}
impl BitAnd for Privileges {
    type Output = Privileges;
    fn bitand(self, other: Privileges) -> Privileges {
        Privileges(self.0 & other.0)
    }
}
impl BitOrAssign for Privileges {
    fn bitor_assign(&mut self, other: Privileges) {
        self.0 |= other.0;
    }
}
impl BitAndAssign for Privileges {
    fn bitand_assign(&mut self, other: Privileges) {
        self.0 &= other.0;
    }
}
impl Not for Privileges {
    type Output = Privileges;
    fn not(self) -> Privileges {
        Privileges(!self.0 & 0x7fff)
    }
}
impl fmt::Debug for Privileges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        ALL_PRIVILEGES.iter().filter(|(p, ..)| self.intersects(*p)).try_for_each(|(_, c, _)| write!(f, "{c}"))
    }
}

/// The kinds of thing an ACL can be on, as `acldefault()` tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AclKind {
    /// Tables, views, materialized views, partitioned and foreign tables.
    Relation,
    /// Sequences.
    Sequence,
    /// Columns of relations.
    Column,
    /// Databases.
    Database,
    /// Functions, procedures, aggregates, window functions.
    Function,
    /// Procedural languages.
    Language,
    /// Large objects.
    LargeObject,
    /// Schemas.
    Schema,
    /// Tablespaces.
    Tablespace,
    /// Foreign-data wrappers.
    ForeignDataWrapper,
    /// Foreign servers.
    ForeignServer,
    /// Types and domains.
    Type,
    /// Configuration parameters (15+).
    Parameter,
    /// What has an owner and nothing that could be granted on it.
    None,
}

impl AclKind {
    /// Every privilege that the kind knows: what ALL stands for. MAINTAIN came with 17.
    pub fn all(self, version: Version) -> Privileges {
        use Privileges as P;
        match self {
            AclKind::Relation => {
                let base = P(0b111_1111);
                if version.major() >= 17 { base | P::MAINTAIN } else { base }
            }
            AclKind::Sequence => P::USAGE | P::SELECT | P::UPDATE,
            AclKind::Column => P::COLUMN,
            AclKind::Database => P::CREATE | P::TEMPORARY | P::CONNECT,
            AclKind::Function => P::EXECUTE,
            AclKind::Language | AclKind::Type | AclKind::ForeignDataWrapper | AclKind::ForeignServer => {
                P::USAGE
            }
            AclKind::LargeObject => P::SELECT | P::UPDATE,
            AclKind::Schema => P::USAGE | P::CREATE,
            AclKind::Tablespace => P::CREATE,
            AclKind::Parameter => P::SET | P::ALTER_SYSTEM,
            AclKind::None => P::NONE,
        }
    }

    /// What PUBLIC has while the ACL is NULL.
    pub fn public_default(self) -> Privileges {
        match self {
            AclKind::Database => Privileges::TEMPORARY | Privileges::CONNECT,
            AclKind::Function => Privileges::EXECUTE,
            AclKind::Language | AclKind::Type => Privileges::USAGE,
            _ => Privileges::NONE,
        }
    }
}
