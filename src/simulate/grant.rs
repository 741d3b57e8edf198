//! GRANT and REVOKE on objects (`ExecuteGrantStmt` and below, aclchk.c).

use super::acl_update::{AclUpdate, ItemChange, best_grantor};
use super::privilege_words::Wanted;
use super::run::{Run, Stop, error};
use crate::cluster::{
    Acl, AclItem, AclKind, AclTarget, Detail, Kind, ObjectId, Oid, Privileges, default_acl, effective_items,
};
use crate::sql::ast::{
    AllKind, GrantTarget, Name, NamedKind, ObjectGrant, RoleSpec, RoutineKind, SimpleKind,
};

/// A statement with its names resolved.
pub struct Grant<'s> {
    pub revoke: bool,
    pub grant_option: bool,
    pub cascade: bool,
    pub grantees: Vec<Oid>,
    pub wanted: Wanted<'s>,
    /// Addressed as SEQUENCE, so nothing but sequences will do.
    pub as_sequence: bool,
    /// Addressed as DOMAIN.
    pub as_domain: bool,
}

/// What is granted on: how messages call it, and the column if it is one.
pub struct Place<'n> {
    pub target: AclTarget,
    pub noun: &'static str,
    pub name: &'n str,
    pub column: Option<&'n str>,
}

impl<'a> Run<'a> {
    /// Runs the statement.
    pub fn grant(&mut self, statement: &ObjectGrant) -> Result<(), Stop> {
        if let Some(grantor) = &statement.granted_by
            && self.role(grantor)? != self.user()
        {
            // 14+; for superusers too. It never selects a grantor.
            return error("0A000", "grantor must be current user");
        }
        let objects = self.objects(statement)?;
        let grantees = statement.grantees.iter().map(|g| self.grantee(g)).collect::<Result<Vec<_>, _>>()?;
        let (kinds, noun) = kinds_of(&statement.target);
        let is_table = matches!(
            statement.target,
            GrantTarget::Named { kind: NamedKind::Table, .. }
                | GrantTarget::AllInSchema { kind: AllKind::Tables, .. }
        );
        let wanted = self.wanted(&statement.privileges, kinds, noun, is_table)?;
        let grant = Grant {
            revoke: statement.revoke,
            grant_option: statement.grant_option,
            cascade: statement.cascade,
            grantees,
            wanted,
            as_sequence: matches!(
                statement.target,
                GrantTarget::Named { kind: NamedKind::Sequence, .. }
                    | GrantTarget::AllInSchema { kind: AllKind::Sequences, .. }
            ),
            as_domain: matches!(statement.target, GrantTarget::Named { kind: NamedKind::Domain, .. }),
        };
        for (at, object) in objects.iter().enumerate() {
            if let Err(stop) = self.grant_on(&grant, *object) {
                let after = objects.get(at + 1..).unwrap_or(&[]);
                return Err(self.first_of(stop, &grant, *object, after));
            }
        }
        Ok(())
    }

    /// Of a whole schema, the server comes to the objects of a kind in the order of the heap, which nobody can know:
    /// where another of them makes another error, that may be the one.
    fn first_of(&mut self, stop: Stop, grant: &Grant<'_>, failed: ObjectId, after: &[ObjectId]) -> Stop {
        let Stop::Error(first) = stop else { return stop };
        let place = |id: ObjectId| self.view.object(id).map(|object| (object.schema, object.kind));
        let alike: Vec<ObjectId> = after.iter().copied().filter(|id| place(*id) == place(failed)).collect();
        let said = self.notices.len();
        let differs = self.any_order
            && alike.into_iter().any(|id| match self.grant_on(grant, id) {
                Err(Stop::Error(other)) => other.sqlstate != first.sqlstate,
                _ => false,
            });
        self.notices.truncate(said);
        if differs {
            self.doubt("Which error it is depends on the order in which the server comes to the objects.");
        }
        Stop::Error(first)
    }

    /// A role, or PUBLIC.
    pub fn grantee(&self, spec: &RoleSpec) -> Result<Oid, Stop> {
        if *spec == RoleSpec::Public { Ok(Oid::PUBLIC) } else { self.role(spec) }
    }

    /// What the statement names, in its order.
    pub fn objects(&mut self, statement: &ObjectGrant) -> Result<Vec<ObjectId>, Stop> {
        match &statement.target {
            GrantTarget::Named { kind: NamedKind::Table | NamedKind::Sequence, names } => {
                names.iter().map(|n| self.relation(n)).collect()
            }
            GrantTarget::Named { kind: NamedKind::Type, names } => {
                names.iter().map(|n| self.type_named(n)).collect()
            }
            GrantTarget::Named { kind: NamedKind::Domain, names } => {
                names.iter().map(|n| self.domain(n)).collect()
            }
            GrantTarget::Named { kind: NamedKind::Parameter, names } => {
                let found = names.iter().map(|n| self.parameter(&n.join("."), statement.revoke));
                Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
            }
            GrantTarget::Simple { kind, names } => names.iter().map(|n| self.simple(*kind, n)).collect(),
            GrantTarget::Routines { kind, routines } => {
                routines.iter().map(|r| self.routine(*kind, r)).collect()
            }
            GrantTarget::LargeObjects(numbers) => numbers.iter().map(|n| self.large_object(n)).collect(),
            GrantTarget::AllInSchema { kind, schemas } => {
                self.any_order = true;
                let mut objects = Vec::new();
                for name in schemas {
                    let schema = self.schema(name)?;
                    objects.extend(self.in_schema(schema, kinds_in_schema(*kind)));
                }
                Ok(objects)
            }
        }
    }

