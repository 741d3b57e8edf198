//! The server may ask only for what `require_auth` allows, and no answer to anything else is sent.

use rolescope::server::ErrorKind;

use super::{failure, opened};
use crate::servers::{block_on, instance, options};

const METHODS: [&str; 4] = ["scram-sha-256", "md5", "password", "none"];

#[test]
fn each_method_is_held_to() {
    let mut wanted = options(16);
    wanted.allow_plain = true;
    for (role, method) in [("by_md5", "md5"), ("by_password", "password"), ("by_none", "trust")] {
        wanted.hba.push(format!("host all {role} 127.0.0.1/32 {method}"));
    }
    let server = instance(&wanted);
    let roles = ["by_scram", "by_md5", "by_password", "by_none"];
    for (role, encryption) in roles.iter().zip(["scram-sha-256", "md5", "scram-sha-256", "md5"]) {
        let statements =
            format!("SET password_encryption = '{encryption}'; CREATE ROLE {role} LOGIN PASSWORD 'p'");
        server.run_local("postgres", &statements).unwrap();
    }
    block_on(async {
        for (role, asked) in roles.iter().zip(METHODS) {
            let verified = server.conninfo_with_password(role, "p", "postgres");
            for conninfo in [format!("{verified} sslmode=disable"), verified] {
                for method in METHODS {
                    let (required, refused) = (
                        format!("{conninfo} require_auth={method}"),
                        format!("{conninfo} require_auth=!{method}"),
                    );
                    let (fits, breaks) =
                        if method == asked { (required, refused) } else { (refused, required) };
                    opened(&fits).await;
                    let error = failure(&breaks).await;
                    assert_eq!(error.kind, ErrorKind::Authentication, "{breaks}: {error:?}");
                    assert!(error.message.contains("authentication method requirement"), "{error}");
                }
            }
        }
    });
}
