//! What a form carries (WHATWG URL standard, § 5.1).

/// The names and values of `application/x-www-form-urlencoded` text, in order. What is broken is read as far as it
/// goes; bytes that are no UTF-8 become replacement characters, which no parser of names or numbers takes.
pub fn fields(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = |index: usize| bytes.get(index).and_then(|digit| (*digit as char).to_digit(16));
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (b'+', ..) => {
                decoded.push(b' ');
                at += 1;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_and_broken_ones_read_as_far_as_they_go() {
        let pairs = |text| -> Vec<(String, String)> { fields(text) };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("From=%2B49561&Digits=1"),
            [pair("From", "+49561"), pair("Digits", "1")]
        );
        assert_eq!(
            pairs("a+b=c+d&&e&=f&g=h=i"),
            [pair("a b", "c d"), pair("e", ""), pair("", "f"), pair("g", "h=i")]
        );
        assert_eq!(
            pairs("a=%4&b=%zz&c=%"),
            [pair("a", "%4"), pair("b", "%zz"), pair("c", "%")]
        );
        assert_eq!(pairs("a=%ff"), [pair("a", "\u{fffd}")]);
        assert_eq!(pairs(""), []);
    }
}
