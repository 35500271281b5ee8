//! What was found wrong or was cleaned in a cell, with its place, for the preview and the report.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use super::column::Column;
use super::grid::column_letter;
use crate::writing::quoted;

/// Whether the cell was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Cleaned, or kept as it is; the clerk may want to look.
    Warning,
    /// Not taken: the cell (or the row) has to be corrected by hand.
    Error,
}

/// What was found, with its sentence, in which the cell's value and what it became have their places. The names are stable:
/// scripts and screens know them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// A number lost its last digits in a spreadsheet (3.10115E+17, or 000 at the end).
    #[error("“{{value}}”是表格软件改成科学计数的号码，末几位可能已经丢失，没有导入，请按证件或原始记录重新填写")]
    NumberDamaged,
    /// An ID number that may have lost its last digits: it ends in 000 and yet its check digit fits.
    #[error("“{{value}}”末尾是 000，可能是表格软件丢了位数，已导入，请核对证件")]
    NumberSuspect,
    /// A spreadsheet turned the value into a date (`3-12` into 12 March).
    #[error("表格软件把这一格变成了日期“{{value}}”，原来的内容无法得知，没有导入")]
    TurnedIntoDate,
    /// The cell holds a spreadsheet error (#N/A).
    #[error("这一格是错误值“{{value}}”，没有导入")]
    CellError,
    /// A formula that was never calculated, or gives 0: programs that write sheets leave that to Excel.
    #[error("这一格是没有算过的公式（{{value}}），没有导入，请用 Excel 或 WPS 打开表格、保存一次再导入")]
    Uncalculated,
    /// Bytes that no character stands for (U+FFFD).
    #[error("“{{value}}”里有无法识别的乱码，没有导入")]
    UnreadableCharacter,
    /// Longer than the field may be.
    #[error("内容太长（{{became}} 字），没有导入：“{{value}}”")]
    TooLong,
    /// Full-width letters or digits were written in their usual width.
    #[error("全角字符已改为半角：“{{value}}”→“{{became}}”")]
    FullWidth,
    /// Blanks or line breaks were taken out.
    #[error("去掉了空格或换行：“{{value}}”→“{{became}}”")]
    Blanks,
    /// Characters that cannot be seen were taken out.
    #[error("去掉了看不见的字符，现为“{{became}}”")]
    Invisible,
    /// The apostrophe a spreadsheet puts before a number kept as text was taken out.
    #[error("去掉了开头的撇号：“{{value}}”→“{{became}}”")]
    Apostrophe,
    /// A private-use character was replaced by the character it stood for in GBK.
    #[error("旧编码的生僻字已换成标准字，现为“{{became}}”")]
    PrivateUse,
    /// A private-use character that stands for nothing known; kept.
    #[error("“{{value}}”里有自造字，别的电脑上看不到，请核对")]
    PrivateUseUnknown,
    /// A character that no office prints (a picture); kept.
    #[error("“{{value}}”里有打印不出来的符号，打印时留空框，请核对")]
    Unprintable,
    /// A radical or a compatibility character was replaced by the character it stands for.
    #[error("部首或兼容字符已换成标准字：“{{value}}”→“{{became}}”")]
    Variant,
    /// The dot between the parts of a name was written as ID cards have it.
    #[error("姓名中的间隔号已统一：“{{value}}”→“{{became}}”")]
    NameDot,
    /// Another harmless difference in writing (`.0` at the end, dashes in a phone number).
    #[error("写法已统一：“{{value}}”→“{{became}}”")]
    Notation,
    /// Not a valid ID number (length, birth date or check digit); kept as written.
    #[error("“{{value}}”不是有效的证件号码（{{became}}），已照原样保留")]
    DocumentInvalid,
    /// Not a phone number; kept as written.
    #[error("“{{value}}”不像电话号码，已照原样保留")]
    PhoneInvalid,
    /// Two phone numbers in one cell; the second became the second phone.
    #[error("一格里有两个电话“{{value}}”，第二个记为“{{became}}”")]
    TwoPhones,
    /// A phone number for which there is no place.
    #[error("多出的电话“{{became}}”没有地方可记，没有导入")]
    PhoneDropped,
    /// Words beside a phone number were not taken.
    #[error("电话旁的文字没有导入：“{{value}}”→“{{became}}”")]
    PhoneRemark,
    /// A word that names no kind of document: the number decides.
    #[error("“{{value}}”不是认得的证件类型，按证件号码判断")]
    KindUnknown,
    /// A number abroad: kept as it was written.
    #[error("“{{became}}”是境外号码，已照原样记下，收不到短信")]
    PhoneAbroad,
    /// Not a date, or only part of one.
    #[error("“{{value}}”不是完整的日期，没有导入")]
    DateInvalid,
    /// A date that was stored as a plain number of days.
    #[error("数字“{{value}}”按表格的日期序号读作 {{became}}")]
    DateSerial,
    /// Neither 男 nor 女.
    #[error("“{{value}}”不是男或女，没有导入")]
    SexInvalid,
    /// Differs from the sex in the ID number; both kept.
    #[error("写的是“{{value}}”，证件号码里是“{{became}}”，请核对")]
    SexConflict,
    /// Differs from the birth date in the ID number; both kept.
    #[error("写的是“{{value}}”，证件号码里是“{{became}}”，请核对")]
    BirthConflict,
    /// Not a whole number above zero.
    #[error("“{{value}}”不是数量，没有导入")]
    QuantityInvalid,
    /// Building and room were the wrong way round and were swapped.
    #[error("楼栋和室号填反了，已对调：“{{value}}”→“{{became}}”")]
    Swapped,
    /// One cell held building, unit and room; it was split.
    #[error("一格里有楼栋和室号，已分开：“{{value}}”→“{{became}}”")]
    Split,
    /// An address that could not be split; kept whole.
    #[error("“{{value}}”分不出楼栋和室号，没有据此归户，台账已有的住址不变，整条地址照原样记下")]
    AddressUnsplit,
    /// Not enough to tell a home: a room without building or estate, a building without a room. Kept as it is.
    #[error("只写了“{{value}}”，没有{{became}}，看不出是哪一户：没有据此归户，台账已有的住址不变，写的照原样记下")]
    HomeIncomplete,
    /// A registered address that says it is the home (同现住址) became the home's address.
    #[error("“{{value}}”已按现住地址记为“{{became}}”")]
    SameAsHome,
    /// The address disagrees with the estate, building or room column; the columns were taken.
    #[error("地址“{{value}}”与楼栋、室号栏不一致，以“{{became}}”为准")]
    AddressConflict,
    /// The building came from a heading above the row, from the title or from the tab's name.
    #[error("没有写楼栋，按{{value}}记为“{{became}}”")]
    FromOutside,
    /// The address, or its first part, came from the row above in which the household or the building begins.
    #[error("空着的住址按{{value}}记为“{{became}}”，请核对是不是同一户")]
    FilledDown,
    /// The row says no address, and its household cannot be told.
    #[error("没有写住址，没有据此归户，台账已有的住址不变")]
    HomeBlank,
    /// The column is another person's (配偶, 监护人, 网格员), or it cannot be told whose it is: not taken.
    #[error(
        "这一列看来是别人的（例如并排的另一个人）、看不出是谁的，或与别的列是同一项，没有导入；要导入请指定它是哪一项，或移到下面另起一行"
    )]
    OtherPerson,
    /// A row of separated text that goes on behind the header: a separator too many has moved its values; not taken.
    #[error(
        "这一行比表头多出“{{value}}”，多半是某一格里有逗号没有用引号括起来，后面的都串了列：没有导入，请改好这一行再导入"
    )]
    RowShifted,
    /// A column with content and without a header; not taken.
    #[error(
        "这一列有 {{became}} 行内容（例如“{{value}}”），却没有表头，没有导入：请补上表头，并核对表头与下面的内容有没有错开"
    )]
    ColumnUnnamed,
    /// The row is hidden in the sheet; not taken.
    #[error("这一行在表格里是隐藏的，没有导入：“{{value}}”")]
    RowHidden,
    /// The row is struck out in the sheet; not taken.
    #[error("这一行在表格里划掉了，没有导入：“{{value}}”")]
    RowStruck,
    /// `同上` or a ditto mark: the value of the row above was taken.
    #[error("“{{value}}”已按上一行填为“{{became}}”")]
    Ditto,
    /// `同上` where it can mean nothing: a name or a number is one person's own, or there is nothing above.
    #[error("“{{value}}”没有导入：上一行没有可以照抄的，或这一项各人不同，请填写本人的")]
    DittoRefused,
    /// A name of digits only; kept.
    #[error("“{{value}}”只有数字，不像姓名，已照原样保留，请核对是不是串了列")]
    NameOfDigits,
    /// A name with something that no name has: two people in one cell, a number, a remark; kept.
    #[error("“{{value}}”不像一个人的姓名，已照原样保留，请核对：一格只写一个人，不带序号和备注")]
    NameUnlike,
    /// The document number is a known person's who has another name; the row was taken for theirs.
    #[error("台账里这个证件号码的人叫“{{value}}”，已改为“{{became}}”，请核对是不是同一个人")]
    NameReplaced,
    /// The document number is a known person's who has another name, phone and home; taken as a person of its own.
    #[error("台账里这个证件号码的人叫“{{value}}”，姓名、电话、住址都不同：“{{became}}”另记一人，两人的证件号码请核对")]
    NumberOfAnother,
    /// The row has no name.
    #[error("没有姓名")]
    NameMissing,
    /// The same row is in the file already.
    #[error("与{{became}}完全相同")]
    DuplicateRow,
    /// The same document number is in the file already, with other content.
    #[error("证件号码与{{became}}相同，其他内容不同")]
    DuplicateDocument,
    /// The same source's number of a row is in the file already, with other content; not taken.
    #[error("编号与{{became}}相同，其他内容不同，没有导入：请核对哪一行是对的；编号若不是每行一个，请改选为备注")]
    DuplicateReference,
    /// A correction of a row that was answered, returned or taken back; not taken.
    #[error("编号“{{value}}”已经答复、退回或收回，没有再导入")]
    ReferenceClosed,
    /// A row whose number is there for somebody else altogether: taken in beside it.
    #[error("编号“{{value}}”原来是另一个人（{{became}}），这一行当作新的一条；每天从 1 编起的序号请不要当编号导入")]
    ReferenceOfAnother,
    /// The row was skipped: a total, a footer, hints or a repeated header.
    #[error("这一行不是人员，已跳过：“{{value}}”")]
    RowSkipped,
    /// The row was skipped: it has content, but neither name nor address.
    #[error("这一行没有姓名也没有地址，没有导入：“{{value}}”")]
    RowWithoutPerson,
}

