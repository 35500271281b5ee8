//! Residents, households, buildings, tags.

use linli_domain::id_document::DocumentKind;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Page, Sentence, TimelineItem};

/// Anything typed into the search box.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindRequest {
    /// Name part, pinyin, initials, last digits of phone or ID number, address fragments in any order.
    pub query: String,
    /// The most hits wanted (at most 200).
    pub limit: usize,
}

/// What was found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindResponse {
    /// People, best first.
    pub residents: Vec<ResidentRow>,
    /// How many people match in all.
    pub total: usize,
    /// Households whose address matches, best first (at most 20).
    pub households: Vec<HouseholdRow>,
    /// The reservations of a voucher whose number was typed: one for each round of that number.
    pub reservations: Vec<super::rounds::ReservationRow>,
}

/// A person in a list; masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResidentRow {
    /// Id.
    pub id: String,
    /// Name (not masked inside the office's own lists; masked on paper for posting).
    pub name: String,
    /// 男 or 女.
    pub sex: Option<String>,
    /// Age in full years today.
    pub age: Option<u32>,
    /// Present address, e.g. `齐河路338弄12号501室`.
    pub address: Option<String>,
    /// Short address for narrow lists, e.g. `12-501`.
    pub room: Option<String>,
    /// Household id.
    pub household: Option<String>,
    /// Masked phone.
    pub phone: Option<String>,
    /// Masked document number.
    pub document: Option<String>,
    /// What the document is.
    pub document_kind: DocumentKind,
    /// 人户分离: registered elsewhere.
    pub registered_elsewhere: bool,
    /// Tags.
    pub tags: Vec<String>,
}

/// A household in a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HouseholdRow {
    /// Id.
    pub id: String,
    /// Full address.
    pub address: String,
    /// Estate.
    pub estate: Option<String>,
    /// Building.
    pub building: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Room.
    pub room: Option<String>,
    /// 户编号.
    pub number: Option<String>,
    /// People living there.
    pub residents: usize,
}

/// A filtered slice of the roster.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResidentListRequest {
    /// As in [`FindRequest`]; empty for all.
    pub query: Option<String>,
    /// Only this tag.
    pub tag: Option<String>,
    /// Only this estate.
    pub estate: Option<String>,
    /// Only this building.
    pub building: Option<String>,
    /// Only those with something missing or wrong: `no_document`, `bad_document`, `no_phone`, `no_household`, `registered_elsewhere`.
    pub only: Option<String>,
    /// Which rows.
    pub page: Page,
}

/// A slice of the roster.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResidentListResponse {
    /// How many match in all.
    pub total: usize,
    /// The rows asked for, by address and name.
    pub rows: Vec<ResidentRow>,
    /// Counts for the chips over the list, in the same filter without `only`; `all` of them first.
    pub counts: Vec<ChipCount>,
    /// People by building (`estate|building`), in the same filter without `estate` and `building`.
    pub buildings: Vec<ChipCount>,
    /// People by tag, in the same filter without `tag`.
    pub tags: Vec<ChipCount>,
}

/// A chip over a list and its count.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChipCount {
    /// The chip's value.
    pub key: String,
    /// Rows it would leave.
    pub count: usize,
}

/// A person's card; masked.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResidentCard {
    /// The list row.
    pub row: ResidentRow,
    /// The fields as stored, masked where personal, for the form: an unchanged masked value is not a change.
    pub fields: ResidentFields,
    /// What is wrong with the document number.
    pub document_problem: Option<Sentence>,
    /// People of the same household.
    pub household_members: Vec<ResidentRow>,
    /// The household's full address.
    pub household: Option<HouseholdRow>,
    /// People who may be the same person, each with the reason.
    pub duplicates: Vec<Duplicate>,
    /// People merged into this one.
    pub merged: Vec<ResidentRow>,
    /// Reservations of this person or household.
    pub reservations: Vec<super::rounds::ReservationRow>,
    /// Everything that happened, newest first.
    pub timeline: Vec<TimelineItem>,
}

/// A person's fields as typed into a form. Absent means "not given" on adding, "unchanged" on editing;
/// an empty string clears the field.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(optional_fields)]
pub struct ResidentFields {
    /// Name.
    pub name: Option<String>,
    /// 男 or 女.
    pub sex: Option<String>,
    /// Birth date.
    pub birth_date: Option<String>,
    /// What the document is.
    pub document_kind: Option<DocumentKind>,
    /// The document's number.
    pub document_number: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Another phone.
    pub second_phone: Option<String>,
    /// Registered address (户籍地址).
    pub registered_address: Option<String>,
    /// Relation to the head of the household (与户主关系).
    pub relation: Option<String>,
    /// Contact person and phone (紧急联系人).
    pub contact: Option<String>,
    /// Note.
    pub note: Option<String>,
    /// Household, by id.
    pub household: Option<String>,
    /// Or the present address in words, from which the household is found or made.
    pub address: Option<String>,
}

/// Someone who may be the same person.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Duplicate {
    /// Who.
    pub resident: ResidentRow,
    /// Why.
    pub reason: Sentence,
}

