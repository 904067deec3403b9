//! Samples of booking and of how it ends.

use jiff::civil::date;

use super::{Gallery, ODD_NAMES, centre, limit, one_person, place, series, step, two_visits, visits};
use crate::portal::views::{
    Booked, Choice, ChoiceOption, CodeForm, ContactForm, DateField, Field, Form, NotBooked, NotBookedReason,
    PersonForm, PersonNo, Preferences, ProposalCard, Proposals, Review, ReviewContact, ReviewPerson, TimeUp, paths,
};

pub(super) fn add(gallery: &mut Gallery) -> Result<(), askama::Error> {
    gallery.add("person", person(gallery))?;
    gallery.add("person-errors", person_with_errors(gallery))?;
    let mut second = person(gallery);
    second.person = PersonNo { now: 2, of: 2 };
    second.limit.can_extend = false;
    gallery.add("person-two", second)?;
    for way in ["", "sms", "email", "letter"] {
        let name = if way.is_empty() {
            "contact".to_owned()
        } else {
            format!("contact-{way}")
        };
        gallery.add(&name, contact(gallery, way))?;
    }
    let mut wrong = contact(gallery, "sms");
    wrong.mobile = Field::filled("mobile", "0561 123").with_error(gallery.t("input-mobile-landline"));
    gallery.add("contact-errors", wrong)?;
    gallery.add("code-sms", code(gallery, true))?;
    gallery.add("code-email", code(gallery, false))?;
    gallery.add("code-errors", code_with_errors(gallery))?;
    gallery.add("proposals", proposals(gallery))?;
    gallery.add("proposals-errors", proposals_with_errors(gallery))?;
    gallery.add("proposals-two-just-went", proposals_for_two(gallery))?;
    let mut none = proposals(gallery);
    none.proposals.clear();
    gallery.add("proposals-none", none)?;
    gallery.add(
        "review",
        review(
            gallery,
            &["Erna Müller"],
            ReviewContact::Sms("+49 171 2345678".to_owned()),
        ),
    )?;
    let letter = ReviewContact::Letter(vec![
        ODD_NAMES[0].to_owned(),
        "Auf dem Berg 7 ½".to_owned(),
        "34121 Kassel".to_owned(),
    ]);
    gallery.add("review-odd-names", review(gallery, &ODD_NAMES, letter.clone()))?;
    let mut failed = review(
        gallery,
        &["Erna Müller"],
        ReviewContact::Email("erna@beispiel.de".to_owned()),
    );
    failed.form.error = Some(gallery.t("input-form-old"));
    gallery.add("review-errors", failed)?;
    gallery.add(
        "booked",
        booked(
            gallery,
            &["Erna Müller"],
            ReviewContact::Sms("+49 171 2345678".to_owned()),
        ),
    )?;
    let email = ReviewContact::Email(format!("{}@beispiel.example", "sehr.langer.name.".repeat(4)));
    gallery.add(
        "booked-two",
        booked(gallery, &["Erna Müller", "Karl-Heinz von der Au"], email),
    )?;
    gallery.add("booked-odd-names", booked(gallery, &ODD_NAMES, letter))?;
    for (name, reason) in not_booked_reasons() {
        gallery.add(name, not_booked(gallery, reason))?;
    }
    let time_up = TimeUp {
        shell: gallery.shell(),
        enter: Form::to("/platz/AQIDBAUG/eintreten"),
        short_code: "K7QM-3XPA-9TRW".to_owned(),
    };
    gallery.add("time-up", time_up)
}

fn person(gallery: &Gallery) -> PersonForm {
    let shell = gallery.shell();
    let group = vec![
        ChoiceOption::new("age-80", "80 Jahre und älter"),
        ChoiceOption::new("care-home", "Pflegeheim"),
        ChoiceOption::new("care-work", "Medizin mit sehr hohem Ansteckungsrisiko")
            .with_hint("Sie arbeiten auf einer Intensivstation, in einer Notaufnahme oder im Rettungsdienst."),
    ];
    PersonForm {
        limit: limit(),
        step: step(1),
        person: one_person(),
        form: Form::to("/buchen/person").with_hidden("person", "1"),
        given_name: Field::empty("given_name"),
        family_name: Field::empty("family_name"),
        birth: DateField::empty("birth"),
        sex: PersonForm::sex(&shell, ""),
        postcode: Field::filled("postcode", "34121"),
        group: Choice::new("group", group, "age-80"),
        shell,
    }
}

fn person_with_errors(gallery: &Gallery) -> PersonForm {
    let mut page = person(gallery);
    page.limit.just_extended = true;
    page.given_name = Field::filled("given_name", ODD_NAMES[2]).with_error(gallery.t("input-name-character"));
    page.family_name = Field::filled("family_name", ODD_NAMES[1]).with_error(gallery.t("input-name-too-long"));
    page.birth =
        DateField::filled("birth", "31", "4", "1936").with_error(gallery.shell.tn("input-birth-day", "value", &30));
    page.sex = page.sex.with_error(gallery.t("input-sex-missing"));
    page.postcode = page.postcode.with_error(gallery.t("input-postcode-elsewhere"));
    page.group = page
        .group
        .with_error(gallery.shell.tn("input-group-too-young", "value", &80));
    page
}

fn contact(gallery: &Gallery, way: &str) -> ContactForm {
    let shell = gallery.shell();
    ContactForm {
        limit: limit(),
        step: step(2),
        form: Form::to("/buchen/kontakt"),
        way: ContactForm::way(&shell, way),
        mobile: Field::empty("mobile"),
        email: Field::empty("email"),
        street: Field::empty("street"),
        town: Field::empty("town"),
        postcode: "34121".to_owned(),
        shell,
    }
}

