//! Texts to break a parser with: valid statements damaged, and long inputs of every shape.

use fastrand::Rng;

/// Valid statements, and some that are not.
const CORPUS: &str = include_str!("../../../tests/it/grammar/spellings.txt");

/// The least number of bytes that a long input has.
pub const LONG: usize = 1 << 20;

/// A long input: what it is, and how to make one of at least so many bytes.
pub type Shape = (&'static str, fn(usize) -> String);

#[rustfmt::skip]
pub const SHAPES: &[Shape] = &[
    ("statements", |n| repeat("grant a to b;\n", n)),
    ("broken statements", |n| repeat("grnat a to b;\n", n)),
    ("statements on one line", |n| repeat("grant a to b;", n)),
    ("statements that are cut", |n| repeat(&format!("grant {} to b;", "x".repeat(70)), n)),
    ("semicolons", |n| repeat(";", n)),
    ("a list", |n| format!("grant a to b{}", repeat(", c", n))),
    ("a list of names to be cut", |n| format!("grant a to b{}", repeat(&format!(", {}", "x".repeat(70)), n))),
    ("a dotted name", |n| format!("grant select on a{} to b", repeat(".b", n))),
    ("dots", |n| format!("grant select on a{} to b", repeat(".", n))),
    ("a long word", |n| format!("grant {} to b", repeat("w", n))),
    ("a long quoted name", |n| format!("grant \"{}\" to b", repeat("w\"\"", n))),
    ("a long Unicode name", |n| format!("grant U&\"{}\" to b", repeat("\\0061", n))),
    ("Unicode names without end", |n| repeat("U&\"a\" ", n)),
    ("a long string", |n| format!("set role 'a{}'", repeat("''", n))),
    ("a long escape string", |n| format!("set role E'{}'", repeat("\\'\\u0061", n))),
    ("a long continued string", |n| format!("set role 'a'{}", repeat("\n'b'", n))),
    ("strings not continued", |n| repeat("'a' -- c\n x ", n)),
    ("blanks after strings", |n| format!("'a'{}x", repeat(" -- c\n", n))),
    ("an open string", |n| format!("set role '{}", repeat("a", n))),
    ("an open name", |n| format!("set role \"{}", repeat("a", n))),
    ("an open comment", |n| format!("set role /*{}", repeat("/*", n))),
    ("nested comments", |n| format!("{}{} set role a", repeat("/*", n / 2), repeat("*/", n / 2))),
    ("comments", |n| format!("{} set role a", repeat("/**/--\n", n))),
    ("blanks", |n| format!("set role{}a", repeat(" \n", n))),
    ("dollars", |n| repeat("$", n)),
    ("dollar tags without end", |n| repeat("$a$ $b$ ", n)),
    ("different dollar tags", |n| (0..n / 8).map(|tag| format!("$t{tag} ")).collect()),
    ("open dollar strings", |n| format!("$a{}", repeat("$b", n))),
    ("a long dollar tag", |n| format!("${}", repeat("a", n))),
    ("a long dollar string", |n| format!("set role $a${}$a$", repeat("$b", n))),
    ("a long number", |n| format!("set role = {}", repeat("1", n))),
    ("a number with underscores", |n| format!("set role = {}", repeat("1_0", n))),
    ("numbers", |n| format!("grant select on large object {}1 to a", repeat("1.5e5, ", n))),
    ("numbers and dots", |n| repeat("1.", n)),
    ("plus and minus", |n| format!("set role = {}1", repeat("+-", n))),
    ("operators", |n| repeat("<+", n)),
    ("one operator", |n| repeat("@", n)),
    ("an operator before a comment", |n| repeat("@+/**/", n)),
    ("operators that end in minus", |n| repeat("<=+-+-", n)),
    ("parentheses", |n| format!("grant select on {}", repeat("(", n))),
    ("closed parentheses", |n| format!("grant select on {}{}", repeat("(", n / 2), repeat(")", n / 2))),
    ("arrays", |n| format!("grant execute on function f(int{}) to a", repeat("[]", n))),
    ("arguments", |n| format!("grant execute on function f(int{}) to a", repeat(", in a b.c%type", n))),
    ("modifiers", |n| format!("grant execute on function f(a(1{})) to a", repeat(", 'b'", n))),
    ("role options", |n| format!("create role x{}", repeat(" login", n))),
    ("passwords", |n| format!("create role x{}", repeat(" password 'a'", n))),
    ("passwords that are refused", |n| format!("create role x foo{}", repeat(" password 'a'", n))),
    ("statements with passwords", |n| repeat("create role x password 'a';", n)),
    ("broken statements with passwords", |n| repeat("create role x pasword password 'a';", n)),
    ("commands of psql", |n| repeat("\\c a\n", n)),
    ("commands of psql in a statement", |n| format!("grant {}", repeat("\\echo a\n", n))),
    ("backslashes", |n| repeat("\\", n)),
    ("variables", |n| repeat(":a ", n)),
    ("copies", |n| repeat("copy t from stdin;\n\\.\n", n)),
    ("a copy without end", |n| format!("copy t from stdin;\n{}", repeat("\\ .\n", n))),
    ("function bodies", |n| format!("create function f() begin atomic {}", repeat("select case 1 end;", n))),
    ("zero bytes", |n| repeat("\0", n)),
    ("two bytes a character", |n| repeat("é", n)),
    ("errors late in a line", |n| format!("grant {}a to none", repeat("é, ", n))),
    ("special words", |n| repeat("nulls with not format without ", n)),
    ("uescape", |n| repeat("U&\"a\" uescape '!' ", n)),
    ("settings", |n| format!("alter role x set a.b to c{}", repeat(", 5, 'x'", n))),
    ("default privileges", |n| format!("alter default privileges{}", repeat(" for role a in schema b", n))),
];

fn repeat(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes.div_ceil(piece.len()))
}

