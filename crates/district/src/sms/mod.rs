//! Messages to residents, asked for by a committee's operation.
//!
//! Must stay true: a message is given to the gateway once, whatever breaks off: it is marked as given before, and where
//! it is not known what came of it, that is said and not tried again. The same operation asks only once, however often
//! a PC sends it.

mod gateway;
mod webhook;

use chrono::TimeDelta;
use linli_domain::item::{Item as _, Stage as _};
use linli_domain::operation::{Action, Change, EntityId, EntityKind};
use linli_domain::phone;
use linli_domain::record::Field;
use linli_domain::reservation::{Reservation, ReservationFact};
use linli_domain::round::{Channel, Outcome, Stage};
use linli_domain::time::Moment;
use linli_domain::voucher;

pub use gateway::{Delivery, Gateway, Log, Message, Template};
pub use webhook::Webhook;

use crate::committee::Committee;
use crate::sequence::entities::Entities;
use crate::sequence::{Draft, Sequence};
use crate::storage::{Row, Transaction};
use crate::{District, Error, values};

/// Not yet given to the gateway.
pub(crate) const WAITING: &str = "waiting";
/// Given; the answer is not known.
const GIVEN: &str = "given";
/// Answered.
const DONE: &str = "done";
/// Most messages looked at in one go.
const AT_ONCE: u64 = 100;
/// When a message that was given and never answered counts as not known.
const LOST: TimeDelta = TimeDelta::minutes(10);

/// A message as it is kept: which operation asks for it, about what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    committee: EntityId,
    number: u64,
    seq: u64,
    reservation: EntityId,
}

impl Asked {
    fn of(row: &Row) -> Result<Asked, Error> {
        Ok(Asked {
            committee: row.get(0)?,
            number: row.get(1)?,
            seq: row.get(2)?,
            reservation: row.get(3)?,
        })
    }

    /// Says in the log what is amiss with this message.
    fn logged(&self, done: Result<(), Error>) {
        if let Err(error) = done {
            let (committee, number, seq) = (self.committee.0, self.number, self.seq);
            tracing::error!(%error, %committee, number, seq, "a message is held up");
        }
    }
}

/// Why a message cannot be sent, where that is so for ever.
///
/// # Errors
/// The database's: the message waits.
fn not_composed(error: Error) -> Result<String, Error> {
    match error {
        Error::Storage(_) => Err(error),
        Error::Denied(denial) => Ok(denial.text),
        Error::Input(text) => Ok(text),
        Error::Serialise(_) | Error::Randomness(_) => {
            tracing::error!(%error, "a message cannot be composed");
            Ok("区级平台读不出要发的内容".into())
        }
    }
}

impl District {
    /// Gives what waits to the gateway, and writes what came of it; gives how many were looked at.
    ///
    /// # Errors
    /// As [`District::send_messages_until`].
    pub fn send_messages(
        &self,
        gateway: &dyn Gateway,
        template: &Template,
        clock: fn() -> Moment,
    ) -> Result<usize, Error> {
        self.send_messages_until(gateway, template, clock, &|| false)
    }

    /// As [`District::send_messages`], but begins no other message once it is told to stop. A message with which something
    /// is amiss holds up no other.
    ///
    /// # Errors
    /// The database's, where it does not say what waits.
    pub fn send_messages_until(
        &self,
        gateway: &dyn Gateway,
        template: &Template,
        clock: fn() -> Moment,
        stopped: &dyn Fn() -> bool,
    ) -> Result<usize, Error> {
        self.give_up_lost(clock())?;
        let waiting = self.messages(WAITING, i64::MAX)?;
        let begun = waiting.into_iter().take_while(|_| !stopped());
        Ok(begun
            .map(|asked| asked.logged(self.send_message(asked, gateway, template, clock)))
            .count())
    }

    fn send_message(
        &self,
        asked: Asked,
        gateway: &dyn Gateway,
        template: &Template,
        clock: fn() -> Moment,
    ) -> Result<(), Error> {
        let Some(composed) = self.take_message(asked, template, clock())? else {
            return Ok(());
        };
        let delivery = match composed {
            Ok(message) => gateway.send(&message),
            Err(reason) => Delivery::Refused(reason),
        };
        self.write_delivery(asked, &delivery, clock())
    }

