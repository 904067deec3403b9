//! Logging in at somebody else's door: which account and which role a person of an identity provider has here.
//!
//! The provider says who somebody is, in claims (OpenID Connect Core 1.0 § 5.1). One claim is the name of the account.
//! If the operator has named a second one, it says what that person does here, by the operator's own list; then the
//! provider's word is the rule for the role, and whoever it gives none is not let in. The person is known again by
//! issuer and subject (§ 5.7), never by the name alone: names are given out again, subjects are not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Duty, NameError, Role, StaffName};
use crate::ids::CentreId;

/// What a provider says about a person: texts by claim. What stands inside another claim has its name behind that
/// one's, with a dot: `realm_access.roles`.
pub type Claims = BTreeMap<String, Vec<String>>;

/// The claim that counts only when the provider says that it has been checked.
const EMAIL: &str = "email";
/// Says so.
const EMAIL_VERIFIED: &str = "email_verified";

/// Which claim says what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderRules {
    account_claim: String,
    role_claim: Option<String>,
    duties: BTreeMap<String, Duty>,
    makes_accounts: bool,
}

/// Why rules do not go together.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RulesError {
    /// A role without its claim, or the reverse.
    #[error("role_claim and [oidc.roles] belong together: name both or neither")]
    ClaimWithoutRoles,
    /// An account needs a role.
    #[error("make_accounts needs role_claim and [oidc.roles]: an account that is made needs a role")]
    NoRoleForNew,
    /// No role is written like that.
    #[error("`{0}` is no role; write agent, planner, operator, auditor, or centre:NAME,NAME")]
    Role(String),
}

/// Who somebody is here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderPerson {
    /// The name of the account.
    pub name: StaffName,
    /// Role and centres, where the provider says them.
    pub duty: Option<Duty>,
}

/// Why the claims name nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClaimError {
    /// The claim of the account is missing, or there are several.
    #[error("the claim of the account's name is missing")]
    NoName,
    /// It can be no name of an account.
    #[error("the claim is no name of an account: {0}")]
    Name(#[from] NameError),
    /// The provider has not checked the address.
    #[error("the provider has not checked the address")]
    NotVerified,
    /// No role of the list, or more than one.
    #[error("the claims give no role here, or more than one")]
    NoRole,
}

impl ProviderRules {
    /// Puts rules together: the claim of the account's name, that of the role, the roles by the text of that claim
    /// (`agent`, or `centre:kassel-stadt,fulda`), and whether accounts are made that are not there.
    ///
    /// # Errors
    /// When they do not go together.
    pub fn new(
        account_claim: String,
        role_claim: Option<String>,
        roles: &BTreeMap<String, String>,
        makes_accounts: bool,
    ) -> Result<Self, RulesError> {
        if makes_accounts && role_claim.is_none() {
            return Err(RulesError::NoRoleForNew);
        }
        if role_claim.is_some() == roles.is_empty() {
            return Err(RulesError::ClaimWithoutRoles);
        }
        let duties = roles.iter().map(|(text, role)| Ok((text.clone(), duty(role)?)));
        Ok(Self {
            account_claim,
            role_claim,
            duties: duties.collect::<Result<_, RulesError>>()?,
            makes_accounts,
        })
    }

    /// Whether accounts are made that are not there.
    pub fn makes_accounts(&self) -> bool {
        self.makes_accounts
    }

    /// The centres that roles are bounded to.
    pub fn centres(&self) -> impl Iterator<Item = &CentreId> {
        self.duties.values().flat_map(Duty::centres)
    }

    /// Who the claims name.
    ///
    /// # Errors
    /// When they name nobody.
    pub fn read(&self, claims: &Claims) -> Result<ProviderPerson, ClaimError> {
        let [name] = texts(claims, &self.account_claim) else {
            return Err(ClaimError::NoName);
        };
        if self.account_claim == EMAIL && texts(claims, EMAIL_VERIFIED) != ["true"] {
            return Err(ClaimError::NotVerified);
        }
        let name = StaffName::parse(name)?;
        let duty = match &self.role_claim {
            Some(claim) => Some(self.duty_of(texts(claims, claim)).ok_or(ClaimError::NoRole)?),
            None => None,
        };
        Ok(ProviderPerson { name, duty })
    }

    /// The one role of these texts; centres add up.
    fn duty_of(&self, texts: &[String]) -> Option<Duty> {
        let duties: Vec<&Duty> = texts.iter().filter_map(|text| self.duties.get(text)).collect();
        let roles: BTreeSet<Role> = duties.iter().map(|duty| duty.role()).collect();
        let centres = duties.iter().flat_map(|duty| duty.centres()).cloned();
        match roles.into_iter().collect::<Vec<_>>()[..] {
            [role] => Duty::new(role, centres.collect()).ok(),
            _ => None,
        }
    }
}

