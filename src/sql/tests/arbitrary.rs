//! Statements drawn at random: any that the grammar can produce. Strategies are boxed where their types would nest,
//! which debug builds keep on the stack.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use crate::sql::ast::*;
use crate::sql::types::*;

/// A name the lexer can produce: not empty, no zero byte, at most 63 bytes.
pub(super) fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z_][a-z0-9_]{0,4}",
        2 => prop::sample::select(WORDS).prop_map(str::to_owned),
        1 => "[A-Z\"'é \\\\.$;:😀-]{1,9}",
        1 => "\\PC{1,12}",
    ]
    .prop_filter("a name is not empty and short", |name| !name.is_empty() && name.len() <= 63)
}

#[rustfmt::skip]
const WORDS: &[&str] = &[
    "select", "public", "none", "user", "table", "all", "grant", "nulls", "first", "with", "time", "format",
    "json", "double", "precision", "admin", "option", "current_role", "left", "between", "int", "setof",
    "out", "inherit", "set", "if", "exists", "mapping", "role", "session", "alter", "system", "sequence",
    "class", "owner", "large", "object", "on", "true", "default", "insert", "alter system", "Public",
    "interval", "array", "only", "transaction",
];

fn names() -> impl Strategy<Value = Vec<String>> {
    vec(name(), 1..4)
}

fn dotted(parts: usize) -> impl Strategy<Value = Name> {
    vec(name(), 1..=parts)
}

fn role() -> impl Strategy<Value = RoleSpec> {
    prop_oneof![
        6 => name().prop_filter("never a name", |name| name != "public" && name != "none").prop_map(RoleSpec::Name),
        1 => Just(RoleSpec::Public),
        1 => Just(RoleSpec::CurrentRole),
        1 => Just(RoleSpec::CurrentUser),
        1 => Just(RoleSpec::SessionUser),
    ]
}

fn roles() -> impl Strategy<Value = Vec<RoleSpec>> {
    vec(role(), 1..4)
}

/// The name of a role where no other way of saying it is taken.
fn role_id() -> impl Strategy<Value = String> {
    name().prop_filter("never a role's name", |name| name != "public" && name != "none")
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        (-i32::MAX..=i32::MAX).prop_map(Number::Integer),
        prop::sample::select(&["1.5", "-.5", "99999999999", "1e5", "-2."][..])
            .prop_map(|text| Number::Float(text.to_owned())),
    ]
}

fn privilege() -> BoxedStrategy<Privilege> {
    (name(), vec(name(), 0..3)).prop_map(|(name, columns)| Privilege { name, columns }).boxed()
}

fn privileges() -> impl Strategy<Value = Privileges> {
    prop_oneof![
        Just(Privileges::All),
        names().prop_map(Privileges::AllOnColumns),
        vec(privilege(), 1..4).prop_map(Privileges::List),
    ]
}

fn type_name() -> BoxedStrategy<TypeName> {
    let modifier = prop_oneof![
        number().prop_map(TypeModifier::Number),
        "\\PC{0,5}".prop_map(TypeModifier::Text),
        dotted(2).prop_map(TypeModifier::Name),
    ];
    let plain = (any::<bool>(), dotted(3), vec(modifier, 0..3), vec(of(0..9), 0..3)).prop_map(
        |(setof, name, modifiers, array_bounds)| TypeName {
            setof,
            name,
            percent_type: false,
            modifiers,
            array_bounds,
        },
    );
    let percent = (any::<bool>(), vec(name(), 2..4)).prop_map(|(setof, name)| TypeName {
        setof,
        name,
        percent_type: true,
        modifiers: Vec::new(),
        array_bounds: Vec::new(),
    });
    prop_oneof![4 => plain, 1 => percent].boxed()
}

/// `%TYPE` is for arguments alone.
fn operand() -> impl Strategy<Value = TypeName> {
    type_name().prop_map(|type_name| TypeName { percent_type: false, ..type_name })
}

fn argument() -> BoxedStrategy<Argument> {
    use ArgumentMode::*;
    (of(prop::sample::select(vec![In, Out, InOut, Variadic])), of(name()), type_name())
        .prop_map(|(mode, name, type_name)| Argument { mode, name, type_name })
        .boxed()
}

