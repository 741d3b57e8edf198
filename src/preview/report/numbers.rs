//! Numbers as one says them.

/// A count with its word: `1 role`, `12,000 roles`, `3 entries`.
pub fn count(n: u64, one: &str) -> String {
    match one.strip_suffix("entry") {
        _ if n == 1 => format!("1 {one}"),
        Some(before) => format!("{} {before}entries", grouped(n)),
        None => format!("{} {one}s", grouped(n)),
    }
}

/// A number with its thousands parted: `10,000`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
