//! Who may give an object away, and to whom: each kind's own checks, in the server's order.

use crate::cluster::{AclTarget, Class, Detail, Kind, ObjectId, Oid, Privileges};
use crate::simulate::ServerError;
use crate::simulate::run::{Run, Stop, error};

/// `aclcheck_error` with ACLCHECK_NOT_OWNER.
pub(super) fn not_owner<T>(noun: &str, name: &str) -> Result<T, Stop> {
    error("42501", format!("must be owner of {noun} {name}"))
}

impl Run<'_> {
    /// `object_ownercheck` of the current user.
    pub(super) fn owns(&self, id: ObjectId) -> bool {
        self.access.has_privs_of(self.user(), self.view.owner(id))
    }

    fn is_superuser(&self) -> bool {
        self.access.is_superuser(self.user())
    }

    /// Up to 15 `check_is_member_of_role`; since 16 `check_can_set_role`.
    pub(super) fn may_become_owner(&self, new: Oid) -> Result<(), Stop> {
        let (may, what) = match self.switches.membership_options {
            false => (self.access.is_member_of(self.user(), new), "must be member of role"),
            true => (self.access.can_set_role(self.user(), new), "must be able to SET ROLE"),
        };
        if may { Ok(()) } else { error("42501", format!("{what} \"{}\"", self.view.role_name(new))) }
    }

    /// The new owner needs CREATE on the object's schema, if it is in one; not where a superuser gives it.
    pub(super) fn new_owner_may_create(&self, id: ObjectId, new: Oid) -> Result<(), Stop> {
        let schema = self.view.object(id).map(|object| object.schema).filter(|oid| *oid != Oid(0));
        let Some(schema) = schema.and_then(|oid| self.view.object_by_oid(Class::Schema, oid)) else {
            return Ok(());
        };
        if self.is_superuser() {
            return Ok(());
        }
        self.must_hold(new, schema, Privileges::CREATE, "schema")
    }

    fn must_hold(&self, role: Oid, object: ObjectId, needed: Privileges, noun: &str) -> Result<(), Stop> {
        if self.access.held(role, AclTarget::whole(object)).privileges.contains(needed) {
            return Ok(());
        }
        let name = self.view.object(object).map_or("", |o| &*o.name);
        error("42501", format!("permission denied for {noun} {name}"))
    }

    /// CREATE on the current database.
    fn must_create_in_database(&self, role: Oid) -> Result<(), Stop> {
        let base = self.view.base();
        match base.objects.by_oid(Class::Database, base.database) {
            Some(database) => self.must_hold(role, database, Privileges::CREATE, "database"),
            None => Ok(()),
        }
    }

    fn must_own(&self, id: ObjectId) -> Result<(), Stop> {
        let Some(object) = self.view.object(id) else { return Ok(()) };
        if self.owns(id) { Ok(()) } else { not_owner(noun(object.kind.class()), &object.name) }
    }

    /// All but relations and types. Most kinds do nothing, and ask nothing, where the owner is the same already.
    pub fn may_give(&self, id: ObjectId, new: Oid) -> Result<(), Stop> {
        let Some(object) = self.view.object(id) else { return Ok(()) };
        let name = &*object.name;
        if object.kind == Kind::ForeignDataWrapper {
            return self.may_give_wrapper(name, new);
        }
        if self.view.owner(id) == new {
            return Ok(());
        }
        match &object.detail {
            _ if object.kind == Kind::Schema => {
                self.must_own(id)?;
                self.may_become_owner(new)?;
                self.must_create_in_database(self.user())
            }
            _ if object.kind == Kind::Database => self.may_give_database(id, new),
            _ if object.kind == Kind::EventTrigger => {
                self.must_own(id)?;
                self.new_must_be_superuser(new, "event trigger", name, "an event trigger")
            }
            Detail::Server { wrapper } => self.may_give_server(id, *wrapper, new),
            Detail::Publication { all_tables, schemas } => {
                self.may_give_publication(id, (*all_tables, *schemas), new)
            }
            Detail::Subscription { password_required, .. } => {
                self.may_give_subscription(id, *password_required, new)
            }
            _ => self.may_give_generic(id, new),
        }
    }

    /// `AlterObjectOwner_internal`.
    pub fn may_give_generic(&self, id: ObjectId, new: Oid) -> Result<(), Stop> {
        if self.view.owner(id) == new {
            return Ok(());
        }
        self.must_own(id)?;
        self.may_become_owner(new)?;
        self.new_owner_may_create(id, new)
    }

    /// `AlterForeignDataWrapperOwner_internal`, which asks even where nothing changes.
    fn may_give_wrapper(&self, name: &str, new: Oid) -> Result<(), Stop> {
        let hint = match (self.is_superuser(), self.access.is_superuser(new)) {
            (false, _) => "Must be superuser to change owner of a foreign-data wrapper.",
            (true, false) => "The owner of a foreign-data wrapper must be a superuser.",
            (true, true) => return Ok(()),
        };
        Err(denied_owner("foreign-data wrapper", name).hint(hint).into())
    }

    fn new_must_be_superuser(&self, new: Oid, noun: &str, name: &str, whose: &str) -> Result<(), Stop> {
        if self.access.is_superuser(new) {
            return Ok(());
        }
        Err(denied_owner(noun, name).hint(format!("The owner of {whose} must be a superuser.")).into())
    }

    /// `AlterDatabaseOwner`: the current user, not the new owner, needs CREATEDB.
    fn may_give_database(&self, id: ObjectId, new: Oid) -> Result<(), Stop> {
        self.must_own(id)?;
        self.may_become_owner(new)?;
        match self.view.role(self.user()).is_some_and(|role| role.superuser || role.create_db) {
            true => Ok(()),
            false => error("42501", "permission denied to change owner of database"),
        }
    }

    fn may_give_server(&self, id: ObjectId, wrapper: Oid, new: Oid) -> Result<(), Stop> {
        self.must_own(id)?;
        self.may_become_owner(new)?;
        match self.view.object_by_oid(Class::ForeignDataWrapper, wrapper) {
            Some(wrapper) if !self.is_superuser() => {
                self.must_hold(new, wrapper, Privileges::USAGE, "foreign-data wrapper")
            }
            _ => Ok(()),
        }
    }

    /// `AlterPublicationOwner_internal`; publications of schemas came with 15.
    fn may_give_publication(&self, id: ObjectId, of: (bool, bool), new: Oid) -> Result<(), Stop> {
        if self.is_superuser() {
            return Ok(());
        }
        self.must_own(id)?;
        self.may_become_owner(new)?;
        self.must_create_in_database(new)?;
        let name = self.view.object(id).map_or("", |object| &*object.name);
        match of {
            (true, _) => self.new_must_be_superuser(new, "publication", name, "a FOR ALL TABLES publication"),
            (_, true) => {
                self.new_must_be_superuser(new, "publication", name, "a FOR TABLES IN SCHEMA publication")
            }
            _ => Ok(()),
        }
    }

    /// `AlterSubscriptionOwner_internal`: up to 15 subscriptions are for superusers.
    fn may_give_subscription(&self, id: ObjectId, password_required: bool, new: Oid) -> Result<(), Stop> {
        self.must_own(id)?;
        if !self.switches.subscriptions_of_others {
            let name = self.view.object(id).map_or("", |object| &*object.name);
            return self.new_must_be_superuser(new, "subscription", name, "a subscription");
        }
        if !password_required && !self.is_superuser() {
            let error = ServerError::new("42501", "password_required=false is superuser-only");
            let hint = "Subscriptions with the password_required option set to false may only be created or modified by the superuser.";
            return Err(error.hint(hint).into());
        }
        self.may_become_owner(new)?;
        self.must_create_in_database(self.user())
    }

    /// `AlterTypeOwner` before it looks at the owner: what is altered through something else is refused.
    pub(super) fn can_alter_type(&self, id: ObjectId, as_domain: bool) -> Result<(), Stop> {
        let Some(object) = self.view.object(id) else { return Ok(()) };
        let shown = self.shown_type(object.oid);
        let of = match object.detail {
            Detail::Type { of } => self.shown_type(of),
            _ => String::new(),
        };
        if as_domain && object.kind != Kind::Domain {
            return error("42809", format!("{shown} is not a domain"));
        }
        let (message, hint) = match object.kind {
            Kind::RowType => {
                (format!("{shown} is a table's row type"), "Use ALTER TABLE instead.".to_owned())
            }
            Kind::ArrayType => (
                format!("cannot alter array type {shown}"),
                format!("You can alter type {of}, which will alter the array type as well."),
            ),
            Kind::Multirange if self.switches.multirange_refused => (
                format!("cannot alter multirange type {shown}"),
                format!("You can alter type {of}, which will alter the multirange type as well."),
            ),
            _ => return Ok(()),
        };
        Err(ServerError::new("42809", message).hint(hint).into())
    }

    /// The rest of `AlterTypeOwner`; the message names the type as `format_type_be` does.
    pub(super) fn may_give_type(&self, id: ObjectId, new: Oid) -> Result<(), Stop> {
        if self.view.owner(id) == new {
            return Ok(());
        }
        if !self.owns(id) {
            let oid = self.view.object(id).map_or(Oid(0), |object| object.oid);
            return not_owner("type", &self.shown_type(oid));
        }
        self.may_become_owner(new)?;
        self.new_owner_may_create(id, new)
    }
}

fn denied_owner(noun: &str, name: &str) -> ServerError {
    ServerError::new("42501", format!("permission denied to change owner of {noun} \"{name}\""))
}

/// The object type in `must be owner of ..`.
fn noun(class: Class) -> &'static str {
    match class {
        Class::Relation => "table",
        Class::Routine => "function",
        Class::Schema => "schema",
        Class::Type => "type",
        Class::Language => "language",
        Class::Database => "database",
        Class::Tablespace => "tablespace",
        Class::ForeignDataWrapper => "foreign-data wrapper",
        Class::ForeignServer => "foreign server",
        Class::LargeObject => "large object",
        Class::Parameter => "parameter",
        Class::Operator => "operator",
        Class::OperatorClass => "operator class",
        Class::OperatorFamily => "operator family",
        Class::Collation => "collation",
        Class::Conversion => "conversion",
        Class::Statistics => "statistics object",
        Class::TextSearchConfiguration => "text search configuration",
        Class::TextSearchDictionary => "text search dictionary",
        Class::EventTrigger => "event trigger",
        Class::Publication => "publication",
        Class::Subscription => "subscription",
        Class::Extension => "extension",
    }
}
