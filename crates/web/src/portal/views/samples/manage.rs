//! Samples of managing a booking.

use jiff::civil::date;

use super::{Gallery, ODD_NAMES, centre, series, visits};
use crate::portal::views::{
    CancelConfirm, Change, Changed, Choice, DateField, Field, Form, ManageFind, ManageMove, ManageShow, Preferences,
    ProposalCard, paths,
};

pub(super) fn add(gallery: &mut Gallery) -> Result<(), askama::Error> {
    let find = ManageFind {
        shell: gallery.shell(),
        form: Form::to(paths::MANAGE),
        code: Field::empty("code"),
        birth: DateField::empty("birth"),
    };
    gallery.add("manage-find", find.clone())?;
    let mut wrong = find;
    wrong.form.error = Some(gallery.t("input-booking-unknown"));
    wrong.code = Field::filled("code", "K7QM-3XPA").with_error(gallery.t("input-booking-code-form"));
    wrong.birth = DateField::filled("birth", "", "", "").with_error(gallery.t("input-birth-missing"));
    gallery.add("manage-find-errors", wrong)?;
    gallery.add("manage-show", show(gallery, false))?;
    gallery.add("manage-show-cancelled", show(gallery, true))?;
    let mut late = show(gallery, false);
    (late.move_href, late.cancel_href) = (None, None);
    gallery.add("manage-show-late", late)?;
    gallery.add("manage-move", moving(gallery))?;
    let mut none = moving(gallery);
    none.proposals.clear();
    none.just_went = true;
    gallery.add("manage-move-none", none)?;
    let mut wrong = moving(gallery);
    wrong.choice_error = Some(gallery.t("input-proposal-missing"));
    gallery.add("manage-move-errors", wrong)?;
    let cancel = CancelConfirm {
        shell: gallery.shell(),
        series: series(ODD_NAMES[1], "K7QM-3XPA-9TRW"),
        form: Form::to("/termin/absagen").with_hidden("attempt", "8f2c"),
        back_href: paths::MANAGE.to_owned(),
    };
    gallery.add("manage-cancel", cancel)?;
    gallery.add("manage-moved", changed(gallery, Change::Moved))?;
    gallery.add("manage-cancelled", changed(gallery, Change::Cancelled))
}

fn show(gallery: &Gallery, cancelled: bool) -> ManageShow {
    let mut series = series("Erna Müller", "K7QM-3XPA-9TRW");
    if cancelled {
        series.calendar_href = None;
    }
    ManageShow {
        shell: gallery.shell(),
        series,
        cancelled,
        move_href: Some("/termin/verschieben".to_owned()),
        cancel_href: Some("/termin/absagen".to_owned()),
        print_href: "?druck=1".to_owned(),
    }
}

fn moving(gallery: &Gallery) -> ManageMove {
    let card = |number: i8| ProposalCard {
        value: format!("p{number}"),
        centre: centre(),
        vaccine: "BioNTech/Pfizer".to_owned(),
        visits: visits(
            date(2021, 1, 25 + number).at(14, 0, 0, 0),
            date(2021, 2, 15 + number).at(14, 0, 0, 0),
        ),
        visits_second: Vec::new(),
        chosen: number == 2,
    };
    ManageMove {
        shell: gallery.shell(),
        series: series("Erna Müller", "K7QM-3XPA-9TRW"),
        form: Form::to("/termin/verschieben").with_hidden("attempt", "8f2c"),
        proposals: (1..=3).map(card).collect(),
        choice_error: None,
        just_went: false,
        preferences: Preferences {
            form: Form::to("/termin/verschieben"),
            from: DateField::empty("from"),
            weekdays: Preferences::weekdays(&gallery.shell, &[]),
            daytime: Preferences::daytime(&gallery.shell, "pm"),
            centre: Choice::new("centre", Vec::new(), ""),
            set: false,
            clear_href: "/termin/verschieben".to_owned(),
        },
        back_href: paths::MANAGE.to_owned(),
    }
}

fn changed(gallery: &Gallery, change: Change) -> Changed {
    let mut series = series("Erna Müller", "K7QM-3XPA-9TRW");
    if change == Change::Cancelled {
        series.calendar_href = None;
    }
    Changed {
        shell: gallery.shell(),
        change,
        series,
        print_href: "?druck=1".to_owned(),
        manage_href: paths::MANAGE.to_owned(),
    }
}
