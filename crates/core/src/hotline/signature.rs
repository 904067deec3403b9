//! How a telephone system shows that a request is its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::hex;

/// The signature of a voice request as TwiML-compatible systems make it (header `X-Twilio-Signature`): HMAC-SHA1 over
/// the whole address as they call it, followed by each field's name and value, sorted by name, in base64. Fields of
/// one name are sorted by value, and a field that comes twice with the same value counts once.
pub fn voice_signature(secret: &[u8], url: &str, fields: &[(String, String)]) -> String {
    let mut sorted: Vec<&(String, String)> = fields.iter().collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut mac = sha1_with(secret);
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Whether a voice request carries the signature of who knows the secret. In constant time.
pub fn voice_signature_matches(secret: &[u8], url: &str, fields: &[(String, String)], given: &str) -> bool {
    let wanted = voice_signature(secret, url, fields);
    wanted.as_bytes().ct_eq(given.trim().as_bytes()).into()
}

/// The signature of a JSON request (header `X-Dran-Signature`): HMAC-SHA256 over the body, in lower-case hexadecimal.
pub fn json_signature(secret: &[u8], body: &[u8]) -> String {
    let mut mac = sha256_with(secret);
    mac.update(body);
    hex::encode(&mac.finalize().into_bytes())
}

/// Whether a JSON request carries the signature of who knows the secret. In constant time.
pub fn json_signature_matches(secret: &[u8], body: &[u8], given: &str) -> bool {
    let wanted = json_signature(secret, body);
    wanted.as_bytes().ct_eq(given.trim().as_bytes()).into()
}

// HMAC takes a key of any length (RFC 2104 § 2): what is longer than a block is hashed first. The crate's
// `new_from_slice` does that, and has an error only for hashes that take no such key.

fn sha1_with(secret: &[u8]) -> Hmac<Sha1> {
    Hmac::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&[0; 64].into()))
}

fn sha256_with(secret: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret).unwrap_or_else(|_| Hmac::new(&[0; 64].into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    /// The example that the protocol's own libraries test with.
    fn example() -> Vec<(String, String)> {
        fields(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
            ("Caller", "+14158675309"),
        ])
    }

    #[test]
    fn the_protocols_own_example_is_signed_as_its_libraries_sign_it() {
        assert_eq!(
            voice_signature(b"12345", URL, &example()),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8="
        );
        assert!(voice_signature_matches(
            b"12345",
            URL,
            &example(),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8="
        ));
    }

    #[test]
    fn a_changed_field_address_secret_or_signature_does_not_match() {
        let genuine = voice_signature(b"12345", URL, &example());
        let mut other = example();
        other[1].1 = "1235".to_owned();
        assert!(!voice_signature_matches(b"12345", URL, &other, &genuine));
        assert!(!voice_signature_matches(b"12345", &URL[1..], &example(), &genuine));
        assert!(!voice_signature_matches(b"12346", URL, &example(), &genuine));
        assert!(!voice_signature_matches(b"12345", URL, &example(), ""));
        assert!(!voice_signature_matches(
            b"12345",
            URL,
            &example(),
            &genuine.to_lowercase()
        ));
    }

    #[test]
    fn fields_are_sorted_and_one_that_comes_twice_counts_once() {
        let mut again = example();
        again.reverse();
        again.push(again[0].clone());
        assert_eq!(voice_signature(b"12345", URL, &again), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    #[test]
    fn the_json_twin_signs_the_body() {
        // RFC 4231 § 4.3.
        let given = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert!(json_signature_matches(b"Jefe", b"what do ya want for nothing?", given));
        assert!(!json_signature_matches(b"Jefe", b"what do ya want for nothing!", given));
        assert!(!json_signature_matches(
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdc"
        ));
    }
}
