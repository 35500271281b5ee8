//! Instructions 上级要求: staff send them, clerks acknowledge them; and the notebook of who did. Whoever acknowledged one did so
//! on every PC, each clerk once, and the first time in the district's order counts.

use std::collections::BTreeMap;

use linli_district::instruction::Instruction;
use linli_domain::operation::{Change, DeviceId, EntityId, EntityKind};
use linli_domain::time::Moment;
use linli_workstation::api::instructions::{InstructionAcknowledge, InstructionListRequest};
use linli_workstation::api::{ById, Page};
use linli_workstation::simulation::commands;

use crate::Broken;
use crate::check::Sequence;
use crate::clerk::{Clerk, Did, Stop, done, some};
use crate::ledger::Office;
use crate::world::World;

/// Titles: few, so that some are sent once more.
const TITLES: u32 = 12;
/// Who works now at one PC of a committee, now at another.
const EVERYWHERE: &str = "董敏";
/// Most that are acknowledged in one act.
const AT_ONCE: u32 = 3;

/// Something done: on which PC, and when by its clock.
pub(crate) type Deed = (DeviceId, Moment);

/// When each clerk acknowledged an instruction; false from when it was taken back, or may be unheard of.
type Acknowledged = BTreeMap<String, BTreeMap<Deed, bool>>;

/// What is promised of instructions.
#[derive(Debug, Default)]
pub(crate) struct Instructions(BTreeMap<(Office, EntityId), Acknowledged>);

impl Instructions {
    fn sent(&mut self, office: Office, instruction: EntityId) {
        self.0.entry((office, instruction)).or_default();
    }

    fn acknowledge(&mut self, office: Office, instruction: EntityId, (clerk, deed): (&str, Deed)) {
        let known = self.0.entry((office, instruction)).or_default();
        known.entry(clerk.to_owned()).or_default().insert(deed, true);
    }

    /// What fits was taken back, or may be unheard of.
    pub(crate) fn doubt(&mut self, office: Office, fits: impl Fn(&Deed) -> bool) {
        let of_office = self.0.iter_mut().filter(|((of, _), _)| *of == office);
        let deeds = of_office.flat_map(|(_, clerks)| clerks.values_mut()).flatten();
        deeds
            .filter(|(deed, _)| fits(deed))
            .for_each(|(_, stands)| *stands = false);
    }

    fn of(&self, office: Office) -> impl Iterator<Item = (EntityId, &Acknowledged)> {
        let of_office = self.0.iter().filter(move |((of, _), _)| *of == office);
        of_office.map(|((_, instruction), clerks)| (*instruction, clerks))
    }
}

impl World {
    /// Staff send an instruction to all committees, or to one.
    pub(crate) fn send_instruction(&mut self) -> Result<(), Broken> {
        let title = format!("要求{}", self.random.below(TITLES));
        let body = "请于今日完成。".to_owned();
        let attachments = Vec::new();
        let instruction = Instruction {
            title,
            body,
            attachments,
        };
        let one = self.random.below(2 * self.committees.len() as u32) as usize;
        let all = 0..self.committees.len();
        let offices: Vec<Office> = all
            .filter(|office| one >= self.committees.len() || *office == one)
            .collect();
        let to: Vec<EntityId> = offices.iter().map(|office| self.committees[*office].id).collect();
        let mut chance = self.chance();
        let sent = self.district.send(&instruction, &to, self.now, &mut chance);
        let sent = sent.map_err(|error| Broken::error("sending an instruction", &error))?;
        for office in offices {
            self.ledger.instructions.sent(office, sent.instruction);
        }
        self.tell(|| format!("the district sends an instruction: {sent:?}"));
        Ok(())
    }
}

