//! The file of a backup: sections of bytes, and the SHA-256 of everything at the end.
//!
//! ```text
//! dran backup 1\n
//! about\n        4 bytes of length (big-endian), so many bytes, … , 4 bytes of zero
//! …\n            the next section, in the same way
//! \n             an empty name: no more sections
//! 32 bytes       SHA-256 of everything above
//! ```
//!
//! The file has its name only once it is whole. It names people, so that nobody but its owner may read it.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::BackupError;

/// What the file begins with, and the number of its format.
const MAGIC: &[u8] = b"dran backup ";
const FORMAT: &[u8] = b"1\n";

/// Bytes of one piece of a section. A length above it was never written.
pub(crate) const CHUNK_LEN_MAX: usize = 64 * 1024;

/// The longest name of a section: a table with its columns.
const NAME_LEN_MAX: u64 = 4096;

const HASH_LEN: usize = 32;

/// A backup that is being written. Dropping it without [`Self::finish`] leaves nothing behind.
pub(crate) struct ArchiveWriter {
    file: BufWriter<NamedTempFile>,
    hash: Sha256,
    buffer: Vec<u8>,
    path: PathBuf,
    bytes: u64,
}

impl ArchiveWriter {
    /// Begins a file that must not be there yet.
    pub(crate) fn create(path: &Path) -> Result<Self, BackupError> {
        if path.exists() {
            return Err(BackupError::FileExists(path.to_owned()));
        }
        let mut archive = Self {
            file: BufWriter::with_capacity(1 << 20, unfinished(path)?),
            hash: Sha256::new(),
            buffer: Vec::with_capacity(CHUNK_LEN_MAX),
            path: path.to_owned(),
            bytes: 0,
        };
        archive.put(&[MAGIC, FORMAT].concat())?;
        Ok(archive)
    }

    /// The next bytes of a section come after this. A name is one line.
    pub(crate) fn begin(&mut self, name: &str) -> Result<(), BackupError> {
        self.put(format!("{name}\n").as_bytes())
    }

    /// More bytes of the section.
    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<(), BackupError> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK_LEN_MAX - self.buffer.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == CHUNK_LEN_MAX {
                self.chunk()?;
            }
        }
        Ok(())
    }

    /// The section is complete.
    pub(crate) fn end(&mut self) -> Result<(), BackupError> {
        if !self.buffer.is_empty() {
            self.chunk()?;
        }
        self.put(&0_u32.to_be_bytes())
    }

    /// A section of text.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> Result<(), BackupError> {
        self.begin(name)?;
        self.write(text.as_bytes())?;
        self.end()
    }

    /// Gives the file its name, once all of it is on the disk. How long it is, in bytes.
    pub(crate) fn finish(mut self) -> Result<u64, BackupError> {
        self.put(b"\n")?;
        let hash = self.hash.clone().finalize();
        self.put(&hash)?;
        let file = self.file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        name_it(file, &self.path)?;
        Ok(self.bytes)
    }

    fn chunk(&mut self) -> Result<(), BackupError> {
        let chunk = std::mem::take(&mut self.buffer);
        let len = u32::try_from(chunk.len()).unwrap_or_default();
        self.put(&len.to_be_bytes())?;
        self.put(&chunk)?;
        self.buffer = chunk;
        self.buffer.clear();
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(self.file.write_all(bytes)?)
    }
}

/// A backup that is being read from its beginning.
pub(crate) struct ArchiveReader {
    file: BufReader<File>,
    hash: Sha256,
}

impl ArchiveReader {
    /// Opens a file that begins as a backup does.
    pub(crate) fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => BackupError::NoFile(path.to_owned()),
            _ => BackupError::Io(error),
        })?;
        let mut archive = Self {
            file: BufReader::with_capacity(1 << 20, file),
            hash: Sha256::new(),
        };
        let mut begins = [0; MAGIC.len()];
        archive.take(&mut begins)?;
        if begins != MAGIC {
            return Err(BackupError::NotABackup);
        }
        let mut format = [0; FORMAT.len()];
        archive.take(&mut format)?;
        if format != FORMAT {
            return Err(BackupError::NewerFormat);
        }
        Ok(archive)
    }

    /// The name of the next section, `None` at the end of a file that is whole.
    pub(crate) fn section(&mut self) -> Result<Option<String>, BackupError> {
        let mut name = Vec::new();
        (&mut self.file).take(NAME_LEN_MAX).read_until(b'\n', &mut name)?;
        self.hash.update(&name);
        if name.pop() != Some(b'\n') {
            return Err(self.ends_or_lies());
        }
        if name.is_empty() {
            return self.whole().map(|()| None);
        }
        String::from_utf8(name).map(Some).map_err(|_| BackupError::Damaged)
    }

    /// The next bytes of the section, in `chunk`; `false` at its end.
    pub(crate) fn chunk(&mut self, chunk: &mut Vec<u8>) -> Result<bool, BackupError> {
        let mut len = [0; 4];
        self.take(&mut len)?;
        let len = u32::from_be_bytes(len) as usize;
        if len > CHUNK_LEN_MAX {
            return Err(BackupError::Damaged);
        }
        chunk.resize(len, 0);
        self.take(chunk)?;
        Ok(len > 0)
    }

    /// All of a section that is text.
    pub(crate) fn text(&mut self) -> Result<String, BackupError> {
        let (mut text, mut chunk) = (Vec::new(), Vec::new());
        while self.chunk(&mut chunk)? {
            text.extend_from_slice(&chunk);
        }
        String::from_utf8(text).map_err(|_| BackupError::Damaged)
    }

    /// Reads over a section.
    pub(crate) fn skip(&mut self) -> Result<(), BackupError> {
        let mut chunk = Vec::new();
        while self.chunk(&mut chunk)? {}
        Ok(())
    }

    fn whole(&mut self) -> Result<(), BackupError> {
        let calculated = self.hash.clone().finalize();
        let mut told = [0; HASH_LEN];
        self.take(&mut told)?;
        let nothing_behind = self.file.fill_buf()?.is_empty();
        if calculated[..] == told && nothing_behind {
            Ok(())
        } else {
            Err(BackupError::Damaged)
        }
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<(), BackupError> {
        self.file.read_exact(bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => BackupError::Truncated,
            _ => BackupError::Io(error),
        })?;
        self.hash.update(bytes);
        Ok(())
    }

    /// A name without its end: the file stops here, or it is no name.
    fn ends_or_lies(&mut self) -> BackupError {
        match self.file.fill_buf() {
            Ok([]) => BackupError::Truncated,
            Ok(_) => BackupError::Damaged,
            Err(error) => BackupError::Io(error),
        }
    }
}