    /// Messages that were given before the program broke off: nobody knows whether they arrived.
    fn give_up_lost(&self, now: Moment) -> Result<(), Error> {
        for asked in self.messages(GIVEN, now.0.saturating_sub(LOST.num_milliseconds()))? {
            asked.logged(self.write_delivery(asked, &Delivery::Unknown("发送时中断".into()), now));
        }
        Ok(())
    }

    fn messages(&self, state: &str, given_before: i64) -> Result<Vec<Asked>, Error> {
        let sql = "SELECT committee, number, seq, reservation FROM sms
                   WHERE state = $1 AND (given_at IS NULL OR given_at < $2) ORDER BY asked_at LIMIT $3";
        let rows = self.read(|transaction| Ok(transaction.query(sql, &values![state, given_before, AT_ONCE])?))?;
        rows.iter().map(Asked::of).collect()
    }

    /// Marks a message as given and says what it says, or why it cannot be sent; `None` where another server was
    /// faster.
    fn take_message(
        &self,
        asked: Asked,
        template: &Template,
        now: Moment,
    ) -> Result<Option<Result<Message, String>>, Error> {
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE sms SET state = $4, given_at = $5
                 WHERE committee = $1 AND number = $2 AND seq = $3 AND state = $6",
                &values![asked.committee, asked.number, asked.seq, GIVEN, now.0, WAITING],
            )?;
            if changed == 0 {
                return Ok(None);
            }
            let composed = self.compose(transaction, asked, template);
            composed.or_else(|error| not_composed(error).map(Err)).map(Some)
        })
    }

    fn compose(
        &self,
        transaction: &mut dyn Transaction,
        asked: Asked,
        template: &Template,
    ) -> Result<Result<Message, String>, Error> {
        let committee = Committee::load(transaction, asked.committee)?;
        let mut entities = Entities::default();
        entities.load(transaction, asked.committee, [asked.reservation])?;
        let Some(state) = entities.reservation(asked.reservation) else {
            return Ok(Err("预约已不在".into()));
        };
        if !matches!(state.stage(), Stage::ToNotify | Stage::Notified) {
            return Ok(Err(format!("预约现在是“{}”", state.stage().label())));
        }
        let phone = state.get(Field::Phone).and_then(|text| phone::check(text).ok());
        let Some(phone) = phone.filter(phone::Phone::is_mobile) else {
            return Ok(Err("没有能收短信的手机号码".into()));
        };
        let round = self.definition(transaction, asked.committee, state.round)?;
        let voucher = |state: &Reservation| state.voucher.map(|(serial, _)| voucher::number(round.number, serial));
        let text = template.fill(|name| {
            Some(match name {
                "姓名" => state.get(Field::Name).unwrap_or_default().to_owned(),
                "居委会" => committee.name.clone(),
                "轮次" => round.title.clone(),
                "预约号" => state.get(Field::Number).unwrap_or_default().to_owned(),
                "凭证号" => voucher(&state).unwrap_or_default(),
                "领取点" => state.get(Field::PickUp).unwrap_or_default().to_owned(),
                _ => return None,
            })
        });
        let id = format!("{}-{}-{}", asked.committee.0.simple(), asked.number, asked.seq);
        Ok(Ok(Message {
            id,
            to: phone.as_str().to_owned(),
            text,
        }))
    }

    /// Writes what came of a message into the committee's order.
    fn write_delivery(&self, asked: Asked, delivery: &Delivery, now: Moment) -> Result<(), Error> {
        let (outcome, note) = match delivery {
            Delivery::Accepted => (Outcome::Reached, "短信已发出".to_owned()),
            Delivery::Refused(reason) => (Outcome::OutOfService, format!("短信没有发出：{reason}")),
            Delivery::Unknown(reason) => (Outcome::NoAnswer, format!("不知道短信是否发出，没有重发：{reason}")),
        };
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE sms SET state = $4 WHERE committee = $1 AND number = $2 AND seq = $3 AND state = $5",
                &values![asked.committee, asked.number, asked.seq, DONE, GIVEN],
            )?;
            if changed == 0 {
                return Ok(());
            }
            let mut sequence = Sequence::open(self, transaction, asked.committee)?;
            let fact = ReservationFact::Notified {
                channel: Channel::Sms,
                outcome,
                note: Some(note.clone()),
            };
            let (kind, change) = (EntityKind::Reservation, Change::Reservation(fact));
            sequence.write(
                Action::Notified,
                now,
                vec![Draft {
                    kind,
                    entity: asked.reservation,
                    change,
                }],
            )?;
            sequence.close()?;
            Ok(())
        })
    }
}
