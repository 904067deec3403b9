//! The desk in every state, with invented people.

use jiff::civil::date;

use super::{
    DeskBar, DeskBooked, DeskCall, DeskChoose, DeskFact, DeskFound, DeskHelp, DeskMove, DeskNames, DeskNote, DeskPart,
    DeskPerson, DeskPrint, DeskSearch, DeskSeries, DeskWho,
};
use crate::portal::views::samples::ODD_NAMES;
use crate::portal::views::{Choice, ChoiceOption, Field, Form, Place, SeriesCard, Visit};
use crate::staff::views::paths;
use crate::staff::views::samples::Samples;

impl Samples {
    /// A call from its beginning to its end, and the pages beside it.
    pub(in crate::staff::views) fn desk(&mut self) -> Result<(), askama::Error> {
        self.who_calls()?;
        self.in_line()?;
        self.names_and_review()?;
        self.after()
    }

    fn bar(&self) -> DeskBar {
        DeskBar {
            next: Form::to(paths::DESK_CALLBACK),
            due: 3,
            state: Some("on-call"),
            say_state: Form::to(paths::DESK_STATE),
            day: Some((57, 43, 168)),
        }
    }

    fn call(&self, part: DeskPart) -> DeskCall {
        let who = matches!(part, DeskPart::Who(_));
        DeskCall {
            shell: self.shell.clone(),
            who: self.who(),
            bar: self.bar(),
            form: Form::to(paths::DESK).with_hidden("step", part.step()),
            facts: if who { Vec::new() } else { self.facts() },
            alert: None,
            say: vec![self.t("desk-say-who")],
            focus: part.first_wrong().unwrap_or_default(),
            part,
            until: (!who).then(|| date(2021, 1, 12).at(8, 30, 0, 0)),
            back: Vec::new(),
            begun: !who,
            is_callback: false,
        }
    }

    fn facts(&self) -> Vec<DeskFact> {
        let fact = |(label, value): (&'static str, &str)| DeskFact {
            label,
            value: value.to_owned(),
        };
        [
            ("desk-postcode", "34117"),
            ("desk-births", "8. 3. 1935"),
            ("desk-entitled", "80+ (CoronaImpfV § 2 Abs. 1 Nr. 1)"),
            ("desk-code", "K7QM-3XPA-9TRW"),
        ]
        .map(fact)
        .to_vec()
    }

    fn who_calls(&mut self) -> Result<(), askama::Error> {
        let option = |value: &str, label: &str| ChoiceOption::new(value, label);
        let who = DeskWho {
            postcode: Field::empty("postcode"),
            birth: Field::empty("birth"),
            birth_2: Field::empty("birth_2"),
            group: Choice::default(),
            district: Choice::default(),
            phone: Field::empty("phone"),
            code: Field::empty("code"),
            campaign: Choice::default(),
        };
        let begin = self.call(DeskPart::Who(Box::new(who.clone())));
        self.add(
            "desk-who",
            &DeskCall {
                focus: "postcode",
                ..begin
            },
        )?;
        let groups = vec![option("ab-80", "1 Ab 80"), option("pflege", "2 Pflegeheim")];
        let wrong = DeskWho {
            postcode: Field::filled("postcode", "3411").with_error(self.t("input-postcode-form")),
            birth: Field::filled("birth", "080335").with_error(self.t("input-birth-year-form")),
            group: Choice::new("group", groups.clone(), "ab-80"),
            district: Choice::new(
                "district",
                vec![option("kassel", "Kassel"), option("fulda", "Fulda")],
                "",
            )
            .with_error(self.t("desk-error-district")),
            code: Field::filled("code", "K7QM").with_error(self.t("input-short-code-typo")),
            campaign: Choice::new("campaign", groups, ""),
            ..who.clone()
        };
        let wrong = self.call(DeskPart::Who(Box::new(wrong)));
        self.add("desk-who-errors", &wrong)?;
        let reason = self.shell.tn("desk-too-young", "age", &80);
        let refused = DeskCall {
            alert: Some(
                self.shell
                    .tv2("desk-not-entitled", "reason", &reason, "basis", "CoronaImpfV § 2"),
            ),
            say: vec![self.shell.tv("desk-say-not-entitled", "reason", &reason)],
            focus: "birth",
            ..self.call(DeskPart::Who(Box::new(who)))
        };
        self.add("desk-not-entitled", &refused)?;
        let callback = DeskCall {
            facts: vec![DeskFact {
                label: "desk-ring",
                value: "+495617870".to_owned(),
            }],
            say: vec![self.t("desk-say-callback")],
            focus: "birth",
            begun: true,
            is_callback: true,
            ..refused.clone()
        };
        self.add("desk-callback", &callback)?;
        let none = DeskCall {
            alert: Some(self.t("desk-no-callback")),
            bar: DeskBar {
                due: 0,
                state: None,
                day: None,
                ..self.bar()
            },
            ..refused
        };
        self.add("desk-no-callback", &none)
    }

