//! The files that pages load, compiled in and served under names that change with their content.
//!
//! A page asks for [`url`]`("portal.css")` and gets `/assets/portal.1f3a….css`; whoever has it may keep
//! it for ever. Nothing is loaded from anywhere else.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::document::Document;
use dran_core::hex;

/// The folder under which assets are served.
pub const PREFIX: &str = "/assets/";

/// How much of the SHA-256 goes into a name: 64 bits, in bytes.
const HASH_BYTES: usize = 8;

/// A file that pages load.
#[derive(Debug)]
pub struct Asset {
    /// Its name in the source tree.
    pub name: &'static str,
    /// Its address, with the hash of its content.
    pub url: String,
    /// Its media type.
    pub content_type: &'static str,
    /// Its content.
    pub document: Document,
}

const FILES: &[(&str, &str, &[u8])] = &[
    (
        "portal.css",
        "text/css; charset=utf-8",
        include_bytes!("../assets/portal.css"),
    ),
    (
        "staff.css",
        "text/css; charset=utf-8",
        include_bytes!("../assets/staff.css"),
    ),
    (
        "portal.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/portal.js"),
    ),
    (
        "join.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/join.js"),
    ),
    (
        "proof.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/proof.js"),
    ),
    (
        "desk.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/desk.js"),
    ),
    (
        "keys.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/keys.js"),
    ),
    (
        "operations.js",
        "text/javascript; charset=utf-8",
        include_bytes!("../assets/operations.js"),
    ),
    ("mark.svg", "image/svg+xml", include_bytes!("../assets/mark.svg")),
    (
        "mark-called.svg",
        "image/svg+xml",
        include_bytes!("../assets/mark-called.svg"),
    ),
];

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |&(name, content_type, bytes): &(&'static str, &'static str, &'static [u8])| Asset {
        name,
        url: hashed(name, bytes),
        content_type,
        document: Document::new(bytes),
    };
    FILES.iter().map(asset).collect()
});

/// All assets.
pub fn all() -> &'static [Asset] {
    &ASSETS
}

/// The address of the asset of this name; the folder itself, where nothing is found, if there is none.
pub fn url(name: &str) -> &'static str {
    all()
        .iter()
        .find(|asset| asset.name == name)
        .map_or(PREFIX, |asset| asset.url.as_str())
}

/// The asset at this address.
pub fn at(path: &str) -> Option<&'static Asset> {
    all().iter().find(|asset| asset.url == path)
}

fn hashed(name: &str, bytes: &[u8]) -> String {
    let hash = hex::encode(&Sha256::digest(bytes)[..HASH_BYTES]);
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    format!("{PREFIX}{stem}.{hash}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_is_found_under_its_own_address_only() {
        for asset in all() {
            assert_eq!(url(asset.name), asset.url);
            assert_eq!(at(&asset.url).map(|found| found.name), Some(asset.name));
            assert!(
                at(&format!("{PREFIX}{}", asset.name)).is_none(),
                "{} is served without its hash",
                asset.name
            );
        }
        assert_eq!(url("nothing.css"), PREFIX);
    }

    #[test]
    fn the_name_changes_with_the_content() {
        assert_ne!(hashed("a.css", b"x"), hashed("a.css", b"y"));
        assert_eq!(hashed("a.css", b""), "/assets/a.e3b0c44298fc1c14.css");
    }
}
