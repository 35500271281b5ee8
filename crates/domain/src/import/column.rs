//! The fields a spreadsheet column can be taken as, for the roster, for reservations, for tasks and for orders.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the rows of a sheet are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Residents for the roster 居民台账.
    Roster,
    /// Reservations 预约登记 of one round.
    Reservations,
    /// Rows to be verified 核查任务, taken as they are written.
    Tasks,
    /// What residents ask for 工单, taken as it is written.
    Orders,
}

impl ImportKind {
    /// Whether rows are taken as they are written, and their people looked for later.
    pub(super) fn is_written(self) -> bool {
        matches!(self, ImportKind::Tasks | ImportKind::Orders)
    }
}

/// A field a column can be taken as. One list for all kinds; [`Column::serves`] says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// 姓名.
    Name,
    /// 性别: `男` or `女`.
    Sex,
    /// 出生日期: `YYYY-MM-DD`.
    BirthDate,
    /// 证件类型, as written.
    DocumentKind,
    /// 证件号码.
    DocumentNumber,
    /// 手机号码 or landline.
    Phone,
    /// A second number of the same person.
    SecondPhone,
    /// 街镇: the town or street office that a place belongs to.
    Town,
    /// 居委会, by its name.
    Committee,
    /// 小区, with its lane where there is one (路 + 弄).
    Estate,
    /// 楼栋: number of the building, `号`, `幢`, `栋` or `号楼`.
    Building,
    /// 单元.
    Unit,
    /// 室.
    Room,
    /// 现住地址 in one cell; split into the four above, given whole only when it cannot be.
    Address,
    /// 户籍地址.
    RegisteredAddress,
    /// 户编号.
    HouseholdNumber,
    /// 与户主关系.
    Relation,
    /// 标签, several separated by `、`.
    Tags,
    /// 预约数量: a whole number.
    Quantity,
    /// 登记时间: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SS`.
    RegisteredAt,
    /// 登记来源.
    Source,
    /// 来源编号: by what a source knows a row.
    Reference,
    /// 截止时间: as 登记时间.
    Deadline,
    /// 备注.
    Note,
    /// 标题 of an order.
    Title,
    /// 诉求内容: what is asked for.
    Body,
    /// 诉求类型, in the source's words.
    Category,
    /// 紧急程度, in the source's words.
    Urgency,
    /// 区级直办: whether the district answers an order itself.
    ByDistrict,
}

impl Column {
    /// Every field, in the order a screen lists them.
    pub const ALL: [Column; 29] = [
        Column::Name,
        Column::Sex,
        Column::BirthDate,
        Column::DocumentKind,
        Column::DocumentNumber,
        Column::Phone,
        Column::SecondPhone,
        Column::Town,
        Column::Committee,
        Column::Estate,
        Column::Building,
        Column::Unit,
        Column::Room,
        Column::Address,
        Column::RegisteredAddress,
        Column::HouseholdNumber,
        Column::Relation,
        Column::Tags,
        Column::Quantity,
        Column::RegisteredAt,
        Column::Source,
        Column::Reference,
        Column::Deadline,
        Column::Note,
        Column::Title,
        Column::Body,
        Column::Category,
        Column::Urgency,
        Column::ByDistrict,
    ];

    /// Whether rows of this kind have the field.
    pub fn serves(self, kind: ImportKind) -> bool {
        use Column::{
            BirthDate, Body, ByDistrict, Category, Committee, Deadline, DocumentNumber, HouseholdNumber, Name, Note,
            Phone, Quantity, Reference, RegisteredAddress, RegisteredAt, Relation, SecondPhone, Sex, Source, Tags,
            Title, Town, Urgency,
        };
        let of_orders = matches!(self, Title | Body | Category | Urgency | ByDistrict);
        match kind {
            ImportKind::Roster => {
                !(of_orders
                    || matches!(
                        self,
                        Town | Committee | Quantity | RegisteredAt | Source | Reference | Deadline
                    ))
            }
            ImportKind::Reservations => {
                !(of_orders
                    || matches!(
                        self,
                        Sex | BirthDate
                            | SecondPhone
                            | RegisteredAddress
                            | HouseholdNumber
                            | Relation
                            | Tags
                            | Town
                            | Committee
                            | Reference
                            | Deadline
                    ))
            }
            ImportKind::Orders => {
                matches!(
                    self,
                    Name | Phone | SecondPhone | Committee | RegisteredAt | Source | Reference | Deadline | Note
                ) || of_orders
                    || self.is_place()
            }
            ImportKind::Tasks => {
                matches!(
                    self,
                    Name | DocumentNumber | Phone | SecondPhone | Committee | Source | Reference | Deadline | Note
                ) || self.is_place()
            }
        }
    }

