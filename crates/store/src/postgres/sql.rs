//! The few ways in which statements are run: always prepared once and cached, always with parameters.

use std::borrow::Cow;
use std::error::Error;

use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Row, Statement};

use super::session::Tx;
use crate::Fault;
pub(super) use crate::columns::expect_rows;

/// Runs a statement and answers how many rows it touched.
pub(super) async fn execute(tx: &Tx, sql: &'static str, params: &[Value<'_>]) -> Result<usize, Fault> {
    let statement = prepare(tx, sql).await?;
    let touched = tx.client().execute(&statement, &references(params)).await;
    let touched = touched.map_err(|error| tx.fault(&error))?;
    // A precondition that did not hold leaves nothing to undo.
    if touched > 0 {
        tx.note_write();
    }
    Ok(touched as usize)
}

/// Runs a statement that writes and answers the one row that it returns, if there is one. Whatever writes and returns
/// has to come through here, so that it is undone if its command is refused.
pub(super) async fn returning<T>(
    tx: &Tx,
    sql: &'static str,
    params: &[Value<'_>],
    read: impl FnOnce(&Row) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    tx.note_write();
    optional(tx, sql, params, read).await
}

/// Runs an insertion that returns the number of the new row.
pub(super) async fn insert(tx: &Tx, sql: &'static str, params: &[Value<'_>]) -> Result<i64, Fault> {
    let id = returning(tx, sql, params, |row| get(row, 0)).await?;
    id.ok_or_else(|| Fault::Failed("an insertion made no row".into()))
}

/// The one row that there must be.
pub(super) async fn one<T>(
    tx: &Tx,
    sql: &'static str,
    params: &[Value<'_>],
    read: impl FnOnce(&Row) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let found = optional(tx, sql, params, read).await?;
    found.ok_or_else(|| Fault::Failed("a row that must be there is not".into()))
}

/// The row, if there is one.
pub(super) async fn optional<T>(
    tx: &Tx,
    sql: &'static str,
    params: &[Value<'_>],
    read: impl FnOnce(&Row) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    rows(tx, sql, params).await?.first().map(read).transpose()
}

/// All rows.
pub(super) async fn all<T>(
    tx: &Tx,
    sql: &'static str,
    params: &[Value<'_>],
    read: impl FnMut(&Row) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    rows(tx, sql, params).await?.iter().map(read).collect()
}

async fn rows(tx: &Tx, sql: &'static str, params: &[Value<'_>]) -> Result<Vec<Row>, Fault> {
    let statement = prepare(tx, sql).await?;
    let found = tx.client().query(&statement, &references(params)).await;
    found.map_err(|error| tx.fault(&error))
}

/// Prepares statements, so that they can be sent one after the other without waiting in between.
pub(super) async fn ready(tx: &Tx, statements: &[&'static str]) -> Result<(), Fault> {
    for sql in statements {
        prepare(tx, sql).await?;
    }
    Ok(())
}

async fn prepare(tx: &Tx, sql: &'static str) -> Result<Statement, Fault> {
    if let Some(known) = tx.statement(sql) {
        return Ok(known);
    }
    let prepared = tx.client().prepare(sql).await.map_err(|error| tx.fault(&error))?;
    tx.keep_statement(sql, prepared.clone());
    Ok(prepared)
}

fn references<'v>(params: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
    params.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// A parameter. Numbers take the width of the column that they meet.
#[derive(Debug)]
pub(super) enum Value<'a> {
    Null,
    Int(i64),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    Ints(Vec<i64>),
    Texts(Vec<Option<&'a str>>),
    MaybeInts(Vec<Option<i64>>),
    Byteas(Vec<Option<&'a [u8]>>),
}

/// The parameters of a statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::postgres::sql::Value::from($value)),*]
    };
}
pub(super) use params;

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Value::Int(value) => value.to_sql(ty, out),
            Value::Text(value) => value.as_ref().to_sql(ty, out),
            Value::Bytes(value) => value.as_ref().to_sql(ty, out),
            Value::Ints(values) if *ty == Type::INT4_ARRAY => {
                let values: Result<Vec<i32>, _> = values.iter().copied().map(i32::try_from).collect();
                values?.to_sql(ty, out)
            }
            Value::Ints(values) => values.to_sql(ty, out),
            Value::MaybeInts(values) => values.to_sql(ty, out),
            Value::Texts(values) => values.to_sql(ty, out),
            Value::Byteas(values) => values.to_sql(ty, out),
        }
    }

    /// Whether a value fits is seen when it is written.
    fn accepts(ty: &Type) -> bool {
        let single = [Type::INT4, Type::INT8, Type::TEXT, Type::BYTEA];
        let many = [Type::INT4_ARRAY, Type::INT8_ARRAY, Type::TEXT_ARRAY, Type::BYTEA_ARRAY];
        single.contains(ty) || many.contains(ty)
    }

    to_sql_checked!();
}