fn routine() -> BoxedStrategy<Routine> {
    let arguments = vec(argument(), 0..3).prop_map(|direct| Arguments { direct, ..Arguments::default() });
    (dotted(3), of(arguments)).prop_map(|(name, arguments)| Routine { name, arguments }).boxed()
}

/// No output arguments; a VARIADIC one before ORDER BY has the same behind it and nothing else.
fn aggregate() -> BoxedStrategy<Routine> {
    let input = || {
        (of(Just(ArgumentMode::In)), argument()).prop_map(|(mode, argument)| Argument { mode, ..argument })
    };
    let arguments = prop_oneof![
        Just(Arguments { star: true, ..Arguments::default() }),
        vec(input(), 1..3).prop_map(|direct| Arguments { direct, ..Arguments::default() }),
        (vec(input(), 0..2), of(name()), type_name()).prop_map(|(mut direct, name, type_name)| {
            let variadic =
                |name| Argument { mode: Some(ArgumentMode::Variadic), name, type_name: type_name.clone() };
            direct.push(variadic(name));
            Arguments { star: false, direct, order_by: Some(vec![variadic(None)]) }
        }),
        (vec(input(), 0..3), vec(input(), 1..3)).prop_map(|(direct, order_by)| Arguments {
            star: false,
            direct,
            order_by: Some(order_by),
        }),
    ];
    (dotted(2), arguments).prop_map(|(name, arguments)| Routine { name, arguments: Some(arguments) }).boxed()
}

fn target() -> BoxedStrategy<GrantTarget> {
    let kinds =
        vec![NamedKind::Table, NamedKind::Sequence, NamedKind::Domain, NamedKind::Type, NamedKind::Parameter];
    let simple = vec![
        SimpleKind::Database,
        SimpleKind::Schema,
        SimpleKind::Language,
        SimpleKind::Tablespace,
        SimpleKind::ForeignDataWrapper,
        SimpleKind::ForeignServer,
    ];
    let all =
        vec![AllKind::Tables, AllKind::Sequences, AllKind::Functions, AllKind::Procedures, AllKind::Routines];
    prop_oneof![
        (prop::sample::select(kinds), vec(dotted(3), 1..3))
            .prop_map(|(kind, names)| GrantTarget::Named { kind, names }),
        (prop::sample::select(simple), names()).prop_map(|(kind, names)| GrantTarget::Simple { kind, names }),
        (routine_kind(), vec(routine(), 1..3))
            .prop_map(|(kind, routines)| GrantTarget::Routines { kind, routines }),
        vec(number(), 1..3).prop_map(GrantTarget::LargeObjects),
        (prop::sample::select(all), names())
            .prop_map(|(kind, schemas)| GrantTarget::AllInSchema { kind, schemas }),
    ]
    .boxed()
}

fn routine_kind() -> impl Strategy<Value = RoutineKind> {
    prop::sample::select(vec![RoutineKind::Function, RoutineKind::Procedure, RoutineKind::Routine])
}

fn object_grant() -> BoxedStrategy<ObjectGrant> {
    (any::<[bool; 3]>(), privileges(), target(), roles(), of(role()))
        .prop_map(|([revoke, grant_option, cascade], privileges, target, grantees, granted_by)| ObjectGrant {
            revoke,
            grant_option,
            privileges,
            target,
            grantees,
            granted_by,
            cascade: cascade && revoke,
        })
        .boxed()
}

fn role_grant() -> BoxedStrategy<RoleGrant> {
    let option = (name(), any::<bool>()).prop_map(|(name, value)| MembershipOption { name, value });
    let admin = prop::sample::select(vec!["admin", "inherit", "set"]).prop_flat_map(|name| {
        any::<bool>().prop_map(move |value| MembershipOption { name: name.to_owned(), value })
    });
    let options = vec(prop_oneof![option, admin], 0..3);
    (any::<[bool; 2]>(), vec(privilege(), 1..3), roles(), options, of(role()))
        .prop_map(|([revoke, cascade], roles, members, mut options, granted_by)| {
            if revoke {
                options.truncate(1);
                options.iter_mut().for_each(|option| option.value = false);
            }
            RoleGrant { revoke, roles, members, options, granted_by, cascade: cascade && revoke }
        })
        .boxed()
}

