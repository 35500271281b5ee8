//! Leases of voucher numbers and rights to issue: what is scarce is given to one PC at a time.
//!
//! Must stay true: no number is leased twice nor beyond the quota, and nothing before the district has all that the
//! committee's PCs did when they were on their own; numbers come back from their PC alone, and only unused ones; a right
//! has one holder, who alone can give it up.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::guard::{Guard, stands};
use linli_domain::item::Stage as _;
use linli_domain::lease::{BLOCK, IssuingRight, LOW, Lease, free_serials, how_many, on_paper, unleased};
use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, FieldChange, Note};
use linli_domain::record::Field;
use linli_domain::round::Stage;
use linli_domain::time::Moment;
use linli_protocol::{AREA_BYTES, AREAS, Denial, DenialCode, LeaseRequest, Leased};

use crate::committee::{Caller, Device};
use crate::random::{self, Randomness};
use crate::sequence::{Draft, Sequence};
use crate::storage::Transaction;
use crate::{District, Error, values};

/// Most unused numbers of a round in one PC's hands, beside one for each who is due in the committee.
const IN_HAND: u32 = BLOCK + LOW;

impl District {
    /// Gives a PC numbers and rights, as far as there are any. They come to it as the district's operations.
    ///
    /// # Errors
    /// The district does not have all the PC did, or there is no such round.
    pub fn lease(
        &self,
        caller: Caller,
        request: &LeaseRequest,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Leased, Error> {
        if request.areas.len() > AREAS {
            return Err(Error::denied(
                DenialCode::BadRequest,
                format!("more than {AREAS} areas"),
            ));
        }
        if request
            .areas
            .iter()
            .any(|area| area.contains('\0') || area.len() > AREA_BYTES)
        {
            return Err(Error::denied(
                DenialCode::BadRequest,
                "an area holds the character NUL, or is too long",
            ));
        }
        self.write(|transaction| {
            let mut sequence = Sequence::open(self, transaction, caller.committee)?;
            let known = sequence
                .devices
                .iter()
                .find(|device| device.id == caller.device)
                .map_or(0, |own| own.last_seq);
            if known < request.last_seq {
                let (text, expected) = ("operations of this PC are missing".into(), Some(known + 1));
                return Err(Denial {
                    code: DenialCode::Gap,
                    text,
                    expected,
                }
                .into());
            }
            let left = sequence.lease_numbers(caller.device, request, now, random)?;
            let held = sequence.ask_rights(caller.device, request, now)?;
            Ok(Leased {
                last: sequence.close()?,
                held,
                left,
            })
        })
    }

    /// Takes a revoked PC's rights away.
    pub(crate) fn free_rights(
        &self,
        transaction: &mut dyn Transaction,
        committee: EntityId,
        device: DeviceId,
        now: Moment,
    ) -> Result<(), Error> {
        let mut sequence = Sequence::open(self, transaction, committee)?;
        let sql = "SELECT issuing_right FROM issuing_right WHERE committee = $1 AND device = $2";
        let rows = sequence.transaction.query(sql, &values![committee, device])?;
        let rights = rows
            .iter()
            .map(|row| row.get(0))
            .collect::<Result<Vec<EntityId>, _>>()?;
        sequence.transaction.execute(
            "DELETE FROM want WHERE committee = $1 AND device = $2",
            &values![committee, device],
        )?;
        sequence.write(
            Action::RightMoved,
            now,
            rights
                .into_iter()
                .map(|right| moved(right, Some(device), None))
                .collect(),
        )?;
        sequence.pass_rights_on(now)?;
        sequence.close()?;
        Ok(())
    }
}

/// The change by which a right gets another holder.
fn moved(right: EntityId, from: Option<DeviceId>, to: Option<DeviceId>) -> Draft {
    let text = |device: Option<DeviceId>| device.map(|device| device.0.to_string());
    let change = FieldChange {
        seen: text(from),
        to: text(to),
    };
    let change = Change::Set(BTreeMap::from([(Field::Device, change)]));
    Draft {
        kind: EntityKind::IssuingRight,
        entity: right,
        change,
    }
}

impl Sequence<'_> {
    /// Leases numbers of a round, in pieces where others gave some back; gives how many are left for others.
    fn lease_numbers(
        &mut self,
        device: DeviceId,
        request: &LeaseRequest,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<u32, Error> {
        let round = self.round(request.round)?;
        let round = round.ok_or_else(|| Error::denied(DenialCode::NotFound, "no such round"))?;
        let leases = self.leases(request.round)?;
        let used = self.used_serials(request.round)?;
        let in_hand = free_serials(&leases, device, &used)
            .filter(|serial| *serial <= round.quota)
            .count() as u32;
        let complete = self
            .devices
            .iter()
            .all(|device| device.complete() || device.revoked_at.is_some())
            || !stands(Guard::HistoryBeforeLease);
        let quota = if stands(Guard::QuotaKept) {
            round.quota
        } else {
            u32::MAX
        };
        let most = IN_HAND.saturating_add(self.due(request.round)?).saturating_sub(in_hand);
        let wish = if complete { request.numbers.min(most) } else { 0 };
        let (mut drafts, mut given) = (Vec::new(), 0);
        for free in unleased(&leases, &used, quota) {
            if given == wish {
                break;
            }
            let first = *free.start();
            let last = (*free.end()).min(first.saturating_add(wish - given - 1));
            let lease = Lease {
                round: request.round,
                device,
                first,
                last,
            };
            let entity = random::entity_at(now, random)?;
            drafts.push(Draft {
                kind: EntityKind::Lease,
                entity,
                change: lease.created(),
            });
            given += last - first + 1;
        }
        self.write(Action::NumbersLeased, now, drafts)?;
        Ok(how_many(&unleased(&leases, &used, round.quota)).saturating_sub(given))
    }

    /// How many of a round are to get a voucher and have none.
    fn due(&mut self, round: EntityId) -> Result<u32, Error> {
        let sql = "SELECT count(*) FROM item
                   WHERE committee = $1 AND list = $2 AND kind = 6 AND stage IN ($3, $4) AND number IS NULL";
        let [passed, told] = Stage::DUE.map(Stage::code);
        let row = self
            .transaction
            .only(sql, &values![self.committee.id, round, passed, told])?;
        Ok(row.get(0)?)
    }

    /// Numbers that were given out, or may be on paper: after its data was put back to a backup, a PC may have printed what
    /// nothing else tells.
    fn used_serials(&mut self, round: EntityId) -> Result<BTreeSet<u32>, Error> {
        let sql = "SELECT serial FROM voucher_serial WHERE committee = $1 AND round = $2";
        let rows = self.transaction.query(sql, &values![self.committee.id, round])?;
        let mut used: BTreeSet<u32> = rows.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
        used.extend(self.on_paper(round)?);
        Ok(used)
    }

    fn on_paper(&mut self, round: EntityId) -> Result<Vec<u32>, Error> {
        let sql = "SELECT p.device, o.change FROM operation o
                   JOIN part p ON p.committee = o.committee AND p.number = o.number
                   WHERE o.committee = $1 AND o.entity = $2 AND o.kind = 5 AND o.what = 'noted'
                   AND o.rejected IS NULL AND o.withdrawn = 0 ORDER BY o.number, o.seq";
        let mut told = Vec::new();
        for row in self.transaction.query(sql, &values![self.committee.id, round])? {
            // Others' remarks, and those of newer programs, say nothing of numbers.
            if let Ok(Change::Noted(Note::NumbersOnPaper { first, last, .. })) =
                serde_json::from_str(&row.get::<String>(1)?)
            {
                told.push((row.get(0)?, first, last));
            }
        }
        Ok(on_paper(told))
    }

    /// Gives a PC the rights that nobody holds; gives the areas that somebody does, who is asked to give them up.
    fn ask_rights(&mut self, device: DeviceId, request: &LeaseRequest, now: Moment) -> Result<Vec<String>, Error> {
        let holders = self.holders(request.round)?;
        let (mut drafts, mut held) = (Vec::new(), Vec::new());
        for area in request.areas.iter().collect::<BTreeSet<_>>() {
            let right = IssuingRight::id(request.round, area);
            match holders.get(area) {
                None => drafts.push(Draft {
                    kind: EntityKind::IssuingRight,
                    entity: right,
                    change: IssuingRight::created(request.round, area, device),
                }),
                Some(None) if self.kept(request.round, area, now)? => {
                    self.want(device, request.round, area, now)?;
                    held.push(area.clone());
                }
                Some(None) => {
                    self.wants_no_more(device, request.round, area)?;
                    self.wants_no_more(self.committee.device, request.round, area)?;
                    drafts.push(moved(right, None, Some(device)));
                }
                Some(Some(holder)) if *holder == device => {}
                Some(Some(holder)) if !stands(Guard::RightReleased) => {
                    drafts.push(moved(right, Some(*holder), Some(device)));
                }
                Some(Some(_)) => {
                    self.want(device, request.round, area, now)?;
                    held.push(area.clone());
                }
            }
        }
        self.write(Action::RightMoved, now, drafts)?;
        Ok(held)
    }

    /// Who holds the rights of a round, by area.
    fn holders(&mut self, round: EntityId) -> Result<BTreeMap<String, Option<DeviceId>>, Error> {
        let sql = "SELECT area, device FROM issuing_right WHERE committee = $1 AND round = $2";
        let rows = self.transaction.query(sql, &values![self.committee.id, round])?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    pub(crate) fn want(&mut self, device: DeviceId, round: EntityId, area: &str, now: Moment) -> Result<(), Error> {
        self.transaction.execute(
            "INSERT INTO want (committee, round, area, device, asked_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            &values![self.committee.id, round, area, device, now.0],
        )?;
        Ok(())
    }

    pub(crate) fn wants_no_more(&mut self, device: DeviceId, round: EntityId, area: &str) -> Result<(), Error> {
        let sql = "DELETE FROM want WHERE committee = $1 AND round = $2 AND area = $3 AND device = $4";
        self.transaction
            .execute(sql, &values![self.committee.id, round, area, device])?;
        Ok(())
    }

    /// Gives rights that have become free, and are not kept for a decision, to whoever asked first.
    pub(crate) fn pass_rights_on(&mut self, now: Moment) -> Result<(), Error> {
        self.flush()?;
        let sql = "SELECT w.round, w.area, w.device FROM want w
                   JOIN issuing_right r ON r.committee = w.committee AND r.round = w.round AND r.area = w.area
                   WHERE w.committee = $1 AND r.device IS NULL ORDER BY w.asked_at, w.device";
        let rows = self.transaction.query(sql, &values![self.committee.id])?;
        let mut passed = BTreeMap::new();
        for row in rows {
            let (round, area, device): (EntityId, String, DeviceId) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let active = |known: &Device| known.id == device && known.revoked_at.is_none();
            if self.devices.iter().any(active) && !self.kept(round, &area, now)? {
                passed.entry((round, area)).or_insert(device);
            }
        }
        let mut drafts = Vec::new();
        for ((round, area), device) in passed {
            self.wants_no_more(device, round, &area)?;
            self.wants_no_more(self.committee.device, round, &area)?;
            drafts.push(moved(IssuingRight::id(round, &area), None, Some(device)));
        }
        self.write(Action::RightMoved, now, drafts)
    }
}
