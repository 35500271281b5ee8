//! The people of a small estate, and the sheets a clerk has of them.

use std::fmt::Write as _;

/// Buildings, and homes in each.
pub const BUILDINGS: u32 = 4;
pub const HOMES: u32 = 3;

/// An estate by its name: one person to a home.
#[derive(Clone, Copy)]
pub struct Estate(pub &'static str);

/// A home: building and room.
pub type Home = (u32, u32);

/// Every home.
pub fn homes() -> impl Iterator<Item = Home> {
    (1..=BUILDINGS).flat_map(|building| (1..=HOMES).map(move |home| (building, 100 + home)))
}

/// Who lives there.
pub fn name((building, room): Home) -> String {
    let given = ['敏', '强', '静'][room as usize % 3];
    let family = ['张', '李', '王', '赵'][building as usize % 4];
    format!("{family}{given}")
}

/// Their phone.
pub fn phone((building, room): Home) -> String {
    format!("1391234{building:02}{:02}", room - 100)
}

impl Estate {
    /// A sheet of everybody.
    pub fn roster(self) -> String {
        let mut csv = "姓名,联系电话,小区,楼栋,室号\n".to_owned();
        for home @ (building, room) in homes() {
            writeln!(csv, "{},{},{},{building}号,{room}", name(home), phone(home), self.0).unwrap();
        }
        csv
    }

    /// A sheet of one person, with another phone.
    pub fn another_phone(self, home: Home, phone: &str) -> String {
        let (building, room) = home;
        format!(
            "姓名,联系电话,小区,楼栋,室号\n{},{phone},{},{building}号,{room}\n",
            name(home),
            self.0
        )
    }

    /// A sheet of reservations from some homes, handed in on a day.
    pub fn reservations(self, day: &str, from: impl IntoIterator<Item = Home>) -> String {
        let mut csv = "提交时间,姓名,手机号码,小区,楼栋,室号,预约数量\n".to_owned();
        for home @ (building, room) in from {
            let (who, phone) = (name(home), phone(home));
            let time = format!("{day} 08:{building:02}:{:02}", room - 100);
            writeln!(csv, "{time},{who},{phone},{},{building}号,{room},5", self.0).unwrap();
        }
        csv
    }
}
