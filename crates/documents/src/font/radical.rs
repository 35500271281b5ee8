//! Kangxi radicals written where the ordinary character is meant (Unicode block 2F00–2FD5).
//! Text copied out of a PDF or typed with a radical input method holds them; fonts do not.
//! The table is the compatibility decomposition of the block (UnicodeData.txt).

const FIRST: u32 = 0x2F00;

const UNIFIED: &str = concat!(
    "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮",
    "山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片",
    "牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟",
    "艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛",
    "食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠",
);

/// The ordinary character a Kangxi radical stands for; any other character unchanged.
pub fn unified(character: char) -> char {
    match u32::from(character).checked_sub(FIRST) {
        Some(offset) if offset < 214 => UNIFIED.chars().nth(offset as usize).unwrap_or(character),
        _ => character,
    }
}