impl ProblemCode {
    /// Cleaning that is told and that nobody has to look at: a file with a tab per building has it in every row.
    pub fn is_routine(self) -> bool {
        use ProblemCode::{
            Apostrophe, Blanks, Ditto, FromOutside, FullWidth, Invisible, NameDot, Notation, PrivateUse, SameAsHome,
            Split, Variant,
        };
        let routine = [
            FullWidth, Blanks, Invisible, Apostrophe, PrivateUse, Variant, NameDot, Notation,
        ];
        routine.contains(&self) || [Split, SameAsHome, FromOutside, Ditto].contains(&self)
    }
}

/// One finding at one place. What it repeats of the sheet is as long as messages quote ([`quoted`]): there may be millions,
/// and the sheet has the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[non_exhaustive]
pub struct Problem {
    /// The sheet's name where more than one sheet is read; else empty.
    #[serde(default)]
    pub sheet: String,
    /// Row number as the spreadsheet shows it, from 1.
    pub row: u32,
    /// Column letter as the spreadsheet shows it; empty when the whole row is meant.
    pub letter: String,
    /// The column's header; empty when the whole row is meant.
    pub header: String,
    /// What was found.
    pub code: ProblemCode,
    /// Whether the cell was taken.
    pub severity: Severity,
    /// The cell as it was.
    pub value: String,
    /// What was taken instead, or what it disagrees with; empty when there is nothing to say.
    pub became: String,
    /// The field that the column is taken as.
    #[serde(skip)]
    pub field: Option<Column>,
}

