//! Rules about the templates: what people read comes from the locales.

use super::{File, Problem};

/// Attributes whose value is read out or shown.
const SPOKEN_ATTRIBUTES: [&str; 5] = ["alt", "aria-label", "aria-description", "placeholder", "title"];

/// Words that are the same in every language.
const NAMES: [&str; 1] = ["dran"];

/// A template holds markup; every word that a visitor reads or hears is looked up in the locales.
pub fn text_outside_the_locales(file: &File) -> Vec<Problem> {
    if !file.path.contains("/templates/") || file.extension() != "html" {
        return Vec::new();
    }
    let markup = without(&without(&file.text, "{%", "%}"), "{#", "#}");
    let markup = without(&without(&markup, "{{", "}}"), "<!--", "-->");
    let markup = without(&without(&markup, "<style", "</style>"), "<script", "</script>");
    let mut problems = Vec::new();
    for (number, text) in visible_texts(&markup) {
        if text.split(|character: char| !character.is_alphabetic()).any(is_word) {
            problems.push(file.problem(number, format!("`{}` belongs into the locales", text.trim())));
        }
    }
    problems
}

/// Single letters may be signs (a cross to close, a middle initial in a pattern); two are a word.
fn is_word(word: &str) -> bool {
    word.chars().count() > 1 && !NAMES.contains(&word)
}

/// The text with everything between these marks, and the marks, replaced by their line ends.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        let end = rest[start..]
            .find(close)
            .map_or(rest.len(), |length| start + length + close.len());
        kept.push_str(&rest[..start]);
        kept.extend(rest[start..end].chars().filter(|character| *character == '\n'));
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

/// What is shown between tags or read out from attributes, with the line it begins on.
fn visible_texts(markup: &str) -> Vec<(usize, String)> {
    let mut texts = Vec::new();
    let mut line = 1;
    let mut rest = markup;
    while !rest.is_empty() {
        let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
        let blank_lines = text.len() - text.trim_start().len();
        texts.push((
            line + text[..blank_lines].matches('\n').count(),
            without_attributes(text),
        ));
        line += text.matches('\n').count();
        let (tag, next) = after.split_at(after.find('>').map_or(after.len(), |end| end + 1));
        texts.extend(spoken(tag).into_iter().map(|value| (line, value)));
        line += tag.matches('\n').count();
        rest = next;
    }
    texts
}

/// A macro may write attributes for the tag of its caller: `{% if wrong %} aria-invalid="true"{% endif %}`. What they
/// say is text only where it is spoken.
fn without_attributes(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, value)) = rest.split_once("=\"") {
        let name_start = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
        let (outside, name) = before.split_at(name_start);
        kept.push_str(outside);
        let (value, after) = value.split_once('"').unwrap_or((value, ""));
        if SPOKEN_ATTRIBUTES.contains(&name) {
            kept.push_str(value);
        }
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// The values of those attributes of a tag that people read or hear.
fn spoken(tag: &str) -> Vec<String> {
    let mut values = Vec::new();
    for attribute in SPOKEN_ATTRIBUTES {
        for opening in [format!(" {attribute}=\""), format!("\n{attribute}=\"")] {
            if let Some((_, value)) = tag.split_once(&opening) {
                values.push(value.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Vec<usize> {
        let problems = text_outside_the_locales(&File::new("crates/web/templates/page.html", text));
        problems.into_iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn words_between_tags_are_found_on_their_line() {
        assert_eq!(
            lines_of("<main>\n  <h1>\n    Willkommen\n  </h1>\n<p>Text</p></main>"),
            [3, 5]
        );
    }

    #[test]
    fn what_is_read_out_is_text_too() {
        assert_eq!(lines_of("<img src=\"logo.svg\" alt=\"Wappen\">"), [1]);
        assert!(lines_of("<img src=\"logo.svg\" alt=\"{{ t.text(\"logo\") }}\" class=\"wide\">").is_empty());
    }

    #[test]
    fn expressions_statements_comments_scripts_and_signs_are_no_text() {
        assert!(lines_of("{% if who == \"helper\" %}{{ t.text(\"hello\") }} · 1 / 3 ×{% endif %}{# why #}").is_empty());
        assert!(lines_of("<!-- why --><style>a { color: red }</style><script>let a = 1 < 2;</script>").is_empty());
        assert!(lines_of("<a href=\"/\">dran</a>").is_empty());
    }

    #[test]
    fn statements_over_several_lines_keep_the_line_numbers() {
        assert_eq!(lines_of("{% if a\n  && b %}\n<p>Hallo</p>{% endif %}"), [3]);
    }

    #[test]
    fn attributes_that_a_macro_writes_are_text_only_where_they_are_spoken() {
        assert!(lines_of("{% if wrong %} aria-describedby=\"{{ id }}-hint\"{% endif %}").is_empty());
        assert_eq!(lines_of("{% if wrong %} aria-label=\"Fehler\"{% endif %}"), [1]);
        assert_eq!(
            lines_of("{% if wrong %} aria-describedby=\"{{ id }}-hint\"{% endif %} Fehler"),
            [1]
        );
    }

    #[test]
    fn only_templates_are_looked_at() {
        assert!(text_outside_the_locales(&File::new("docs/page.html", "<p>Hello</p>")).is_empty());
    }
}
