//! Passwords are in this process's memory, and should stay there.

/// Keeps the memory of this process out of core files, and on Linux out of the reach of the user's other processes
/// (`ptrace`, `/proc/PID/mem` and `environ`), as ssh-agent does. A debugger needs root then. Programs that are started
/// are not concerned: with `exec` they are as any other.
///
/// A limit on the size of core files alone would not do: where the kernel hands them to a program, it does not count.
pub fn protect() {
    // Where that is not possible, everything else still works.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let mut limit = rustix::process::getrlimit(rustix::process::Resource::Core);
        limit.current = Some(0);
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, limit);
    }
}
