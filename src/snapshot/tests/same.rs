//! Are two clusters equal in everything?

use super::cluster::{Cluster, Parameter};

/// Fails where they are not.
pub fn assert_same(a: &Cluster, b: &Cluster) {
    // A field that is new must be compared here.
    let Cluster {
        version,
        flavor,
        database,
        session,
        roles,
        memberships,
        objects,
        default_acls,
        role_settings,
        role_comments,
        event_triggers,
        access_methods,
        encoding,
        policies,
        unpinned_definers,
        uses,
        dependencies,
        parameters,
        read_only,
    } = a;
    assert_eq!((version, flavor, database, session), (&b.version, &b.flavor, &b.database, &b.session));
    assert!(roles.iter().eq(b.roles.iter()));
    assert!(memberships.iter().eq(b.memberships.iter()));
    for row in memberships.iter() {
        assert_eq!(memberships.oid(row.key()), b.memberships.oid(row.key()));
        assert_eq!(memberships.of_member(row.member), b.memberships.of_member(row.member));
    }
    assert!(roles.iter().all(|role| b.roles.by_name(&role.name) == Some(role)));
    assert_eq!(objects.len(), b.objects.len());
    objects.iter().zip(b.objects.iter()).for_each(|(a, b)| assert_eq!(a, b));
    assert_eq!(objects.columns(), b.objects.columns());
    assert_eq!(default_acls, &b.default_acls);
    assert_eq!(role_settings, &b.role_settings);
    assert_eq!(role_comments, &b.role_comments);
    assert_eq!(event_triggers, &b.event_triggers);
    assert_eq!(access_methods, &b.access_methods);
    assert_eq!(encoding, &b.encoding);
    assert_eq!(policies, &b.policies);
    assert_eq!(unpinned_definers, &b.unpinned_definers);
    assert!(uses.iter().eq(b.uses.iter()));
    assert_eq!(dependencies, &b.dependencies);
    let sorted = |cluster: &Cluster| {
        let mut all: Vec<Parameter> = cluster.parameters.iter().cloned().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    };
    assert_eq!(sorted(a), sorted(b));
    assert_eq!(parameters.server_encoding, b.parameters.server_encoding);
    assert_eq!(read_only, &b.read_only);
}
