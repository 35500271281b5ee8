//! Each clause of the rule, and what is just not within it.

use super::*;

/// `name id phone door`, each by its first letters.
fn fits(text: &str) -> Fits {
    let mut words = text.split(' ');
    let mut next = || words.next().unwrap_or_default();
    Fits {
        name: match next() {
            "same" => NameFit::Same,
            "slip" => NameFit::Slip,
            "part" => NameFit::Part,
            "silent" => NameFit::Silent,
            "near" => NameFit::Near,
            "other" => NameFit::Other,
            word => panic!("{word}"),
        },
        id: match next() {
            "same" => IdFit::Same,
            "masked" => IdFit::Masked,
            "slip" => IdFit::Slip,
            "silent" => IdFit::Silent,
            "other" => IdFit::Other,
            word => panic!("{word}"),
        },
        phone: match next() {
            "same" => PhoneFit::Same,
            "masked" => PhoneFit::Masked,
            "slip" => PhoneFit::Slip,
            "home" => PhoneFit::Home,
            "silent" => PhoneFit::Silent,
            "new" => PhoneFit::New,
            "foreign" => PhoneFit::Foreign,
            word => panic!("{word}"),
        },
        door: match next() {
            "full" => DoorFit::Full,
            "near" => DoorFit::Near,
            "noplace" => DoorFit::NoPlace,
            "building" => DoorFit::Building,
            "vague" => DoorFit::Vague,
            "contrary" => DoorFit::Contrary,
            word => panic!("{word}"),
        },
    }
}

#[test]
fn each_clause_says_what_it_says_and_no_more() {
    use Case::{Certain, Look, Open};
    for (clause, text, case) in [
        ("1 name", "other same same full", Look),
        ("1 ID", "same other same full", Look),
        ("1 door", "same same same contrary", Look),
        ("a", "silent same silent vague", Certain),
        ("a slip", "slip same foreign vague", Certain),
        ("a near", "near same same full", Open),
        ("a near, door contrary", "near same same contrary", Look),
        ("b", "same silent same vague", Certain),
        ("b slip", "slip silent same vague", Certain),
        ("b part", "part silent same building", Certain),
        ("b part, no door", "part silent same vague", Look),
        ("b silent", "silent silent same full", Look),
        ("c", "same silent silent full", Certain),
        ("c no place", "same silent new noplace", Certain),
        ("c foreign", "same silent foreign full", Open),
        ("c near", "same silent silent near", Open),
        ("c building", "same silent silent building", Open),
        ("d phone", "same slip home vague", Certain),
        ("d door", "same masked silent building", Certain),
        ("d nothing besides", "same masked new vague", Open),
        ("d slip", "slip masked silent building", Open),
        ("e masked", "same silent masked building", Certain),
        ("e slip", "same silent slip near", Certain),
        ("e home", "same silent home vague", Certain),
        ("e without a door", "same silent masked vague", Open),
        ("e part", "part silent home building", Look),
        ("f ID", "slip masked silent full", Certain),
        ("f phone", "slip silent slip full", Certain),
        ("f no place", "slip silent slip noplace", Look),
        ("f nothing besides", "slip silent new full", Look),
        ("g phone", "part masked masked vague", Certain),
        ("g door", "part masked silent full", Certain),
        ("g slip", "part slip masked full", Open),
        ("g door near", "part masked silent near", Look),
        ("open: name alone", "same silent silent vague", Look),
        ("open: slip, home", "slip silent home vague", Open),
        ("open: slip, slip", "slip silent slip near", Open),
        ("open: slip, slip, no door", "slip silent slip vague", Look),
        ("open: part", "part silent masked near", Open),
        ("open: part, building", "part silent masked building", Look),
        ("open: near", "near silent same full", Look),
    ] {
        assert_eq!(fits(text).case(), case, "{clause}: {text}");
    }
}

#[test]
fn who_fits_as_well_is_known_by_case_or_by_a_number() {
    for (text, rivals) in [
        ("same silent silent full", true),
        ("same silent silent building", true),
        ("same silent silent vague", false),
        ("same silent same contrary", true),
        ("part other same contrary", true),
        ("other silent same full", false),
        ("slip same silent contrary", true),
    ] {
        assert_eq!(fits(text).rivals(), rivals, "{text}");
    }
    let better = |one: &str, other: &str| fits(one).are_better_than(&fits(other));
    assert!(better("same silent same full", "same silent home full"));
    assert!(!better("same silent same full", "same silent same full"));
    assert!(!better("same silent silent full", "same silent same contrary"));
}
