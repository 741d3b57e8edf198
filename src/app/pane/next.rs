//! What the next objects will give, and to whom: the other side of default privileges.

use super::{PaneRow, Rows, SHORT, Section};
use crate::access::{WITH_DEFAULTS, acl_of_next};
use crate::app::snapshot::Snapshot;
use crate::cluster::{AclKind, Class, ObjectId, Oid, default_acl};

/// In a schema, by every role that has default privileges which count there. Whoever has none makes objects with
/// PostgreSQL's own defaults.
pub(super) fn in_schema(snapshot: &Snapshot, schema: ObjectId, rows: &mut Rows<'_>) {
    let Some(oid) = snapshot.object(schema).map(|o| o.oid) else { return };
    let all = snapshot.cluster().default_acls.iter();
    let here = all.filter(|d| (d.schema == oid || d.schema == Oid(0)) && is_in_schemas(d.objtype));
    let mut keys: Vec<(u32, Oid, char)> =
        here.map(|d| (snapshot.index().role_rank(d.role), d.role, d.objtype)).collect();
    keys.sort_unstable();
    keys.dedup();
    let next: Vec<PaneRow> = keys
        .into_iter()
        .flat_map(|(_, creator, letter)| given(snapshot, letter, creator, Some(schema)))
        .collect();
    list(rows, next);
}

/// By one role: in every schema that it has default privileges for, and elsewhere.
pub(super) fn of_creator(snapshot: &Snapshot, creator: Oid, rows: &mut Rows<'_>) {
    let own = snapshot.cluster().default_acls.iter().filter(|d| d.role == creator);
    let mut keys: Vec<(Oid, char)> = own.map(|d| (d.schema, d.objtype)).collect();
    keys.sort_unstable();
    let schema = |oid: Oid| snapshot.cluster().objects.by_oid(Class::Schema, oid);
    let next = keys.into_iter().flat_map(|(oid, letter)| given(snapshot, letter, creator, schema(oid)));
    list(rows, next.collect());
}

fn list(rows: &mut Rows<'_>, next: Vec<PaneRow>) {
    if rows.head(Section::Next, 0, next.len(), SHORT) {
        rows.rows.extend(next);
    }
}

fn is_in_schemas(objtype: char) -> bool {
    !matches!(objtype, 'n' | 'L')
}

/// The items of the next one; that the creator has all of it goes without saying.
fn given(snapshot: &Snapshot, objtype: char, creator: Oid, schema: Option<ObjectId>) -> Vec<PaneRow> {
    let view = snapshot.view();
    let oid = schema.and_then(|id| snapshot.object(id)).map_or(Oid(0), |o| o.oid);
    let version = snapshot.cluster().version;
    let kind = WITH_DEFAULTS.into_iter().find(|(letter, _)| *letter == objtype).map(|(_, kind)| kind);
    let kind = kind.unwrap_or(AclKind::None);
    let items = acl_of_next(view, objtype, creator, oid);
    let items = items.unwrap_or_else(|| default_acl(kind, creator, version));
    let all = kind.all(version);
    let said = items.into_iter().filter(|i| i.grantee != creator || i.privileges != all);
    said.map(|item| PaneRow::Next { objtype, creator, schema, item }).collect()
}

#[cfg(test)]
mod tests {
    use crate::app::Item;
    use crate::app::pane::{Pane, PaneRow};
    use crate::app::testing::{company, snapshot};
    use crate::cluster::{Class, DefaultAcl, Oid};
    use std::sync::Arc;

    #[test]
    fn a_schema_and_a_creator_tell_what_comes() {
        let b = company(16);
        let mut cluster = Arc::unwrap_or_clone(b.build());
        let shop = cluster.objects.by_name(Class::Schema, Oid(0), "shop")[0];
        let oid = cluster.objects.get(shop).expect("shop").oid;
        let owner = b.oid("shop_owner");
        let row = |n, schema, objtype, acl: &str| DefaultAcl {
            oid: Oid(n),
            role: owner,
            schema,
            objtype,
            acl: b.parse_acl(acl),
        };
        cluster.default_acls = vec![
            row(1, oid, 'r', "app_readonly=r/shop_owner"),
            row(2, Oid(0), 'r', "alice=w/shop_owner,shop_owner=arwdDxt/shop_owner"),
            // Of the built-in default PUBLIC's part is left out, so the next function is the owner's alone.
            row(3, Oid(0), 'f', "shop_owner=X/shop_owner"),
        ];
        let snapshot = snapshot(Arc::new(cluster));
        let next = |subject| {
            let mut pane = Pane::default();
            pane.show(&snapshot, &[], Some(subject));
            let row = |row: &PaneRow| match row {
                PaneRow::Next { objtype, schema, item, .. } => Some((
                    *objtype,
                    *schema,
                    snapshot.view().role_name(item.grantee),
                    item.privileges.names(),
                )),
                _ => None,
            };
            pane.rows().iter().filter_map(row).collect::<Vec<_>>()
        };
        let is = |place, role: &str, privileges: &str| ('r', place, role.to_owned(), privileges.to_owned());
        let here = Some(shop);
        assert_eq!(
            next(Item::Schema(shop)),
            [is(here, "app_readonly", "SELECT"), is(here, "alice", "UPDATE")]
        );
        let by_owner =
            [is(None, "alice", "UPDATE"), is(here, "app_readonly", "SELECT"), is(here, "alice", "UPDATE")];
        assert_eq!(next(Item::Role(owner)), by_owner);
    }
}