    fn in_line(&mut self) -> Result<(), askama::Error> {
        let place = DeskCall {
            say: vec![
                self.t("desk-say-waiting"),
                self.shell.tn("desk-say-ahead", "count", &12_345),
                self.shell.tv("desk-say-wait", "wait", &self.shell.wait(&1_800, &3_000)),
                self.shell.tv("desk-say-code", "code", "K7QM-3XPA-9TRW"),
            ],
            until: None,
            back: vec![("who", "desk-back-who")],
            ..self.call(DeskPart::Place)
        };
        self.add("desk-place", &place)?;
        let visits = |day: i8| {
            let (first, second) = (date(2021, 1, day).at(9, 30, 0, 0), date(2021, 2, day).at(9, 30, 0, 0));
            let spoken = [first, second].map(|at| {
                let (day, time) = (self.shell.near_day_of(&at), self.shell.time_of(&at));
                self.shell.tv2("desk-visit", "day", &day, "time", &time)
            });
            vec![self.shell.tv2("desk-visits", "first", &spoken[0], "second", &spoken[1])]
        };
        let choose = DeskChoose {
            proposals: (19..24).map(visits).collect(),
            choice: Field::empty("choice"),
            wish_from: Field::empty("wish_from"),
            wish_time: Choice::new("wish_time", vec![ChoiceOption::new("", self.t("desk-wish-any"))], ""),
        };
        let chosen = DeskCall {
            say: vec![
                self.shell
                    .tv2("desk-say-choose-at", "centre", ODD_NAMES[2], "vaccine", "Comirnaty"),
            ],
            focus: "choice",
            ..self.call(DeskPart::Choose(Box::new(choose.clone())))
        };
        self.add("desk-choose", &chosen)?;
        let wrong = DeskChoose {
            choice: Field::filled("choice", "9").with_error(self.t("desk-error-choice")),
            ..choose.clone()
        };
        let wrong = DeskCall {
            alert: Some(self.t("desk-just-went")),
            ..self.call(DeskPart::Choose(Box::new(wrong)))
        };
        self.add("desk-choose-errors", &wrong)?;
        let none = DeskChoose {
            proposals: Vec::new(),
            ..choose
        };
        let none = DeskCall {
            say: vec![self.shell.tn("desk-say-choose", "count", &0)],
            ..self.call(DeskPart::Choose(Box::new(none)))
        };
        self.add("desk-choose-none", &none)
    }

