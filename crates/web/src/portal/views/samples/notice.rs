//! Samples of the message when it is one's turn.

use jiff::civil::date;

use super::Gallery;
use crate::portal::views::{DateField, Field, Form, NoticeCode, NoticeContact, NoticeSet, PlacePerson};

const PLACE: &str = "/platz/AQIDBAUG";
const HERE: &str = "/platz/AQIDBAUG/nachricht";

pub(super) fn add(gallery: &mut Gallery) -> Result<(), askama::Error> {
    let shell = gallery.shell();
    let form = NoticeContact {
        form: Form::to(HERE).with_hidden("what", "contact"),
        deleted: false,
        lead_minutes: 30,
        way: NoticeContact::way(&shell, ""),
        mobile: Field::empty("mobile"),
        email: Field::empty("email"),
        person: None,
        place_href: PLACE.to_owned(),
        shell: shell.clone(),
    };
    gallery.add("notice-contact", form.clone())?;
    let person = PlacePerson {
        given_name: Field::empty("given_name"),
        family_name: Field::empty("family_name"),
        birth: DateField::empty("birth"),
    };
    let asked = NoticeContact {
        person: Some(person.clone()),
        deleted: true,
        ..form.clone()
    };
    gallery.add("notice-contact-person", asked)?;
    let wrong = NoticeContact {
        way: NoticeContact::way(&shell, "sms"),
        mobile: Field::filled("mobile", "0561 123").with_error(gallery.t("input-mobile-landline")),
        person: Some(PlacePerson {
            family_name: Field::empty("family_name").with_error(gallery.t("input-name-missing")),
            birth: DateField::empty("birth").with_error(gallery.t("input-birth-missing")),
            ..person
        }),
        ..form
    };
    gallery.add("notice-contact-errors", wrong)?;
    let code = NoticeCode {
        shell: shell.clone(),
        form: Form::to(HERE).with_hidden("what", "code"),
        code: Field::empty("code"),
        by_sms: true,
        sent_to: "••• 4567".to_owned(),
        valid_until: date(2021, 1, 12).at(12, 20, 0, 0),
        sent_again: true,
        resend: Some(Form::to(HERE).with_hidden("what", "resend")),
        change_href: "?neu=1".to_owned(),
        place_href: PLACE.to_owned(),
    };
    gallery.add("notice-code", code.clone())?;
    let wrong = NoticeCode {
        code: Field::filled("code", "12345").with_error(gallery.t("input-code-form")),
        by_sms: false,
        sent_to: "e•••@example.org".to_owned(),
        sent_again: false,
        resend: None,
        ..code
    };
    gallery.add("notice-code-errors", wrong)?;
    let set = NoticeSet {
        shell,
        by_sms: true,
        sent_to: "••• 4567".to_owned(),
        lead_minutes: 30,
        folded: false,
        withdraw: Form::to(HERE).with_hidden("what", "withdraw"),
        change_href: "?neu=1".to_owned(),
        place_href: PLACE.to_owned(),
    };
    gallery.add("notice-set", set.clone())?;
    let folded = NoticeSet {
        by_sms: false,
        sent_to: "e•••@example.org".to_owned(),
        folded: true,
        ..set
    };
    gallery.add("notice-set-folded", folded)
}
