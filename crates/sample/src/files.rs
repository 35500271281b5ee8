//! A sample as a folder of files.

use std::path::{Path, PathBuf};

use encoding_rs::GB18030;
use linli_store::files::DataFolder;

use crate::SampleError;
use crate::committee::Committee;
use crate::sheets::{self, Damage};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The files.
    pub files: Vec<PathBuf>,
    /// People on the roster.
    pub residents: usize,
    /// Damaged cells of `roster.xlsx`.
    pub damaged: Vec<Damage>,
}

impl Committee {
    /// The messy roster.
    ///
    /// # Errors
    /// The workbook's.
    pub fn roster_xlsx(&self) -> Result<Vec<u8>, SampleError> {
        Ok(sheets::roster(self)?.0)
    }

    /// The QR form's export of a round.
    ///
    /// # Errors
    /// The workbook's.
    pub fn reservations_xlsx(&self, round: u32) -> Result<Vec<u8>, SampleError> {
        Ok(sheets::reservations(self, round)?)
    }

    /// A round's definition.
    pub fn round_toml(&self, number: u32) -> String {
        // Enough for two in three of those who register.
        let quota = (self.households.len() / 6).max(20);
        let opens = self.opens(number);
        let [closes, from, until] = [2, 3, 6].map(|days| opens + chrono::Days::new(days));
        format!(
            r#"campaign = "口罩预约"
number = {number}
title = "第{number}轮口罩预约登记购买"
key = "household"
quota = {quota}
max_quantity = 5
opens = "{opens}T08:00"
closes = "{closes}T20:00"
collect_from = "{from}"
collect_until = "{until}"
exclude_earlier = true

[[pick_up]]
name = "德州药房"
address = "德州路158号"
hours = "9:00-17:00"

[[pick_up]]
name = "居委会服务站"
address = "齐河路338弄门口"
hours = "13:00-16:00"
buildings = ["1号", "2号", "3号"]

[[template]]
name = "区民政局上报表"
title = "口罩预约登记上报表（第{number}轮）"
filter = "all"
columns = ["序号", "姓名", "证件号码", "手机号码", "预约数量"]
"#
        )
    }

    /// Writes the whole sample into a folder.
    ///
    /// # Errors
    /// A file cannot be written, or the folder is in the data folder `own`.
    pub fn write_to(&self, folder: &Path, own: &Path) -> Result<Written, SampleError> {
        let (roster, damaged) = sheets::roster(self)?;
        let csv = self.roster_csv();
        let (csv, ..) = GB18030.encode(&csv);
        let files = [
            ("roster.xlsx", roster),
            ("roster.csv", csv.into_owned()),
            ("round-1.toml", self.round_toml(1).into_bytes()),
            ("round-2.toml", self.round_toml(2).into_bytes()),
            ("reservations-1.xlsx", sheets::reservations(self, 1)?),
            ("reservations-2.xlsx", sheets::reservations(self, 2)?),
            ("notice.md", include_str!("notice.md").as_bytes().to_vec()),
            ("truth.json", serde_json::to_vec_pretty(&damaged)?),
        ];
        let own = DataFolder::new(own);
        let mut written = Vec::new();
        for (name, bytes) in files {
            let path = folder.join(name);
            own.write_output(&path, &bytes)?;
            written.push(path);
        }
        Ok(Written {
            files: written,
            residents: self.people().count(),
            damaged,
        })
    }

    /// A clean list, as another program exports it.
    fn roster_csv(&self) -> String {
        let mut csv = String::from("姓名,性别,身份证号,联系电话,小区,楼栋,单元,室号,与户主关系\r\n");
        for (household, person) in self.people() {
            let fields = [
                person.name.as_str(),
                person.sex,
                person.document_number.as_deref().unwrap_or_default(),
                person.phone.as_deref().unwrap_or_default(),
                &household.estate,
                &household.building,
                household.unit.as_deref().unwrap_or_default(),
                &household.room,
                person.relation,
            ];
            csv.push_str(&fields.join(","));
            csv.push_str("\r\n");
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_a_folder_that_is_the_same_each_time() {
        let committee = Committee::invent(120, 9);
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let own = one.path().join("data");
        let written = committee.write_to(one.path(), &own).unwrap();
        committee.write_to(two.path(), &own).unwrap();
        assert_eq!(written.files.len(), 8);
        for file in written
            .files
            .iter()
            .filter(|file| file.extension().is_some_and(|e| e != "xlsx"))
        {
            let again = two.path().join(file.file_name().unwrap());
            assert_eq!(std::fs::read(file).unwrap(), std::fs::read(again).unwrap());
        }
    }
}
