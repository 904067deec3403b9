use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn one_line(text: &str) -> Result<DeliveryLine, Vec<String>> {
    match parse_csv(text) {
        Ok(lines) => Ok(lines[0].clone()),
        Err(problems) => Err(problems.iter().map(ToString::to_string).collect()),
    }
}

fn kassel() -> DeliveryLine {
    DeliveryLine {
        line: 2,
        reference: "2021-KW03".to_owned(),
        centre: CentreId::new("kassel-stadt"),
        vaccine: VaccineId::new("biontech"),
        day: date(2021, 1, 18),
        doses: 1170,
    }
}

#[test]
fn a_plain_file_is_read() {
    let text = "reference,centre,vaccine,day,doses\n2021-KW03,kassel-stadt,biontech,2021-01-18,1170\n";
    assert_eq!(one_line(text), Ok(kassel()));
}

#[test]
fn a_file_saved_by_a_german_spreadsheet_is_read() {
    let text = "\u{feff}Referenz;Impfzentrum;Impfstoff;Tag;Dosen;Bemerkung\r\n\
                2021-KW03;Kassel-Stadt;BioNTech;18.01.2021;1.170;per Kurier\r\n\
                ;;;;;\r\n";
    assert_eq!(one_line(text), Ok(kassel()));
}

#[test]
fn separators_orders_and_numbers_of_spreadsheets_are_understood() {
    for text in [
        "sep=;\nDosen;Tag;Impfstoff;Zentrum;Referenz\n1170,00;18.1.2021;biontech;kassel-stadt;2021-KW03\n",
        "doses\tday\tvaccine\tcentre\treference\n1 170\t18. 1. 2021\tbiontech\tkassel-stadt\t2021-KW03\n",
        "# remark\nreference,centre,vaccine,day,doses\n\"2021-KW03\", kassel-stadt ,biontech,2021-01-18,\"1.170,0\"\n",
    ] {
        let read = one_line(text).map(|line| DeliveryLine { line: 2, ..line });
        assert_eq!(read, Ok(kassel()), "{text}");
    }
}

#[test]
fn every_problem_is_told_with_its_line_and_what_to_write_instead() {
    let text = "reference;centre;vaccine;day;doses\r\n\
                \r\n\
                a;kassel-stadt;biontech;31.04.2021;1170\r\n\
                # a remark\r\n\
                b;Kassel (Stadt);;01/18/2021;1,170\r\n\
                ;fulda;biontech;2021-01-18;0\r\n\
                c;fulda;biontech;2021-01-18;5\r\n\
                c;fulda;biontech;2021-01-25;5\r\n\
                d;fulda;biontech;2021-01-18;1;170\r\n";
    let problems: Vec<String> = parse_csv(text)
        .err()
        .into_iter()
        .flatten()
        .map(|p| p.to_string())
        .collect();
    let number = "a whole number from 1 to 1000000, such as 1170";
    assert_eq!(
        problems,
        [
            "line 3: the calendar has no 31.04.2021; write 2021-01-18 or 18.01.2021".to_owned(),
            "line 5: `Kassel (Stadt)` is no centre; write the id of the centre in the region file, such as kassel-stadt"
                .to_owned(),
            "line 5: the vaccine is empty; write the id of the vaccine in the region file, such as biontech".to_owned(),
            "line 5: `01/18/2021` is no day; write 2021-01-18 or 18.01.2021".to_owned(),
            format!("line 5: `1,170` is no number of doses; write {number}"),
            "line 6: the reference is empty; write a name for the delivery of at most 64 characters, such as 2021-KW03"
                .to_owned(),
            format!("line 6: 0 doses cannot be; write {number}"),
            "line 8: line 7 has the same reference, centre and vaccine; write a reference of its own for each delivery"
                .to_owned(),
            "line 9: there are 6 fields, and the header has 5; write a field with a separator in it in quotation marks"
                .to_owned(),
        ]
    );
}

#[test]
fn a_file_without_header_or_deliveries_says_so() {
    assert_eq!(
        one_line(" \n\n"),
        Err(vec![
            "line 1: the file is empty; write reference,centre,vaccine,day,doses in its first line".to_owned()
        ])
    );
    assert_eq!(
        one_line("reference,centre,vaccine,day,doses\n"),
        Err(vec![
            "line 1: there is no delivery below the header; write one delivery a line".to_owned()
        ])
    );
    let header = "reference,centre,vaccine,day,doses";
    assert_eq!(
        one_line("reference,centre,day,Tag\nx,y,2021-01-18,3\n"),
        Err(vec![
            format!("line 1: the header has no column `vaccine`; write {header}"),
            format!("line 1: the header has the column `day` twice; write {header}"),
            format!("line 1: the header has no column `doses`; write {header}"),
        ])
    );
}

#[test]
fn a_file_has_a_bound() {
    let mut text = "reference,centre,vaccine,day,doses\n".to_owned();
    for number in 0..=LINES_MAX {
        text.push_str(&format!("{number},kassel-stadt,biontech,2021-01-18,1\n"));
    }
    let problems = parse_csv(&text).err().map(|problems| problems.len());
    assert_eq!(problems, Some(1));
}

#[test]
fn odd_numbers_and_days_are_not_guessed_at() {
    for doses in [
        "1,170",
        "11.70",
        "1.170.0",
        "1.17",
        "-5",
        "+5",
        "1e3",
        "1.170 000",
        "٥",
        "",
        "99999999999999",
    ] {
        assert!(fields::doses(doses).is_err(), "{doses}");
    }
    for day in [
        "18.01.21",
        "2021-1-18",
        "2021-01-18 00:00",
        "30.02.2021",
        "0",
        "..",
        "44214",
        "2021-02-29",
    ] {
        assert!(fields::day(day).is_err(), "{day}");
    }
    assert_eq!(fields::day("29.02.2024"), Ok(date(2024, 2, 29)));
    assert_eq!(fields::doses("1.000.000"), Ok(1_000_000));
}

proptest! {
    #[test]
    fn any_text_is_answered(text in "(?s).{0,200}") {
        if let Err(problems) = parse_csv(&text) {
            prop_assert!(!problems.is_empty());
        }
    }

    #[test]
    fn what_is_written_is_what_is_read(
        rows in proptest::collection::vec(("[a-z0-9ü ]{0,8}x", "[a-z-]{1,12}", 0..20_000i32, 1..=DOSES_MAX), 1..30),
        separator in "[,;\t]",
        german in any::<bool>(),
    ) {
        let mut text = ["reference", "centre", "vaccine", "day", "doses"].join(&separator);
        let mut expected = Vec::new();
        for (number, (reference, centre, days, doses)) in (0..).zip(rows) {
            let reference = format!("{number}{}", reference);
            let day = date(1990, 1, 1).saturating_add(jiff::Span::new().days(days));
            let shown = if german { day.strftime("%d.%m.%Y").to_string() } else { day.to_string() };
            text.push_str(&format!("\r\n{}", [reference.clone(), centre.clone(), "biontech".to_owned(), shown, doses.to_string()].join(&separator)));
            expected.push((number + 2, reference, centre, day, doses));
        }
        let read = parse_csv(&text).map(|lines| {
            let fields = |line: DeliveryLine| (line.line, line.reference, line.centre.as_str().to_owned(), line.day, line.doses);
            lines.into_iter().map(fields).collect::<Vec<_>>()
        });
        prop_assert_eq!(read, Ok(expected));
    }
}
