//! Measures of paper and print: units, page sizes, type sizes, colours.
//! Lengths are points (1/72 inch) from the top left corner, as layout thinks; the writer turns
//! them over for PDF.

/// Points in a millimetre.
pub(crate) const fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// Width and height of A4 in points.
pub(crate) const A4: (f32, f32) = (mm(210.0), mm(297.0));

/// Type sizes of Chinese print in points. 三号 is 15.75, not the rounded 16 of word processors:
/// only so do 28 characters fit the 156 mm line of GB/T 9704.
pub(crate) mod size {
    pub const ERHAO: f32 = 22.0;
    pub const SANHAO: f32 = 15.75;
    pub const SIHAO: f32 = 14.0;
    pub const WUHAO: f32 = 10.5;
    pub const XIAOWU: f32 = 9.0;
}

/// Inks. Black text is pure black so that office printers do not mix it from colours.
pub(crate) mod ink {
    use crate::pdf::canvas::Color;

    pub const BLACK: Color = Color {
        red: 0,
        green: 0,
        blue: 0,
    };
    pub const GREY: Color = Color {
        red: 0x59,
        green: 0x59,
        blue: 0x59,
    };
    pub const PALE: Color = Color {
        red: 0xB4,
        green: 0xB4,
        blue: 0xB4,
    };
    pub const TINT: Color = Color {
        red: 0xF1,
        green: 0xF3,
        blue: 0xF5,
    };
    pub const WHITE: Color = Color {
        red: 0xFF,
        green: 0xFF,
        blue: 0xFF,
    };
    /// 朱红, for what must catch the eye on a poster.
    pub const RED: Color = Color {
        red: 0xC4,
        green: 0x1E,
        blue: 0x1E,
    };
    pub const BLUE: Color = Color {
        red: 0x1B,
        green: 0x4F,
        blue: 0x8A,
    };
    pub const BLUE_TINT: Color = Color {
        red: 0xE9,
        green: 0xF0,
        blue: 0xF8,
    };
}