fn role_option(create: bool) -> BoxedStrategy<RoleOption> {
    let text = || "[\\PC\n]{0,9}";
    let both = prop_oneof![
        of(text()).prop_map(|password| RoleOption::Password(password.map(Secret::new))),
        any::<bool>().prop_map(RoleOption::Superuser),
        any::<bool>().prop_map(RoleOption::CreateDb),
        any::<bool>().prop_map(RoleOption::CreateRole),
        any::<bool>().prop_map(RoleOption::Inherit),
        any::<bool>().prop_map(RoleOption::Login),
        any::<bool>().prop_map(RoleOption::Replication),
        any::<bool>().prop_map(RoleOption::BypassRls),
        (-9..99).prop_map(RoleOption::ConnectionLimit),
        text().prop_map(RoleOption::ValidUntil),
        roles().prop_map(RoleOption::Members),
    ];
    let only_create = prop_oneof![
        (0..99).prop_map(RoleOption::SysId),
        roles().prop_map(RoleOption::Admins),
        roles().prop_map(RoleOption::MemberOf),
    ];
    prop_oneof![3 => both.boxed(), u32::from(create) => only_create.boxed()].boxed()
}

fn setting_change() -> BoxedStrategy<SettingChange> {
    let value = prop_oneof![
        name().prop_map(SettingValue::Text),
        Just(SettingValue::Text(String::new())),
        number().prop_map(SettingValue::Number)
    ];
    prop_oneof![
        (dotted(2), vec(value, 1..4)).prop_map(|(name, values)| SettingChange::To(name, values)),
        dotted(2).prop_map(SettingChange::ToDefault),
        dotted(2).prop_map(SettingChange::FromCurrent),
        dotted(2).prop_map(SettingChange::Reset),
        Just(SettingChange::ResetAll),
    ]
    .boxed()
}

fn session() -> impl Strategy<Value = SessionSet> {
    use SessionParameter::*;
    let parameter = prop::sample::select(vec![
        Role,
        SessionAuthorization,
        SearchPath,
        CreateroleSelfGrant,
        PasswordEncryption,
    ]);
    let value = prop_oneof![
        3 => vec(prop_oneof![3 => name(), 1 => "[\\PC\n'\\\\]{0,90}"], 1..3).prop_map(SessionValue::To),
        1 => Just(SessionValue::Default),
        1 => Just(SessionValue::Current),
    ];
    (any::<bool>(), parameter, value).prop_map(|(local, parameter, value)| SessionSet {
        local,
        parameter,
        value,
    })
}

fn owned_object() -> BoxedStrategy<OwnedObject> {
    use OwnedNamedKind as N;
    use OwnedSimpleKind as S;
    use RelationKind as R;
    let relations = vec![R::Table, R::Index, R::Sequence, R::View, R::MaterializedView, R::ForeignTable];
    let named = vec![
        N::Collation,
        N::Conversion,
        N::Domain,
        N::Type,
        N::Statistics,
        N::TextSearchConfiguration,
        N::TextSearchDictionary,
    ];
    let simple = vec![
        S::Database,
        S::EventTrigger,
        S::ForeignDataWrapper,
        S::Language,
        S::Publication,
        S::Schema,
        S::Server,
        S::Subscription,
        S::Tablespace,
    ];
    let relation = (prop::sample::select(relations), any::<[bool; 2]>(), dotted(3)).prop_map(
        |(kind, [if_exists, only], name)| OwnedObject::Relation {
            kind,
            if_exists,
            only: only && matches!(kind, R::Table | R::ForeignTable),
            name,
        },
    );
    let operator = (
        vec(name(), 0..3),
        prop::sample::select(&["+", "-", "*", "/", "%", "@@", "<>", "~-", "<=", ">=", "=", "?|", "@-@"][..]),
        operand(),
        of(operand()),
        any::<bool>(),
    )
        .prop_map(|(schema, symbol, left, right, swap)| {
            let (left, right) = (Some(left), right);
            let (left, right) = if swap { (right, left) } else { (left, right) };
            OwnedObject::Operator(OperatorSignature { schema, symbol: symbol.to_owned(), left, right })
        });
    prop_oneof![
        relation,
        (prop::sample::select(named), dotted(3)).prop_map(|(kind, name)| OwnedObject::Named(kind, name)),
        (prop::sample::select(simple), name()).prop_map(|(kind, name)| OwnedObject::Simple(kind, name)),
        (routine_kind(), routine()).prop_map(|(kind, routine)| OwnedObject::Routine(kind, routine)),
        aggregate().prop_map(OwnedObject::Aggregate),
        operator,
        (dotted(2), name()).prop_map(|(name, method)| OwnedObject::OperatorClass { name, method }),
        (dotted(2), name()).prop_map(|(name, method)| OwnedObject::OperatorFamily { name, method }),
        number().prop_map(OwnedObject::LargeObject),
    ]
    .boxed()
}

