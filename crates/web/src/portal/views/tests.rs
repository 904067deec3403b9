//! Every page in every state and language is read by a strict reader.

use std::collections::BTreeSet;
use std::error::Error;

use dran_core::ids::Language;
use dran_i18n::Texts;

use super::samples::{self, ODD_NAMES, Sample};

const LANGUAGES: [(&str, &str); 2] = [("de", "Deutsch"), ("en", "English")];

/// Elements that have no end tag.
const VOID: [&str; 9] = ["br", "circle", "hr", "img", "input", "link", "meta", "path", "rect"];

fn pages() -> Result<Vec<(&'static str, Sample)>, Box<dyn Error>> {
    let texts = Texts::builtin()?;
    let mut pages = Vec::new();
    for (tag, _) in LANGUAGES {
        let samples = samples::all(&texts.speaker(&Language::new(tag)), &LANGUAGES)?;
        pages.extend(samples.into_iter().map(|sample| (tag, sample)));
    }
    Ok(pages)
}

/// Runs a check on every page and says which page it failed on.
fn every_page(check: impl Fn(&str, &[Tag]) -> Result<(), String>) -> Result<(), Box<dyn Error>> {
    for (language, sample) in pages()? {
        let tags = tags(&sample.html);
        check(language, &tags).map_err(|problem| format!("{} ({language}): {problem}", sample.name))?;
    }
    Ok(())
}

/// A tag as it stands in the page, without regard to what is between tags.
#[derive(Debug)]
struct Tag {
    name: String,
    end: bool,
    attributes: Vec<(String, String)>,
    /// The text up to the next tag.
    text: String,
    /// Whether an element around it, or it itself, is hidden.
    hidden: bool,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads a page made by our own templates: quoted attributes, no comments, no `>` in values.
fn tags(html: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut open: Vec<(String, bool)> = Vec::new();
    for part in html.split('<').skip(1) {
        let Some((inside, text)) = part.split_once('>') else {
            continue;
        };
        let (name, rest) = inside.split_at(inside.find([' ', '\n']).unwrap_or(inside.len()));
        let end = name.starts_with('/');
        let name = name.trim_matches('/').to_owned();
        let attributes = attributes(rest.trim_end_matches('/'));
        if end {
            open.pop();
        }
        let hides = attributes.iter().any(|(key, _)| key == "hidden");
        let hidden = hides || open.iter().any(|(_, hidden)| *hidden);
        if !end && !VOID.contains(&name.as_str()) && !name.starts_with('!') {
            open.push((name.clone(), hides));
        }
        tags.push(Tag {
            name,
            end,
            attributes,
            text: text.to_owned(),
            hidden,
        });
    }
    tags
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut rest = text.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let name_end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(name_end);
        let (value, after) = match after.strip_prefix("=\"").and_then(|quoted| quoted.split_once('"')) {
            Some((value, after)) => (value, after),
            None => ("", after),
        };
        found.push((name.to_owned(), value.to_owned()));
        rest = after.trim_start();
    }
    found
}

#[test]
fn every_tag_is_closed_where_it_was_opened() -> Result<(), Box<dyn Error>> {
    every_page(|_, tags| {
        let mut open: Vec<&str> = Vec::new();
        for tag in tags
            .iter()
            .filter(|tag| !VOID.contains(&tag.name.as_str()) && !tag.name.starts_with('!'))
        {
            if !tag.end {
                open.push(&tag.name);
            } else if open.pop() != Some(&tag.name) {
                return Err(format!("</{}> closes something else", tag.name));
            }
        }
        if open.is_empty() {
            Ok(())
        } else {
            Err(format!("{open:?} stay open"))
        }
    })
}

