//! The `rolescope` program.

fn main() {}