    /// 18 looks whether it is a domain while it looks for it, and names it as written.
    fn domain(&self, name: &Name) -> Result<ObjectId, Stop> {
        let id = self.type_named(name)?;
        if self.switches.domain_checked_first && self.kind_of(id) != Kind::Domain {
            return error("42809", format!("\"{}\" is not a domain", name.join(".")));
        }
        Ok(id)
    }

    /// One object.
    pub fn grant_on(&mut self, grant: &Grant<'_>, id: ObjectId) -> Result<(), Stop> {
        let Some(object) = self.view.object(id) else { return Ok(()) };
        let name = &*object.name;
        match object.kind.acl_kind() {
            AclKind::Relation | AclKind::Sequence => return self.grant_on_relation(grant, id),
            AclKind::Type => self.check_type(grant, object.kind, name)?,
            AclKind::Language if object.detail != (Detail::Language { trusted: true }) => {
                return Err(super::ServerError::new("42809", format!("language \"{name}\" is not trusted"))
                    .detail(
                        "GRANT and REVOKE are not allowed on untrusted languages, because only superusers can use \
                         untrusted languages.",
                    )
                    .into());
            }
            _ => {}
        }
        let kind = object.kind.acl_kind();
        let large = format!("large object {}", object.oid);
        let name = if kind == AclKind::LargeObject { large.as_str() } else { name };
        let place = Place { target: AclTarget::whole(id), noun: noun_of(kind), name, column: None };
        let privileges =
            if grant.wanted.all { kind.all(self.view.base().version) } else { grant.wanted.privileges };
        let stored = self.acl(place.target);
        let owner = self.view.owner(id);
        let items = effective_items(stored.as_ref(), kind, owner, self.view.base().version);
        let new = self.merged(grant, &place, privileges, grant.wanted.all, owner, &items, &items)?;
        // A parameter's row goes when nothing but the default is left in it (15+).
        let gone = kind == AclKind::Parameter && new == default_acl(kind, owner, self.view.base().version);
        self.write_acl(place.target, (!gone).then(|| Acl::from(new)));
        Ok(())
    }

    fn check_type(&self, grant: &Grant<'_>, kind: Kind, name: &str) -> Result<(), Stop> {
        let refused = |what: &str, hint: &str| {
            let error = super::ServerError::new("0LP01", format!("cannot set privileges of {what} types"));
            Err(error.hint(format!("Set the privileges of the {hint} type instead.")).into())
        };
        match kind {
            Kind::ArrayType => refused("array", "element"),
            Kind::Multirange if self.switches.multirange_refused => refused("multirange", "range"),
            _ if grant.as_domain && kind != Kind::Domain => {
                error("42809", format!("\"{name}\" is not a domain"))
            }
            _ => Ok(()),
        }
    }

    /// Grantor, checks and warnings, and the array as it becomes. `grantor_items` is what options are looked for in.
    #[allow(clippy::too_many_arguments, reason = "one step of PostgreSQL's, with all that it looks at")]
    pub fn merged(
        &mut self,
        grant: &Grant<'_>,
        place: &Place<'_>,
        privileges: Privileges,
        all: bool,
        owner: Oid,
        items: &[AclItem],
        grantor_items: &[AclItem],
    ) -> Result<Vec<AclItem>, Stop> {
        let (grantor, options) = best_grantor(&self.access, self.user(), privileges, grantor_items, owner);
        let privileges = self.restricted(grant, place, privileges, all, grantor, options)?;
        let update = AclUpdate { access: &self.access, owner, cascade: grant.cascade };
        let mut items = items.to_vec();
        for grantee in &grant.grantees {
            if !grant.revoke && grant.grant_option && *grantee == Oid::PUBLIC {
                return error("0LP01", "grant options can only be granted to roles");
            }
            let bits = |wanted: bool| if wanted { privileges } else { Privileges::NONE };
            let item = AclItem {
                grantee: *grantee,
                grantor,
                privileges: bits(!grant.revoke || !grant.grant_option),
                options: bits(grant.revoke || grant.grant_option),
            };
            items = update.apply(&items, ItemChange { revoke: grant.revoke, item })?;
        }
        Ok(items)
    }

