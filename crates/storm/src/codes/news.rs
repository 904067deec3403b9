//! Which files have come into a folder, without listing it again for each.
//!
//! The system tells (inotify). Listing is for the beginning, for what was lost on the way, and for a folder that another
//! machine writes into, of which no system tells: there the time of the last change does, a little later.

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::SystemTime;

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, WatchFlags};
use rustix::io::Errno;

/// A folder whose files get their names when they are complete.
#[derive(Debug)]
pub struct News {
    folder: PathBuf,
    /// None where the system gives none: then only listing tells.
    watch: Option<OwnedFd>,
    buffer: Box<[MaybeUninit<u8>]>,
    /// When the folder had last changed before it was listed, the last two times: clocks of file systems tick slowly, and
    /// only a listing some time after a change has surely seen all of it.
    listed: [Option<SystemTime>; 2],
    /// How often nothing was told since something was.
    silent: u32,
    /// Whether something may have come of which nothing was told.
    lost: bool,
}

/// What the system has told is read in parts of so many bytes: some five hundred names.
const BUFFER_BYTES: usize = 32 * 1_024;
/// After so many times of silence it is looked whether the folder has changed all the same.
const SILENT_MAX: u32 = 20;

impl News {
    /// Of a folder that exists; the first time everything in it is new.
    pub fn of(folder: PathBuf) -> Self {
        let watch = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).and_then(|watch| {
            inotify::add_watch(&watch, &folder, WatchFlags::MOVED_TO)?;
            Ok(watch)
        });
        Self {
            folder,
            watch: watch.ok(),
            buffer: vec![MaybeUninit::uninit(); BUFFER_BYTES].into(),
            listed: [None; 2],
            silent: 0,
            lost: true,
        }
    }

    /// Names of files that have come since this was last asked, and sometimes of older ones.
    ///
    /// # Errors
    /// The folder cannot be listed; it will be the next time.
    pub fn take(&mut self) -> io::Result<Vec<String>> {
        let told = self.told();
        self.silent = if told.is_empty() { self.silent + 1 } else { 0 };
        if !self.lost && self.silent < SILENT_MAX {
            return Ok(told);
        }
        self.silent = 0;
        let changed = fs::metadata(&self.folder)?.modified()?;
        if !self.lost && self.listed == [Some(changed); 2] {
            return Ok(told);
        }
        let all = self.list()?;
        (self.listed, self.lost) = ([self.listed[1], Some(changed)], false);
        Ok(all)
    }

    /// Lets the next time begin with everything: something that was told came to nothing.
    pub fn again(&mut self) {
        self.lost = true;
    }

    /// What the system has told, up to now.
    fn told(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        let Some(watch) = &self.watch else { return names };
        let mut events = inotify::Reader::new(watch, &mut self.buffer);
        loop {
            match events.next() {
                Ok(event) => {
                    // More than it could keep, or the folder itself is gone.
                    self.lost |= event
                        .events()
                        .intersects(ReadFlags::QUEUE_OVERFLOW | ReadFlags::IGNORED);
                    names.extend(event.file_name().map(|name| name.to_string_lossy().into_owned()));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return names,
                Err(_) => {
                    self.lost = true;
                    return names;
                }
            }
        }
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let names = fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    }
}
