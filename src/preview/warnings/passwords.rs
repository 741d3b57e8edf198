//! Passwords that do not reach the server as one might think.

use super::Context;
use crate::preview::Passwords;
use crate::sql::Statement;

/// What reports print in the place of a password; who copies a statement from one sets just that.
const MASK: &str = "***";

/// Clear text, which others see; a verifier, which old clients do not know; a mask.
pub(super) fn warn(context: &mut Context, statement: &Statement, passwords: Passwords) {
    let major = context.before.view().base().version.major();
    if !statement.has_clear_password(major) {
        return;
    }
    if statement.passwords().any(|password| password.reveal() == MASK) {
        let message = "The password is '***' itself, which reports print in the place of one that is hidden.";
        context.warn("password_is_a_mask", message.to_owned());
    }
    if passwords == Passwords::AsWritten {
        let message = "The password is in clear text, which the server may log. \
                       Sent by psql it stays so; rolescope apply sends a SCRAM-SHA-256 verifier.";
        context.warn("clear_text_password", message.to_owned());
    } else if context.step.session_before.password_encryption == "md5" {
        let message = "It is sent as a SCRAM-SHA-256 verifier although password_encryption is md5: \
                       a client that knows md5 alone cannot log in with it.";
        context.warn("password_is_scram", message.to_owned());
    }
}
