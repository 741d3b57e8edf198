//! Spellings drawn from the grammar: the same ones for the same seed.

use std::collections::HashMap;

use fastrand::Rng;

/// The grammar, as its head says.
const PRODUCTIONS: &str = include_str!("productions.txt");

/// A place in a rule.
enum Node {
    Word(String),
    Symbol(String),
    Rule(String),
    Drawn(String),
    Optional(Box<Node>),
    Repeated(Box<Node>),
    Sequence(Vec<Node>),
    Choice(Vec<Node>),
}

/// The rules by name, and the words that a name may be.
pub struct Grammar {
    rules: HashMap<String, Node>,
    keywords: Vec<String>,
}

/// A piece of a statement. Between symbols and their neighbours no blank is needed.
#[derive(Clone)]
pub struct Piece {
    pub text: String,
    is_symbol: bool,
}

impl Grammar {
    /// The grammar with the keywords of a server's.
    pub fn new(keywords: Vec<String>) -> Self {
        let lines = PRODUCTIONS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let rules = lines.map(|line| {
            let (name, body) = line.split_once(" = ").expect("a rule");
            (name.to_owned(), Words(body).choice())
        });
        Self { rules: rules.collect(), keywords }
    }

    /// A statement, mostly a well formed one.
    pub fn statement(&self, rng: &mut Rng) -> String {
        let mut pieces = self.pieces(rng);
        for _ in 0..[0, 0, 0, 1, 1, 2][rng.usize(..6)] {
            self.damage(rng, &mut pieces);
        }
        let text = join(rng, &pieces);
        if rng.u8(..8) == 0 { damaged_characters(rng, &text) } else { text }
    }

    fn pieces(&self, rng: &mut Rng) -> Vec<Piece> {
        let mut pieces = Vec::new();
        self.expand(rng, &self.rules["statement"], &mut pieces);
        pieces
    }

    fn expand(&self, rng: &mut Rng, node: &Node, out: &mut Vec<Piece>) {
        let mut push = |text: String, is_symbol| out.push(Piece { text, is_symbol });
        match node {
            Node::Word(word) => push(word_in_any_case(rng, word), false),
            Node::Symbol(symbol) => push(symbol.clone(), true),
            Node::Drawn(kind) => push(self.drawn(rng, kind), kind == "operator"),
            Node::Rule(rule) => {
                let rule = self.rules.get(rule).unwrap_or_else(|| panic!("no rule {rule}"));
                self.expand(rng, rule, out);
            }
            Node::Optional(inner) => {
                if rng.u8(..5) < 2 {
                    self.expand(rng, inner, out);
                }
            }
            Node::Repeated(inner) => {
                for _ in 0..[0, 0, 0, 1, 1, 2, 3][rng.usize(..7)] {
                    self.expand(rng, inner, out);
                }
            }
            Node::Sequence(nodes) => nodes.iter().for_each(|node| self.expand(rng, node, out)),
            Node::Choice(nodes) => {
                let at = rng.usize(..nodes.len());
                self.expand(rng, &nodes[at], out);
            }
        }
    }

    fn drawn(&self, rng: &mut Rng, kind: &str) -> String {
        match kind {
            "word" => match rng.u8(..10) {
                0..=2 => {
                    let at = rng.usize(..self.keywords.len());
                    word_in_any_case(rng, &self.keywords[at])
                }
                3 => pick(rng, HOSTILE_NAMES).to_owned(),
                _ => pick(rng, NAMES).to_owned(),
            },
            "string" => pick(rng, STRINGS).to_owned(),
            "int" => pick(rng, INTEGERS).to_owned(),
            "number" => pick(rng, NUMBERS).to_owned(),
            "operator" => pick(rng, OPERATORS).to_owned(),
            other => panic!("nothing is known of @{other}"),
        }
    }

