use super::*;
use proptest::prelude::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 2, 2).unwrap()
}

fn problem(kind: DocumentKind, number: &str) -> Option<IdProblem> {
    check(kind, number, today()).err()
}

/// The example of GB 11643-1999, appendix.
const EXAMPLE: &str = "11010519491231002X";

#[test]
fn the_standards_own_example_passes_and_says_who() {
    let document = check(DocumentKind::ResidentId, "11010519491231002x", today()).unwrap();
    assert_eq!(document.number(), EXAMPLE);
    assert_eq!(document.birth_date(), NaiveDate::from_ymd_opt(1949, 12, 31));
    assert_eq!(document.sex(), Some("女"));
}

#[test]
fn each_flaw_is_named() {
    use DocumentKind::ResidentId;
    let cases = [
        ("110105194912310021", IdProblem::CheckDigit { expected: 'X' }),
        ("990105194912310021", IdProblem::Region("99".into())),
        ("11010519491331002X", IdProblem::BirthDate("19491331".into())),
        ("11010520490101002X", IdProblem::BirthDate("20490101".into())),
        (
            "1101051949123100A2",
            IdProblem::Character {
                position: 17,
                character: 'A',
            },
        ),
    ];
    for (number, expected) in cases {
        assert_eq!(problem(ResidentId, number), Some(expected), "{number}");
    }
    assert!(matches!(
        problem(ResidentId, "1101"),
        Some(IdProblem::Length { actual: 4, .. })
    ));
    assert_eq!(
        problem(DocumentKind::Missing, "1"),
        Some(IdProblem::NumberWithoutDocument)
    );
}

#[test]
fn other_documents_have_their_own_forms() {
    use DocumentKind::{ForeignPermanentResident, HkMoPermit, HkMoTwResidence, Passport, ResidentId, TwPermit};
    let residence = format!("8100001990010100{}", 1);
    let residence = format!("{residence}{}", check_character(&residence).unwrap());
    for (kind, number) in [
        (ResidentId, "110105491231002"),
        (HkMoTwResidence, residence.as_str()),
        (Passport, "E12345678"),
        (Passport, "K1234567"),
        (ForeignPermanentResident, "USA110080010101"),
        (HkMoPermit, "H12345678"),
        (TwPermit, "12345678"),
    ] {
        assert_eq!(problem(kind, number), None, "{number}");
        assert!(check(kind, number, today()).is_ok_and(|d| d.is_old() == (number.len() == 15 && kind == ResidentId)));
    }
    for (kind, number) in [(HkMoTwResidence, EXAMPLE), (Passport, "E1-"), (HkMoPermit, "Z12345678")] {
        assert!(problem(kind, number).is_some(), "{number}");
    }
}

#[test]
fn a_word_beside_it_keeps_no_number_from_its_check() {
    use DocumentKind::{HkMoTwResidence, Missing, Other, Passport, ResidentId};
    for (word, kind) in [
        ("中华人民共和国居民身份证", Some(ResidentId)),
        ("居民身份证（二代）", Some(ResidentId)),
        ("临时身份证", Some(ResidentId)),
        ("居民户口簿", Some(ResidentId)),
        ("111", Some(ResidentId)),
        ("01", Some(ResidentId)),
        ("414", Some(Passport)),
        ("港澳台居民居住证", Some(HkMoTwResidence)),
        ("无身份证", Some(Missing)),
        ("驾驶证", Some(Other)),
        ("军官证", Some(Other)),
        ("出生医学证明", Some(Other)),
        ("某某证", None),
        ("1", None),
    ] {
        assert_eq!(DocumentKind::parse(word), kind, "{word}");
    }
    for (stated, number, kind) in [
        (Some(Other), EXAMPLE, ResidentId),
        (Some(Other), "军字第12345号", Other),
        (None, EXAMPLE, ResidentId),
        (None, "E12345678", Passport),
        (DocumentKind::parse("军官证"), "南字第0123456号", Other),
        (DocumentKind::parse("出生医学证明"), "P310123456", Other),
        (DocumentKind::parse("驾驶证"), EXAMPLE, ResidentId),
        (None, "南字第0123456号", Other),
        (Some(Passport), EXAMPLE, Passport),
    ] {
        assert_eq!(DocumentKind::of(stated, number), kind, "{stated:?} {number}");
    }
}

