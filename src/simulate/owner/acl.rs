//! What becomes of ACLs when the owner changes.

use crate::cluster::{Acl, AclItem, AclTarget, ObjectId, Oid};
use crate::simulate::run::Run;

/// `aclnewowner`: the new owner takes the old one's place on both sides. Where it was there before, items that are now
/// of the same two roles become one, at the place of the first; what holds nothing goes.
pub fn with_new_owner(acl: &[AclItem], old: Oid, new: Oid) -> Vec<AclItem> {
    let put = |role: Oid| if role == old { new } else { role };
    let items = acl.iter().map(|i| AclItem { grantee: put(i.grantee), grantor: put(i.grantor), ..*i });
    if !acl.iter().any(|item| item.grantee == new || item.grantor == new) {
        return items.collect();
    }
    let mut merged: Vec<AclItem> = Vec::with_capacity(acl.len());
    for item in items.filter(|item| !(item.privileges.is_empty() && item.options.is_empty())) {
        match merged.iter_mut().find(|m| (m.grantee, m.grantor) == (item.grantee, item.grantor)) {
            Some(first) => {
                first.privileges |= item.privileges;
                first.options |= item.options;
            }
            None => merged.push(item),
        }
    }
    merged
}

impl Run<'_> {
    /// Writes the object's ACL and its columns' for a new owner. NULL stays NULL and is not written.
    pub fn rewrite_acls(&mut self, id: ObjectId, new: Oid) {
        let old = self.view.owner(id);
        let whole = AclTarget::whole(id);
        let mut written: Vec<(AclTarget, Acl)> = Vec::new();
        written.extend(self.acl(whole).map(|acl| (whole, acl)));
        let columns = self.view.column_acls(id).into_iter();
        written.extend(columns.map(|(attnum, acl)| (AclTarget::column(id, attnum), acl)));
        for (target, acl) in written {
            self.write_acl(target, Some(with_new_owner(&acl, old, new).into()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::testing::Builder;

    fn rewritten(acl: &str) -> String {
        let mut b = Builder::new(16);
        let [old, new] = ["old", "new"].map(|name| b.role(name));
        for name in ["alice", "bob"] {
            b.role(name);
        }
        let view = crate::cluster::View::new(b.build());
        let name = |oid: Oid| if oid == Oid::PUBLIC { String::new() } else { view.role_name(oid) };
        let items = with_new_owner(&b.parse_acl(acl), old, new);
        let text = |i: &AclItem| {
            let letters = crate::cluster::letters(i.privileges, i.options);
            format!("{}={letters}/{}", name(i.grantee), name(i.grantor))
        };
        items.iter().map(text).collect::<Vec<_>>().join(",")
    }

    #[test]
    fn the_new_owner_stands_where_the_old_one_stood() {
        assert_eq!(
            rewritten("old=arw/old,=r/old,alice=r*/old,bob=r/alice"),
            "new=arw/new,=r/new,alice=r*/new,bob=r/alice"
        );
    }

    #[test]
    fn items_that_come_to_be_of_the_same_two_roles_are_one_at_the_first_place() {
        assert_eq!(
            rewritten("old=arw/old,alice=r*/old,new=a*/old,alice=w/new,old=d/alice,new=r/alice"),
            "new=a*rw/new,alice=r*w/new,new=rd/alice"
        );
    }
}
