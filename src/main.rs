//! The `rolescope` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    rolescope::cli::main(std::env::args_os())
}
