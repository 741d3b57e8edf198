//! Passwords and verifiers, as the servers see them.

use rolescope::server::scram;
use rolescope::sql::{is_clear_text, quote_literal};

use crate::servers::for_each_major_async;

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