impl FromIterator<i64> for Value<'_> {
    fn from_iter<I: IntoIterator<Item = i64>>(numbers: I) -> Self {
        Value::Ints(numbers.into_iter().collect())
    }
}

macro_rules! from_numbers {
    ($($number:ty),+) => {
        $(impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Value::Int(number.into())
            }
        })+
    };
}

from_numbers!(u8, u16, u32, i64);

impl From<&u32> for Value<'_> {
    fn from(number: &u32) -> Self {
        (*number).into()
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        text.as_str().into()
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(text.into())
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Value::Bytes(bytes.as_slice().into())
    }
}

impl<const N: usize> From<[u8; N]> for Value<'_> {
    fn from(bytes: [u8; N]) -> Self {
        Value::Bytes(bytes.to_vec().into())
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(bytes.into())
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        bytes.as_slice().into()
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(text: &'a Option<String>) -> Self {
        text.as_deref().into()
    }
}

/// What a column can be read as.
pub(super) trait Column: Sized {
    /// The value, `None` where the column is empty.
    fn read(row: &Row, column: usize) -> Result<Option<Self>, Fault>;
}

/// The value in a column that is never empty.
pub(super) fn get<T: Column>(row: &Row, column: usize) -> Result<T, Fault> {
    T::read(row, column)?.ok_or_else(|| unreadable(column, "a value"))
}

/// The value in a column that may be empty.
pub(super) fn maybe<T: Column>(row: &Row, column: usize) -> Result<Option<T>, Fault> {
    T::read(row, column)
}

/// A column that holds something else than it should.
pub(super) fn unreadable(column: usize, what: &str) -> Fault {
    Fault::Failed(format!("column {column} is not {what}"))
}

fn plain<'r, T: FromSql<'r>>(row: &'r Row, column: usize) -> Result<Option<T>, Fault> {
    row.try_get(column).map_err(|error| Fault::Failed(error.to_string()))
}

/// A whole number of either width.
struct Int(i64);

impl<'r> FromSql<'r> for Int {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        if *ty == Type::INT4 {
            i32::from_sql(ty, raw).map(|value| Int(value.into()))
        } else {
            i64::from_sql(ty, raw).map(Int)
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT4, Type::INT8].contains(ty)
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Column for $number {
            fn read(row: &Row, column: usize) -> Result<Option<Self>, Fault> {
                let value = plain::<Int>(row, column)?;
                let fits = value.map(|Int(value)| <$number>::try_from(value)).transpose();
                fits.map_err(|_| unreadable(column, "a number that fits"))
            }
        })+
    };
}

numbers!(u8, u16, u32, u64, i64);

macro_rules! plain_columns {
    ($($type:ty),+) => {
        $(impl Column for $type {
            fn read(row: &Row, column: usize) -> Result<Option<Self>, Fault> {
                plain(row, column)
            }
        })+
    };
}

plain_columns!(bool, String, Vec<u8>);

impl<const N: usize> Column for [u8; N] {
    fn read(row: &Row, column: usize) -> Result<Option<Self>, Fault> {
        let bytes = plain::<&[u8]>(row, column)?;
        let whole = bytes.map(<[u8; N]>::try_from).transpose();
        whole.map_err(|_| unreadable(column, "so many bytes"))
    }
}
