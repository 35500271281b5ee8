//! Every character of 通用规范汉字表 prints, in four faces: documents are made and read back with
//! another library, down to the outlines of the glyphs. A character no font has is refused.
#![allow(clippy::unwrap_used, missing_docs)]

mod pdf_reader;
mod pdf_samples;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use linli_documents::font::Fonts;
use linli_documents::pdf::{self, NoticeCopy, NoticeInput, PdfError};
use pdf_reader::{ReadPdf, outline};

const STANDARD: &str = include_str!("data/general-standard-characters.txt");

fn standard_lines() -> Vec<&'static str> {
    STANDARD.lines().filter(|line| !line.starts_with('#')).collect()
}

fn print(fonts: &Fonts, text: String) -> Result<Vec<u8>, PdfError> {
    let input = NoticeInput {
        imprint: pdf_samples::imprint(),
        text,
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
    let text = lines.iter().map(|line| format!("{before}{line}{after}\n\n")).collect::<String>();
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
            drawn.entry(font.unicode[&code].clone()).or_default().insert(outline(&face, code));
        }
    }
    for character in lines.concat().chars() {
        let glyph = source.glyph_index(character).expect("the bundled font has the character");
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
    assert_eq!(character, RARE);
    assert!(context.contains(&input.vouchers[13].number), "the voucher is named: {context}");
    assert!(context.contains(&input.vouchers[13].name), "the person is named: {context}");
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
    assert_eq!(read.text(0).matches('陳').count(), 3, "it is one character still, to select and to find");
}

/// Any font of one's own can be the office's 仿宋: here a bold sans, which nothing else in the text is set in.
#[test]
fn the_text_of_a_notice_is_set_in_the_offices_own_fang_song() {
    let fonts_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts");
    let own = fonts_folder.join("NotoSansSC-Bold.ttf");
    let text = "# 标题\n\n请陳先生领取".to_string();
    let without = ReadPdf::new(&print(&Fonts::bundled().unwrap(), text.clone()).unwrap());
    for path in [Some(fonts_folder.join("README.md")), Some(fonts_folder.join("nowhere.ttf")), None] {
        let fonts = Fonts::bundled().unwrap().with_fang_song(path);
        let read = ReadPdf::new(&print(&fonts, text.clone()).unwrap());
        assert_eq!(read.fonts.len(), without.fonts.len(), "what cannot be used is passed over");
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
    assert!(!drawn_by("陳").is_empty(), "what it lacks is printed by the bundled ones");
}

/// Full fonts where Debian puts them.
const INSTALLED: [&str; 2] =
    ["/usr/share/fonts/truetype/hanazono/HanaMinB.ttf", "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"];

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
        assert!(read.whole_text().contains(&format!("王{rare}先生")), "{}", path.display());
        tried += 1;
    }
    if tried == 0 {
        eprintln!("skipped: none of {INSTALLED:?} is installed");
    }
}