impl Problem {
    /// A finding about a whole row, from 1.
    pub fn of_row(
        sheet: &str,
        row: u32,
        (code, severity): (ProblemCode, Severity),
        value: &str,
        became: &str,
    ) -> Problem {
        let [sheet, value, became] = [sheet, value, became].map(|text| quoted(text).into_owned());
        Problem {
            sheet,
            row,
            letter: String::new(),
            header: String::new(),
            code,
            severity,
            value,
            became,
            field: None,
        }
    }

    /// The same about the row's cell in a column, from 0, which is taken as a field.
    #[must_use]
    pub(super) fn in_column(self, place: u32, header: &str, field: Option<Column>) -> Problem {
        Problem {
            letter: column_letter(place),
            header: quoted(header).into_owned(),
            field,
            ..self
        }
    }

    /// About how many bytes it takes in memory, its sentence included, which says the same once more.
    pub(super) fn bytes(&self) -> usize {
        let texts = [&self.sheet, &self.letter, &self.header, &self.value, &self.became];
        2 * (size_of_val(self) + texts.iter().map(|text| text.len()).sum::<usize>())
    }

    /// The finding as one Chinese sentence with its place.
    pub fn text(&self) -> String {
        format!("{}：{}", self.place(), self.reason())
    }

    /// Where it is: `“2号楼”第 3 行 B 列“身份证号”`.
    pub fn place(&self) -> String {
        let place = if self.letter.is_empty() {
            format!("第 {} 行", self.row)
        } else if self.header.is_empty() {
            format!("第 {} 行 {} 列", self.row, self.letter)
        } else {
            format!("第 {} 行 {} 列“{}”", self.row, self.letter, self.header)
        };
        let sheet = if self.sheet.is_empty() {
            String::new()
        } else {
            format!("“{}”", self.sheet)
        };
        format!("{sheet}{place}")
    }

