//! Passwords and verifiers, as the servers see them; and that no clear text leaves the program.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rolescope::server::scram;
use rolescope::sql::{is_clear_text, quote_literal};

use crate::apply::{Place, place};
use crate::cli::{code, journal, run, text};
use crate::explorer::Explorer;
use crate::servers::{Server, block_on, for_each_major, for_each_major_async, server};

/// A verifier, and what is none or only just one.
fn candidates() -> Vec<String> {
    let scram = scram::verifier("sesame", scram::ITERATIONS).expect("random bytes");
    let [head, keys] = scram.rsplitn(2, '$').collect::<Vec<_>>()[..] else { panic!("{scram}") };
    let (head, keys) = (keys, head);
    let (stored, server) = keys.split_once(':').expect("two keys");
    let mut all: Vec<String> =
        ["sesame", "md5", "md5a3556571e93b0d20722ba62be61e8c2d", "SCRAM-SHA-256$", "$", ":"]
            .map(str::to_owned)
            .into();
    all.push("md5A3556571E93B0D20722BA62BE61E8C2D".to_owned());
    all.push("md5a3556571e93b0d20722ba62be61e8c2".to_owned());
    all.push("md5a3556571e93b0d20722ba62be61e8c2d0".to_owned());
    all.push("MD5a3556571e93b0d20722ba62be61e8c2d".to_owned());
    for iterations in ["", "0", "-1", "+7", " 7", "\t7", "7 ", "+ 7", "0x10", "1e3", "٧"] {
        all.push(scram.replacen("4096", iterations, 1));
    }
    for iterations in ["9223372036854775807", "9223372036854775808", "-9223372036854775808", "4096:"] {
        all.push(scram.replacen("4096", iterations, 1));
    }
    for salt in
        ["", "=", "A===", "AA==", "AA=A", "AAA=", "AAA", "AAAA", "A AA", "AAA\n", "AA==AA==", "A-_A", "é"]
    {
        all.push(format!("SCRAM-SHA-256$4096:{salt}${keys}"));
    }
    all.extend([
        scram.to_lowercase(),
        format!("${scram}"),
        format!("$${scram}"),
        format!(" {scram}"),
        format!("{scram} "),
        format!("{scram}:"),
        format!("{scram}="),
        format!("{scram}AAAA"),
        scram.replacen('$', "$$", 1),
        scram.replacen('$', "$:", 1),
        scram.replacen(':', "::", 1),
        format!("{head}$${keys}"),
        format!("{head}$:{keys}"),
        format!("{head}${stored}::{server}"),
        format!("{head}${stored}"),
        format!("{head}${stored}:"),
        format!("{head}$:{server}"),
        format!("{head}${}:{server}", &stored[4..]),
        format!("{head}${stored}:{}", server.replace('=', "A")),
        format!("{head}${stored}:{}", server.trim_end_matches('=')),
        scram.replacen("SCRAM-SHA-256", "SCRAM-SHA-512", 1),
        scram.replacen("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", 1),
    ]);
    all
}

#[test]
fn verifiers_are_told_from_passwords_as_the_servers_do() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("verified").await;
        let client = server.superuser("postgres").await;
        let mut verifiers = 0;
        for candidate in candidates() {
            let alter = format!("ALTER ROLE {role} PASSWORD {}", quote_literal(&candidate));
            client.batch_execute(&alter).await.unwrap_or_else(|error| panic!("{candidate}: {error:?}"));
            let sql = "SELECT rolpassword = $1 FROM pg_authid WHERE rolname = $2";
            let as_given: bool = client.query_one(sql, &[&candidate, &role]).await.unwrap().get(0);
            assert_eq!(as_given, !is_clear_text(&candidate, server.major), "{}: {candidate:?}", server.major);
            verifiers += usize::from(as_given);
        }
        assert!(verifiers > 10, "{verifiers}");
    });
}

/// Prepared by SASLprep as the server does it, with its iterations (16 and later).
#[test]
fn a_password_is_hashed_as_the_server_hashes_it() {
    for_each_major_async(async |server| {
        let role = server.fresh_role("hashed").await;
        let client = server.superuser("postgres").await;
        client.batch_execute("SET password_encryption = 'scram-sha-256'").await.unwrap();
        let long = "x".repeat(1024);
        for (iterations, password) in [
            "sesame",
            " ",
            "a\u{1}b",
            "'\\$:",
            "pä€s",
            "no\u{308}l",
            "a\u{a0}b\u{ad}c\u{2168}",
            "\u{ad}",
            "key\u{1f511}",
            "a\u{627}",
            "\u{627}1",
            "\u{627}1\u{628}",
            "\u{1f100}",
            "\u{200b}a",
            "\u{340}a",
            "\u{fb01}\u{2460}",
            "\u{e000}",
            "\u{2126}\u{212b}",
            "\u{1100}\u{1161}",
            "\u{1d15e}",
            "\u{2f868}",
            "\u{0221}",
            "\u{fdfa}",
            &long,
        ]
        .into_iter()
        .enumerate()
        {
            let iterations = if server.major >= 16 { iterations + 1 } else { 4096 };
            if server.major >= 16 {
                client.batch_execute(&format!("SET scram_iterations = {iterations}")).await.unwrap();
            }
            let alter = format!("ALTER ROLE {role} PASSWORD {}", quote_literal(password));
            client.batch_execute(&alter).await.unwrap_or_else(|error| panic!("{password}: {error:?}"));
            let sql = "SELECT rolpassword, decode(substring(rolpassword from ':([^$]+)[$]'), 'base64') \
                       FROM pg_authid WHERE rolname = $1";
            let row = client.query_one(sql, &[&role]).await.unwrap();
            let (verifier, salt): (String, Vec<u8>) = (row.get(0), row.get(1));
            let ours = scram::verifier_with(password, &salt, u32::try_from(iterations).unwrap());
            assert_eq!(ours, verifier, "{}: {password:?}", server.major);
        }
    });
}