#[test]
fn no_text_is_missing_or_incomplete() -> Result<(), Box<dyn Error>> {
    for (language, sample) in pages()? {
        assert!(
            !sample.html.contains("{ $") && !sample.html.contains("{$"),
            "{} ({language})",
            sample.name
        );
        for tag in tags(&sample.html) {
            let said = tag
                .attributes
                .iter()
                .filter(|(name, _)| name.starts_with("data-") || name == "aria-label");
            let key = said
                .map(|(_, value)| value.as_str())
                .chain([tag.text.trim()])
                .find(|text| looks_like_a_key(text));
            assert_eq!(
                key, None,
                "{} ({language}) shows a key instead of its text",
                sample.name
            );
        }
    }
    Ok(())
}

/// A text that is missing is answered with its key.
fn looks_like_a_key(text: &str) -> bool {
    text.contains('-')
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[test]
fn names_are_shown_and_never_become_markup() -> Result<(), Box<dyn Error>> {
    let mut seen = BTreeSet::new();
    for (_, sample) in pages()? {
        assert!(
            !sample.html.contains("<script>"),
            "{} holds a script of a visitor",
            sample.name
        );
        seen.extend(
            ODD_NAMES
                .into_iter()
                .filter(|name| sample.html.contains(&escaped(name))),
        );
    }
    assert_eq!(seen.len(), ODD_NAMES.len(), "every odd name is shown somewhere");
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('\'', "&#39;")
}

#[test]
fn every_field_has_a_label_of_its_own() -> Result<(), Box<dyn Error>> {
    every_page(|_, tags| {
        let labels: Vec<&str> = tags
            .iter()
            .filter(|tag| tag.name == "label")
            .filter_map(|tag| tag.get("for"))
            .collect();
        for tag in tags
            .iter()
            .filter(|tag| !tag.end && ["input", "select", "textarea"].contains(&tag.name.as_str()))
        {
            if tag.get("type") == Some("hidden") {
                continue;
            }
            let id = tag.get("id").ok_or("a field has no id")?;
            if labels.iter().filter(|label| **label == id).count() != 1 {
                return Err(format!("the field {id} has not exactly one label"));
            }
        }
        Ok(())
    })
}

#[test]
fn ids_are_unique_and_every_reference_is_met() -> Result<(), Box<dyn Error>> {
    every_page(|_, tags| {
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            if !ids.insert(id) {
                return Err(format!("the id {id} stands twice"));
            }
        }
        for tag in tags {
            let named = ["aria-describedby", "aria-labelledby", "for"]
                .into_iter()
                .filter_map(|name| tag.get(name));
            let linked = tag.get("href").and_then(|href| href.strip_prefix('#'));
            for id in named.flat_map(str::split_whitespace).chain(linked) {
                if !ids.contains(id) {
                    return Err(format!("<{}> points to {id}, which is not there", tag.name));
                }
            }
        }
        Ok(())
    })
}

#[test]
fn headings_begin_with_one_h1_and_leave_no_level_out() -> Result<(), Box<dyn Error>> {
    every_page(|_, tags| {
        let levels: Vec<u8> = tags
            .iter()
            .filter(|tag| !tag.end && !tag.hidden)
            .filter_map(|tag| tag.name.strip_prefix('h').and_then(|level| level.parse().ok()))
            .collect();
        if levels.first() != Some(&1) || levels.iter().filter(|level| **level == 1).count() != 1 {
            return Err(format!("the headings are {levels:?}"));
        }
        match levels
            .iter()
            .zip(levels.iter().skip(1))
            .find(|(before, after)| **after > **before + 1)
        {
            Some(_) => Err(format!("the headings {levels:?} leave a level out")),
            None => Ok(()),
        }
    })
}

#[test]
fn every_page_says_its_language_and_its_title() -> Result<(), Box<dyn Error>> {
    every_page(|language, tags| {
        let html = tags.iter().find(|tag| tag.name == "html").ok_or("there is no <html>")?;
        if html.get("lang") != Some(language) || html.get("dir") != Some("ltr") {
            return Err(format!("{html:?}"));
        }
        let title = tags
            .iter()
            .find(|tag| tag.name == "title" && !tag.end)
            .ok_or("there is no title")?;
        let (page, service) = title
            .text
            .rsplit_once(" – ")
            .ok_or("the title does not name the service")?;
        if page.trim().is_empty() || !service.ends_with("Hessen") {
            return Err(format!("the title is {:?}", title.text));
        }
        Ok(())
    })
}