    /// Words dropped, doubled, exchanged, replaced, cut off.
    fn damage(&self, rng: &mut Rng, pieces: &mut Vec<Piece>) {
        let at = rng.usize(..pieces.len().max(1));
        let other = match rng.u8(..4) {
            0 => {
                let word = &self.keywords[rng.usize(..self.keywords.len())];
                Piece { text: word.clone(), is_symbol: false }
            }
            1 => Piece { text: pick(rng, ODDITIES).to_owned(), is_symbol: false },
            _ => {
                let others = self.pieces(rng);
                others[rng.usize(..others.len())].clone()
            }
        };
        match rng.u8(..7) {
            0 if at < pieces.len() => drop(pieces.remove(at)),
            1 if at < pieces.len() => pieces.insert(at, pieces[at].clone()),
            2 if at + 1 < pieces.len() => pieces.swap(at, at + 1),
            3 | 4 if at < pieces.len() => pieces[at] = other,
            5 => pieces.truncate(at),
            _ => pieces.insert(at, other),
        }
    }
}

/// The words of a rule's body: names, quoted symbols, brackets and bars.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        let rest = self.0.trim_start();
        let length = match rest.chars().next()? {
            '\'' => 2 + rest[1..].find('\'').expect("a closing quote"),
            c if "[]{}()|".contains(c) => 1,
            _ => rest.find([' ', '[', ']', '{', '}', '(', ')', '|', '\'']).unwrap_or(rest.len()),
        };
        Some(&rest[..length])
    }

    fn next(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.0 = &self.0.trim_start()[word.len()..];
        Some(word)
    }

    /// Alternatives up to a closing bracket, which is taken too.
    fn choice(&mut self) -> Node {
        let mut choices = vec![Vec::new()];
        while let Some(word) = self.next() {
            let node = match word {
                "]" | "}" | ")" => break,
                "|" => {
                    choices.push(Vec::new());
                    continue;
                }
                "[" => Node::Optional(Box::new(self.choice())),
                "{" => Node::Repeated(Box::new(self.choice())),
                "(" => self.choice(),
                _ => terminal(word),
            };
            choices.last_mut().expect("one at least").push(node);
        }
        Node::Choice(choices.into_iter().map(Node::Sequence).collect())
    }
}

fn terminal(word: &str) -> Node {
    match word.as_bytes()[0] {
        b'\'' => Node::Symbol(word.trim_matches('\'').to_owned()),
        b'@' => Node::Drawn(word[1..].to_owned()),
        first if first.is_ascii_uppercase() => Node::Word(word.to_ascii_lowercase()),
        _ => Node::Rule(word.to_owned()),
    }
}

fn join(rng: &mut Rng, pieces: &[Piece]) -> String {
    let odd = rng.u8(..4) == 0;
    let mut text = String::new();
    for (at, piece) in pieces.iter().enumerate() {
        let glued = at > 0 && (piece.is_symbol || pieces[at - 1].is_symbol);
        if at > 0 && !(glued && rng.bool()) {
            text.push_str(if odd && rng.u8(..4) == 0 { pick(rng, BLANKS) } else { " " });
        }
        text.push_str(&piece.text);
    }
    text
}

/// A character or a few dropped, doubled or put in.
fn damaged_characters(rng: &mut Rng, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..rng.usize(1..3) {
        let at = rng.usize(..chars.len().max(1));
        let some = (at + rng.usize(..3)).min(chars.len());
        match rng.u8(..4) {
            0 => drop(chars.drain(at..some)),
            1 => chars = [&chars[..at], &chars[at..some], &chars[at..]].concat(),
            2 => chars.truncate(at),
            _ => drop(chars.splice(at..at, pick(rng, ODDITIES).chars())),
        }
    }
    chars.into_iter().collect()
}

fn word_in_any_case(rng: &mut Rng, word: &str) -> String {
    match rng.u8(..16) {
        0 => word.to_ascii_uppercase(),
        1 if rng.bool() => format!("\"{word}\""),
        2 if rng.u8(..4) == 0 => format!("U&\"{word}\""),
        3 => word.chars().map(|c| if rng.bool() { c.to_ascii_uppercase() } else { c }).collect(),
        _ => word.to_owned(),
    }
}

