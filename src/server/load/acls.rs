//! ACLs, read as OIDs.

use super::fields::Fields;
use super::{LoadError, pipeline::Rows};
use crate::cluster::{Acl, AclItem, Class, Oid, Privileges};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The ACLs of the large catalogs, equal ones shared.
#[derive(Default)]
pub(super) struct Acls {
    /// By number, from 1.
    lists: Vec<Acl>,
    number_of: FxHashMap<(u32, u32, i16), u32>,
}

/// `pg_attribute`, by OID, as acls.sql names the catalogs.
const ATTRIBUTE: u32 = 1249;

impl Acls {
    /// Reads acls.sql: first which list each object has, then each item with its places in the lists.
    pub(super) async fn read(mut rows: Rows<'_>) -> Result<Acls, LoadError> {
        let mut acls = Acls::default();
        let mut lists = 0;
        let mut items: Vec<AclItem> = Vec::new();
        let mut places: Vec<(i64, u32)> = Vec::new();
        while let Some(row) = rows.next().await? {
            let row = Fields::new(rows.reading, &row);
            match row.get::<Option<i64>>(0)? {
                Some(number) => {
                    lists = lists.max(number);
                    acls.add_members(number as u32, &row)?;
                }
                None => {
                    let at = items.len() as u32;
                    items.extend(exploded(&row, 5)?.unwrap_or_default());
                    places.extend(row.get::<Vec<i64>>(4)?.into_iter().map(|place| (place, at)));
                }
            }
        }
        places.sort_unstable();
        acls.lists = assemble(lists as usize, &items, &places);
        Ok(acls)
    }

    fn add_members(&mut self, number: u32, row: &Fields<'_>) -> Result<(), LoadError> {
        let classes = row.get::<Vec<i32>>(1)?;
        let (ids, attnums) = (row.get::<Vec<u32>>(2)?, row.get::<Vec<i16>>(3)?);
        for ((class, id), attnum) in classes.into_iter().zip(ids).zip(attnums) {
            self.number_of.insert((class as u32, id, attnum), number);
        }
        Ok(())
    }

    /// The ACL of an object; none is NULL.
    pub(super) fn of(&self, class: Class, oid: Oid) -> Option<Acl> {
        let catalog = match class {
            Class::Relation => 1259,
            Class::Routine => 1255,
            Class::Type => 1247,
            Class::Schema => 2615,
            Class::LargeObject => 2995,
            _ => return None,
        };
        self.get(&(catalog, oid.0, 0))
    }

    /// The ACL of a column; none is NULL.
    pub(super) fn of_column(&self, relation: Oid, attnum: i16) -> Option<Acl> {
        self.get(&(ATTRIBUTE, relation.0, attnum))
    }

    fn get(&self, key: &(u32, u32, i16)) -> Option<Acl> {
        let number = self.number_of.get(key)?;
        self.lists.get(*number as usize - 1).cloned()
    }
}

/// The lists by number; `places` are sorted by list, then by position in it. A list without items is `{}`.
fn assemble(lists: usize, items: &[AclItem], places: &[(i64, u32)]) -> Vec<Acl> {
    let mut out = Vec::with_capacity(lists);
    let mut rest = places;
    for number in 1..=lists as i64 {
        let (own, after) = rest.split_at(rest.partition_point(|(place, _)| place >> 16 <= number));
        out.push(own.iter().filter_map(|(_, item)| items.get(*item as usize)).copied().collect());
        rest = after;
    }
    out
}

/// What `aclexplode()` gave, gathered in four columns from `column` on: grantees, grantors, privileges, grant options.
/// NULL is a NULL ACL. Neighbours of one grantee and grantor are one item: that pair is an item's key.
pub(super) fn exploded(row: &Fields<'_>, column: usize) -> Result<Option<Vec<AclItem>>, LoadError> {
    let Some(grantees) = row.get::<Option<Vec<u32>>>(column)? else { return Ok(None) };
    let mut items: Vec<AclItem> = Vec::new();
    if grantees.is_empty() {
        return Ok(Some(items));
    }
    let (grantors, names) = (row.get::<Vec<u32>>(column + 1)?, row.get::<Vec<Cow<'_, str>>>(column + 2)?);
    let options = row.get::<Vec<bool>>(column + 3)?;
    for (((grantee, grantor), name), grantable) in grantees.into_iter().zip(grantors).zip(names).zip(options)
    {
        let (grantee, grantor) = (Oid(grantee), Oid(grantor));
        let privilege = Privileges::from_name(&name)
            .ok_or_else(|| LoadError::unexpected(row.reading, format!("privilege {name}")))?;
        if items.last().is_none_or(|last| (last.grantee, last.grantor) != (grantee, grantor)) {
            let none = Privileges::NONE;
            items.push(AclItem { grantee, grantor, privileges: none, options: none });
        }
        if let Some(item) = items.last_mut() {
            item.privileges |= privilege;
            item.options |= if grantable { privilege } else { Privileges::NONE };
        }
    }
    Ok(Some(items))
}