#[test]
fn a_page_with_errors_says_so_in_its_title_and_leads_to_each() -> Result<(), Box<dyn Error>> {
    let mut found = 0;
    for (language, sample) in pages()?
        .into_iter()
        .filter(|(_, sample)| sample.name.ends_with("-errors"))
    {
        found += 1;
        let tags = tags(&sample.html);
        let word = if language == "de" { "Fehler: " } else { "Error: " };
        let title = tags.iter().find(|tag| tag.name == "title").ok_or("there is no title")?;
        assert!(
            title.text.starts_with(word),
            "{}: the title is {:?}",
            sample.name,
            title.text
        );
        let summary = tags.iter().filter(|tag| tag.get("id") == Some("errors")).count();
        assert_eq!(summary, 1, "{} has one summary of errors", sample.name);
        for tag in tags.iter().filter(|tag| tag.get("aria-invalid").is_some()) {
            let described = tag.get("aria-describedby").unwrap_or_default();
            assert!(
                described.contains("-error"),
                "{}: {tag:?} does not say what is wrong",
                sample.name
            );
        }
    }
    assert!(found >= 20, "there are samples with errors");
    Ok(())
}

#[test]
fn pages_bring_no_style_no_script_and_nothing_foreign() -> Result<(), Box<dyn Error>> {
    every_page(|_, tags| {
        for tag in tags {
            if tag.name == "style" || tag.name == "script" && !tag.end && tag.get("src").is_none() {
                return Err(format!("there is an inline <{}>", tag.name));
            }
            for (name, value) in &tag.attributes {
                let loads =
                    ["src", "srcset", "poster"].contains(&name.as_str()) || tag.name == "link" && name == "href";
                if name == "style" || name.starts_with("on") || loads && !value.starts_with("/assets/") {
                    return Err(format!("<{}> has {name}={value:?}", tag.name));
                }
            }
        }
        Ok(())
    })
}

#[test]
fn the_button_for_more_time_is_never_the_one_that_enter_presses() -> Result<(), Box<dyn Error>> {
    every_page(|_, tags| {
        let submits: Vec<&Tag> = tags
            .iter()
            .skip_while(|tag| tag.get("id") != Some("form"))
            .take_while(|tag| !(tag.name == "form" && tag.end))
            .filter(|tag| tag.get("type") == Some("submit"))
            .collect();
        match submits.as_slice() {
            [first, .., _] if first.get("name") == Some("extend") => Err("it comes first".to_owned()),
            _ => Ok(()),
        }
    })
}

#[test]
fn a_key_does_one_thing_on_a_page_and_the_help_tells_all_of_them() -> Result<(), Box<dyn Error>> {
    let pages = pages()?;
    let of = |sample: &Sample| -> Vec<String> {
        let tags = tags(&sample.html);
        tags.iter()
            .filter_map(|tag| tag.get("accesskey"))
            .map(str::to_owned)
            .collect()
    };
    for (language, sample) in &pages {
        let keys = of(sample);
        let help = pages
            .iter()
            .find(|(of, help)| of == language && help.name == "staff-desk-help");
        let help = &help.ok_or("there is no help")?.1.html;
        for (place, key) in keys.iter().enumerate() {
            assert!(
                !keys[..place].contains(key),
                "{} ({language}): {key} stands twice",
                sample.name
            );
            // A page outside of the desk tells its own.
            let told = format!("<kbd>Alt+{key}</kbd>");
            assert!(
                help.contains(&format!("<dt>{told}")) || sample.html.contains(&told),
                "{}: {key} is not told",
                sample.name
            );
        }
    }
    Ok(())
}
