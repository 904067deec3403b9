//! Writes every page in every state and language, with its assets, into a folder, to be looked at:
//! `cargo run -p dran-web --example render_views -- DIR`, then open `DIR/index.html`.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use dran_core::ids::Language;
use dran_i18n::Texts;
use dran_web::assets;
use dran_web::portal::views::samples;

const LANGUAGES: [(&str, &str); 2] = [("de", "Deutsch"), ("en", "English")];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or("tell the folder to write into")?;
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join(asset.url.trim_start_matches('/')), asset.document.plain())?;
    }
    let texts = Texts::builtin()?;
    let mut index = String::new();
    for (tag, _) in LANGUAGES {
        for sample in samples::all(&texts.speaker(&Language::new(tag)), &LANGUAGES)? {
            let file = format!("{}.{tag}.html", sample.name);
            fs::write(folder.join(&file), sample.html.replace("\"/assets/", "\"assets/"))?;
            index.push_str(&format!("<p><a href=\"{file}\">{file}</a>\n"));
        }
    }
    fs::write(folder.join("index.html"), index)?;
    Ok(())
}
