//! Names that are hard to quote, to fold, to print or to fit.

use fastrand::Rng;
use rolescope::sql::quote_ident;

const HOSTILE: [&str; 30] = [
    "Weird Role",
    "quo\"te",
    "select",
    "ünï",
    "a.b",
    "semi;colon",
    "it's",
    "back\\slash",
    "tab\there",
    "new\nline",
    " leading",
    "日本語",
    "😀",
    "comma,separated",
    "{brace}",
    "(paren)",
    "a=b/c",
    "star*",
    "1st",
    "UPPER",
    "x\u{301}",
    "%s%n",
    "\u{1}control",
    "$user",
    "-- comment",
    "/* comment */",
    "current_user",
    "user",
    "E'x'",
    "\"\"",
];

/// What a name may be at most, in bytes.
const LONGEST: usize = 63;

/// Some hostile names, different ones, `tag` in each.
pub fn hostile(rng: &mut Rng, count: usize, tag: &str) -> Vec<String> {
    let mut stems = HOSTILE.to_vec();
    rng.shuffle(&mut stems);
    let mut names: Vec<String> = stems[..count].iter().map(|stem| format!("{stem}{tag}")).collect();
    names.push(longest(rng, tag));
    names
}

/// As long as a name can be; sometimes a multibyte character ends it.
fn longest(rng: &mut Rng, tag: &str) -> String {
    let filler = LONGEST - tag.len() - 2;
    if rng.bool() {
        format!("{tag}{}é", "l".repeat(filler))
    } else {
        format!("{tag}{}", "l".repeat(filler + 2))
    }
}

/// A name as somebody might write it: quoted where it must be, and sometimes in another spelling of the same.
pub fn spelled(rng: &mut Rng, name: &str) -> String {
    let quoted = quote_ident(name).into_owned();
    match rng.usize(..30) {
        0 => format!("U&\"{}\"", unicode(name)),
        1 if quoted == name => name.to_ascii_uppercase(),
        2 if quoted == name => format!("\"{name}\""),
        // What does not fit is cut off, with a notice.
        3 if name.len() == LONGEST => quote_ident(&format!("{name}_too_long")).into_owned(),
        _ => quoted,
    }
}

fn unicode(name: &str) -> String {
    let escaped = |c: char| match c {
        'a'..='z' | '0'..='9' | '_' => c.to_string(),
        c if (c as u32) > 0xffff => format!("\\+{:06x}", c as u32),
        c => format!("\\{:04x}", c as u32),
    };
    name.chars().map(escaped).collect()
}
