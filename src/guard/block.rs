//! Why something is blocked.

use std::fmt;

/// What the guard refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// The rule that was broken.
    pub rule: Rule,
    /// The protected role, by the name that the catalog has or would have.
    pub role: String,
    /// What the statement does to it, as the rest of a sentence that begins with the statement:
    /// `targets rdsadmin`.
    pub what: String,
}

/// The guard's rules.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Rule {
    /// The statement names the role.
    Named,
    /// The statement runs as the role, or would make what follows run as it.
    ActsAs,
    /// What the statement works on belongs to the role.
    Owner,
    /// A change that it makes adds, removes or alters something that mentions the role.
    Changes,
}

impl Rule {
    /// The rule's code in reports.
    pub fn code(self) -> &'static str {
        match self {
            Rule::Named => "named",
            Rule::ActsAs => "acts_as",
            Rule::Owner => "owner",
            Rule::Changes => "changes",
        }
    }
}

impl Block {
    pub(super) fn new(rule: Rule, role: &str, what: impl Into<String>) -> Self {
        Block { rule, role: role.to_owned(), what: what.into() }
    }

    /// Why the role is protected, as a sentence.
    pub fn reason(&self) -> String {
        let role = &self.role;
        if role == super::ALWAYS {
            return format!(
                "{role} is the provider's own superuser on RDS and Aurora; changing it fails there and is \
                 never allowed here."
            );
        }
        format!("{role} is on the list of protected roles, and nothing that names or changes it gets past.")
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the statement {}", self.what)
    }
}