fn pick<'a>(rng: &mut Rng, texts: &[&'a str]) -> &'a str {
    texts[rng.usize(..texts.len())]
}

const NAMES: &[&str] =
    &["a", "b", "x", "\"Y\"", "é", "t1", "_x$", "public", "\"public\"", "u", "e", "n", "U"];

const LONG: &str = "ab😀cdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzéééééééééééé";

const HOSTILE_NAMES: &[&str] = &[
    "\"a\"\"b\"",
    "\"\"",
    "\"",
    "\" \"",
    "\"a.b\"",
    "\"none\"",
    "\"None\"",
    "U&\"\\0061\"",
    "u&\"\\+01F600\"",
    "U&\"\\D83D\\DE00\"",
    "U&\"\\D83D\"",
    "U&\"\\D83Dx\"",
    "U&\"!0061\" UESCAPE '!'",
    "U&\"!0061\" uescape/**/'!'",
    "U&\"a\" uescape 'ab'",
    "U&\"a\" uescape 'é'",
    "U&\"a\" uescape E'\\''",
    "U&\"a\" uescape e'!'",
    "U&\"a\" uescape $$!$$",
    "U&\"a\" uescape U&'!'",
    "U&\"a\" uescape",
    "U&\"a\" uescape x'aa'",
    "U&\"a\" 'b'",
    "U&\"\\006\"",
    "U&\"é\"\"\\00\"",
    "U&\"\\\\\"",
    "U&\"\\0000\"",
    "U&\"publi\\0063\"",
    "U&\"non\\0065\"",
    LONG,
    "ééééééééééééééééééééééééééééééééé",
    "\"ééééééééééééééééééééééééééééééééé\"",
    "U&\"ééééééééééééééééééééééééééééé\\00e9\\00e9\\00e9\\00e9\"",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "\"\u{202e}\"",
    "\u{2028}",
    "\u{a0}",
    "a\u{b}b",
    "E",
    "Ünë",
    "$1",
    "$x",
    "1a",
    "n'x'",
    "uescape",
    "admin",
    "option",
    "nulls first",
    "nulls",
    "format json",
    "format",
    "time",
    "with time",
    "without time",
    "not between",
    "not in",
    "ordinality",
    "mapping",
    "mapping for",
    "authorization",
];

const STRINGS: &[&str] = &[
    "'a'",
    "''",
    "'a''b'",
    "'a\\b'",
    "'a\\'",
    "'a\\'b'",
    "'a'\n'b'",
    "'a' \n 'b'",
    "'a' 'b'",
    "'a'--x\n'b'",
    "'a' --x'\r'b'",
    "'a' /*x*/\n'b'",
    "E'a'\n'b\\'c'",
    "e'\\101\\x41\\u0041\\U00000041\\b\\f\\n\\r\\t\\v\\'\\\\'",
    "E'\\400'",
    "E'\\777\\8'",
    "E'\\0'",
    "E'\\x0'",
    "E'\\x'",
    "E'\\xg'",
    "E'\\xc3\\xa9'",
    "E'\\xc3'",
    "E'\\303\\251'",
    "E'é\\xf0\\x9f\\x98'",
    "E'\\ud83d\\ude00'",
    "E'\\ud83d'",
    "E'\\ud83d",
    "E'\\ud83d\\n'",
    "E'\\ud83dé'",
    "E'\\ud83d''a'",
    "E'\\ud83d'\n'\\ude00'",
    "E'\\ude00'",
    "E'\\u004'",
    "E'\\u004é'",
    "E'\\U0011ffff'",
    "E'\\u0000'",
    "E'\\é'",
    "E'a\\'",
    "E'",
    "'a",
    "$$a$$",
    "$$$$",
    "$a$ $b$ $a$",
    "$é$'$é$",
    "$a$x",
    "$1$a$1$",
    "$$a$$b",
    "a$$b$$",
    "U&'a'",
    "U&'\\0061\\+000062'",
    "U&'!0061' uescape '!'",
    "U&'\\00'",
    "U&'a\\\\b''c'",
    "U&'''\\00'",
    "U&'\\d83d\\de00'",
    "U&'\\d83d'",
    "U&'\\d83d\\\\'",
    "U&'a'\n'\\0062'",
    "u&'\\+110000'",
    "u&'é\\0000'",
    "u&'a' uescape '\"'",
    "N'a'",
    "n'a'",
    "b'01'",
    "B'2'",
    "x'1f'",
    "X'g'",
    "b'01'\n'1'",
    "x'1f",
    "'\u{1}'",
    "'😀'",
];