/// Add a person (`id` absent) or change one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResidentSave {
    /// Whom to change.
    pub id: Option<String>,
    /// The fields.
    pub fields: ResidentFields,
    /// Tags, where they change.
    pub tags: Option<Vec<String>>,
    /// Add in spite of possible duplicates.
    pub anyway: bool,
}

/// What came of it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResidentSaved {
    /// The person, where saved.
    pub id: Option<String>,
    /// The batch, where saved.
    pub batch: Option<i64>,
    /// Why nothing was saved: possible duplicates.
    pub duplicates: Vec<Duplicate>,
}

/// Clear values of one person: recorded.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RevealRequest {
    /// Resident, reservation, task or order.
    pub id: String,
}

/// Clear values.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Revealed {
    /// Document number.
    pub document_number: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Another phone.
    pub second_phone: Option<String>,
}

/// Add a tag to people, or take it away.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TagPeople {
    /// The people.
    pub ids: Vec<String>,
    /// The tag's name.
    pub tag: String,
    /// Add (true) or remove.
    pub add: bool,
}

/// An address as somebody types it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddressLook {
    /// As typed so far.
    pub address: String,
}

/// What the roster knows of an address.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddressSeen {
    /// As the roster writes it, or would write it.
    pub written: String,
    /// Whether there is a household.
    pub known: bool,
    /// Whether there is any household in its building.
    pub building_known: bool,
    /// Homes that may be meant, as the roster writes them.
    pub suggested: Vec<String>,
}

/// Write a note on the timeline of a person, a household or an item.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AddNote {
    /// Resident, household, reservation, task or order.
    pub id: String,
    /// The text.
    pub text: String,
}

/// One person was entered twice: `drop` becomes part of `keep`; reversible.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MergeRequest {
    /// The record that stays.
    pub keep: String,
    /// The record that becomes part of it.
    pub drop: String,
    /// Fields to take over from `drop` (names as in [`ResidentFields`]); empty fields are always filled.
    pub take: Vec<String>,
}

/// A household's card.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HouseholdCard {
    /// The household.
    pub row: HouseholdRow,
    /// Note.
    pub note: Option<String>,
    /// Who lives there.
    pub residents: Vec<ResidentRow>,
    /// Its reservations.
    pub reservations: Vec<super::rounds::ReservationRow>,
    /// What happened.
    pub timeline: Vec<TimelineItem>,
}

/// Add or change a household.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct HouseholdSave {
    /// Which; absent to add.
    pub id: Option<String>,
    /// Estate.
    pub estate: Option<String>,
    /// Building.
    pub building: Option<String>,
    /// Unit.
    pub unit: Option<String>,
    /// Room.
    pub room: Option<String>,
    /// 户编号.
    pub number: Option<String>,
    /// Note.
    pub note: Option<String>,
}

/// All buildings, in natural order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Buildings {
    /// The buildings.
    pub buildings: Vec<BuildingRow>,
}

/// A building in numbers.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BuildingRow {
    /// Estate.
    pub estate: String,
    /// Building.
    pub building: String,
    /// Households.
    pub households: usize,
    /// Residents.
    pub residents: usize,
}

/// What the board's colour shows.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Lens {
    /// Lived in or empty.
    Occupied,
    /// How far the household's reservation of a round has come.
    Round {
        /// The round.
        round: String,
    },
    /// Who has a tag.
    Tag {
        /// The tag.
        tag: String,
    },
    /// 人户分离.
    RegisteredElsewhere,
    /// How far the tasks about people of a home are.
    Tasks,
}

/// A building's board.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BoardRequest {
    /// Estate.
    pub estate: String,
    /// Building.
    pub building: String,
    /// Colour.
    pub lens: Lens,
}

/// A building as floors × rooms, top floor first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Board {
    /// Units, in order (one nameless unit where the building has none).
    pub units: Vec<String>,
    /// Floors, top first; rooms without a floor come last under `None`.
    pub floors: Vec<BoardFloor>,
    /// Cells per state.
    pub legend: Vec<ChipCount>,
}

/// One floor.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BoardFloor {
    /// Floor number.
    pub floor: Option<i32>,
    /// Rooms in order.
    pub cells: Vec<BoardCell>,
}

/// One room.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BoardCell {
    /// Household.
    pub household: String,
    /// Unit.
    pub unit: Option<String>,
    /// Room.
    pub room: String,
    /// State under the lens: `occupied`, `empty`, `none`, `registered`, `passed`, `rejected`, `notified`, `collected`, `tagged`, `elsewhere`, `to_visit`, `visited`.
    pub state: String,
    /// How many people (or tagged people) it stands for.
    pub count: usize,
    /// Names of those living there.
    pub who: Vec<String>,
}

/// The tag dictionary.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Tags {
    /// The tags, in the committee's order.
    pub tags: Vec<TagRow>,
}

/// One tag.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TagRow {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// People who have it.
    pub residents: usize,
}

/// Add or rename a tag.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TagSave {
    /// Which; absent to add.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
}

/// Export the roster.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RosterExportRequest {
    /// File; in the export folder where absent.
    pub path: Option<String>,
}