fn default_privileges() -> BoxedStrategy<AlterDefaultPrivileges> {
    use DefaultPrivilegesTarget::*;
    let option = prop_oneof![
        roles().prop_map(DefaultPrivilegesOption::ForRole),
        names().prop_map(DefaultPrivilegesOption::InSchema),
    ];
    let target = prop::sample::select(vec![Tables, Functions, Sequences, Types, Schemas, LargeObjects]);
    (vec(option, 0..3), any::<[bool; 3]>(), privileges(), target, roles())
        .prop_map(|(options, [revoke, grant_option, cascade], privileges, target, grantees)| {
            AlterDefaultPrivileges {
                options,
                revoke,
                grant_option,
                privileges,
                target,
                grantees,
                cascade: cascade && revoke,
            }
        })
        .boxed()
}

fn role_statement() -> BoxedStrategy<Statement> {
    let kind = prop::sample::select(vec![RoleKind::Role, RoleKind::User, RoleKind::Group]);
    let create = (kind, role_id(), vec(role_option(true), 0..4))
        .prop_map(|(kind, name, options)| Statement::CreateRole(CreateRole { kind, name, options }));
    let alter = (role(), vec(role_option(false), 0..4))
        .prop_map(|(role, options)| Statement::AlterRole(AlterRole { role, options }));
    let group = (role(), any::<bool>(), roles())
        .prop_map(|(group, drop, members)| Statement::AlterGroup(AlterGroup { group, drop, members }));
    let set = (of(role()), of(name()), setting_change()).prop_map(|(role, database, change)| {
        Statement::AlterRoleSet(AlterRoleSet { role, database, change })
    });
    prop_oneof![
        create,
        alter,
        group,
        set,
        (role_id(), role_id()).prop_map(|(from, to)| Statement::RenameRole(RenameRole { from, to })),
        (any::<bool>(), roles())
            .prop_map(|(if_exists, roles)| Statement::DropRole(DropRole { if_exists, roles })),
        (roles(), role()).prop_map(|(roles, to)| Statement::ReassignOwned(ReassignOwned { roles, to })),
        (roles(), any::<bool>())
            .prop_map(|(roles, cascade)| Statement::DropOwned(DropOwned { roles, cascade })),
        (name(), of("[\\PC\n]{0,9}"))
            .prop_map(|(role, comment)| Statement::CommentOnRole(CommentOnRole { role, comment })),
    ]
    .boxed()
}

/// The first major version whose grammar has a statement.
pub(super) fn since(statement: &Statement) -> u16 {
    let mut since = 13;
    if statement.roles().iter().any(|slot| slot.role == RoleRef::Spec(&RoleSpec::CurrentRole)) {
        since = 14;
    }
    let needed = match statement {
        Statement::Grant(ObjectGrant {
            target: GrantTarget::Named { kind: NamedKind::Parameter, .. },
            ..
        }) => 15,
        Statement::Grant(ObjectGrant { granted_by: Some(_), .. }) => 14,
        Statement::GrantRole(grant) => match grant.options.as_slice() {
            [] => 13,
            [MembershipOption { name, value }] if name == "admin" && *value != grant.revoke => 13,
            _ => 16,
        },
        Statement::AlterDefaultPrivileges(defaults)
            if defaults.target == DefaultPrivilegesTarget::LargeObjects =>
        {
            18
        }
        _ => 13,
    };
    since.max(needed)
}

/// Any statement but the unsupported, in the newest grammar.
pub(super) fn any_statement() -> impl Strategy<Value = Statement> {
    prop_oneof![
        3 => object_grant().prop_map(Statement::Grant),
        2 => role_grant().prop_map(Statement::GrantRole),
        4 => role_statement(),
        1 => default_privileges().prop_map(Statement::AlterDefaultPrivileges),
        2 => (owned_object(), role()).prop_map(|(object, owner)| Statement::AlterOwner(AlterOwner { object, owner })),
        1 => session().prop_map(Statement::Session),
    ]
}