    fn names_and_review(&mut self) -> Result<(), askama::Error> {
        let sex = |name| {
            let options = [("", "desk-sex-none"), ("f", "desk-sex-f"), ("m", "desk-sex-m")];
            let options = options.map(|(value, key)| ChoiceOption::new(value, self.t(key)));
            Choice::new(name, options.to_vec(), "")
        };
        let languages = [("de", "Deutsch"), ("en", "English")].map(|(tag, name)| ChoiceOption::new(tag, name));
        let names = DeskNames {
            persons: vec![
                DeskPerson {
                    family_name: Field::filled("family_name", ODD_NAMES[0]),
                    given_name: Field::empty("given_name"),
                    sex: sex("sex"),
                },
                DeskPerson {
                    family_name: Field::empty("family_name_2"),
                    given_name: Field::empty("given_name_2"),
                    sex: sex("sex_2"),
                },
            ],
            contact: Field::empty("contact"),
            street: Field::empty("street"),
            town: Field::empty("town"),
            language: Choice::new("language", languages.to_vec(), "de"),
        };
        let asked = self.call(DeskPart::Names(Box::new(names.clone())));
        self.add(
            "desk-names",
            &DeskCall {
                focus: "family_name",
                ..asked
            },
        )?;
        let mut wrong = names;
        wrong.persons.truncate(1);
        wrong.persons[0].family_name = Field::empty("family_name").with_error(self.t("input-name-missing"));
        wrong.persons[0].sex.error = Some(self.t("input-sex-missing"));
        wrong.contact = Field::filled("contact", "0561 1234").with_error(self.t("input-mobile-landline"));
        let wrong = self.call(DeskPart::Names(Box::new(wrong)));
        self.add("desk-names-errors", &wrong)?;
        let birth = self.shell.birth_date(&date(1935, 3, 8));
        let review = DeskCall {
            alert: Some(self.shell.t_name("not-booked-has-series", ODD_NAMES[1])),
            say: vec![
                self.shell.tv2("desk-say-person", "name", ODD_NAMES[1], "birth", &birth),
                self.shell.tv("desk-say-held", "visit", "19. 1. 2021"),
                self.t("desk-say-review"),
            ],
            back: vec![
                ("who", "desk-back-who"),
                ("choose", "desk-back-choose"),
                ("names", "desk-back-names"),
            ],
            ..self.call(DeskPart::Review)
        };
        self.add("desk-review", &review)
    }

    fn after(&mut self) -> Result<(), askama::Error> {
        let visit = |dose, month| Visit {
            dose,
            start: date(2021, month, 19).at(9, 30, 0, 0),
        };
        let card = SeriesCard {
            person: ODD_NAMES[2].to_owned(),
            booking_code: "K7QM-3XPA-9TRW".to_owned(),
            vaccine: "Comirnaty".to_owned(),
            place: Place {
                name: "Impfzentrum Kassel, Jahnsporthalle".to_owned(),
                street: "Damaschkestraße 55".to_owned(),
                town: "34121 Kassel".to_owned(),
            },
            visits: vec![visit(1, 1), visit(2, 2)],
            calendar_href: None,
        };
        let booked = DeskBooked {
            shell: self.shell.clone(),
            who: self.who(),
            bar: self.bar(),
            say: vec![
                self.t("desk-say-booked"),
                self.shell.tv("desk-say-visits", "visits", "19. 1. 2021"),
                self.shell.tv("desk-say-where", "place", &card.place.name),
                self.shell.tv("desk-say-booking-code", "code", &card.booking_code),
                self.t("desk-say-by-letter"),
                self.t("desk-say-bring"),
            ],
            series: vec![card.clone()],
            print_href: "/desk/gebucht/3-17/druck".to_owned(),
            next: Form::to(paths::DESK_STATE),
        };
        self.add("desk-booked", &booked)?;
        let print = DeskPrint {
            shell: self.shell.clone(),
            who: self.who(),
            series: vec![card.clone()],
            back_href: "/desk/gebucht/3-17".to_owned(),
        };
        self.add("desk-print", &print)?;
        let help = DeskHelp {
            shell: self.shell.clone(),
            who: self.who(),
            bar: self.bar(),
        };
        self.add("desk-help", &help)?;
        self.found()?;
        self.appointments(card)
    }

