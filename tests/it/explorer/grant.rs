//! From connecting to an applied GRANT to its undo, and what is never sent.

use super::Explorer;
use crate::servers::{Server, block_on, for_each_major, server};
use std::time::Duration;
use tokio_postgres::Client;

/// A table, its owner, a group, and who is in it.
struct Shop {
    server: &'static Server,
    database: String,
    owner: String,
    group: String,
    member: String,
    superuser: Client,
}

impl Shop {
    async fn new(server: &'static Server) -> Shop {
        let database = server.fresh_database().await;
        let (owner, member) = (server.fresh_role("keeper").await, server.fresh_role("alice").await);
        let group = server.unique("readers");
        let superuser = server.superuser(&database).await;
        let script = format!(
            "CREATE ROLE {group}; GRANT {group} TO {member}; CREATE SCHEMA shop AUTHORIZATION {owner};
             SET ROLE {owner}; CREATE TABLE shop.orders (id int); RESET ROLE"
        );
        superuser.batch_execute(&script).await.unwrap();
        Shop { server, database, owner, group, member, superuser }
    }

    fn explorer(&self, columns: u16, rows: u16) -> Explorer {
        Explorer::start(self.server, &self.owner, &self.database, columns, rows).loaded()
    }

    /// What the server says.
    async fn member_may_select(&self) -> bool {
        let query = "SELECT has_table_privilege($1::text, 'shop.orders', 'SELECT')";
        self.superuser.query_one(query, &[&self.member]).await.unwrap().get(0)
    }

    /// The table's ACL as the server prints it.
    async fn acl(&self) -> Option<String> {
        let query = "SELECT relacl::text FROM pg_class WHERE oid = 'shop.orders'::regclass";
        self.superuser.query_one(query, &[]).await.unwrap().get(0)
    }
}

#[test]
fn grant_and_undo_at_80_by_24() {
    for_each_major(|server| block_on(grant_and_undo(server, 80, 24)));
}

#[test]
fn grant_and_undo_at_200_by_50() {
    for_each_major(|server| block_on(grant_and_undo(server, 200, 50)));
}

async fn grant_and_undo(server: &'static Server, columns: u16, rows: u16) {
    let shop = Shop::new(server).await;
    let mut explorer = shop.explorer(columns, rows);
    look_at_the_group(&mut explorer, &shop);

    explorer.pty.keys(":");
    explorer.pty.wait_for("Enter apply");
    explorer.pty.keys(&format!("GRANT SELECT ON shop.orders TO {}", shop.group));
    let preview = explorer.pty.wait_for("2 privileges gained");
    assert!(preview.contains(&format!("{}=r/{}", shop.group, shop.owner)), "{preview}");
    assert!(preview.contains(&format!("{} (through {})", shop.member, shop.group)), "{preview}");
    assert!(!shop.member_may_select().await, "the preview has run the statement");

    explorer.pty.keys("\r");
    explorer.pty.wait_for("Enter applies it");
    assert!(!shop.member_may_select().await, "applied before it was confirmed");
    explorer.pty.keys("\r");
    explorer.pty.wait_for("Committed. 1 entry read back");
    assert!(shop.member_may_select().await);
    let acl = shop.acl().await.unwrap();
    assert!(acl.ends_with(&format!(",{}=r/{}}}", shop.group, shop.owner)), "{acl}");

    undo(&mut explorer, &shop).await;
    explorer.quit();
}

/// Finds it by its name.
fn look_at_the_group(explorer: &mut Explorer, shop: &Shop) {
    explorer.pty.keys("/");
    explorer.pty.wait_for("Enter go");
    explorer.pty.keys(&shop.group);
    explorer.pty.wait("the match", |screen| {
        screen.contents().lines().any(|line| line.contains(&shop.group) && line.contains("role"))
    });
    explorer.pty.keys("\r");
    explorer.pty.wait("the row", |screen| screen.contents().contains("1 member"));
    if explorer.pty.text().contains("┐┌") {
        // The pane is beside the tree.
    } else {
        explorer.pty.keys("\t");
    }
    let pane = explorer.pty.wait_for(&format!("role {}", shop.group));
    assert!(pane.contains(&shop.member), "{pane}");
}