/// A text: statements damaged by pieces, bytes, splices and nesting.
pub fn text(rng: &mut Rng) -> String {
    let mut text = statement(rng);
    for _ in 0..rng.usize(..4) {
        text = match rng.u8(..8) {
            0 => text + ";\n" + &statement(rng),
            1 => splice(rng, &text),
            2 => nested(rng, &text),
            3 => repeated(rng, &text),
            4 => bytes(rng, text),
            _ => pieces(rng, &text),
        };
    }
    text
}

fn statement(rng: &mut Rng) -> String {
    use std::sync::LazyLock;
    static LINES: LazyLock<Vec<&str>> = LazyLock::new(|| CORPUS.lines().collect());
    LINES[rng.usize(..LINES.len())].replace('␤', "\n")
}

/// The start of one and the end of another.
fn splice(rng: &mut Rng, text: &str) -> String {
    let other = statement(rng);
    let (from, to) = (place(rng, text), place(rng, &other));
    format!("{}{}", &text[..from], &other[to..])
}

/// A piece of it in brackets, comments or quotes.
fn nested(rng: &mut Rng, text: &str) -> String {
    const PAIRS: &[(&str, &str)] = &[
        ("/*", "*/"),
        ("(", ")"),
        ("[", "]"),
        ("\"", "\""),
        ("'", "'"),
        ("E'", "'"),
        ("U&'", "' uescape '!'"),
        ("$a$", "$a$"),
    ];
    let (open, close) = PAIRS[rng.usize(..PAIRS.len())];
    let (from, to) = range(rng, text);
    let depth = rng.usize(1..20);
    format!(
        "{}{}{}{}{}",
        &text[..from],
        open.repeat(depth),
        &text[from..to],
        close.repeat(depth),
        &text[to..]
    )
}

fn repeated(rng: &mut Rng, text: &str) -> String {
    let (from, to) = range(rng, text);
    format!("{}{}{}", &text[..from], text[from..to].repeat(rng.usize(..6)), &text[to..])
}

/// Bytes set at random; what is no UTF-8 then becomes a replacement character.
fn bytes(rng: &mut Rng, text: String) -> String {
    let mut bytes = text.into_bytes();
    for _ in 0..rng.usize(..4) {
        let at = rng.usize(..bytes.len().max(1));
        if let Some(byte) = bytes.get_mut(at) {
            *byte = if rng.bool() { rng.u8(..) } else { rng.u8(..128) };
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn pieces(rng: &mut Rng, text: &str) -> String {
    const PIECES: &[&str] = &[
        " ",
        "\n",
        ";",
        ",",
        "(",
        ")",
        ".",
        "'",
        "\"",
        "$$",
        "$a$",
        "/*",
        "*/",
        "--",
        "\\",
        "\\g\n",
        "\\.\n",
        ":a",
        "E'",
        "U&'",
        "U&\"",
        " uescape '!'",
        "\\ud800",
        "\\x",
        "0x",
        "1_",
        "1e5",
        "..",
        "[",
        "]",
        "%type",
        "\u{feff}",
        "\0",
        "é",
        "😀",
        " with ",
        " nulls first ",
        " password 'x' ",
        " all ",
        " on ",
        " to ",
        " from ",
        " set ",
        " in schema ",
        " owner to ",
        "copy t from stdin;\n",
        "begin",
        "end",
        "-",
        "@-",
        "+",
        "::",
        "$1",
        "\u{b}",
    ];
    let (from, to) = range(rng, text);
    let to = if rng.bool() { from } else { to };
    format!("{}{}{}", &text[..from], PIECES[rng.usize(..PIECES.len())], &text[to..])
}

/// A place between two characters.
fn place(rng: &mut Rng, text: &str) -> usize {
    let at = rng.usize(..=text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

fn range(rng: &mut Rng, text: &str) -> (usize, usize) {
    let (one, other) = (place(rng, text), place(rng, text));
    (one.min(other), one.max(other))
}