    fn found(&mut self) -> Result<(), askama::Error> {
        let asked = DeskSearch {
            shell: self.shell.clone(),
            who: self.who(),
            bar: self.bar(),
            form: Form::to(paths::DESK_SEARCH),
            q: Field::empty("q"),
            birth: Field::empty("birth"),
            found: None,
            more: false,
            focus: "q",
        };
        self.add("desk-search", &asked)?;
        let wrong = DeskSearch {
            q: Field::filled("q", ODD_NAMES[0]),
            birth: Field::empty("birth").with_error(self.t("input-birth-missing")),
            focus: "birth",
            ..asked.clone()
        };
        self.add("desk-search-errors", &wrong)?;
        let one = |href: Option<&str>, name: &str, standing: String| DeskFound {
            href: href.map(str::to_owned),
            book: href.is_none().then(|| Form::to(paths::DESK).with_hidden("to", "who")),
            name: name.to_owned(),
            birth: "8. 3. 1935".to_owned(),
            standing,
        };
        let found = vec![
            one(None, ODD_NAMES[0], self.t("desk-found-registered")),
            one(
                Some("/desk/termin/K7QM3XPA9TRW"),
                ODD_NAMES[1],
                "19. 1. 2021".to_owned(),
            ),
        ];
        let found = DeskSearch {
            found: Some(found),
            more: true,
            focus: "",
            ..asked.clone()
        };
        self.add("desk-found", &found)?;
        let nobody = DeskSearch {
            found: Some(Vec::new()),
            ..asked
        };
        self.add("desk-found-nobody", &nobody)
    }

    fn appointments(&mut self, card: SeriesCard) -> Result<(), askama::Error> {
        let shown = DeskSeries {
            shell: self.shell.clone(),
            who: self.who(),
            bar: self.bar(),
            done: Some("desk-done-note"),
            say: vec![
                self.shell
                    .tv2("desk-say-series", "name", &card.person, "visits", "19. 1. 2021"),
            ],
            series: card.clone(),
            cancelled: false,
            contact: "+4915123456789".to_owned(),
            notes: vec![DeskNote {
                at: date(2021, 1, 12).at(9, 30, 0, 0),
                name: "erika.muster".to_owned(),
                text: ODD_NAMES[0].to_owned(),
            }],
            form: Form::to("/desk/termin/K7QM3XPA9TRW"),
            reason: Field::empty("reason"),
            move_href: Some("/desk/termin/K7QM3XPA9TRW/verschieben".to_owned()),
            print_href: "/desk/termin/K7QM3XPA9TRW/druck".to_owned(),
        };
        self.add("desk-series", &shown)?;
        let wrong = DeskSeries {
            done: None,
            notes: Vec::new(),
            reason: Field::empty("reason").with_error(self.t("desk-error-reason")),
            ..shown.clone()
        };
        self.add("desk-series-errors", &wrong)?;
        let cancelled = DeskSeries {
            done: Some("desk-done-cancel"),
            say: Vec::new(),
            cancelled: true,
            move_href: None,
            ..shown
        };
        self.add("desk-series-cancelled", &cancelled)?;
        let wish = vec![ChoiceOption::new("", self.t("desk-wish-any"))];
        let moving = DeskMove {
            shell: self.shell.clone(),
            who: self.who(),
            bar: self.bar(),
            alert: Some(self.t("desk-just-went")),
            series: card,
            form: Form::to("/desk/termin/K7QM3XPA9TRW/verschieben"),
            proposals: vec!["20. 1. 2021".to_owned(), "21. 1. 2021".to_owned()],
            choice: Field::empty("choice"),
            reason: Field::empty("reason"),
            wish_from: Field::empty("wish_from"),
            wish_time: Choice::new("wish_time", wish, ""),
            back_href: "/desk/termin/K7QM3XPA9TRW".to_owned(),
        };
        self.add("desk-move", &moving)?;
        let wrong = DeskMove {
            alert: None,
            reason: Field::empty("reason").with_error(self.t("desk-error-reason")),
            ..moving
        };
        self.add("desk-move-errors", &wrong)
    }
}
