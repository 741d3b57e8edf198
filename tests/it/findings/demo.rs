//! What is found in the demo: each of its deliberate mistakes, and what else can be argued for.

use std::process::{Command, Output};

use crate::cli::{code, text};
use crate::explorer::Explorer;
use crate::servers::{Server, for_each_major, server};
use rolescope::demo::{Binaries, DATABASE, Demo, DemoOptions, MASTER, start_demo};

fn demo(server: &Server) -> Demo {
    let folder = Binaries::pinned(server.major).expect("a server").folder().to_owned();
    start_demo(&DemoOptions { folder: Some(folder), major: None }).expect("the demo")
}

fn conninfo(own: &Demo) -> String {
    own.instance().conninfo_with_password(MASTER, own.password(), DATABASE)
}

fn audit(own: &Demo, arguments: &[&str]) -> Output {
    let conninfo = conninfo(own);
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolescope"));
    command.arg("audit").args(arguments).arg(&conninfo).env("NO_COLOR", "1");
    command.output().expect("the program starts")
}

#[test]
fn the_demos_findings_are_these() {
    for_each_major(|server| {
        let own = demo(server);
        let output = audit(&own, &["--level", "info"]);
        assert_eq!(code(&output), 1, "{}", text(&output.stderr));
        // What differs between majors is the public schema, CREATEROLE, and memberships.
        let like = match server.major {
            ..=14 => 13,
            15 => 15,
            _ => 16,
        };
        insta::assert_snapshot!(format!("demo_{like}"), text(&output.stdout));
        statuses(&own);
        exceptions(&own);
        formats(&own);
    });
}

fn statuses(own: &Demo) {
    let first = |arguments: &[&str]| {
        let output = audit(own, arguments);
        (code(&output), text(&output.stdout).lines().next().unwrap_or_default().to_owned())
    };
    assert_eq!(first(&["--code", "md5-password"]), (0, "No findings".to_owned()));
    let (status, line) = first(&["--code", "public-writes"]);
    assert!(status == 1 && line == "1 finding: 1 medium", "{line}");
    let (status, line) = first(&["--code", "public-writes", "--level", "high"]);
    assert!(status == 0 && line == "No findings (1 more below --level high)", "{line}");
    let wrong = audit(own, &["--code", "public"]);
    assert!(code(&wrong) == 2 && text(&wrong.stderr).contains("no finding has the code \"public\""));
    assert_eq!(code(&audit(own, &["--level", "worst"])), 2);
}

/// One of two objects is accepted: the finding is about the other.
fn exceptions(own: &Demo) {
    let of = |arguments: &[&str]| {
        let json = audit(own, &[&["--code", "public-create", "--format", "json"], arguments].concat());
        (code(&json), text(&json.stdout))
    };
    assert!(of(&[]).1.contains("\"identity\":\"analytics\""));
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), "# known\npublic-create:public\npublic-create:analytics # until May\n")
        .expect("a file");
    let path = file.path().to_str().expect("UTF-8");
    assert_eq!(of(&["--except-file", path]), (0, String::new()));
    assert_eq!(of(&["--except", "public-create"]), (0, String::new()));
    assert!(of(&["--except", "public-create:billing"]).1.contains("\"identity\":\"analytics\""));
    std::fs::write(file.path(), "public-create\npublic create\n").expect("a file");
    let wrong = audit(own, &["--except-file", path]);
    assert!(code(&wrong) == 2 && text(&wrong.stderr).contains("line 2: no finding has the code"));
    assert_eq!(code(&audit(own, &["--except-file", "/nowhere"])), 2);
}

fn formats(own: &Demo) {
    let json = text(&audit(own, &["--format", "json"]).stdout);
    let findings: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |code: &str| findings.iter().find(|f| f["code"] == code).unwrap_or_else(|| panic!("no {code}"));
    let flags = of("public-writes");
    assert_eq!(flags["mend"][0], "REVOKE UPDATE ON TABLE shop.feature_flags FROM PUBLIC");
    assert_eq!(flags["objects"][0]["identity"], "shop.feature_flags");
    assert_eq!((flags["database"].as_str(), flags["level"].as_str()), (Some("orders"), Some("medium")));
    assert!(
        of("definer-search-path")["mend"].is_null() && of("definer-search-path")["mend_reason"].is_string()
    );
    let csv = text(&audit(own, &["--format", "csv"]).stdout);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(reader.headers().expect("a heading").get(1), Some("code"));
    assert_eq!(reader.records().count(), findings.len());
}

/// As a person has it: the list, the reason, the mend as a preview.
#[test]
fn the_explorer_lists_them_and_previews_what_mends_them() {
    let own = demo(server(18));
    for (columns, rows) in [(80, 24), (200, 50)] {
        let mut explorer = Explorer::run(&[&conninfo(&own)], columns, rows).loaded();
        explorer.pty.keys("4");
        explorer.pty.wait_for("[4 Findings (");
        explorer.pty.wait_for("Everybody may change a table: shop.feature_flags");
        own_row(&mut explorer);
        explorer.pty.keys("m");
        explorer.pty.wait_for(": REVOKE UPDATE ON TABLE shop.feature_flags FROM PUBLIC");
        explorer.pty.wait_for("1 privilege lost");
        explorer.pty.keys("\u{1b}");
        explorer.pty.wait_for("? keys");
        explorer.quit();
    }
}

/// Selects it, whatever the number of findings.
fn own_row(explorer: &mut Explorer) {
    for number in 1..20 {
        explorer.pty.keys("\t");
        let pane = explorer.pty.wait_for(&format!("finding {number} "));
        if pane.contains(&format!("finding {number} public-writes")) {
            return;
        }
        explorer.pty.keys("\tj");
        explorer.pty.wait_for("[4 Findings (");
    }
    panic!("not selected: {}", explorer.pty.text());
}