    /// What was found, without its place.
    pub fn reason(&self) -> String {
        let sentence = match (self.code, self.severity) {
            (ProblemCode::DocumentInvalid, Severity::Error) if self.became.is_empty() => {
                "“{value}”不是有效的证件号码，没有导入".to_owned()
            }
            (ProblemCode::DocumentInvalid, Severity::Error) => {
                "“{value}”不是有效的证件号码（{became}），没有导入".to_owned()
            }
            (ProblemCode::PhoneInvalid, Severity::Error) => "“{value}”不是电话号码，没有导入".to_owned(),
            (ProblemCode::DateInvalid, Severity::Warning) => {
                "“{value}”没有写几点，只记日期，排在当天写了时间的后面".to_owned()
            }
            (code, _) => code.to_string(),
        };
        let mut pieces = sentence.split('{');
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (place, rest) = piece.split_once('}').unwrap_or((piece, ""));
            text += if place == "value" { &self.value } else { &self.became };
            text += rest;
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_stands_in_its_sentence_as_it_is() {
        let found = |code, severity, became| Problem::of_row("", 3, (code, severity), "{became}{", became).text();
        assert_eq!(
            found(ProblemCode::FullWidth, Severity::Warning, "1"),
            "第 3 行：全角字符已改为半角：“{became}{”→“1”"
        );
        assert_eq!(
            [Severity::Error, Severity::Warning].map(|severity| found(ProblemCode::PhoneInvalid, severity, "")),
            [
                "第 3 行：“{became}{”不是电话号码，没有导入",
                "第 3 行：“{became}{”不像电话号码，已照原样保留"
            ]
        );
    }
}
