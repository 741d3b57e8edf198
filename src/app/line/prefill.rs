//! The statement that suits a row.

use crate::access::{Access, By};
use crate::app::item::{Direction, Item};
use crate::app::pane::PaneRow;
use crate::app::snapshot::{Group, Snapshot, membership_rows};
use crate::cluster::{AclItem, AclKind, AclTarget, Membership, ObjectId, Oid, Privileges};
use crate::sql::identity::{column_identity, grant_target, quoted};

/// A text for the line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Prefill {
    /// The statement so far.
    pub sql: String,
    /// Where the cursor goes, in characters; none: to the end.
    pub cursor: Option<usize>,
}

/// Which statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    /// GRANT.
    Grant,
    /// REVOKE.
    Revoke,
}

/// Where the statement is wanted: the selected row of a tree with what it hangs on, or a row of the pane.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The selected item of the tree.
    pub item: Item,
    /// What it hangs on.
    pub above: Option<Item>,
    /// The way memberships are drawn.
    pub direction: Direction,
    /// The selected row of the pane, where keys go there.
    pub pane: Option<&'a PaneRow>,
}

/// The statement for a row; none where no GRANT or REVOKE suits.
pub fn prefill(snapshot: &Snapshot, verb: Verb, row: Row<'_>) -> Option<Prefill> {
    let writer = Writer { snapshot, verb };
    let sql = match row.pane {
        Some(pane) => writer.pane_row(row.item, pane),
        None => writer.item(row.item, row.above, row.direction),
    }?;
    Some(Prefill { sql, cursor: None })
}

struct Writer<'a> {
    snapshot: &'a Snapshot,
    verb: Verb,
}

