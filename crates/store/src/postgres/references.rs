//! Rows that refer to others: by foreign keys where few rows change, and without one in the tables that grow with
//! the people ([decision](../../../../docs/decisions/0018-references-without-foreign-keys.md)). The audit counts both.

use super::session::Tx;
use super::sql::{all, get};
use crate::{AuditCheck, Fault};

/// A reference that the writer keeps without the engine's help.
pub(super) struct Reference {
    /// The table whose rows refer.
    pub from: &'static str,
    /// Its columns; a reference with an empty column refers to nothing.
    pub columns: &'static [&'static str],
    /// The table they refer to.
    pub to: &'static str,
    /// The columns of its key.
    pub key: &'static [&'static str],
}

const fn reference(
    from: &'static str,
    columns: &'static [&'static str],
    to: &'static str,
    key: &'static [&'static str],
) -> Reference {
    Reference { from, columns, to, key }
}

const ID: &[&str] = &["id"];
const LINE: &[&str] = &["line_no"];
const TICKET: &[&str] = &["line_no", "number"];

/// All of them. The suite of the store runs with each made a foreign key.
pub(super) const REFERENCES: &[Reference] = &[
    reference("agent_booking", TICKET, "booking", TICKET),
    reference("appointment", &["centre_no"], "centre", &["no"]),
    reference("appointment", &["series"], "series", ID),
    reference("booking", TICKET, "permit", TICKET),
    reference("booking", &["registration"], "registration", ID),
    reference("dose_allocation", &["slot"], "series_slot", ID),
    reference("hold", TICKET, "permit", TICKET),
    reference("hold_place", &["slot"], "series_slot", ID),
    reference("hold_place", TICKET, "hold", TICKET),
    reference("note", &["registration"], "registration", ID),
    reference("outbox", &["kind"], "message_kind", &["kind"]),
    reference("outbox_series", &["message"], "outbox", ID),
    reference("outbox_series", &["series"], "series", ID),
    reference("permit", LINE, "line", LINE),
    reference("phone_entry", TICKET, "permit", TICKET),
    reference("registration", &["campaign"], "campaign", &["no"]),
    reference("registration_person", &["registration"], "registration", ID),
    reference("series", &["booking"], "booking", ID),
    reference(
        "series",
        &["registration", "person_no"],
        "registration_person",
        &["registration", "person_no"],
    ),
    reference("series", &["slot"], "series_slot", ID),
    reference("series_code", &["series"], "series", ID),
    reference("series_move", &["from_slot"], "series_slot", ID),
    reference("series_move", &["series"], "series", ID),
    reference("series_move", &["to_slot"], "series_slot", ID),
    reference("series_person", &["series"], "series", ID),
    reference("ticket_contact", &["call_message"], "outbox", ID),
    reference("ticket_contact", LINE, "line", LINE),
    reference("ticket_contact", &["soon_message"], "outbox", ID),
    reference("ticket_place", LINE, "line", LINE),
    reference("ticket_place", &["line_no", "place"], "place", &["line_no", "id"]),
];

impl Reference {
    /// As a person reads it.
    fn name(&self) -> String {
        format!("{} ({}) -> {}", self.from, self.columns.join(", "), self.to)
    }

    /// The query that counts the rows which break it.
    fn lost(&self) -> String {
        let pairs = self.columns.iter().zip(self.key);
        let equal: Vec<_> = pairs
            .map(|(child, parent)| format!("parent.{parent} = child.{child}"))
            .collect();
        let set: Vec<_> = self
            .columns
            .iter()
            .map(|column| format!("child.{column} IS NOT NULL"))
            .collect();
        format!(
            "SELECT count(*) FROM {} AS child WHERE NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {}) AND {}",
            self.from,
            self.to,
            equal.join(" AND "),
            set.join(" AND ")
        )
    }
}

/// Looks for rows that refer to one that is not there: a mistake of the writer, of a restore, or of a person with a
/// database tool.
pub(super) async fn audit(tx: &Tx) -> Result<AuditCheck, Fault> {
    let mut references: Vec<(String, String)> =
        all(tx, FOREIGN_KEYS, &[], |row| Ok((get(row, 0)?, get(row, 1)?))).await?;
    references.extend(REFERENCES.iter().map(|reference| (reference.name(), reference.lost())));
    let mut violations = Vec::new();
    for (name, lost) in &references {
        let lost = tx
            .client()
            .query_one(lost, &[])
            .await
            .map_err(|error| tx.fault(&error))?;
        let lost: i64 = get(&lost, 0)?;
        if lost > 0 {
            violations.push(format!("{lost} rows break the reference {name}"));
        }
    }
    Ok(AuditCheck {
        name: "no_row_without_what_it_belongs_to",
        rows: references.len() as u64,
        violations,
    })
}

/// Every foreign key, and the query that counts the rows which break it.
const FOREIGN_KEYS: &str = "
    SELECT conname::text,
           format('SELECT count(*) FROM %s AS child WHERE NOT EXISTS (SELECT 1 FROM %s AS parent WHERE %s) AND %s',
                  conrelid::regclass, confrelid::regclass,
                  string_agg(format('parent.%I = child.%I', parent.attname, child.attname), ' AND '),
                  string_agg(format('child.%I IS NOT NULL', child.attname), ' AND '))
    FROM pg_constraint
    CROSS JOIN LATERAL unnest(conkey, confkey) AS pair (child_no, parent_no)
    JOIN pg_attribute AS child ON child.attrelid = conrelid AND child.attnum = child_no
    JOIN pg_attribute AS parent ON parent.attrelid = confrelid AND parent.attnum = parent_no
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
    GROUP BY conname, conrelid, confrelid ORDER BY conname";
