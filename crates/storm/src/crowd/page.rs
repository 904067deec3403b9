//! Forms: what a page of the staff side asks back, and what a browser makes of it.

use std::fmt::Write as _;

/// Names and values.
pub type Fields = Vec<(String, String)>;

/// Names and values of the inputs of the form with the id `form`, in their order.
pub fn fields(page: &str) -> Fields {
    let form = between(page, "<form id=\"form\"", "</form>").unwrap_or_default();
    let inputs = form.split("<input").skip(1).filter_map(|input| input.split('>').next());
    let get = |input: &str, name: &str| Some(between(input, &format!(" {name}=\""), "\"")?.to_owned());
    inputs
        .filter_map(|input| Some((get(input, "name")?, get(input, "value")?)))
        .collect()
}

/// The fields of a page, with what is typed into them; what is typed and not asked for comes last.
pub fn filled(page: &Fields, typed: &[(&str, &str)]) -> Fields {
    let kept = page
        .iter()
        .filter(|(name, _)| typed.iter().all(|(typed, _)| typed != name))
        .cloned();
    let typed = typed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.chain(typed).collect()
}

/// The value of a field; empty where it is not there.
pub fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value)
}

/// A body of `application/x-www-form-urlencoded`.
pub fn urlencoded(fields: &[(impl AsRef<str>, impl AsRef<str>)]) -> String {
    let mut body = String::new();
    for (name, value) in fields {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(name.as_ref());
        body.push('=');
        push_percent(&mut body, value.as_ref());
    }
    body
}

/// Percent-encodes everything that is no letter or digit.
pub fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    push_percent(&mut encoded, text);
    encoded
}

fn push_percent(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// What stands between two texts, where they first follow each other.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<form><input name=\"state\" value=\"x\"></form><form id=\"form\" method=\"post\">\
        <input type=\"hidden\" name=\"csrf\" value=\"c1\"><input class=\"w5\" name=\"postcode\" value=\"34117\" id=\"p\">\
        <input name=\"birth\"></form><input name=\"after\" value=\"1\">";

    #[test]
    fn the_form_is_read_and_nothing_around_it() {
        let fields = fields(PAGE);
        assert_eq!((value(&fields, "csrf"), value(&fields, "postcode")), ("c1", "34117"));
        assert_eq!((fields.len(), value(&fields, "after")), (2, ""));
    }

    #[test]
    fn what_is_typed_takes_the_place_of_what_stood_there() {
        let filled = filled(&fields(PAGE), &[("postcode", "35390"), ("birth", "01.02.1935")]);
        assert_eq!(urlencoded(&filled), "csrf=c1&postcode=35390&birth=01%2E02%2E1935");
    }

    #[test]
    fn anything_is_encoded_that_is_no_letter_or_digit() {
        assert_eq!(percent("vier rote Ö&="), "vier%20rote%20%C3%96%26%3D");
    }
}
