//! The table of all findings.

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing, and right in many clusters.
    Info,
    /// A left-over, or something that helps an attacker who has got in.
    Low,
    /// Somebody can do more than a careful DBA would let them; or what should protect does not.
    Medium,
    /// Somebody is as good as superuser, or everybody can make others run what they like.
    High,
}

impl Level {
    /// All, the mildest first.
    pub const ALL: [Level; 4] = [Level::Info, Level::Low, Level::Medium, Level::High];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Level::Info => "info",
            Level::Low => "low",
            Level::Medium => "medium",
            Level::High => "high",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $title:literal;)*) => {
        /// Which kind of finding.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code {
            $(#[doc = $title] #[doc = "."] $name,)*
        }

        impl Code {
            /// All, in the order in which they are listed.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// Its code, which does not change between releases.
            pub fn text(self) -> &'static str {
                match self {
                    $(Code::$name => $code,)*
                }
            }

            /// Its heading.
            pub fn title(self) -> &'static str {
                match self {
                    $(Code::$name => $title,)*
                }
            }
        }
    };
}

codes! {
    LoginSuperuser "login-superuser" "A superuser that can log in";
    WayToSuperuser "way-to-superuser" "A way to superuser";
    LoginCreateRole "login-createrole" "A login that can make roles";
    LoginBypassRls "login-bypassrls" "A login that row-level security does not hold for";
    LoginReplication "login-replication" "A login that can copy the whole cluster";
    RunsPrograms "runs-server-programs" "Logins that can run programs on the server";
    WritesFiles "writes-server-files" "Logins that can write files of the server";
    ReadsFiles "reads-server-files" "Logins that can read files of the server";
    PublicCreate "public-create" "Everybody may create in a schema";
    PublicCreateSchema "public-create-schema" "Everybody may create schemas in a database";
    PublicWrites "public-writes" "Everybody may change a table";
    PublicReads "public-reads" "Everybody may read a table";
    DefinerPublic "definer-public" "Everybody may execute functions with another's privileges";
    DefinerSearchPath "definer-search-path" "SECURITY DEFINER without a search_path of its own";
    OpenDefaults "open-default-privileges" "Default privileges that open what is yet to be made";
    AdminThroughGroup "admin-through-group" "A group whose members can hand on a role";
    BroadGrantOption "broad-grant-option" "A grant option of many";
    OrphanedGrant "orphaned-grant" "Grants that no REVOKE reaches any more";
    DroppedRole "dropped-role-in-acl" "Grants to or by roles that are gone";
    DanglingGrantor "dangling-grantor" "Memberships whose grantor is gone";
    PoliciesOff "policies-without-row-security" "Policies that do nothing";
    NoPolicy "row-security-without-policy" "Row-level security without any policy";
    ExpiredLogin "expired-login" "A login whose password has expired";
    Md5Password "md5-password" "A password stored as MD5";
    LoginNowhere "login-without-database" "A login that can connect to no database";
    RdsMasterDrift "rds-master-drift" "The master user is not as RDS makes it";
    RdsIamLockout "rds-iam-lockout" "Locked out of passwords by rds_iam";
    RdsIamAndAd "rds-iam-and-rds-ad" "rds_iam and rds_ad in one role";
}

impl Code {
    /// The one of that code.
    pub fn from_text(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.text() == text)
    }
}
