//! `status`, `plan` and `apply` as scripts and people have them: exit statuses, output, questions.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::apply::{Place, place};
use crate::pty::Pty;
use crate::servers::{block_on, for_each_major, server};

const PROGRAM: &str = env!("CARGO_BIN_EXE_rolescope");

fn command(place: &Place<'_>, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments.iter().map(|argument| place.named(argument)));
    command.env_clear().env("HOME", place.folder.path()).stdin(Stdio::null());
    command
}

/// Runs a command with the connection as its last argument.
pub fn run(place: &Place<'_>, arguments: &[&str]) -> Output {
    let conninfo = place.conninfo();
    let arguments: Vec<&str> = arguments.iter().copied().chain([conninfo.as_str()]).collect();
    command(place, &arguments).output().expect("the program starts")
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("{output:?}"))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The journal of the user that the program ran for.
pub fn journal(place: &Place<'_>) -> String {
    let folder = place.folder.path().join(".local/state/rolescope/journal");
    let Ok(files) = std::fs::read_dir(folder) else { return String::new() };
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn plans_end_with_the_status_that_the_contract_has() {
    for_each_major(|server| {
        let place = block_on(place(server));
        for (sql, status, verdicts) in [
            ("GRANT SELECT ON s.t TO {clerk}", 0, &["ok"][..]),
            ("GRANT SELECT ON s.t TO {clerk}; REVOKE SELECT ON s.t FROM {clerk}", 0, &["ok", "ok"]),
            ("GRANT SELECT ON s.none TO {clerk}; GRANT SELECT ON s.t TO {clerk}", 1, &["error"]),
            ("GRANT SELEC ON s.t TO {clerk}", 1, &["error"]),
            ("VACUUM", 1, &["unsupported"]),
            ("\\d", 1, &["unsupported"]),
            ("GRANT SELECT ON s.t TO RdsAdmin", 3, &["blocked"]),
            ("DROP ROLE rdsadmin", 3, &["blocked"]),
            ("GRANT SELECT ON s.none TO {clerk}; GRANT SELECT ON s.t TO rdsadmin", 3, &["error"]),
            ("GRANT SELECT ON s.t TO \"RDSADMIN\"", 1, &["error"]),
            ("", 0, &[]),
        ] {
            let output = run(&place, &["plan", "--format", "json", "-c", sql]);
            assert_eq!(code(&output), status, "{sql}: {output:?}");
            let found: Vec<String> =
                lines(&output).iter().map(|line| line["verdict"].as_str().unwrap().to_owned()).collect();
            assert_eq!(found, verdicts, "{sql}");
        }
        let sql = "GRANT SELECT ON s.none TO {clerk}; GRANT SELECT ON s.t TO {clerk}";
        let output = run(&place, &["plan", "--format", "json", "--on-error", "continue", "-c", sql]);
        assert_eq!((code(&output), lines(&output).len()), (1, 2));
        let output = run(&place, &["plan", "--protect", "{clerk}", "-c", "GRANT SELECT ON s.t TO {clerk}"]);
        assert_eq!(code(&output), 3, "{output:?}");
        assert!(block_on(place.acl("s.t")).is_none(), "a plan changes nothing");
    });
}

#[test]
fn apply_commits_and_says_so() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let sql = "GRANT SELECT ON s.t TO {clerk}; GRANT {team} TO {clerk}";
        let output = run(&place, &["apply", "--yes", "--format", "json", "-c", sql]);
        assert_eq!(code(&output), 0, "{output:?}");
        let lines = lines(&output);
        assert!(
            lines.iter().all(|line| line["applied"] == "committed" && line["verdict"] == "ok"),
            "{lines:?}"
        );
        assert_eq!(lines[0]["changes"][0]["identity"], "s.t");
        assert!(block_on(place.acl("s.t")).unwrap().contains(&place.clerk));
        assert!(journal(&place).contains("\"applied\":\"committed\""));
        let output = run(&place, &["apply", "--yes", "-c", "REVOKE {team} FROM {clerk}"]);
        assert_eq!(code(&output), 0, "{output:?}");
        assert!(text(&output.stdout).contains("Committed"), "{output:?}");
        assert!(!block_on(place.is_member(&place.clerk, &place.team)));
    });
}

