#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn radicals_become_the_ordinary_characters() {
    assert_eq!(unified('\u{2F00}'), '一', "first radical of the block");
    assert_eq!(unified('\u{2FD5}'), '龠', "last radical of the block");
    assert_eq!(unified('\u{2FD6}'), '\u{2FD6}', "beyond the block nothing changes");
    assert_eq!(unified('王'), '王', "an ordinary character is not a radical");
}

#[test]
fn a_character_no_font_has_is_not_printable() {
    let fonts = Fonts::bundled().unwrap();
    assert!(
        !fonts.can_print('\u{2A6D6}').unwrap(),
        "the last character of extension B"
    );
    assert!(fonts.can_print('龍').unwrap(), "Big5 characters are bundled too");
}

#[test]
fn a_missing_fallback_file_is_a_font_that_is_not_installed() {
    let fonts = Fonts::load(&[PathBuf::from("/nowhere/rare.ttf")]).unwrap();
    assert!(
        !fonts.can_print('\u{2A6D6}').unwrap(),
        "there is no such file, so no such font"
    );
}

#[test]
fn a_damaged_fallback_is_reported_only_when_it_is_needed() {
    let fonts = Fonts::load(&[PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")]).unwrap();
    assert!(fonts.can_print('王').unwrap(), "the bundled fonts suffice");
    let error = fonts.can_print('\u{2A6D6}').expect_err("a manifest is not a font");
    assert!(
        error.to_string().contains("Cargo.toml"),
        "the error names the file: {error}"
    );
}
