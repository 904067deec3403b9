//! Samples of coming in.

use jiff::civil::date;

use super::{Gallery, groups, opens};
use crate::portal::views::{
    CampaignCard, CampaignStanding, Choice, ChoiceOption, ChooseDistrict, Field, Form, Home, Join, JoinWork,
    NotEntitled, OwnGroup, paths,
};

pub(super) fn add(gallery: &mut Gallery) -> Result<(), askama::Error> {
    let states = [
        ("home-coming", CampaignStanding::Coming { in_s: 61_200 }),
        ("home-open", CampaignStanding::Open),
        ("home-paused", CampaignStanding::Paused),
        ("home-closed", CampaignStanding::Closed),
    ];
    for (name, state) in states {
        gallery.add(name, home(gallery, vec![campaign(state)]))?;
    }
    gallery.add("home-none", home(gallery, Vec::new()))?;
    let mut demo = home(gallery, vec![campaign(CampaignStanding::Open)]);
    demo.shell.demo = true;
    demo.shell.notice = Some(super::ODD_NAMES.join(" "));
    gallery.add("home-demo-notice", demo)?;
    gallery.add("join", join(gallery))?;
    gallery.add("join-work", join_with_work(gallery))?;
    gallery.add("join-errors", join_with_errors(gallery))?;
    gallery.add("district-unknown", district(gallery, true))?;
    gallery.add("district-shared", district(gallery, false))?;
    let error = gallery.t("input-district-missing");
    let mut wrong = district(gallery, true);
    wrong.district = wrong.district.with_error(error);
    gallery.add("district-errors", wrong)?;
    gallery.add("not-entitled", not_entitled(gallery))?;
    let mut simple = not_entitled(gallery);
    simple.own = Some(OwnGroup {
        name: "70 Jahre und älter".to_owned(),
        from: None,
    });
    gallery.add("not-entitled-unknown", simple)
}

fn campaign(state: CampaignStanding) -> CampaignCard {
    let centres = ["Kassel", "Gießen", "Fulda", "Frankfurt", "Wiesbaden", "Darmstadt"];
    CampaignCard {
        groups: groups(),
        centres: centres.map(|town| format!("Impfzentrum {town}")).to_vec(),
        opens: opens(),
        state,
        join_href: format!("{}/hessen-2021-01-12", paths::JOIN),
        draw_href: format!("{}/hessen-2021-01-12", paths::DRAW),
    }
}

fn home(gallery: &Gallery, campaigns: Vec<CampaignCard>) -> Home {
    let letter_address = ["Impftermine Hessen", "Postfach 31 09", "65021 Wiesbaden"]
        .map(str::to_owned)
        .to_vec();
    Home {
        shell: gallery.shell(),
        campaigns,
        letter_address,
    }
}

fn join(gallery: &Gallery) -> Join {
    let shell = gallery.shell();
    Join {
        persons: Join::persons(&shell, ""),
        work: None,
        form: Form::to(format!("{}/hessen-2021-01-12", paths::JOIN)),
        groups: groups(),
        opens: Some(opens()),
        postcode: Field::empty("postcode"),
        birth_year: Field::empty("birth_year"),
        shell,
    }
}

fn join_with_work(gallery: &Gallery) -> Join {
    let challenge = "AQEGEAAAAABf_U5wASNFZ4mrze8".to_owned();
    Join {
        work: Some(JoinWork { challenge, bits: 16 }),
        ..join(gallery)
    }
}

fn join_with_errors(gallery: &Gallery) -> Join {
    let mut page = join(gallery);
    page.postcode = Field::filled("postcode", "3411").with_error(gallery.t("input-postcode-form"));
    page.birth_year = Field::filled("birth_year", "36").with_error(gallery.t("input-birth-year-form"));
    page.persons = page.persons.with_error(gallery.t("input-persons-form"));
    page.form.error = Some(gallery.t("input-form-old"));
    page
}

fn district(gallery: &Gallery, unknown: bool) -> ChooseDistrict {
    let few = [("06633", "Landkreis Kassel"), ("06636", "Werra-Meißner-Kreis")];
    let many = [
        "Darmstadt",
        "Frankfurt am Main",
        "Offenbach am Main",
        "Wiesbaden",
        "Bergstraße",
        "Darmstadt-Dieburg",
        "Groß-Gerau",
        "Hochtaunuskreis",
        "Main-Kinzig-Kreis",
        "Main-Taunus-Kreis",
        "Odenwaldkreis",
        "Rheingau-Taunus-Kreis",
    ];
    let options = if unknown {
        many.iter()
            .enumerate()
            .map(|(no, name)| ChoiceOption::new(format!("064{no:02}"), *name))
            .collect()
    } else {
        few.iter().map(|(code, name)| ChoiceOption::new(*code, *name)).collect()
    };
    ChooseDistrict {
        shell: gallery.shell(),
        form: Form::to(paths::JOIN)
            .with_hidden("postcode", "34355")
            .with_hidden("birth_year", "1936"),
        postcode: "34355".to_owned(),
        unknown,
        district: Choice::new("district", options, ""),
        back_href: paths::JOIN.to_owned(),
    }
}

fn not_entitled(gallery: &Gallery) -> NotEntitled {
    let own = OwnGroup {
        name: "70 Jahre und älter".to_owned(),
        from: Some(date(2021, 3, 1)),
    };
    NotEntitled {
        shell: gallery.shell(),
        open_groups: groups(),
        own: Some(own),
        back_href: paths::JOIN.to_owned(),
    }
}