const INTEGERS: &[&str] = &[
    "0",
    "1",
    "5",
    "007",
    "2147483647",
    "2147483648",
    "99999999999",
    "0x1F",
    "0X1f",
    "0o17",
    "0b101",
    "0x",
    "0b2",
    "0o8",
    "0xg",
    "1_000",
    "1__0",
    "1_",
    "_1",
    "0x_1f",
    "0x1_f",
    "0x_",
    "1a",
    "1e",
    "1_a",
    "0x80000000",
    "0b",
    "0x7fffffff",
    "10",
    "24",
    "25",
    "53",
    "54",
];

const NUMBERS: &[&str] = &[
    "1.5",
    ".5",
    "5.",
    "1e5",
    "1e+5",
    "1E-5",
    "1.5e",
    "1e+",
    "1.5e-",
    "1e5a",
    "1.a",
    "1..2",
    "1.2.3",
    "1_0.5_0",
    "1._5",
    "1_.5",
    "1.5_",
    "1e1_0",
    "1e_1",
    "1.5é",
    "1.$",
    "0x1$",
    "1e5$",
    "1_0$",
    "1.e5$",
    "1e+5$",
    "1e+5_0$x",
    "$1_0",
    "$1$",
    "$1_",
    "1$",
    "1e$",
    "$1",
    "0.5e0x1",
    "1.e5",
    ".e5",
    "1.5e5.5",
    "1_000e1_0.5",
];

const OPERATORS: &[&str] = &[
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "<",
    ">",
    "=",
    "<=",
    ">=",
    "<>",
    "!=",
    "=>",
    ":=",
    "::",
    "..",
    "@@",
    "~",
    "!~*",
    "@-",
    "+-",
    "*-",
    "-+",
    "<-",
    "<->",
    "&&",
    "||",
    "|/",
    "#",
    "?",
    "`",
    "!",
    "==",
    "->>",
    "~-+",
    "@/*x*/",
    "*/*x*/",
    "&--x\n",
    "OPERATOR(pg_catalog.+)",
    "<=>",
    "=-",
    "!=-",
    "<>-",
    ">=-",
    "=>-",
    "%%",
    "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
    "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@",
];

const ODDITIES: &[&str] = &[
    ",",
    "(",
    ")",
    ".",
    "[",
    "]",
    "*",
    "=",
    "-",
    "+",
    ":",
    "::",
    "%",
    "'",
    "\"",
    "$$",
    "/*",
    "*/",
    "--",
    "--\n",
    "5",
    "1.5",
    "'x'",
    "\"Q\"",
    "{",
    "}",
    "@",
    "\\",
    "$1",
    "nulls first",
    "with time",
    "format json",
    "E'\\",
    "\u{b}",
    "\u{c}",
    "..",
    ":=",
    "=>",
    "?",
    "!",
    "`",
    "~",
    "\u{feff}",
    "\u{7f}",
    "\u{1}",
];

const BLANKS: &[&str] = &[
    "\n",
    "\t",
    "  ",
    "\r\n",
    "\r",
    "\u{c}",
    "\u{b}",
    "/**/",
    "/* x */",
    " /* a /* b */ c */ ",
    "-- x\n",
    "--\r",
    "/*'*/",
    "/*--*/",
    "-- /*\n",
    "/***/",
    "/*/**/*/",
    "\u{a0}",
];