    /// `restrict_and_check_grant`: what can really be done, with the standard's warnings.
    fn restricted(
        &mut self,
        grant: &Grant<'_>,
        place: &Place<'_>,
        privileges: Privileges,
        all: bool,
        grantor: Oid,
        options: Privileges,
    ) -> Result<Privileges, Stop> {
        if options.is_empty() && !self.has_any(grantor, place) {
            let message = match place.column {
                Some(column) => {
                    format!("permission denied for column \"{column}\" of relation \"{}\"", place.name)
                }
                None => format!("permission denied for {} {}", place.noun, place.name),
            };
            return error("42501", message);
        }
        let can = privileges & options;
        let shown = match place.column {
            Some(column) => format!("column \"{column}\" of relation \"{}\"", place.name),
            None => format!("\"{}\"", place.name),
        };
        let (sqlstate, done) =
            if grant.revoke { ("01006", "could be revoked") } else { ("01007", "were granted") };
        if can.is_empty() {
            self.warn(sqlstate, format!("no privileges {done} for {shown}"));
        } else if !all && can != privileges {
            self.warn(sqlstate, format!("not all privileges {done} for {shown}"));
        }
        Ok(can)
    }

    /// Any privilege or grant option at all, by whatever way: then a grant that cannot be made is but a warning.
    fn has_any(&self, role: Oid, place: &Place<'_>) -> bool {
        let whole = AclTarget::whole(place.target.object);
        // Within one relation the catalog still holds what was there before it.
        let on_whole = self.access.held_by_acl(role, whole, self.committed_acl(whole).as_ref());
        if !place.target.is_column() {
            return !on_whole.is_empty();
        }
        let on_column = self.access.held_by_acl(role, place.target, self.acl(place.target).as_ref());
        let columns = Privileges::COLUMN;
        (on_whole.privileges | on_whole.options).intersects(columns) || !on_column.is_empty()
    }
}

/// How the server calls a kind in messages.
pub fn noun_of(kind: AclKind) -> &'static str {
    match kind {
        AclKind::Relation => "table",
        AclKind::Sequence => "sequence",
        AclKind::Column => "column",
        AclKind::Database => "database",
        AclKind::Function => "function",
        AclKind::Language => "language",
        AclKind::LargeObject => "large object",
        AclKind::Schema => "schema",
        AclKind::Tablespace => "tablespace",
        AclKind::ForeignDataWrapper => "foreign-data wrapper",
        AclKind::ForeignServer => "foreign server",
        AclKind::Type => "type",
        AclKind::Parameter => "parameter",
        AclKind::None => "object",
    }
}

/// Which privileges a statement's kind allows, and how the message that refuses others calls it.
fn kinds_of(target: &GrantTarget) -> (&'static [AclKind], &'static str) {
    use AclKind as K;
    match target {
        GrantTarget::Named { kind, .. } => match kind {
            NamedKind::Table => (&[K::Relation, K::Sequence], "relation"),
            NamedKind::Sequence => (&[K::Sequence], "sequence"),
            NamedKind::Domain => (&[K::Type], "domain"),
            NamedKind::Type => (&[K::Type], "type"),
            NamedKind::Parameter => (&[K::Parameter], "parameter"),
        },
        GrantTarget::Simple { kind, .. } => match kind {
            SimpleKind::Database => (&[K::Database], "database"),
            SimpleKind::Schema => (&[K::Schema], "schema"),
            SimpleKind::Language => (&[K::Language], "language"),
            SimpleKind::Tablespace => (&[K::Tablespace], "tablespace"),
            SimpleKind::ForeignDataWrapper => (&[K::ForeignDataWrapper], "foreign-data wrapper"),
            SimpleKind::ForeignServer => (&[K::ForeignServer], "foreign server"),
        },
        GrantTarget::Routines { kind, .. } => match kind {
            RoutineKind::Function => (&[K::Function], "function"),
            RoutineKind::Procedure => (&[K::Function], "procedure"),
            RoutineKind::Routine => (&[K::Function], "routine"),
        },
        GrantTarget::LargeObjects(_) => (&[K::LargeObject], "large object"),
        GrantTarget::AllInSchema { kind, .. } => match kind {
            AllKind::Tables => (&[K::Relation, K::Sequence], "relation"),
            AllKind::Sequences => (&[K::Sequence], "sequence"),
            AllKind::Functions => (&[K::Function], "function"),
            AllKind::Procedures => (&[K::Function], "procedure"),
            AllKind::Routines => (&[K::Function], "routine"),
        },
    }
}

/// `objectsInSchemaToOids`, in its order.
fn kinds_in_schema(kind: AllKind) -> &'static [Kind] {
    use Kind as K;
    match kind {
        AllKind::Tables => &[K::Table, K::View, K::MaterializedView, K::ForeignTable, K::PartitionedTable],
        AllKind::Sequences => &[K::Sequence],
        AllKind::Functions => &[K::Function, K::Aggregate, K::WindowFunction],
        AllKind::Procedures => &[K::Procedure],
        AllKind::Routines => &[K::Function, K::Aggregate, K::WindowFunction, K::Procedure],
    }
}