/// `u`, the name of what loses most, and the table is as before.
async fn undo(explorer: &mut Explorer, shop: &Shop) {
    explorer.pty.keys("u");
    explorer.pty.wait_for(&format!("REVOKE SELECT ON TABLE shop.orders FROM {}", shop.group));
    explorer.pty.wait_for("2 privileges lost");
    explorer.pty.keys("\r");
    let question = explorer.pty.wait_for("and press Enter to apply it");
    let name = question.split("Type ").nth(1).and_then(|rest| rest.split(" and press").next()).unwrap();
    // Enter alone, or another name, does nothing.
    explorer.pty.keys("\r");
    explorer.pty.keys("another\r");
    explorer.pty.wait_for("> another");
    explorer.pty.wait_quiet(Duration::from_millis(300));
    assert!(shop.member_may_select().await, "applied without the name");
    explorer.pty.keys(&"\x7f".repeat("another".len()));
    explorer.pty.keys(name);
    explorer.pty.wait_for(&format!("> {name}"));
    explorer.pty.keys("\r");
    explorer.pty.wait_for("Committed. 1 entry read back");
    assert!(!shop.member_may_select().await);
    let acl = shop.acl().await.unwrap();
    assert!(!acl.contains(&shop.group), "{acl}");
}

#[test]
fn what_is_uncertain_is_rehearsed_before_it_is_applied() {
    block_on(async {
        let shop = Shop::new(server(18)).await;
        let trigger =
            "CREATE FUNCTION public.looks_on() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
             CREATE EVENT TRIGGER looks_on ON ddl_command_end EXECUTE FUNCTION public.looks_on()";
        shop.superuser.batch_execute(trigger).await.unwrap();
        let mut explorer = shop.explorer(120, 40);
        explorer.pty.keys(":");
        explorer.pty.wait_for("Enter apply");
        explorer.pty.keys(&format!("GRANT SELECT ON shop.orders TO {}", shop.group));
        explorer.pty.wait_for("uncertain");
        explorer.pty.keys("\r");
        explorer.pty.wait_for("must be rehearsed");
        explorer.pty.keys("\x12");
        explorer.pty.wait_for("Rehearsed: this is what the server did");
        assert!(!shop.member_may_select().await, "the rehearsal has been committed");
        explorer.pty.keys("\r");
        explorer.pty.wait_for("Enter applies it");
        explorer.pty.keys("\r");
        explorer.pty.wait_for("Committed.");
        assert!(shop.member_may_select().await);
        explorer.quit();
    });
}

#[test]
fn what_is_blocked_sends_nothing() {
    let shop = block_on(Shop::new(server(18)));
    let mut explorer = shop.explorer(80, 24);
    explorer.pty.wait_quiet(Duration::from_millis(500));
    let logged = || {
        let log = std::fs::read_to_string(shop.server.instance.log_path()).unwrap();
        let of_it = format!(" {}@{}/", shop.owner, shop.database);
        log.lines().filter(|line| line.contains(&of_it)).map(str::to_owned).collect::<Vec<_>>()
    };
    let before = logged();
    assert!(!before.is_empty(), "the log knows the explorer");
    // Pasted, as from a ticket.
    explorer.pty.keys(":");
    explorer.pty.wait_for("Enter apply");
    explorer.pty.keys(&format!("\x1b[200~GRANT {} TO rdsadmin\x1b[201~", shop.group));
    let blocked = explorer.pty.wait_for("Not sent.");
    assert!(blocked.contains("targets rdsadmin"), "{blocked}");
    explorer.pty.keys("\r");
    explorer.pty.wait_for("never sent");
    explorer.pty.keys("\x12");
    explorer.pty.wait_quiet(Duration::from_millis(500));
    assert_eq!(logged(), before, "something was sent");
    explorer.pty.keys("\x1b");
    explorer.pty.wait("the line to close", |screen| !screen.contents().contains("Not sent."));
    explorer.quit();
}
