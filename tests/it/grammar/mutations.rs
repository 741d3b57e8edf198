//! Statements with words dropped, doubled, exchanged and put in: the same ones for the same seed.

/// What is put in.
const WORDS: &[&str] = &[
    "grant",
    "revoke",
    "option",
    "for",
    "admin",
    "with",
    "to",
    "from",
    "on",
    "all",
    "privileges",
    "select",
    "table",
    "sequence",
    "function",
    "schema",
    "in",
    "group",
    "public",
    "none",
    "current_user",
    "current_role",
    "session_user",
    "granted",
    "by",
    "cascade",
    "restrict",
    "set",
    "reset",
    "role",
    "user",
    "alter",
    "default",
    "create",
    "drop",
    "owned",
    "owner",
    "if",
    "exists",
    "password",
    "null",
    "valid",
    "until",
    "connection",
    "limit",
    "inherit",
    "time",
    "zone",
    "nulls",
    "first",
    "large",
    "object",
    "objects",
    "parameter",
    "system",
    "type",
    "domain",
    "setof",
    "array",
    "int",
    "double",
    "precision",
    "interval",
    "year",
    "variadic",
    "out",
    "left",
    "between",
    "x",
    "\"Y\"",
    "'z'",
    "5",
    "-",
    "1.5",
    "(",
    ")",
    ",",
    ".",
    "=",
    "*",
    "%",
    "[",
    "]",
    "+",
    "@@",
    "login",
    "superuser",
    "true",
    "false",
    "tables",
];

/// Endless damaged statements.
pub fn of(statements: &[String], seed: u64) -> impl Iterator<Item = String> {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    std::iter::repeat_with(move || {
        let source = &statements[random.below(statements.len())];
        let mut words: Vec<&str> = pieces(source);
        for _ in 0..=random.below(2) {
            let at = random.below(words.len().max(1));
            let word = WORDS[random.below(WORDS.len())];
            match random.below(5) {
                0 if at < words.len() => drop(words.remove(at)),
                1 if at < words.len() => words.insert(at, words[at]),
                2 if at + 1 < words.len() => words.swap(at, at + 1),
                3 if at < words.len() => words[at] = word,
                _ => words.insert(at, word),
            }
        }
        words.join(" ")
    })
}

/// Words and single characters; strings stay whole as long as they hold no blank.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut rest = word;
        while let Some(at) = rest.find(['(', ')', ',', '.', '[', ']', '=']) {
            let (before, from) = rest.split_at(at);
            let (symbol, after) = from.split_at(1);
            pieces.extend([before, symbol].into_iter().filter(|piece| !piece.is_empty()));
            rest = after;
        }
        pieces.extend(Some(rest).filter(|rest| !rest.is_empty()));
    }
    pieces
}

/// xorshift: enough to choose with.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit
    }
}