impl Writer<'_> {
    fn item(&self, item: Item, above: Option<Item>, direction: Direction) -> Option<String> {
        match item {
            Item::Role(role) => match (self.verb, above) {
                (Verb::Revoke, Some(Item::Role(above))) => {
                    let (group, member) = match direction {
                        Direction::Members => (above, role),
                        Direction::Groups => (role, above),
                    };
                    self.membership(membership_rows(self.snapshot, group, member).first()?)
                }
                _ => Some(self.role_to(role)),
            },
            Item::Schema(id) | Item::Object(id) => self.object(AclTarget::whole(id)),
            Item::Column(target) => self.object(target),
            Item::Group(Some(schema), group) => self.all_in_schema(schema, group),
            Item::Group(None, _) | Item::Database(_) | Item::Applied(_) | Item::Finding(_) => None,
        }
    }

    fn pane_row(&self, subject: Item, row: &PaneRow) -> Option<String> {
        match row {
            PaneRow::MemberOf(m) | PaneRow::Member(m) if self.verb == Verb::Revoke => self.membership(m),
            PaneRow::MemberOf(m) => Some(self.role_to(m.role)),
            PaneRow::Member(m) => Some(self.role_to(m.role)),
            PaneRow::Grant { target, item, .. } | PaneRow::Acl { target, item } => self.acl(*target, item),
            PaneRow::Everybody { target, privilege } => {
                self.privilege(*target, *privilege, Some(Oid::PUBLIC))
            }
            PaneRow::Holder { target, privilege, role } => {
                let access = Access::new(self.snapshot.view());
                let sources = access.sources(*role, *target, *privilege);
                let grantee = sources.into_iter().find_map(|s| match s.by {
                    By::Item { grantee, .. } => Some(grantee),
                    _ => None,
                });
                self.privilege(*target, *privilege, grantee)
            }
            PaneRow::Owned(id) => self.object(AclTarget::whole(*id)),
            PaneRow::Column(target) => self.object(*target),
            PaneRow::OwnerThrough { role, .. } | PaneRow::Owner { role, .. } => Some(self.role_to(*role)),
            PaneRow::Actor { role, .. } => match subject {
                Item::Role(group) => {
                    let row = membership_rows(self.snapshot, group, *role).first();
                    row.filter(|_| self.verb == Verb::Revoke)
                        .map_or(Some(self.role_to(group)), |m| self.membership(m))
                }
                _ => None,
            },
            _ => self.item(subject, None, Direction::Members),
        }
    }

    fn role(&self, role: Oid) -> String {
        let view = self.snapshot.view();
        match view.role(role) {
            Some(found) => quoted(view, &found.name),
            None => "PUBLIC".to_owned(),
        }
    }

    fn role_to(&self, role: Oid) -> String {
        match self.verb {
            Verb::Grant => format!("GRANT {} TO ", self.role(role)),
            Verb::Revoke => format!("REVOKE {} FROM ", self.role(role)),
        }
    }

    /// The very row: since 16 it is one of several, known by its grantor.
    fn membership(&self, row: &Membership) -> Option<String> {
        let cluster = self.snapshot.cluster();
        let several = membership_rows(self.snapshot, row.role, row.member).len() > 1;
        let mine = row.grantor == cluster.session.role.unwrap_or(cluster.session.user);
        let plain = format!("REVOKE {} FROM {}", self.role(row.role), self.role(row.member));
        let by =
            cluster.version.major() >= 16 && (several || !mine) && !self.snapshot.is_protected(row.grantor);
        Some(if by { format!("{plain} GRANTED BY {}", self.role(row.grantor)) } else { plain })
    }

    fn verb_on(&self, privileges: &str, target: &str) -> String {
        match self.verb {
            Verb::Grant => format!("GRANT {privileges} ON {target} TO "),
            Verb::Revoke => format!("REVOKE {privileges} ON {target} FROM "),
        }
    }

    /// On an ACL item, the REVOKE that takes just it away.
    fn acl(&self, target: AclTarget, item: &AclItem) -> Option<String> {
        let sql = self.verb_on(&self.words(target, item.privileges), &self.target(target)?);
        if self.verb == Verb::Grant {
            return Some(sql);
        }
        let sql = format!("{sql}{}", self.role(item.grantee));
        let cluster = self.snapshot.cluster();
        let me = cluster.session.role.unwrap_or(cluster.session.user);
        let access = Access::new(self.snapshot.view());
        let owner = self.snapshot.view().owner(target.object);
        // The server revokes as the owner for whoever has the owner's privileges; what another granted is only
        // reached as that role.
        let as_grantor = item.grantor != owner && item.grantor != me && access.can_set_role(me, item.grantor);
        Some(if as_grantor { format!("SET ROLE {}; {sql}", self.role(item.grantor)) } else { sql })
    }

    fn privilege(&self, target: AclTarget, privilege: Privileges, grantee: Option<Oid>) -> Option<String> {
        let sql = self.verb_on(&self.words(target, privilege), &self.target(target)?);
        let whom = grantee.filter(|_| self.verb == Verb::Revoke).map(|g| self.role(g)).unwrap_or_default();
        Some(format!("{sql}{whom}"))
    }

    fn object(&self, target: AclTarget) -> Option<String> {
        let kind = self.snapshot.object(target.object)?.kind.acl_kind();
        let usual = match kind {
            AclKind::Relation | AclKind::Column | AclKind::LargeObject => Privileges::SELECT,
            AclKind::Function => Privileges::EXECUTE,
            AclKind::Database => Privileges::CONNECT,
            AclKind::Tablespace => Privileges::CREATE,
            AclKind::Parameter => Privileges::SET,
            _ => Privileges::USAGE,
        };
        Some(self.verb_on(&self.words(target, usual), &self.target(target)?))
    }

    fn target(&self, target: AclTarget) -> Option<String> {
        let (keyword, name) = grant_target(self.snapshot.view(), AclTarget::whole(target.object))?;
        Some(format!("{keyword} {name}"))
    }

    fn words(&self, target: AclTarget, privileges: Privileges) -> String {
        let object = self.snapshot.object(target.object).map(|o| o.kind.acl_kind());
        let kind = if target.is_column() { Some(AclKind::Column) } else { object };
        let all = kind.map(|k| k.all(self.snapshot.cluster().version)).unwrap_or_default();
        let column =
            column_identity(self.snapshot.view(), target).map(|c| format!(" ({c})")).unwrap_or_default();
        if privileges == all && all.count() > 1 {
            return format!("ALL{column}");
        }
        let words: Vec<String> = privileges.iter().map(|p| format!("{}{column}", p.name())).collect();
        words.join(", ")
    }

    fn all_in_schema(&self, schema: ObjectId, group: Group) -> Option<String> {
        let (privilege, all) = match group {
            Group::Tables | Group::Views | Group::MaterializedViews | Group::ForeignTables => {
                ("SELECT", "TABLES")
            }
            Group::Sequences => ("USAGE", "SEQUENCES"),
            Group::Functions | Group::Aggregates => ("EXECUTE", "FUNCTIONS"),
            Group::Procedures => ("EXECUTE", "PROCEDURES"),
            _ => return None,
        };
        let name = quoted(self.snapshot.view(), &self.snapshot.object(schema)?.name);
        Some(self.verb_on(privilege, &format!("ALL {all} IN SCHEMA {name}")))
    }
}