impl Clerk<'_> {
    /// Somebody acknowledges what is listed, also what was acknowledged before: from now on the one who works at this PC.
    pub(crate) fn acknowledge(&mut self) -> Result<Option<Did>, Stop> {
        let everywhere = self.random.percent(40);
        let clerk = if everywhere {
            EVERYWHERE.to_owned()
        } else {
            self.pc.name.clone()
        };
        done(self.pc.workstation.set_actor(&clerk))?;
        let (offset, limit) = (0, Page::MAX_ROWS);
        let request = InstructionListRequest {
            waiting: self.random.percent(80),
            query: None,
            page: Page { offset, limit },
        };
        let Some(list) = done(commands::instruction_list(&self.pc.workstation, request))? else {
            return Ok(None);
        };
        let rows = some(self.random, list.rows, AT_ONCE);
        let ids = rows.iter().map(|row| row.id.clone()).collect();
        let request = InstructionAcknowledge { ids };
        let Some(written) = done(commands::instruction_acknowledge(&self.pc.workstation, request))? else {
            return Ok(None);
        };
        let new: Vec<&str> = rows
            .iter()
            .filter(|row| !row.acknowledged)
            .map(|row| row.id.as_str())
            .collect();
        if written.changed != new.len() {
            let detail = format!("{} of {new:?}", written.changed);
            return Err(Broken::promise("a clerk acknowledges once", detail).into());
        }
        let deed = (self.pc.device, self.pc.shows());
        for id in new {
            let id = id.parse().map_err(|error| Broken::error("an id", &error))?;
            self.ledger.instructions.acknowledge(self.pc.office, id, (&clerk, deed));
        }
        self.summary.acknowledged += written.changed;
        Ok(written.batch.map(|_| "acknowledges"))
    }
}

/// When each clerk first acknowledged an instruction, in the district's order.
fn first(sequence: &Sequence) -> BTreeMap<(EntityId, String), Moment> {
    let mut first = BTreeMap::new();
    for (header, instruction, change) in sequence.changes(EntityKind::Instruction) {
        if change == Change::Acknowledged {
            first.entry((instruction, header.actor)).or_insert(header.at);
        }
    }
    first
}

/// Every instruction is on every PC, with those who acknowledged it and nobody else.
pub(crate) fn stand(world: &World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    let first = first(sequence);
    for pc in world.joined(office) {
        for (instruction, clerks) in world.ledger.instructions.of(office) {
            let id = instruction.to_string();
            let card = commands::instruction_card(&pc.workstation, ById { id });
            let card = card.map_err(|error| Broken::error("reading an instruction", &error))?;
            let broken = |what: &str, clerk: &str| {
                let detail = format!(
                    "{clerk}, {instruction} on {}: {:?}, {clerks:?}",
                    pc.name, card.acknowledged
                );
                Err(Broken::promise(what, detail))
            };
            for one in &card.acknowledged {
                let known = clerks.get(&one.by).into_iter().flatten();
                if !known.into_iter().any(|((_, at), _)| at.text() == one.at) {
                    return broken("somebody acknowledged who did not", &one.by);
                }
            }
            for (clerk, deeds) in clerks {
                let times: Vec<&str> = card
                    .acknowledged
                    .iter()
                    .filter(|one| one.by == *clerk)
                    .map(|one| one.at.as_str())
                    .collect();
                if times.len() > 1 {
                    return broken("a clerk acknowledged twice", clerk);
                }
                if times.is_empty() && deeds.values().any(|stands| *stands) {
                    return broken("an acknowledgement is forgotten", clerk);
                }
                let certain = deeds.values().all(|stands| *stands);
                let counts = first.get(&(instruction, clerk.clone())).map(|at| at.text());
                if certain && times.first().copied() != counts.as_deref() {
                    return broken("another time than the first counts", clerk);
                }
            }
        }
    }
    Ok(())
}

/// The district counts the committees in which somebody acknowledged.
pub(crate) fn are_counted(world: &World) -> Result<(), Broken> {
    let all = world.district.instructions();
    for sent in all.map_err(|error| Broken::error("the district's instructions", &error))? {
        let acknowledged = |office: &Office| {
            let mut of_office = world.ledger.instructions.of(*office);
            of_office.any(|(instruction, clerks)| {
                instruction == sent.instruction && clerks.values().flatten().any(|(_, stands)| *stands)
            })
        };
        let known = (0..world.committees.len()).filter(acknowledged).count();
        if sent.acknowledged < known {
            return Err(Broken::promise(
                "the district counts too few committees",
                format!("{sent:?}, {known} acknowledged"),
            ));
        }
    }
    Ok(())
}
