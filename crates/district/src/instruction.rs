//! Instructions: a message of the district to all or some committees.

use linli_domain::operation::{Action, EntityId, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::Moment;

use crate::district::audit;
use crate::order::{Draft, Order};
use crate::random::{self, Randomness};
use crate::{DISTRICT, District, Error};

/// Most bytes of an instruction's text.
const BODY: usize = 64 * 1024;
/// Most characters of its title.
const TITLE: usize = 100;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
}

impl District {
    /// Sends an instruction to committees; gives its id.
    ///
    /// # Errors
    /// It is empty or too long, or the database's: committees before that have it.
    pub fn send(
        &self,
        instruction: &Instruction,
        committees: &[EntityId],
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<EntityId, Error> {
        let (title, body) = (instruction.title.trim(), instruction.body.trim());
        if title.is_empty() || title.chars().count() > TITLE || body.is_empty() || body.len() > BODY {
            return Err(Error::Input(format!("上级要求要有标题（不超过 {TITLE} 字）和正文（不超过 {BODY} 字节）")));
        }
        let entity = random::entity_at(now, random)?;
        for committee in committees {
            self.write(|transaction| {
                let mut order = Order::open(self, transaction, *committee)?;
                let change = created([(Field::Title, Some(title.to_owned())), (Field::Body, Some(body.to_owned()))]);
                let draft = Draft { kind: EntityKind::Instruction, entity, change };
                order.write(Action::InstructionSent, now, vec![draft])?;
                order.close()?;
                Ok(())
            })?;
        }
        let detail = format!("{entity} to {}", committees.len());
        self.write(|transaction| audit(transaction, DISTRICT, now, random, ("staff", "instruction_send", &detail)))?;
        Ok(entity)
    }
}