/// A file that has no name yet, in the folder where it will have one. Whoever is killed leaves it there.
pub(crate) fn unfinished(path: &Path) -> Result<NamedTempFile, BackupError> {
    Ok(NamedTempFile::with_prefix_in(
        "dran-backup-unfinished-",
        folder_of(path),
    )?)
}

/// Gives a finished file its name, which must be free, so that a power cut does not take it away again.
pub(crate) fn name_it(file: NamedTempFile, path: &Path) -> Result<(), BackupError> {
    file.persist_noclobber(path)
        .map_err(|refused| match refused.error.kind() {
            ErrorKind::AlreadyExists => BackupError::FileExists(path.to_owned()),
            _ => BackupError::Io(refused.error),
        })?;
    Ok(File::open(folder_of(path))?.sync_all()?)
}

/// The folder in which a file is or will be.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    fn read(path: &Path) -> Result<Vec<(String, usize)>, BackupError> {
        let mut archive = ArchiveReader::open(path)?;
        let mut sections = Vec::new();
        while let Some(name) = archive.section()? {
            let (mut bytes, mut chunk) = (0, Vec::new());
            while archive.chunk(&mut chunk)? {
                bytes += chunk.len();
            }
            sections.push((name, bytes));
        }
        Ok(sections)
    }

    fn written(path: &Path) {
        let mut archive = ArchiveWriter::create(path).unwrap();
        archive.text("about", "engine none\n").unwrap();
        archive.begin("table large").unwrap();
        for _ in 0..1000 {
            archive.write(&[7; 333]).unwrap();
        }
        archive.end().unwrap();
        archive.text("empty", "").unwrap();
        assert_eq!(archive.finish().unwrap(), std::fs::metadata(path).unwrap().len());
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        written(&path);
        let sections = read(&path).unwrap();
        let expected = [("about", 12), ("table large", 333_000), ("empty", 0)];
        assert_eq!(sections, expected.map(|(name, bytes)| (name.to_owned(), bytes)));
    }

    #[test]
    fn a_file_without_any_one_of_its_bytes_or_with_another_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        let mut archive = ArchiveWriter::create(&path).unwrap();
        archive.text("about", "engine none\n").unwrap();
        archive.text("table", "some rows").unwrap();
        archive.finish().unwrap();
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            std::fs::write(&path, &whole[..at]).unwrap();
            assert!(matches!(read(&path), Err(BackupError::Truncated)), "cut at {at}");
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, &changed).unwrap();
            assert!(read(&path).is_err(), "changed at {at}");
        }
        std::fs::write(&path, [&whole[..], b"more"].concat()).unwrap();
        assert!(matches!(read(&path), Err(BackupError::Damaged)));
    }

    #[test]
    fn what_is_something_else_or_from_the_future_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        std::fs::write(&path, "a letter to my grandmother").unwrap();
        assert!(matches!(read(&path), Err(BackupError::NotABackup)));
        std::fs::write(&path, "dran backup 2\nabout\n").unwrap();
        assert!(matches!(read(&path), Err(BackupError::NewerFormat)));
        assert!(matches!(read(&folder.path().join("no")), Err(BackupError::NoFile(_))));
    }

    #[test]
    fn an_unfinished_file_leaves_nothing_and_a_finished_one_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        let mut archive = ArchiveWriter::create(&path).unwrap();
        archive.text("about", "unfinished").unwrap();
        drop(archive);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        written(&path);
        assert!(matches!(ArchiveWriter::create(&path), Err(BackupError::FileExists(_))));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