fn texts<'a>(claims: &'a Claims, claim: &str) -> &'a [String] {
    claims.get(claim).map_or(&[], Vec::as_slice)
}

fn duty(text: &str) -> Result<Duty, RulesError> {
    let (role, centres) = text.split_once(':').unwrap_or((text, ""));
    let centres = centres.split(',').map(str::trim).filter(|centre| !centre.is_empty());
    let duty = Role::of_word(role.trim()).and_then(|role| Duty::new(role, centres.map(CentreId::new).collect()).ok());
    duty.ok_or_else(|| RulesError::Role(text.to_owned()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn roles() -> BTreeMap<String, String> {
        let listed = [
            ("impf-telefon", "agent"),
            ("impf-betrieb", "operator"),
            ("iz-kassel", "centre:kassel-stadt"),
            ("iz-fulda", "centre: fulda"),
        ];
        listed.map(|(text, role)| (text.into(), role.into())).into()
    }

    fn claims(claims: &[(&str, &[&str])]) -> Claims {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        claims
            .iter()
            .map(|(claim, found)| ((*claim).to_owned(), texts(found)))
            .collect()
    }

    fn rules() -> ProviderRules {
        ProviderRules::new("preferred_username".into(), Some("groups".into()), &roles(), false).unwrap()
    }

    #[test]
    fn a_person_has_the_name_of_one_claim_and_the_role_of_another() {
        let person = rules().read(&claims(&[
            ("preferred_username", &["E.Muster"]),
            ("groups", &["alle", "impf-telefon"]),
        ]));
        let person = person.unwrap();
        assert_eq!(person.name.as_str(), "e.muster");
        assert_eq!(person.duty.map(|duty| duty.role()), Some(Role::Agent));
        let alone = ProviderRules::new("sub".into(), None, &BTreeMap::new(), false).unwrap();
        let person = alone.read(&claims(&[("sub", &["4711"]), ("groups", &["impf-betrieb"])]));
        assert_eq!(person.unwrap().duty, None, "nobody asked for roles");
    }

    #[test]
    fn centres_add_up_and_two_roles_are_none() {
        let read = |groups: &[&str]| rules().read(&claims(&[("preferred_username", &["anna"]), ("groups", groups)]));
        let duty = read(&["iz-kassel", "iz-fulda"]).unwrap().duty.unwrap();
        assert_eq!(duty.centres(), [CentreId::new("fulda"), CentreId::new("kassel-stadt")]);
        assert_eq!(read(&["iz-kassel", "impf-telefon"]), Err(ClaimError::NoRole));
        assert_eq!(read(&["alle"]), Err(ClaimError::NoRole));
        assert_eq!(read(&[]), Err(ClaimError::NoRole));
    }

    #[test]
    fn without_one_usable_name_it_is_nobody() {
        let read = |names: &[&str]| rules().read(&claims(&[("preferred_username", names), ("groups", &["iz-fulda"])]));
        assert_eq!(read(&[]), Err(ClaimError::NoName));
        assert_eq!(read(&["anna", "berta"]), Err(ClaimError::NoName));
        assert_eq!(read(&["Ähm"]), Err(ClaimError::Name(NameError::Character)));
        assert_eq!(rules().read(&Claims::new()), Err(ClaimError::NoName));
    }

    #[test]
    fn an_address_counts_once_the_provider_has_checked_it() {
        let rules = ProviderRules::new("email".into(), None, &BTreeMap::new(), false).unwrap();
        let read =
            |verified: &[&str]| rules.read(&claims(&[("email", &["a@b.example"]), ("email_verified", verified)]));
        assert!(read(&["true"]).is_ok());
        assert_eq!(read(&["false"]), Err(ClaimError::NotVerified));
        assert_eq!(read(&[]), Err(ClaimError::NotVerified));
    }

    #[test]
    fn rules_that_do_not_go_together_are_told() {
        let new = |claim: Option<&str>, roles: &BTreeMap<String, String>, makes| {
            ProviderRules::new("sub".into(), claim.map(str::to_owned), roles, makes)
        };
        assert_eq!(new(None, &roles(), false), Err(RulesError::ClaimWithoutRoles));
        assert_eq!(
            new(Some("groups"), &BTreeMap::new(), false),
            Err(RulesError::ClaimWithoutRoles)
        );
        assert_eq!(new(None, &BTreeMap::new(), true), Err(RulesError::NoRoleForNew));
        for wrong in ["root", "centre", "centre:", "agent:fulda"] {
            let roles = BTreeMap::from([("a".to_owned(), wrong.to_owned())]);
            assert_eq!(new(Some("groups"), &roles, true), Err(RulesError::Role(wrong.into())));
        }
    }
}
