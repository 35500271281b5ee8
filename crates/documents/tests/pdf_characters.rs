//! Every character of 通用规范汉字表 prints, in four faces: documents are made and read back with
//! another library, down to the outlines of the glyphs. A character no font has is refused.
#![allow(clippy::unwrap_used, missing_docs)]

mod pdf_reader;
mod pdf_samples;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use linli_documents::font::Fonts;
use linli_documents::pdf::{self, ByHand, NoticeCopy, NoticeInput, NoticeText, PdfError, TextOf, Why};
use pdf_reader::{ReadPdf, outline};

const STANDARD: &str = include_str!("data/general-standard-characters.txt");

fn standard_lines() -> Vec<&'static str> {
    STANDARD.lines().filter(|line| !line.starts_with('#')).collect()
}

fn print(fonts: &Fonts, text: String) -> Result<Vec<u8>, PdfError> {
    let input = NoticeInput {
        imprint: pdf_samples::imprint(),
        text: NoticeText::parse(&text)?,
        date: pdf_samples::date(),
        seal: false,
        copies: vec![NoticeCopy::default()],
    };
    pdf::notice(fonts, &input)
}

/// Prints the standard's characters with `before` and `after` around each line of 50, and checks
/// that each is there, as itself, drawn as the bundled font draws it.
fn check_face(font_file: &str, before: &str, after: &str) {
    let fonts = Fonts::bundled().unwrap();
    let lines = standard_lines();
    assert_eq!(lines.concat().chars().count(), 8105, "the table has 8,105 characters");
    let text = lines
        .iter()
        .map(|line| format!("{before}{line}{after}\n\n"))
        .collect::<String>();
    let read = ReadPdf::new(&print(&fonts, format!("# 字表\n\n{text}")).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts").join(font_file);
    let source = std::fs::read(path).unwrap();
    let source = ttf_parser::Face::parse(&source, 0).unwrap();

    let mut drawn: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut used: BTreeMap<_, BTreeSet<u16>> = BTreeMap::new();
    for (font, codes) in read.pages.iter().flatten() {
        used.entry(*font).or_default().extend(codes);
    }
    for (id, codes) in used {
        let font = &read.fonts[&id];
        let face = ttf_parser::Face::parse(&font.program, 0).unwrap();
        for code in codes {
            drawn
                .entry(font.unicode[&code].clone())
                .or_default()
                .insert(outline(&face, code));
        }
    }
    for character in lines.concat().chars() {
        let glyph = source
            .glyph_index(character)
            .expect("the bundled font has the character");
        let wanted = outline(&source, glyph.0);
        assert!(!wanted.is_empty(), "{character} is not drawn as nothing");
        let found = drawn.get(&character.to_string());
        assert!(
            found.is_some_and(|outlines| outlines.contains(&wanted)),
            "{character} (U+{:04X}) is on the paper in {font_file}",
            u32::from(character)
        );
    }
    // Page numbers may stand inside a line of the table.
    let mut text = read.whole_text();
    text.retain(|c| c != '—' && !c.is_ascii_digit());
    for line in lines {
        assert!(text.contains(line), "the line can be searched for: {line}");
    }
}

#[test]
fn all_standard_characters_print_in_serif() {
    check_face("NotoSerifSC-Regular.ttf", "", "");
}

#[test]
fn all_standard_characters_print_in_bold_serif() {
    check_face("NotoSerifSC-Bold.ttf", "**", "**");
}

#[test]
fn all_standard_characters_print_in_sans() {
    check_face("NotoSansSC-Regular.ttf", "## ", "");
}

#[test]
fn all_standard_characters_print_in_bold_sans() {
    check_face("NotoSansSC-Bold.ttf", "## **", "**");
}

/// U+2A6D6, of extension B: not in the standard table, in no bundled font.
const RARE: char = '\u{2A6D6}';

#[test]
fn a_character_no_font_has_is_refused_with_the_person() {
    let fonts = Fonts::bundled().unwrap();
    let mut input = pdf_samples::vouchers(20);
    input.vouchers[13].name = format!("王{RARE}");
    let error = pdf::vouchers(&fonts, &input).expect_err("no font has the character");
    let PdfError::MissingCharacter { character, context } = error else {
        panic!("another error: {error}");
    };
    let context = context.to_string();
    assert_eq!(character, RARE);
    assert!(
        context.contains(&input.vouchers[13].number),
        "the voucher is named: {context}"
    );
    assert!(
        context.contains(&input.vouchers[13].name),
        "the person is named: {context}"
    );
}

/// One frame for a character that is written into a square, one long one for a word of another script.
#[test]
fn what_no_font_has_becomes_a_frame_on_lists_and_is_told() {
    let fonts = Fonts::bundled().unwrap();
    let cases: [(&str, &str, &[&str]); 14] = [
        ("王五", "王五", &[]),
        ("买买提·吐尔逊", "买买提·吐尔逊", &[]),
        ("王\u{2A6D6}英", "王英", &["\u{2A6D6}"]),
        ("王\u{2A6D6}\u{2A6D5}\u{2A6D6}", "王", &["\u{2A6D6}", "\u{2A6D5}"]),
        ("김민수", "", &["김", "민", "수"]),
        ("⿰亻⿱艹义小明", "小明", &["⿰亻⿱艹义"]),
        ("小明⿰", "小明", &["⿰"]),
        ("小明😀👍", "小明", &["😀👍"]),
        ("ئابدۇللا ئەلى", "", &["ئابدۇللا ئەلى"]),
        ("王ཚེ་རིང་", "王", &["ཚེ་རིང་"]),
        ("王\u{FFFD}", "王", &["\u{FFFD}"]),
        ("\u{202E}王\u{7}五\u{2066}", "王五", &["U+202E", "U+0007", "U+2066"]),
        ("王\u{200B}\u{FE0F}五", "王五", &[]),
        ("王\u{FDD0}五", "王五", &["U+FDD0"]),
    ];
    for (name, printed, missing) in cases {
        let mut input = pdf_samples::handout(1, 3);
        input.buildings[0].rows[1].name = name.to_string();
        let told = input.leave_to_hand(&fonts).unwrap();
        let place = format!("{}{}", pdf_samples::building(0), input.buildings[0].rows[1].room);
        let why = Why::NoFont(missing.iter().map(ToString::to_string).collect());
        let wanted = ByHand {
            whose: TextOf::Person { name: name.to_string() },
            place,
            why,
        };
        assert_eq!(told, if missing.is_empty() { vec![] } else { vec![wanted] }, "{name}");
        let text = ReadPdf::new(&pdf::handout(&fonts, &input).unwrap()).whole_text();
        let row = &input.buildings[0].rows[1];
        assert!(
            text.contains(&format!("{}{printed}{}", row.room, row.amount.replace(' ', ""))),
            "{name}: {text}"
        );
    }
}

/// Whatever stands in somebody's row, the others' paper prints; the paper's own texts are told once.
#[test]
fn one_row_never_keeps_the_others_from_the_printer() {
    let fonts = Fonts::bundled().unwrap();
    let (rare, long) = (format!("王{RARE}"), "很长".repeat(2_000));
    let mut vouchers = pdf_samples::vouchers(9);
    vouchers.round_title.push('😷');
    vouchers
        .vouchers
        .iter_mut()
        .for_each(|voucher| voucher.place.push('💊'));
    (vouchers.vouchers[3].name, vouchers.vouchers[3].room) = (rare.clone(), long.clone());
    let told = vouchers.leave_to_hand(&fonts).unwrap();
    let names: Vec<String> = told.iter().map(|told| told.whose.to_string()).collect();
    assert_eq!(names, ["轮次名称", "领取点", &rare, &rare]);
    assert_eq!(told[3].why, Why::TooLong);
    let text = ReadPdf::new(&pdf::vouchers(&fonts, &vouchers).unwrap()).whole_text();
    vouchers
        .vouchers
        .iter()
        .for_each(|voucher| assert!(text.contains(&voucher.number), "{text}"));
    let mut doors = pdf_samples::door_list(1, 3);
    (doors.buildings[0].rows[0].persons, doors.buildings[0].rows[1].room) = (long.clone(), long.clone());
    assert_eq!(doors.leave_to_hand(&fonts).unwrap().len(), 2);
    pdf::door_list(&fonts, &doors).unwrap();
    let mut posted = pdf_samples::round_notice(1, 3);
    (posted.buildings[0].rows[0].name, posted.buildings[0].rows[1].room) = (rare, long);
    assert_eq!(posted.leave_to_hand(&fonts).unwrap().len(), 2);
    pdf::round_notice(&fonts, &posted).unwrap();
    posted.remarks.push(RARE);
    posted.leave_to_hand(&fonts).unwrap();
    let refused = pdf::round_notice(&fonts, &posted);
    assert!(
        matches!(refused, Err(PdfError::MissingCharacter { .. })),
        "nobody writes into what hangs on a door"
    );
}

/// A script that takes its shape from its neighbours would come out as other letters.
#[test]
fn scripts_that_cannot_be_set_are_not_printed_wrongly() {
    let fonts = Fonts::bundled().unwrap();
    for letter in ['ئ', 'ཚ', 'ᠮ', 'ส', 'א', 'न'] {
        assert!(!fonts.can_print(letter).unwrap(), "{letter}");
    }
    for letter in ['张', 'é', '·', 'Ж', '１'] {
        assert!(fonts.can_print(letter).unwrap(), "{letter}");
    }
}

#[test]
fn radicals_print_and_are_found_as_ordinary_characters() {
    let fonts = Fonts::bundled().unwrap();
    let read = ReadPdf::new(&print(&fonts, "# 标题\n\n\u{2F63}\u{2F42}".to_string()).unwrap());
    assert!(read.whole_text().contains("生文"), "⽣⽂ becomes 生文");
}

#[test]
fn characters_that_share_a_glyph_are_read_back_as_themselves() {
    let fonts = Fonts::bundled().unwrap();
    let text = "①➀、～〜、…⋯、—─、·・";
    let read = ReadPdf::new(&print(&fonts, format!("# 标题\n\n{text}")).unwrap());
    assert!(read.whole_text().contains(text), "in {}", read.whole_text());
}

#[test]
fn traditional_characters_print_though_the_faces_lack_them() {
    let fonts = Fonts::bundled().unwrap();
    let read = ReadPdf::new(&print(&fonts, "# 标题\n\n陳麗華、鄧國榮、龍應台".to_string()).unwrap());
    assert!(read.whole_text().contains("陳麗華、鄧國榮、龍應台"));
}

/// The traditional characters have one weight: in bold text they are drawn heavier, elsewhere not.
#[test]
fn a_character_without_a_bold_does_not_look_thin_in_bold_text() {
    let fonts = Fonts::bundled().unwrap();
    let read = ReadPdf::new(&print(&fonts, "# 標题\n\n陈陳**陈陳**陈陳".to_string()).unwrap());
    assert_eq!(read.outlined(0), ["標", "陳"]);
    assert_eq!(
        read.text(0).matches('陳').count(),
        3,
        "it is one character still, to select and to find"
    );
}

/// Any font of one's own can be the office's 仿宋: here a bold sans, which nothing else in the text is set in.
#[test]
fn the_text_of_a_notice_is_set_in_the_offices_own_fang_song() {
    let fonts_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let own = fonts_folder.join("NotoSansSC-Bold.ttf");
    let text = "# 标题\n\n请陳先生领取".to_string();
    let without = ReadPdf::new(&print(&Fonts::bundled().unwrap(), text.clone()).unwrap());
    for path in [
        Some(fonts_folder.join("README.md")),
        Some(fonts_folder.join("nowhere.ttf")),
        None,
    ] {
        let fonts = Fonts::bundled().unwrap().with_fang_song(path);
        let read = ReadPdf::new(&print(&fonts, text.clone()).unwrap());
        assert_eq!(
            read.fonts.len(),
            without.fonts.len(),
            "what cannot be used is passed over"
        );
    }
    let fonts = Fonts::bundled().unwrap().with_fang_song(Some(own.clone()));
    let read = ReadPdf::new(&print(&fonts, text).unwrap());
    let drawn_by = |text: &str| {
        let shown = |(id, codes): &(_, Vec<u16>)| {
            let font = &read.fonts[id];
            let code = codes.iter().find(|code| font.unicode[code] == text)?;
            Some(outline(&ttf_parser::Face::parse(&font.program, 0).unwrap(), *code))
        };
        read.pages[0].iter().find_map(shown).unwrap()
    };
    let source = std::fs::read(own).unwrap();
    let source = ttf_parser::Face::parse(&source, 0).unwrap();
    let glyph = source.glyph_index('请').unwrap();
    assert_eq!(drawn_by("请"), outline(&source, glyph.0), "by the office's font");
    assert!(
        !drawn_by("陳").is_empty(),
        "what it lacks is printed by the bundled ones"
    );
}

/// Full fonts where Debian puts them.
const INSTALLED: [&str; 2] = [
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
];

#[test]
fn a_fallback_font_prints_what_the_bundled_fonts_lack() {
    let mut tried = 0;
    for path in INSTALLED.map(PathBuf::from).into_iter().filter(|path| path.exists()) {
        let fonts = Fonts::load(std::slice::from_ref(&path)).unwrap();
        let bundled = Fonts::bundled().unwrap();
        let rare = ('\u{20000}'..='\u{2A6D6}')
            .find(|&character| !bundled.can_print(character).unwrap() && fonts.can_print(character).unwrap());
        let Some(rare) = rare else { continue };
        let read = ReadPdf::new(&print(&fonts, format!("# 标题\n\n王{rare}先生")).unwrap());
        assert!(
            read.whole_text().contains(&format!("王{rare}先生")),
            "{}",
            path.display()
        );
        tried += 1;
    }
    if tried == 0 {
        eprintln!("skipped: none of {INSTALLED:?} is installed");
    }
}
