//! Passwords, which come from files and show up nowhere else.

use std::io;
use std::path::Path;

use secrecy::SecretString;

/// Reads a password from a file of its own; the line end after it is no part of it.
///
/// # Errors
///
/// The file cannot be read, is not UTF-8, or is empty.
pub fn read_secret(path: &Path) -> io::Result<SecretString> {
    let text = std::fs::read_to_string(path)?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is empty"));
    }
    Ok(SecretString::from(secret))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn the_line_end_is_no_part_of_a_password() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("password");
        std::fs::write(&file, " geheim \r\n")?;
        assert_eq!(read_secret(&file)?.expose_secret(), " geheim ");
        std::fs::write(&file, "\n")?;
        assert_eq!(
            read_secret(&file).err().map(|error| error.kind()),
            Some(io::ErrorKind::InvalidData)
        );
        Ok(())
    }
}