    /// The field's name for the clerk.
    pub fn label(self) -> &'static str {
        match self {
            Column::Name => "姓名",
            Column::Sex => "性别",
            Column::BirthDate => "出生日期",
            Column::DocumentKind => "证件类型",
            Column::DocumentNumber => "证件号码",
            Column::Phone => "手机号码",
            Column::SecondPhone => "第二电话",
            Column::Town => "街镇",
            Column::Committee => "居委会",
            Column::Estate => "小区",
            Column::Building => "楼栋",
            Column::Unit => "单元",
            Column::Room => "室号",
            Column::Address => "现住地址",
            Column::RegisteredAddress => "户籍地址",
            Column::HouseholdNumber => "户编号",
            Column::Relation => "与户主关系",
            Column::Tags => "标签",
            Column::Quantity => "预约数量",
            Column::RegisteredAt => "登记时间",
            Column::Source => "登记来源",
            Column::Reference => "来源编号",
            Column::Deadline => "截止时间",
            Column::Note => "备注",
            Column::Title => "标题",
            Column::Body => "诉求内容",
            Column::Category => "诉求类型",
            Column::Urgency => "紧急程度",
            Column::ByDistrict => "区级直办",
        }
    }

    /// The stable name used in mappings and on the command line (`document_number`).
    pub fn code(self) -> &'static str {
        match self {
            Column::Name => "name",
            Column::Sex => "sex",
            Column::BirthDate => "birth_date",
            Column::DocumentKind => "document_kind",
            Column::DocumentNumber => "document_number",
            Column::Phone => "phone",
            Column::SecondPhone => "second_phone",
            Column::Town => "town",
            Column::Committee => "committee",
            Column::Estate => "estate",
            Column::Building => "building",
            Column::Unit => "unit",
            Column::Room => "room",
            Column::Address => "address",
            Column::RegisteredAddress => "registered_address",
            Column::HouseholdNumber => "household_number",
            Column::Relation => "relation",
            Column::Tags => "tags",
            Column::Quantity => "quantity",
            Column::RegisteredAt => "registered_at",
            Column::Source => "source",
            Column::Reference => "reference",
            Column::Deadline => "deadline",
            Column::Note => "note",
            Column::Title => "title",
            Column::Body => "body",
            Column::Category => "category",
            Column::Urgency => "urgency",
            Column::ByDistrict => "by_district",
        }
    }

    /// The field with this code or Chinese label.
    pub fn parse(text: &str) -> Option<Column> {
        Column::ALL
            .into_iter()
            .find(|column| column.code() == text || column.label() == text)
    }

    /// One of the fields of which a row that is taken as it is written must have one: they say whom it is about, or what an
    /// order asks for.
    pub(super) fn is_said(self, kind: ImportKind) -> bool {
        use Column::{Body, DocumentNumber, Name, Phone, SecondPhone, Title, Town};
        match kind {
            ImportKind::Orders => matches!(self, Title | Body),
            _ => matches!(self, Name | DocumentNumber | Phone | SecondPhone) || self.is_place() && self != Town,
        }
    }

    /// One of the fields that say where a person lives.
    pub fn is_place(self) -> bool {
        use Column::{Address, Building, Estate, Room, Town, Unit};
        matches!(self, Town | Estate | Building | Unit | Room | Address)
    }
}
