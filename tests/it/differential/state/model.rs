//! The same entries as the model has them.

use super::{Names, Scope, State, UNKNOWN};
use rolescope::cluster::{AclItem, AclTarget, Class, Membership, Password, Role, View, item_text};

/// What the server would answer if it were the model; `names` learns who is there.
pub fn model_state(view: &View, scope: Scope, names: &mut Names) -> State {
    names.are(view.roles().map(|role| (role.oid, role.name.as_str())));
    let mut state = State::default();
    objects(&mut state, view, scope, names);
    for id in view.parameter_ids() {
        let (Some(object), Some(acl)) = (view.object(id), view.acl(AclTarget::whole(id))) else { continue };
        state.put(format!("parameter {}", object.name), text(acl, view));
    }
    for role in view.roles() {
        state.put(format!("role {}", role.name), attributes(role));
        let password = match role.password {
            Password::Unknown => UNKNOWN,
            Password::None => "none",
            Password::Md5 => "md5",
            Password::Scram => "scram",
        };
        state.put(format!("password {}", role.name), password.to_owned());
        if let Some(comment) = view.role_comment(role.oid) {
            state.put(format!("comment {}", role.name), comment.to_owned());
        }
        for Membership { role, member, grantor, admin, inherit, set } in view.members_of(role.oid) {
            let options = [Some(*admin), *inherit, *set].into_iter().flatten().map(letter);
            let key = format!("member {} {} {}", names.of(*role), names.of(*member), names.of(*grantor));
            state.put(key, options.collect::<Vec<_>>().join(" "));
        }
    }
    rows(&mut state, view, names);
    state
}

fn objects(state: &mut State, view: &View, scope: Scope, names: &Names) {
    for (id, object) in view.base().objects.iter() {
        let class = object.kind.class();
        let parameter = class == Class::Parameter;
        // Of the schemas, those of temporary tables come and go.
        let temporary = class == Class::Schema && object.name.starts_with("pg_t");
        if parameter || temporary || !scope.holds(class.catalog(), object.oid) {
            continue;
        }
        state.put(format!("owner {} {}", class.catalog(), object.oid), names.of(view.owner(id)));
        if let Some(acl) = view.acl(AclTarget::whole(id)) {
            state.put(format!("acl {} {}", class.catalog(), object.oid), text(acl, view));
        }
        if class == Class::Relation {
            for (attnum, acl) in view.column_acls(id) {
                state.put(format!("acl pg_attribute {} {attnum}", object.oid), text(&acl, view));
            }
        }
    }
}

/// Rows that are no object's.
fn rows(state: &mut State, view: &View, names: &Names) {
    for (key, acl) in view.default_acls() {
        state.put(format!("default {} {} {}", names.of(key.role), key.schema, key.objtype), text(acl, view));
    }
    for (role, database, settings) in view.settings() {
        state.put(format!("setting {} {database}", names.of(role)), array(settings));
    }
    for (relation, policy, roles) in view.policies() {
        let Some(relation) = view.object(relation) else { continue };
        let roles = roles.iter().map(|oid| names.of(*oid)).collect::<Vec<_>>().join(", ");
        state.put(format!("policy {} {policy}", relation.oid), roles);
    }
}

fn text(acl: &[AclItem], view: &View) -> String {
    let name = |oid| view.role(oid).map(|role| role.name.as_str());
    acl.iter().map(|item| item_text(item, name)).collect::<Vec<_>>().join(" ")
}

fn letter(value: bool) -> String {
    if value { "t" } else { "f" }.to_owned()
}

fn attributes(role: &Role) -> String {
    let Role { superuser, inherit, create_role, create_db, login, replication, bypass_rls, .. } = role;
    let flags = [superuser, inherit, create_role, create_db, login, replication, bypass_rls];
    let mut words: Vec<String> = flags.into_iter().map(|flag| letter(*flag)).collect();
    words.push(role.connection_limit.to_string());
    words.extend(role.valid_until.clone());
    words.join(" ")
}

/// `array_out` of texts.
fn array(elements: &[String]) -> String {
    let one = |element: &String| {
        let plain = |c: char| !c.is_whitespace() && !"{},\"\\".contains(c);
        if !element.is_empty() && element.chars().all(plain) && !element.eq_ignore_ascii_case("null") {
            return element.clone();
        }
        format!("\"{}\"", element.replace('\\', "\\\\").replace('"', "\\\""))
    };
    format!("{{{}}}", elements.iter().map(one).collect::<Vec<_>>().join(","))
}