#[test]
fn a_placeholder_identifies_nobody() {
    use DocumentKind::{Missing, Other, Passport, TwPermit};
    for (stated, number, identified) in [
        (None, EXAMPLE, true),
        (None, "110105194912310021", true),
        (Some(Missing), EXAMPLE, true),
        (Some(Passport), "E12345678", true),
        (Some(TwPermit), "12345678", true),
        (Some(Other), "A-2020-17", true),
        (None, "123456789012345678", false),
        (None, "111111111111111111", false),
        (None, "000000", false),
        (None, "123456", false),
        (None, "xxxxxx", false),
        (None, "待补充证件", false),
        (Some(Passport), "unknown", false),
        (Some(Other), "/", false),
    ] {
        assert_eq!(identifies(stated, number), identified, "{stated:?} {number}");
    }
}

#[test]
fn what_is_no_number_is_told_from_a_slip() {
    for text in [
        "未上户",
        "新生儿",
        "办理中",
        "忘记了",
        "补办中",
        "未报户口",
        "见备注2",
        "pending",
        "123456",
        "123456789012345678",
        "111111111111111111",
        "310115********1234",
        "310115XXXXXXXX1234",
    ] {
        assert!(is_no_number(text), "{text}");
    }
    for text in [
        EXAMPLE,
        "110105",
        "1101051949123100",
        "E12345678",
        "军字第12345号",
        "A-2020-17",
        "H12345678",
    ] {
        assert!(!is_no_number(text), "{text}");
    }
}

#[test]
fn the_old_number_and_the_new_one_are_one() {
    assert_eq!(key("110105491231002"), EXAMPLE);
    assert_eq!(key("11010519491231002x"), EXAMPLE);
    for (one, another, same) in [
        ("110105491231002", EXAMPLE, true),
        ("110105491231003", EXAMPLE, false),
        ("110105491331002", EXAMPLE, false),
        ("123456789012345", "123456789012345", true),
        ("e12345678", "E12345678", true),
    ] {
        assert_eq!(is_same(one, another), same, "{one} {another}");
    }
    for (known, new, less) in [
        (EXAMPLE, "110105491231002", true),
        ("110105491231002", EXAMPLE, false),
        (EXAMPLE, "110105", true),
        (EXAMPLE, EXAMPLE, false),
        (EXAMPLE, "E12345678", false),
        ("110105", EXAMPLE, false),
        ("110105", "1101056", false),
        (EXAMPLE, "12345678", true),
    ] {
        assert_eq!(says_less((None, known), (None, new)), less, "{known} {new}");
    }
    assert!(!says_less((None, EXAMPLE), (Some(DocumentKind::TwPermit), "12345678")));
}

#[test]
fn names_codes_and_synonyms_are_read() {
    for (kind, code, label, synonyms) in DocumentKind::ALL {
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{code}\""));
        assert!(
            synonyms
                .iter()
                .chain([&code, &label])
                .all(|text| DocumentKind::parse(text) == Some(kind))
        );
    }
    assert_eq!(DocumentKind::parse("某某证"), None);
    assert_eq!(DocumentKind::guess("E12345678"), DocumentKind::Passport);
    assert_eq!(DocumentKind::guess("H12345678"), DocumentKind::HkMoPermit);
}

proptest! {
    /// ISO 7064 MOD 11-2 finds every single wrong digit and every swap of neighbours.
    #[test]
    fn a_wrong_digit_or_a_swap_never_passes(place in 0..17usize, digit in 0..10u8) {
        let mut wrong = EXAMPLE.as_bytes().to_vec();
        prop_assume!(wrong[place] != b'0' + digit);
        wrong[place] = b'0' + digit;
        let wrong = String::from_utf8(wrong).unwrap();
        prop_assert!(problem(DocumentKind::ResidentId, &wrong).is_some());
        let mut swapped = EXAMPLE.as_bytes().to_vec();
        swapped.swap(place, place + 1);
        prop_assume!(swapped != EXAMPLE.as_bytes());
        prop_assert!(problem(DocumentKind::ResidentId, &String::from_utf8(swapped).unwrap()).is_some());
    }

    #[test]
    fn nothing_typed_breaks_it(text in "\\PC{0,24}") {
        for (kind, ..) in DocumentKind::ALL {
            let _ = check(kind, &text, today());
        }
        let _ = DocumentKind::guess(&text);
    }
}