#[test]
fn what_is_not_applied_says_why() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let before = block_on(place.catalogs());
        for (arguments, status, words) in [
            (&["apply", "--yes", "-c", "GRANT SELECT ON s.t TO rdsadmin"][..], 3, "rdsadmin"),
            (&["apply", "-c", "GRANT SELECT ON s.t TO rdsadmin"], 3, "rdsadmin"),
            (&["apply", "--yes", "-c", "CREATE TABLE s.x (a int)"], 1, "CREATE TABLE"),
            (&["apply", "--yes", "-c", "GRANT SELECT ON s.none TO {clerk}"], 1, "42P01"),
            (&["apply", "--yes", "--read-only", "-c", "GRANT SELECT ON s.t TO {clerk}"], 2, "--read-only"),
        ] {
            let output = run(&place, arguments);
            assert_eq!(code(&output), status, "{arguments:?}: {output:?}");
            let said = text(&output.stdout) + &text(&output.stderr);
            assert!(said.contains(words), "{arguments:?}: {said}");
        }
        let sql = "GRANT SELECT ON s.t TO {clerk}; GRANT SELECT ON s.none TO {clerk}";
        let output = run(&place, &["apply", "--yes", "--format", "json", "-c", sql]);
        assert_eq!(code(&output), 1);
        assert!(lines(&output).iter().all(|line| line["applied"] == "not_run"), "{output:?}");
        assert_eq!(block_on(place.catalogs()), before);
        assert_eq!(journal(&place), "");
    });
}

/// In a session without a controlling terminal there is nobody to ask.
#[cfg(target_os = "linux")]
#[test]
fn apply_without_a_terminal_and_without_yes_is_status_2() {
    let place = block_on(place(server(16)));
    let arguments = ["apply", "-c", "GRANT SELECT ON s.t TO {clerk}", &place.conninfo()];
    let arguments = arguments.map(|argument| place.named(argument));
    let mut command = Command::new("setsid");
    command.arg("--wait").arg(PROGRAM).args(arguments).env("HOME", place.folder.path()).stdin(Stdio::null());
    let output = command.output().expect("setsid");
    assert_eq!(code(&output), 2, "{output:?}");
    assert!(text(&output.stderr).contains("no terminal"), "{output:?}");
    assert!(block_on(place.acl("s.t")).is_none());
}

/// A y for what takes nothing from anybody; the name at stake for what does.
#[test]
fn a_person_is_asked_as_firmly_as_the_risk_demands() {
    let place = block_on(place(server(18)));
    let ask = |sql: &str, answer: &str| {
        let arguments = ["apply", "-c", &place.named(sql), &place.conninfo()].map(str::to_owned);
        let mut command = Pty::command(PROGRAM, &arguments.each_ref().map(String::as_str));
        command.env("HOME", place.folder.path());
        let mut pty = Pty::run(command, 120, 40);
        pty.wait("a question", |screen| {
            let text = screen.contents();
            text.contains("[y/N]") || text.contains("Type ")
        });
        pty.keys(answer);
        pty.keys("\r");
        let status = pty.process.wait_exit();
        status.exit_code()
    };
    let grant = "GRANT SELECT ON s.t TO {clerk}";
    assert_eq!(ask(grant, "n"), 1);
    assert!(block_on(place.acl("s.t")).is_none());
    assert_eq!(ask(grant, "y"), 0);
    let revoke = "REVOKE SELECT ON s.t FROM {clerk}";
    assert_eq!(ask(revoke, "y"), 1);
    assert!(block_on(place.acl("s.t")).unwrap().contains(&place.clerk));
    assert_eq!(ask(revoke, "s.t"), 0);
    assert!(!block_on(place.acl("s.t")).unwrap().contains(&place.clerk));
}

#[test]
fn statements_come_from_c_and_f_in_their_order() {
    let place = block_on(place(server(15)));
    let file = place.folder.path().join("one.sql");
    std::fs::write(&file, "\u{feff}-- one\nGRANT SELECT ON s.t TO PUBLIC;\n").unwrap();
    let arguments = [
        "plan",
        "--format",
        "json",
        "-f",
        file.to_str().unwrap(),
        "-c",
        "REVOKE SELECT ON s.t FROM PUBLIC",
        "-f",
        "-",
        &place.conninfo(),
    ];
    let mut child = command(&place, &arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"\n\nGRANT UPDATE ON s.t TO PUBLIC").unwrap();
    let output = child.wait_with_output().unwrap();
    let lines = lines(&output);
    let statements: Vec<&str> = lines.iter().map(|line| line["statement"].as_str().unwrap()).collect();
    let wanted = [
        "GRANT SELECT ON s.t TO PUBLIC",
        "REVOKE SELECT ON s.t FROM PUBLIC",
        "GRANT UPDATE ON s.t TO PUBLIC",
    ];
    assert_eq!(statements, wanted);
    let numbers: Vec<u64> = lines.iter().map(|line| line["line"].as_u64().unwrap()).collect();
    assert_eq!(numbers, [2, 1, 3]);
}