fn code(gallery: &Gallery, by_sms: bool) -> CodeForm {
    CodeForm {
        shell: gallery.shell(),
        limit: limit(),
        step: step(3),
        form: Form::to("/buchen/code"),
        code: Field::empty("code"),
        by_sms,
        sent_to: if by_sms { "+49 *** *** 5678" } else { "e***@beispiel.de" }.to_owned(),
        valid_until: date(2021, 1, 12).at(9, 42, 0, 0),
        sent_again: !by_sms,
        resend: Some(Form::to("/buchen/code/neu").with_hidden("attempt", "8f2c")),
        correct_href: "/buchen/kontakt".to_owned(),
    }
}

fn code_with_errors(gallery: &Gallery) -> CodeForm {
    let mut page = code(gallery, true);
    page.shell.demo = true;
    page.resend = None;
    page.code = Field::filled("code", "12345").with_error(gallery.shell.tn("input-code-wrong", "value", &2));
    page
}

fn preferences(gallery: &Gallery) -> Preferences {
    let centres = vec![
        ChoiceOption::new("", gallery.t("prefer-daytime-any")),
        ChoiceOption::new("kassel", centre()),
        ChoiceOption::new("calden", "Impfzentrum Landkreis Kassel, Calden"),
    ];
    Preferences {
        form: Form::to("/buchen/termine"),
        from: DateField::empty("from"),
        weekdays: Preferences::weekdays(&gallery.shell, &[]),
        daytime: Preferences::daytime(&gallery.shell, ""),
        centre: Choice::new("centre", centres, ""),
        set: false,
        clear_href: "/buchen/termine".to_owned(),
    }
}

fn card(number: i8) -> ProposalCard {
    let (first, second) = (date(2021, 1, 20 + number), date(2021, 2, 10 + number));
    ProposalCard {
        value: format!("p{number}"),
        centre: centre(),
        vaccine: "BioNTech/Pfizer".to_owned(),
        visits: visits(first.at(8 + number, 20, 0, 0), second.at(8 + number, 20, 0, 0)),
        visits_second: Vec::new(),
        chosen: false,
    }
}

fn proposals(gallery: &Gallery) -> Proposals {
    Proposals {
        shell: gallery.shell(),
        limit: limit(),
        step: step(4),
        persons: 1,
        form: Form::to("/buchen/termine"),
        proposals: (1..=5).map(card).collect(),
        choice_error: None,
        just_went: false,
        preferences: preferences(gallery),
    }
}

fn proposals_with_errors(gallery: &Gallery) -> Proposals {
    let mut page = proposals(gallery);
    page.choice_error = Some(gallery.t("input-proposal-missing"));
    page.preferences.set = true;
    page.preferences.from = DateField::filled("from", "1", "1", "2020").with_error(gallery.t("input-from-form"));
    page.preferences.weekdays = Preferences::weekdays(&gallery.shell, &[2, 4]);
    page
}

fn proposals_for_two(gallery: &Gallery) -> Proposals {
    let mut page = proposals(gallery);
    page.persons = 2;
    page.just_went = true;
    page.proposals.truncate(2);
    if let Some(first) = page.proposals.first_mut() {
        first.chosen = true;
        first.visits_second = visits(date(2021, 1, 21).at(9, 40, 0, 0), date(2021, 2, 11).at(9, 40, 0, 0));
    }
    page
}

fn review(gallery: &Gallery, names: &[&str], contact: ReviewContact) -> Review {
    let person = |name: &&str| ReviewPerson {
        name: (*name).to_owned(),
        birth: date(1936, 3, 27),
        postcode: "34121".to_owned(),
        group: "80 Jahre und älter".to_owned(),
        visits: two_visits(),
        change_href: "/buchen/person".to_owned(),
    };
    Review {
        shell: gallery.shell(),
        limit: limit(),
        step: step(5),
        form: Form::to("/buchen/pruefen").with_hidden("attempt", "8f2c"),
        persons: names.iter().map(person).collect(),
        contact,
        place: place(),
        vaccine: "BioNTech/Pfizer".to_owned(),
        change_time_href: "/buchen/termine".to_owned(),
        change_contact_href: "/buchen/kontakt".to_owned(),
    }
}

fn booked(gallery: &Gallery, names: &[&str], contact: ReviewContact) -> Booked {
    Booked {
        shell: gallery.shell(),
        series: names
            .iter()
            .zip(["K7QM-3XPA-9TRW", "B4YD-H8ZS-26VN", "WWWW-MMMM-QQQQ"])
            .map(|(name, code)| series(name, code))
            .collect(),
        contact,
        print_href: "?druck=1".to_owned(),
        manage_href: paths::MANAGE.to_owned(),
    }
}

fn not_booked(gallery: &Gallery, reason: NotBookedReason) -> NotBooked {
    let short_code = (reason != NotBookedReason::Closed).then(|| "K7QM-3XPA-9TRW".to_owned());
    NotBooked {
        shell: gallery.shell(),
        reason,
        next_href: "/buchen/termine".to_owned(),
        short_code,
    }
}

fn not_booked_reasons() -> [(&'static str, NotBookedReason); 7] {
    [
        ("not-booked-slot-just-went", NotBookedReason::SlotJustWent),
        ("not-booked-hold-over", NotBookedReason::HoldOver),
        (
            "not-booked-has-series",
            NotBookedReason::PersonHasSeries {
                name: ODD_NAMES[2].to_owned(),
            },
        ),
        ("not-booked-nothing-left", NotBookedReason::NothingLeft),
        ("not-booked-not-verified", NotBookedReason::NotVerified),
        ("not-booked-closed", NotBookedReason::Closed),
        ("not-booked-fault", NotBookedReason::Fault),
    ]
}
