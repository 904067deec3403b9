//! Whether somebody may book: by group and date of birth, before anything else is known of them.

use dran_core::campaign::Campaign;
use dran_core::ids::GroupId;
use dran_core::person::BirthYear;
use dran_core::region::{NotEntitled, PriorityGroup};
use dran_store::PersonRecord;
use jiff::civil::Date;

use crate::Service;

/// What decides whether somebody may book, and which vaccine on which day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Date of birth.
    pub birth_date: Date,
    /// The priority group claimed.
    pub group: GroupId,
}

impl From<&PersonRecord> for Claim {
    fn from(person: &PersonRecord) -> Self {
        Self {
            birth_date: person.birth_date,
            group: person.group.clone(),
        }
    }
}

/// Why somebody may not book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unentitled {
    /// The campaign is not open to that group.
    GroupNotServed,
    /// By the group's own rule.
    Rule(NotEntitled),
}

impl Service {
    /// The group by which somebody may book in a campaign: entitled on some day that can be booked now.
    ///
    /// # Errors
    /// Says by which rule not.
    pub fn entitlement(&self, campaign: &Campaign, claim: &Claim) -> Result<&PriorityGroup, Unentitled> {
        let served = campaign.groups.contains(&claim.group);
        let group = served.then(|| self.region().group(&claim.group)).flatten();
        let group = group.ok_or(Unentitled::GroupNotServed)?;
        let horizon = self.horizon(&campaign.centres);
        group.entitles(claim.birth_date, horizon).map_err(Unentitled::Rule)?;
        Ok(group)
    }

    /// The group that a year of birth belongs to by age: the first one that such a person can ever belong to.
    pub fn group_by_age(&self, birth_year: BirthYear) -> Option<&PriorityGroup> {
        let today = self.today();
        let groups = self.region().groups.iter().filter(|group| group.age_min.is_some());
        groups
            .filter(|group| group.could_be_entitled(birth_year, group.entitled_from.max(today)))
            .max_by_key(|group| group.age_min)
    }
}