#[test]
fn passwords_are_masked_everywhere() {
    let place = block_on(place(server(17)));
    let sql = "ALTER ROLE {clerk} PASSWORD 'hunter2'; ALTER ROLE {clerk} ENCRYPTED PASSWORD $$hunter2$$";
    for arguments in [
        &["plan", "-c", sql][..],
        &["plan", "--format", "json", "--on-error", "continue", "-c", sql],
        &["apply", "--yes", "--format", "json", "-c", sql],
        &["plan", "-c", "ALTER ROLE {clerk} PASSWORD 'hunter2"],
    ] {
        let output = run(&place, arguments);
        let said = text(&output.stdout) + &text(&output.stderr) + &journal(&place);
        assert!(!said.contains("hunter2"), "{arguments:?}: {said}");
        let log = std::fs::read_to_string(place.instance.log_path()).unwrap();
        assert!(!log.contains("hunter2"), "{arguments:?}");
    }
}

#[test]
fn usage_is_status_2_and_says_what_is_wrong() {
    let place = block_on(place(server(14)));
    for (arguments, words) in [
        (&["audti"][..], "audti"),
        (&["plan"], "required"),
        (&["plan", "-c", "x", "--format", "csv"], "csv"),
        (&["plan", "-f", "/nonexistent.sql"], "/nonexistent.sql"),
        (&["plan", "-f", "-", "-f", "-"], "standard input"),
        (&["plan", "-c", "x", "a word"], "a word"),
        (&["plan", "--as", "nobody", "-c", "x"], "nobody"),
        (&["apply", "--as", "{clerk}", "-c", "x"], "--as"),
        (&["demo", "demo"], "demo"),
        (&["demo", "status", "host=elsewhere"], "connection"),
    ] {
        // A connection is needed only to know that there is no such role.
        let output = match arguments.contains(&"nobody") {
            true => run(&place, arguments),
            false => command(&place, arguments).output().unwrap(),
        };
        assert_eq!(code(&output), 2, "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(words), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    let output = command(&place, &["--help"]).output().unwrap();
    assert_eq!(code(&output), 0);
    assert!(text(&output.stdout).contains("-h, --host"));
}

#[test]
fn status_says_what_is_there() {
    for_each_major(|server| {
        let place = block_on(place(server));
        let output = run(&place, &["status", "--format", "json"]);
        assert_eq!(code(&output), 0, "{output:?}");
        let status: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(status["server_version_num"].as_u64().unwrap() / 10000, u64::from(server.major));
        assert_eq!(status["flavor"], "PostgreSQL");
        assert_eq!(status["tls"]["verified"], "full");
        assert_eq!(status["database"], place.database.as_str());
        assert_eq!(status["user"], place.boss.as_str());
        for (kind, least) in [("table", 2), ("view", 1), ("sequence", 1), ("large object", 1), ("schema", 2)]
        {
            assert!(status["objects"][kind].as_u64().unwrap() >= least, "{kind}: {status}");
        }
        for key in ["roles", "memberships", "acl_items"] {
            assert!(status[key].as_u64().unwrap() > 0, "{key}: {status}");
        }
        assert!(status["load_ms"].is_u64());
        assert!(text(&run(&place, &["status"]).stdout).contains("verified with its host name"));
        assert!(text(&run(&place, &["status", "--format", "csv"]).stdout).starts_with("key,value\n"));
    });
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let place = block_on(place(server(13)));
    let arguments = ["plan", "-c", "GRANT SELECT ON ALL TABLES IN SCHEMA s TO PUBLIC", &place.conninfo()];
    let mut child =
        command(&place, &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert_eq!(code(&output), 0);
}

/// What a rehearsal found is what is shown, and then applied.
#[test]
fn an_uncertain_prediction_is_applied_only_after_a_rehearsal() {
    let place = block_on(place(server(16)));
    let trigger = place.named(
        "CREATE FUNCTION public.meddle() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ \
         BEGIN IF NOT has_table_privilege('{outsider}', 's.u', 'SELECT') THEN \
         GRANT SELECT ON s.u TO {outsider}; END IF; END $$; \
         CREATE EVENT TRIGGER meddle ON ddl_command_end WHEN TAG IN ('GRANT') EXECUTE FUNCTION public.meddle()",
    );
    block_on(async { place.as_superuser().await.batch_execute(&trigger).await.unwrap() });
    let grant = ["apply", "--yes", "--format", "json", "-c", "GRANT SELECT ON s.t TO {clerk}"];
    let output = run(&place, &grant);
    assert_eq!(code(&output), 1);
    assert_eq!(lines(&output)[0]["applied"], "not_run");
    assert!(text(&output.stderr).contains("--rehearse"), "{output:?}");
    let output = run(&place, &[&grant[..], &["--rehearse"]].concat());
    assert_eq!(code(&output), 0, "{output:?}");
    let line = &lines(&output)[0];
    assert_eq!(line["applied"], "committed");
    let changed: Vec<&Value> = line["changes"].as_array().unwrap().iter().map(|c| &c["identity"]).collect();
    assert_eq!(changed, ["s.t", "s.u"]);
}
