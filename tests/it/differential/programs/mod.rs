//! Random statements: mostly sensible, sometimes wrong in every way.

mod attributes;
mod defaults;
mod grants;
mod owners;
mod role_grants;
mod roles;
mod session;
mod settings;

#[allow(unused_imports, reason = "the runner takes it all from programs")]
pub use grants::PARAMETERS;

use super::world::World;
use fastrand::Rng;

/// The statements that are predicted, by what they are about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, clap::ValueEnum)]
pub enum Family {
    Grant,
    GrantRole,
    CreateRole,
    AlterRole,
    AlterGroup,
    RoleSetting,
    RenameRole,
    DropRole,
    DefaultPrivileges,
    Owner,
    ReassignOwned,
    DropOwned,
    Comment,
    Session,
}

impl Family {
    /// Those of a time when only GRANT, REVOKE and SET were predicted.
    pub const GRANTS: [Family; 3] = [Family::Grant, Family::GrantRole, Family::Session];

    /// How often, beside the others.
    const ALL: [(Family, usize); 14] = [
        (Family::Grant, 26),
        (Family::GrantRole, 18),
        (Family::CreateRole, 6),
        (Family::AlterRole, 8),
        (Family::AlterGroup, 3),
        (Family::RoleSetting, 6),
        (Family::RenameRole, 3),
        (Family::DropRole, 4),
        (Family::DefaultPrivileges, 8),
        (Family::Owner, 11),
        (Family::ReassignOwned, 2),
        (Family::DropOwned, 2),
        (Family::Comment, 2),
        (Family::Session, 22),
    ];

    fn statement(self, rng: &mut Rng, world: &World) -> String {
        match self {
            Family::Grant => grants::statement(rng, world),
            Family::GrantRole => role_grants::statement(rng, world),
            Family::CreateRole => attributes::create(rng, world),
            Family::AlterRole => attributes::alter(rng, world),
            Family::AlterGroup => roles::group(rng, world),
            Family::RoleSetting => settings::statement(rng, world),
            Family::RenameRole => roles::rename(rng, world),
            Family::DropRole => roles::drop(rng, world),
            Family::DefaultPrivileges => defaults::statement(rng, world),
            Family::Owner => owners::statement(rng, world),
            Family::ReassignOwned => owners::reassign(rng, world),
            Family::DropOwned => owners::drop_owned(rng, world),
            Family::Comment => roles::comment(rng, world),
            Family::Session => session::statement(rng, world),
        }
    }
}

/// One statement of one of the families; of any, where none is named.
pub fn statement(rng: &mut Rng, world: &World, families: &[Family]) -> String {
    let wanted = |family: &Family| families.is_empty() || families.contains(family);
    let chosen: Vec<_> = Family::ALL.into_iter().filter(|(family, _)| wanted(family)).collect();
    let all: usize = chosen.iter().map(|(_, weight)| weight).sum();
    let mut at = rng.usize(..all);
    for (family, weight) in chosen {
        if at < weight {
            return family.statement(rng, world);
        }
        at -= weight;
    }
    "RESET ROLE".to_owned()
}

fn pick<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.usize(..of.len())]
}

fn one<'a>(rng: &mut Rng, of: &'a [String]) -> &'a str {
    &of[rng.usize(..of.len())]
}

fn one_in(rng: &mut Rng, n: usize) -> bool {
    rng.usize(..n) == 0
}

fn list(rng: &mut Rng, most: usize, mut item: impl FnMut(&mut Rng) -> String) -> String {
    let count = 1 + rng.usize(..most);
    (0..count).map(|_| item(rng)).collect::<Vec<_>>().join(", ")
}

/// Whom privileges can be given to.
fn grantee(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..16) {
        0 | 1 => "PUBLIC".to_owned(),
        2 if one_in(rng, 4) => "\"public\"".to_owned(),
        2 if one_in(rng, 4) => "GROUP PUBLIC".to_owned(),
        _ => role_spec(rng, world),
    }
}

/// A role where the grammar takes more than a name.
fn role_spec(rng: &mut Rng, world: &World) -> String {
    match rng.usize(..24) {
        0 | 1 => "CURRENT_USER".to_owned(),
        2 => "SESSION_USER".to_owned(),
        3 if world.major >= 14 || one_in(rng, 20) => "CURRENT_ROLE".to_owned(),
        4 if one_in(rng, 4) => pick(rng, &["none", "\"none\"", "PUBLIC", "nobody_at_all"]).to_owned(),
        5 if one_in(rng, 3) => "rdsadmin".to_owned(),
        6 if one_in(rng, 3) => predefined(rng, world).to_owned(),
        _ => world.any_role(rng),
    }
}

/// A predefined role; sometimes one that this major does not have.
fn predefined(rng: &mut Rng, world: &World) -> &'static str {
    let mut names = vec!["pg_monitor", "pg_read_all_stats", "pg_signal_backend", "pg_execute_server_program"];
    if world.major >= 14 || one_in(rng, 10) {
        names.extend(["pg_read_all_data", "pg_write_all_data", "pg_database_owner", "pg_database_owner"]);
    }
    if world.major >= 17 {
        names.push("pg_maintain");
    }
    pick(rng, &names)
}