/// What the server stores, which it has been sent as it is.
async fn stored(place: &Place<'_>, role: &str) -> String {
    let sql = "SELECT rolpassword FROM pg_authid WHERE rolname = $1";
    place.as_superuser().await.query_one(sql, &[&role]).await.expect("a role").get(0)
}

fn log(server: &Server) -> String {
    String::from_utf8_lossy(&std::fs::read(server.instance.log_path()).expect("a log")).into_owned()
}

/// Every file below a folder, one after the other.
fn files(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let read = |path: std::path::PathBuf| match path.is_dir() {
        true => files(&path),
        false => std::fs::read_to_string(path).unwrap_or_default(),
    };
    entries.map(read).collect()
}

#[test]
fn no_clear_text_leaves_apply_and_the_password_opens_the_door() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let role = server.unique("born");
        for (format, sql, password) in [
            ("json", "CREATE USER {role} PASSWORD 'tintagel 1'", "tintagel 1"),
            ("text", "ALTER ROLE {role} PASSWORD $p$tintagel'2$p$", "tintagel'2"),
            (
                "json",
                "SET password_encryption = md5; ALTER USER {role} ENCRYPTED PASSWORD U&'tintagel \\00e9'",
                "tintagel é",
            ),
        ] {
            let sql = sql.replace("{role}", &role);
            let output = run(&place, &["apply", "--yes", "--format", format, "-c", &sql]);
            let said = text(&output.stdout) + &text(&output.stderr) + &journal(&place);
            assert_eq!(code(&output), 0, "{}: {said}", server.major);
            block_on(async {
                server.connect(&role, password, &place.database).await;
                let verifier = stored(&place, &role).await;
                assert!(
                    !is_clear_text(&verifier, server.major) && verifier.starts_with("SCRAM"),
                    "{verifier}"
                );
                assert!(log(server).contains(&verifier), "the log has what was sent");
                assert!(!said.contains(&verifier) && said.contains("'***'"), "{said}");
            });
            assert!(!said.contains("tintagel"), "{said}");
            assert!(!log(server).contains("tintagel"), "{}", server.major);
        }
    });
}

#[test]
fn the_explorer_asks_for_a_password_and_nobody_sees_it() {
    for major in [13, 16, 18] {
        let server = server(major);
        let place = block_on(place(server));
        let role = server.unique("tristan");
        block_on(async {
            let create = format!("CREATE ROLE {role} LOGIN");
            place.as_boss().await.batch_execute(&create).await.expect("CREATE ROLE");
        });
        let mut explorer = Explorer::run(&[&place.conninfo()], 120, 40).loaded();
        explorer.pty.keys(&format!("/{role}"));
        explorer.pty.wait_for("1 found");
        explorer.pty.keys("\rp");
        explorer.pty.wait_for(&format!("Of {role}."));
        explorer.pty.keys("camelot\r");
        explorer.pty.wait_for("Type it again.");
        explorer.pty.keys("camelot\r");
        explorer.pty.wait_for(&format!("ALTER ROLE {role} PASSWORD *********"));
        explorer.pty.keys("\x19");
        explorer.pty.wait_quiet(std::time::Duration::from_millis(300));
        assert!(copied(&explorer).starts_with(&format!("ALTER ROLE {role} PASSWORD 'SCRAM-SHA-256$4096:")));
        explorer.pty.keys("\r");
        explorer.pty.wait_for("Enter applies it");
        explorer.pty.keys("\r");
        explorer.pty.wait_for("Committed.");
        let seen = String::from_utf8_lossy(&explorer.pty.bytes()).into_owned();
        assert!(!seen.contains("camelot") && !files(explorer.state.path()).contains("camelot"));
        assert!(files(explorer.state.path()).contains("'***'"), "there is a journal");
        assert!(!log(server).contains("camelot"));
        explorer.quit();
        block_on(server.connect(&role, "camelot", &place.database));
    }
}

/// What was put on the clipboard last.
fn copied(explorer: &Explorer) -> String {
    let seen = String::from_utf8_lossy(&explorer.pty.bytes()).into_owned();
    let (_, last) = seen.rsplit_once("\x1b]52;c;").expect("something was copied");
    let (base64, _) = last.split_once('\x1b').expect("an end");
    String::from_utf8(STANDARD.decode(base64).expect("base64")).expect("UTF-8")
}
