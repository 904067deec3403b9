//! Which engine keeps a deployment's data: the scheme of a URL says it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use crate::postgres::{self, PostgresOptions, PostgresStore};
use crate::sqlite::{self, SqliteOptions, SqliteStore};
use crate::{Monotonic, Store};

/// A database by its URL. Shown without a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// `sqlite:PATH`: a file on this machine, for one process.
    Sqlite(PathBuf),
    /// `postgres://…`: a server, for as many nodes as there are.
    Postgres(String),
}

/// A URL that names no engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownDatabase {
    /// Its scheme is none of the two.
    #[error("unknown database scheme `{0}:`; write sqlite:PATH or postgres://HOST/DATABASE")]
    Scheme(String),
    /// It is a path.
    #[error("`{0}` is not a database URL; write sqlite:{0}")]
    NoScheme(String),
}

/// The ways into one database: those of staff share no queue and no reading connection with the citizens'.
#[derive(Clone)]
pub struct Sides {
    /// The citizens', and of all that runs by itself.
    pub public: Arc<dyn Store>,
    /// That of staff; it ends with the citizens'.
    pub staff: Arc<dyn Store>,
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// SQLite's reason.
    #[error(transparent)]
    Sqlite(#[from] sqlite::OpenError),
    /// PostgreSQL's.
    #[error(transparent)]
    Postgres(#[from] postgres::OpenError),
}

impl FromStr for Database {
    type Err = UnknownDatabase;

    fn from_str(url: &str) -> Result<Self, UnknownDatabase> {
        match url.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.trim_start_matches("//").into())),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Ok(Self::Postgres(url.to_owned())),
            Some((scheme, _)) => Err(UnknownDatabase::Scheme(scheme.to_owned())),
            None => Err(UnknownDatabase::NoScheme(url.to_owned())),
        }
    }
}

impl Database {
    /// Whether it holds tables of dran. A PostgreSQL database that is not there at all is an error: it is
    /// made by whoever runs the server.
    pub fn is_made(&self) -> Result<bool, OpenError> {
        match self {
            Self::Sqlite(path) => Ok(path.exists()),
            Self::Postgres(url) => match PostgresStore::open(url, PostgresOptions::default()) {
                Ok(_) => Ok(true),
                Err(postgres::OpenError::Empty) => Ok(false),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// Makes the file, or the tables in an empty database, and opens it.
    pub fn make(&self) -> Result<Arc<dyn Store>, OpenError> {
        self.opened(true, None)
    }

    /// Opens it; without the tables of dran in it that is an error. `monotonic` measures how long commands
    /// wait.
    pub fn open(&self, monotonic: Option<Monotonic>) -> Result<Arc<dyn Store>, OpenError> {
        self.opened(false, monotonic)
    }

    /// As [`Self::open`], with a way of its own for staff. In a SQLite file their commands go first; on PostgreSQL they
    /// come by connections of their own, and wait for no more than the batch that is being written.
    pub fn open_sides(&self, monotonic: Option<Monotonic>) -> Result<Sides, OpenError> {
        match self {
            Self::Sqlite(path) => {
                let options = SqliteOptions {
                    monotonic,
                    ..SqliteOptions::default()
                };
                let store = SqliteStore::open(path, options)?;
                let staff = Arc::new(store.staff_side()?);
                Ok(Sides {
                    public: Arc::new(store),
                    staff,
                })
            }
            Self::Postgres(_) => Ok(Sides {
                public: self.open(monotonic)?,
                staff: self.open(None)?,
            }),
        }
    }

    fn opened(&self, create: bool, monotonic: Option<Monotonic>) -> Result<Arc<dyn Store>, OpenError> {
        Ok(match self {
            Self::Sqlite(path) => Arc::new(SqliteStore::open(
                path,
                SqliteOptions {
                    create,
                    monotonic,
                    ..SqliteOptions::default()
                },
            )?),
            Self::Postgres(url) => Arc::new(PostgresStore::open(
                url,
                PostgresOptions {
                    create,
                    monotonic,
                    ..PostgresOptions::default()
                },
            )?),
        })
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => {
                // Passwords stand before the @ and among the parameters.
                let (scheme, rest) = url.split_once("//").unwrap_or((url, ""));
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                let place = place.split('?').next().unwrap_or_default();
                write!(f, "{scheme}//{place}")
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_selects_the_engine() {
        assert_eq!("sqlite:day.db".parse(), Ok(Database::Sqlite("day.db".into())));
        for url in ["postgres://db.example/dran", "postgresql:///dran?host=/run/postgresql"] {
            assert_eq!(url.parse(), Ok(Database::Postgres(url.into())));
        }
    }

    #[test]
    fn a_mistyped_database_url_says_what_to_write() {
        let told = |url: &str| url.parse::<Database>().unwrap_err().to_string();
        assert!(told("day.db").contains("sqlite:day.db"));
        assert!(told("sqlight:day.db").contains("sqlight"));
        assert!(told("postgre://db.example/dran").contains("postgres://"));
        assert!(told("postgres:dran").contains("postgres://"));
        assert!(!told("postgre://dran:secret@db.example/dran").contains("secret"));
    }

    #[test]
    fn a_password_is_never_shown() {
        for url in [
            "postgres://dran:secret@db.example:5432/dran",
            "postgres://dran@/dran?host=/run/postgresql&password=secret",
        ] {
            let database: Database = url.parse().unwrap();
            assert!(!format!("{database} {database:?}").contains("secret"));
        }
    }
}
