use super::{Applied, Style, json, plan_end, text};
use crate::cluster::AclTarget;
use crate::cluster::testing::Builder;
use crate::guard::Protected;
use crate::preview::{OnError, Plan, PlanOptions, Planner};
use crate::simulate::Session;

fn shop(major: u16) -> Builder {
    let mut b = Builder::new(major);
    let [owner, readers, alice, _] = ["owner", "readers", "alice", "Bob \u{202e}x"].map(|name| b.role(name));
    b.member(readers, alice);
    b.member(owner, alice);
    let schema = b.schema("shop", owner);
    b.acl(b.last(), "owner=UC/owner,=U/owner");
    let table = b.table(schema, "Orders", owner);
    b.column(table, 1, "id");
    b.acl(table, "owner=arwdDxt/owner,readers=rw/owner");
    b.column_acl(AclTarget::column(table, 1), "readers=r/owner");
    b
}

fn plan(b: &Builder, user: &str, on_error: OnError, script: &str) -> Plan {
    let cluster = b.build();
    let session = Session::as_role(&cluster, b.oid(user));
    let options = PlanOptions { on_error, ..PlanOptions::default() };
    Planner::new(cluster, Protected::default()).plan_text(session, &options, script)
}

fn lines(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| json(step, &plan.after, None)).collect()
}

#[test]
fn a_revoke_as_json() {
    let plan = plan(&shop(16), "owner", OnError::Stop, "\nREVOKE UPDATE ON shop.\"Orders\" FROM readers;");
    insta::assert_snapshot!(lines(&plan).join("\n"));
}

#[test]
fn memberships_as_json() {
    let script = "GRANT readers TO \"Bob \u{202e}x\" WITH INHERIT FALSE; REVOKE readers FROM alice";
    insta::assert_snapshot!(
        "memberships_16",
        lines(&plan(&shop(16), "postgres", OnError::Stop, script)).join("\n")
    );
    let script = "GRANT readers TO \"Bob \u{202e}x\"; REVOKE readers FROM alice";
    insta::assert_snapshot!(
        "memberships_14",
        lines(&plan(&shop(14), "postgres", OnError::Stop, script)).join("\n")
    );
}

#[test]
fn what_does_not_run_as_json() {
    let script = "GRANT SELECT ON shop.missing TO alice; GRANT readers TO rdsadmin; CREATE TABLE t (); \
                  ALTER ROLE alice PASSWORD 'secret'; GRANT SELECT ON; GRANT SELECT ON shop.\"Orders\" TO PUBLIC";
    let plan = plan(&shop(15), "owner", OnError::Continue, script);
    let lines = lines(&plan);
    insta::assert_snapshot!(lines.join("\n"));
    assert!(!lines.join("").contains("secret"));
    assert_eq!(plan.exit_status(), 3);
}

#[test]
fn applied_comes_last() {
    let plan = plan(&shop(18), "owner", OnError::Stop, "GRANT SELECT (id) ON shop.\"Orders\" TO alice");
    let applied = Applied { applied: "rolled_back", difference: Some(serde_json::json!([{"what": "it"}])) };
    let line = json(&plan.steps[0], &plan.after, Some(&applied));
    assert!(line.ends_with(r#","applied":"rolled_back","difference":[{"what":"it"}]}"#), "{line}");
    assert!(!line.contains('\n'));
}

#[test]
fn the_keys_are_the_contracts_in_its_order() {
    let plan = plan(&shop(17), "owner", OnError::Stop, "GRANT DELETE ON shop.\"Orders\" TO alice");
    let line = json(&plan.steps[0], &plan.after, None);
    let keys = [
        "v",
        "statement",
        "line",
        "verdict",
        "certainty",
        "sqlstate",
        "message",
        "detail",
        "hint",
        "notices",
        "changes",
        "effect",
        "warnings",
        "undo",
    ];
    let mut at = 0;
    for key in keys {
        let key = format!("\"{key}\":");
        at += line.get(at..).and_then(|rest| rest.find(&key)).unwrap_or_else(|| panic!("no {key} in {line}"));
    }
}

#[test]
fn for_people() {
    let script = "REVOKE UPDATE ON shop.\"Orders\" FROM readers; GRANT SELECT ON shop.\"Orders\" TO \"Bob \u{202e}x\";
        GRANT readers TO \"Bob \u{202e}x\"; GRANT DELETE ON shop.\"Orders\" TO PUBLIC; REVOKE readers FROM alice;
        GRANT readers TO rdsadmin; GRANT SELECT ON shop.missing TO alice; SELECT 1";
    let plan = plan(&shop(16), "postgres", OnError::Continue, script);
    let texts: Vec<String> =
        plan.steps.iter().map(|step| text(step, &plan.after, Style::default())).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn the_rest_of_a_stopped_plan_is_told() {
    let script = "GRANT nobody TO alice; GRANT readers TO alice; GRANT readers TO rdsadmin";
    let plan = plan(&shop(16), "postgres", OnError::Stop, script);
    assert_eq!((plan.steps.len(), plan.not_run, plan.exit_status()), (1, 2, 3));
    insta::assert_snapshot!(plan_end(&plan, Style { ascii: true, color: true, ..Style::default() }));
}
