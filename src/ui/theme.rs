//! Colours and glyphs. A colour only repeats what a mark or a word says already.

use crate::app::{Settings, ThemeName};
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What is painted, as the theme files name it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the theme files' own words")]
pub enum Paint {
    Text,
    Dim,
    Title,
    Frame,
    Focus,
    Selected,
    Marked,
    Gain,
    Lose,
    Keep,
    Change,
    Note,
    Protected,
    Bad,
    Good,
    Key,
    Name,
    Cursor,
}

const PAINTS: [(Paint, &str); 18] = [
    (Paint::Text, "text"),
    (Paint::Dim, "dim"),
    (Paint::Title, "title"),
    (Paint::Frame, "frame"),
    (Paint::Focus, "focus"),
    (Paint::Selected, "selected"),
    (Paint::Marked, "marked"),
    (Paint::Gain, "gain"),
    (Paint::Lose, "lose"),
    (Paint::Keep, "keep"),
    (Paint::Change, "change"),
    (Paint::Note, "note"),
    (Paint::Protected, "protected"),
    (Paint::Bad, "bad"),
    (Paint::Good, "good"),
    (Paint::Key, "key"),
    (Paint::Name, "name"),
    (Paint::Cursor, "cursor"),
];

const DARK: &str = include_str!("../../assets/themes/dark.json");
const LIGHT: &str = include_str!("../../assets/themes/light.json");
const MONO: &str = include_str!("../../assets/themes/mono.json");

type Styles = HashMap<Paint, Style>;

static THEMES: LazyLock<[Styles; 3]> = LazyLock::new(|| [DARK, LIGHT, MONO].map(|text| read(text).0));

/// The styles of a theme file, and what in it is not understood or missing.
fn read(text: &str) -> (Styles, Vec<String>) {
    let mut wrong = Vec::new();
    let words: HashMap<String, String> = serde_json::from_str(text).unwrap_or_default();
    let mut styles = Styles::new();
    for (paint, name) in PAINTS {
        let Some(spec) = words.get(name) else {
            wrong.push(name.to_owned());
            continue;
        };
        let style = spec.split_whitespace().fold(Style::new(), |style, word| {
            with_word(style, word).unwrap_or_else(|| {
                wrong.push(format!("{name}: {word}"));
                style
            })
        });
        styles.insert(paint, style);
    }
    let known = |word: &&String| !PAINTS.iter().any(|(_, name)| name == word);
    wrong.extend(words.keys().filter(known).cloned());
    (styles, wrong)
}

fn with_word(style: Style, word: &str) -> Option<Style> {
    Some(match word {
        "bold" => style.add_modifier(Modifier::BOLD),
        "reverse" => style.add_modifier(Modifier::REVERSED),
        "underline" => style.add_modifier(Modifier::UNDERLINED),
        _ => match word.split_once(':')? {
            ("fg", color) => style.fg(color.parse::<Color>().ok()?),
            ("bg", color) => style.bg(color.parse::<Color>().ok()?),
            _ => return None,
        },
    })
}

/// The marks of the screen.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "each is the mark of that name")]
pub struct Glyphs {
    pub open: &'static str,
    pub closed: &'static str,
    pub leaf: &'static str,
    pub protected: &'static str,
    pub via: &'static str,
    pub step: [&'static str; 2],
    pub yes: &'static str,
    pub dash: &'static str,
    pub dot: &'static str,
    pub border: border::Set<'static>,
}

const UNICODE: Glyphs = Glyphs {
    open: "▾",
    closed: "▸",
    leaf: "·",
    protected: "⊘",
    via: "◂",
    step: ["─", "─▸"],
    yes: "✓",
    dash: "──",
    dot: "·",
    border: border::PLAIN,
};

const ASCII: Glyphs = Glyphs {
    open: "v",
    closed: ">",
    leaf: "-",
    protected: "X",
    via: "<",
    step: ["-", "->"],
    yes: "ok",
    dash: "--",
    dot: "|",
    border: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
};

/// How things look.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    styles: &'static Styles,
    /// The marks.
    pub glyphs: Glyphs,
}

impl Theme {
    /// The one that the user chose.
    pub fn of(settings: &Settings) -> Theme {
        let [dark, light, mono] = &*THEMES;
        let styles = match settings.theme {
            ThemeName::Dark => dark,
            ThemeName::Light => light,
            ThemeName::Mono => mono,
        };
        Theme { styles, glyphs: if settings.ascii { ASCII } else { UNICODE } }
    }

    /// A style.
    pub fn style(&self, paint: Paint) -> Style {
        self.styles.get(&paint).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_theme_file_says_everything_and_nothing_else() {
        for text in [DARK, LIGHT, MONO] {
            let (styles, wrong) = read(text);
            assert_eq!((styles.len(), wrong), (PAINTS.len(), vec![]));
        }
    }

    #[test]
    fn the_theme_without_colour_has_none_and_still_shows_the_selection() {
        let (styles, _) = read(MONO);
        assert!(styles.values().all(|s| s.fg.is_none() && s.bg.is_none()));
        let selected = styles[&Paint::Selected].add_modifier;
        assert!(selected.contains(Modifier::REVERSED) && selected.contains(Modifier::BOLD));
    }

    #[test]
    fn a_word_that_means_nothing_is_told() {
        assert_eq!(read(r#"{"text": "blink"}"#).1[0], "text: blink");
    }
}
