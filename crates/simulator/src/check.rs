//! What must be true after a run, once everybody was brought together.

use std::collections::{BTreeMap, BTreeSet};

use linli_domain::operation::{Action, Change, DeviceId, EntityId, EntityKind, PartHeader};
use linli_domain::voucher::{self, Standing};
use linli_protocol::{DeviceCard, Numbered, PullRequest, PushRequest};
use linli_store::Store;
use linli_store::key::DatabaseKey;

use crate::Broken;
use crate::ledger::{Office, Voucher};
use crate::stick::a_stick_carries_the_same;
use crate::world::World;
use crate::{answers, instructions, newer, orders, tasks};

/// All the bytes of an order.
const ALL: usize = usize::MAX;

/// Checks every promise, by means of its own where it can.
pub(crate) fn everything(world: &mut World) -> Result<(), Broken> {
    world.ledger.one_committee_each()?;
    let mut said = Vec::new();
    for office in 0..world.committees.len() {
        let sequence = Sequence::of(world, office)?;
        same_everywhere(world, office)?;
        same_bytes_everywhere(world, office, &sequence)?;
        nothing_lost(world, office)?;
        newer_work_is_kept(world, office, &sequence)?;
        vouchers_stand(world, office)?;
        a_signature_alone_makes_no_voucher(world, office)?;
        hand_outs_come_to_light(world, office)?;
        findings_stand(world, office)?;
        instructions::stand(world, office, &sequence)?;
        answers::stand(world, office)?;
        orders::stand(world, office, &sequence)?;
        said.push(tasks::Said::of(&sequence));
        tasks::stand(world, office, &said[office])?;
        leases_fit(world, office)?;
        a_replay_changes_nothing(world, office, &sequence)?;
        a_newcomer_ends_up_the_same(world, office, &sequence)?;
        a_stick_carries_the_same(world, office, &sequence)?;
        overwritten_values_are_found(world, office)?;
        count(world, office, &sequence)?;
    }
    instructions::are_counted(world)?;
    tasks::are_answered(world, &said)?;
    let summary = &mut world.summary;
    summary.runs[world.committees.len() - 1] += 1;
    summary.runs_with_sticks += usize::from(summary.sticks > 0);
    summary.runs_with_newer += usize::from(summary.newer > 0);
    Ok(())
}

pub(crate) fn store(error: linli_store::Error) -> Broken {
    Broken::error("reading a store", &error)
}

fn district(error: linli_district::Error) -> Broken {
    Broken::error("asking the district", &error)
}

/// A committee's order, as the district tells it.
pub(crate) struct Sequence {
    pub(crate) devices: Vec<DeviceCard>,
    pub(crate) parts: Vec<Numbered>,
}

impl Sequence {
    pub(crate) fn of(world: &World, office: Office) -> Result<Sequence, Broken> {
        let caller = world.caller(office)?;
        let mut parts: Vec<Numbered> = Vec::new();
        loop {
            let after = parts.last().map_or(0, |part| part.number);
            let page = world.district.pull(caller, PullRequest { after }).map_err(district)?;
            if page.parts.is_empty() {
                return Ok(Sequence {
                    devices: page.devices,
                    parts,
                });
            }
            parts.extend(page.parts);
        }
    }

    /// Changes of things of a kind that no rule rejected, each with the header of its part and the thing.
    pub(crate) fn changes(&self, kind: EntityKind) -> impl Iterator<Item = (PartHeader, EntityId, Change)> + '_ {
        self.parts.iter().flat_map(move |numbered| {
            let header = numbered.part.header().ok();
            let rejected: BTreeSet<u64> = numbered.rejected.iter().map(|rejection| rejection.seq).collect();
            let of_kind = numbered
                .part
                .operations
                .iter()
                .enumerate()
                .filter(move |(_, operation)| operation.kind == kind.number());
            of_kind.filter_map(move |(place, operation)| {
                let header = header.clone()?;
                let counts = !rejected.contains(&(header.first_seq + place as u64));
                let change = serde_json::from_str(&operation.change).ok().filter(|_| counts)?;
                Some((header, operation.entity, change))
            })
        })
    }
}

/// Same operations, same state: on every PC, and at the district.
fn same_everywhere(world: &mut World, office: Office) -> Result<(), Broken> {
    let caller = world.caller(office)?;
    let after = world.last_number(office)?;
    let at_the_end = world.district.pull(caller, PullRequest { after }).map_err(district)?;
    let sums: BTreeMap<u8, [u8; 32]> = at_the_end
        .digests
        .iter()
        .map(|digest| (digest.kind, digest.sum))
        .collect();
    let mut hash = None;
    for pc in world
        .pcs
        .iter_mut()
        .filter(|pc| pc.office == office && pc.caller.is_some())
    {
        let waiting = pc.store().view().waiting().map_err(store)?;
        if waiting > 0 {
            return Err(Broken::promise(
                "something waits for ever",
                format!("{waiting} on {}", pc.name),
            ));
        }
        let report = pc.store().check().map_err(store)?;
        if let Some(problem) = report.problems.first() {
            return Err(Broken::promise(
                "a database does not fit its log",
                format!("{} on {}", problem, pc.name),
            ));
        }
        let first = hash.get_or_insert(report.state);
        if *first != report.state {
            return Err(Broken::promise("two PCs differ", format!("{} from the first", pc.name)));
        }
        let own: BTreeMap<u8, [u8; 32]> = pc
            .store()
            .view()
            .digests()
            .map_err(store)?
            .into_iter()
            .map(|(kind, sum)| (kind, sum.0))
            .collect();
        let differs = |kind: &u8| own.get(kind).unwrap_or(&[0; 32]) != sums.get(kind).unwrap_or(&[0; 32]);
        if let Some(kind) = own.keys().chain(sums.keys()).find(|kind| differs(kind)) {
            return Err(Broken::promise(
                "a PC and the district differ",
                format!("{} in kind {kind}", pc.name),
            ));
        }
    }
    let state = hash.map(|hash| hash.to_string()).unwrap_or_default();
    let end = world.summary.state.chain(state.as_bytes());
    world.summary.state = sums.values().fold(end, |end, sum| end.chain(sum));
    Ok(())
}

/// Every PC has the order as the district has it, to the last byte.
fn same_bytes_everywhere(world: &World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    for pc in world.joined(office) {
        let own = pc.store().view().numbered_parts(0, ALL).map_err(store)?;
        if own != sequence.parts {
            let differs = own.iter().zip(&sequence.parts).find(|(own, theirs)| own != theirs);
            let number = differs.map_or(own.len() as u64, |(own, _)| own.number);
            return Err(Broken::promise(
                "a PC's log is not the district's",
                format!("{} from {number} on", pc.name),
            ));
        }
    }
    Ok(())
}

/// Everything that was acknowledged is in everybody's log.
fn nothing_lost(world: &World, office: Office) -> Result<(), Broken> {
    for (device, promised) in world.ledger.acknowledged() {
        if !world.joined(office).any(|pc| pc.device == device) {
            continue;
        }
        for pc in world.joined(office) {
            let (seq, _) = pc.store().chain_of(device).map_err(store)?;
            if seq < promised {
                return Err(Broken::promise(
                    "acknowledged work is lost",
                    format!("{seq} of {promised} on {}", pc.name),
                ));
            }
        }
    }
    Ok(())
}

/// What newer programs wrote is in the order as it was signed, and every PC says how much of it it cannot read.
fn newer_work_is_kept(world: &World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    for part in world.ledger.newer_of(office) {
        if !sequence.parts.iter().any(|numbered| numbered.part == *part) {
            return Err(Broken::promise(
                "a newer program's work is not as it was written",
                &part.header,
            ));
        }
    }
    let operations = sequence.parts.iter().flat_map(|numbered| &numbered.part.operations);
    let unread = operations.filter(|operation| newer::only_newer(operation)).count();
    for pc in world.joined(office) {
        let said = pc.store().view().unread().map_err(store)?;
        if said != unread {
            let detail = format!("{said} of {unread} on {}", pc.name);
            return Err(Broken::promise("what needs a newer program is not told", detail));
        }
    }
    Ok(())
}

/// Every voucher in somebody's hand is good at every counter, and no machine rejected it.
fn vouchers_stand(world: &World, office: Office) -> Result<(), Broken> {
    for pc in world.joined(office) {
        for voucher in world.ledger.in_hands(office) {
            let Voucher {
                round,
                serial,
                reservation,
                ..
            } = voucher;
            let known = pc.store().view().reservation_of_serial(round, serial).map_err(store)?;
            let good = known.as_ref().is_some_and(|known| {
                known.id == reservation && known.state.voucher.is_some_and(|(valid, _)| valid == serial)
            });
            if !good {
                let known = known.map(|known| (known.id, known.state.voucher, known.state.void_vouchers));
                let log = pc.store().view().changes_of(reservation).map_err(store)?;
                let rules: Vec<String> = log.into_iter().filter_map(|logged| logged.rejected).collect();
                let detail = format!(
                    "{serial} of {round} for {reservation} on {}: {known:?} {rules:?}",
                    pc.name
                );
                return Err(Broken::promise("a printed voucher is not good", detail));
            }
            let standing = pc
                .store()
                .view()
                .voucher_standing(&said(&voucher), voucher.by, true)
                .map_err(store)?;
            if standing != Standing::Good {
                let detail = format!("{serial} of {round} is {standing:?} on {}", pc.name);
                return Err(Broken::promise("a printed voucher does not verify", detail));
            }
        }
    }
    Ok(())
}

/// What a voucher's code says.
fn said(voucher: &Voucher) -> voucher::Voucher {
    let quantity = u16::try_from(voucher.quantity).unwrap_or(u16::MAX);
    voucher::Voucher {
        round: voucher.round,
        serial: voucher.serial,
        quantity,
        until: None,
    }
}

/// Whoever has the key of a PC whose access was taken away makes no voucher with it: not those that it printed and never
/// handed over, not with the numbers it was leased, and not with any others.
fn a_signature_alone_makes_no_voucher(world: &World, office: Office) -> Result<(), Broken> {
    for (device, unheard_of) in world.ledger.revoked(office) {
        let Some(thief) = world.pcs.iter().find(|pc| pc.device == device) else {
            continue;
        };
        let key = thief.store().view().voucher_key().map_err(store)?;
        for pc in world.joined(office) {
            let opened = pc.store();
            let view = opened.view();
            let mut made: Vec<voucher::Voucher> = unheard_of.iter().map(said).collect();
            for (round, quota) in world.ledger.rounds_of(office) {
                let counted = view.counted_serials(round).map_err(store)?;
                let unused = (1..=quota + 1).filter(|serial| !counted.contains(serial));
                made.extend(unused.map(|serial| voucher::Voucher {
                    round,
                    serial,
                    quantity: 5,
                    until: None,
                }));
            }
            for voucher in &made {
                let standing = view.voucher_standing(voucher, device, true).map_err(store)?;
                if matches!(standing, Standing::Good | Standing::Leased) {
                    let detail = format!("{voucher:?} of {} is {standing:?} on {}", thief.name, pc.name);
                    return Err(Broken::promise("a revoked PC's key makes a voucher", detail));
                }
            }
            // One of them as it is scanned: its signature is right, and known.
            if let Some(voucher) = made.first() {
                let read = view.read_voucher(&voucher.qr_text(&key)).map_err(store)?;
                if read != Ok((*voucher, device)) {
                    return Err(Broken::promise(
                        "a PC's signature is not known",
                        format!("{read:?} on {}", pc.name),
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Everything that went over a counter and nobody took back is in the record, on every PC.
fn hand_outs_come_to_light(world: &mut World, office: Office) -> Result<(), Broken> {
    for pc in world.joined(office) {
        for (reservation, made) in world.ledger.handed_out(office) {
            let known = pc.store().view().reservation(reservation).map_err(store)?;
            let recorded = known.map(|known| known.state.hand_outs()).unwrap_or_default();
            if let Some((by, at)) = made.iter().find(|(_, at)| !recorded.contains(at)) {
                let detail = format!("of {reservation} at {at:?} by {by:?} on {}: {recorded:?}", pc.name);
                return Err(Broken::promise("a hand-out is forgotten", detail));
            }
        }
    }
    world.summary.handed_out_twice += world
        .ledger
        .handed_out(office)
        .filter(|(_, made)| made.len() > 1)
        .count();
    Ok(())
}

/// Goods that anybody found to have gone over a counter count, on every PC, and what was only ever found to be a scan is
/// nobody's hand-out.
fn findings_stand(world: &World, office: Office) -> Result<(), Broken> {
    for pc in world.joined(office) {
        for (reservation, findings) in world.ledger.findings(office) {
            let Some(known) = pc.store().view().reservation(reservation).map_err(store)? else {
                continue;
            };
            for found in findings.iter().filter(|found| found.stands) {
                let detail = || {
                    format!(
                        "{found:?} of {reservation} on {}: {:?}",
                        pc.name,
                        known.state.hand_outs()
                    )
                };
                let (device, at) = found.hand_out;
                let again = known
                    .state
                    .again
                    .iter()
                    .find(|again| again.device == device && again.at == at);
                if found.given && again.is_some_and(|again| again.given != Some(true)) {
                    return Err(Broken::promise(
                        "goods that were found to be handed out are not counted",
                        detail(),
                    ));
                }
                let all_scans = findings
                    .iter()
                    .all(|other| other.hand_out != found.hand_out || !other.given);
                if all_scans && again.is_none() && known.state.collected == Some(at) {
                    return Err(Broken::promise(
                        "what was found to be a scan counts as a hand-out",
                        detail(),
                    ));
                }
            }
        }
    }
    Ok(())
}

/// No number is leased twice, and none beyond the quota.
fn leases_fit(world: &World, office: Office) -> Result<(), Broken> {
    let Some(pc) = world.joined(office).next() else {
        return Ok(());
    };
    for (round, quota) in world.ledger.rounds_of(office) {
        let mut given: BTreeMap<u32, DeviceId> = BTreeMap::new();
        for lease in pc.store().view().leases(round).map_err(store)? {
            if lease.last > quota {
                return Err(Broken::promise(
                    "more numbers leased than the quota",
                    format!("{} of {quota}", lease.last),
                ));
            }
            for serial in lease.first..=lease.last {
                if given.insert(serial, lease.device).is_some() {
                    return Err(Broken::promise(
                        "a number was leased twice",
                        format!("{serial} of {round}"),
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Everything a second time changes nothing, anywhere.
fn a_replay_changes_nothing(world: &mut World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    let caller = world.caller(office)?;
    let last = sequence.parts.len();
    for pc in world
        .pcs
        .iter_mut()
        .filter(|pc| pc.office == office && pc.caller.is_some())
    {
        let before = pc.store().view().state_hash().map_err(store)?;
        pc.store().receive(&sequence.devices, &sequence.parts).map_err(store)?;
        if pc.store().view().state_hash().map_err(store)? != before {
            return Err(Broken::promise("a replay changed a PC", &pc.name));
        }
    }
    let own: Vec<_> = sequence.parts.iter().map(|numbered| numbered.part.clone()).collect();
    for page in own.chunks(linli_protocol::PARTS) {
        // The district's own parts are not a PC's to bring; it says so and takes the others as known.
        let _refusal = world
            .district
            .push(caller, &PushRequest { parts: page.to_vec() }, world.now);
    }
    let again = world.last_number(office)? as usize;
    if again != last {
        return Err(Broken::promise(
            "a replay changed the district",
            format!("{again} parts, {last} before"),
        ));
    }
    Ok(())
}

/// A PC that comes last and takes in everything at once has the state of those who were there all the time.
fn a_newcomer_ends_up_the_same(world: &World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    let folder = tempfile::tempdir().map_err(|error| Broken::error("making a folder", &error))?;
    let key = DatabaseKey::random().map_err(store)?;
    let mut newcomer = Store::create(&folder.path().join("new.db"), &key).map_err(store)?;
    newcomer.hurry().map_err(store)?;
    newcomer.receive(&sequence.devices, &sequence.parts).map_err(store)?;
    let theirs = world
        .joined(office)
        .next()
        .map(|pc| pc.store().view().state_hash())
        .transpose()
        .map_err(store)?;
    if Some(newcomer.view().state_hash().map_err(store)?) != theirs {
        return Err(Broken::promise("a newcomer differs", "from those who were there"));
    }
    Ok(())
}

/// A value that a clerk set and another PC's overwrote unseen waits in a conflict, or somebody decided against it, or it
/// holds. Worked out from the log alone, without the fold.
fn overwritten_values_are_found(world: &World, office: Office) -> Result<(), Broken> {
    let Some(pc) = world.joined(office).next() else {
        return Ok(());
    };
    let opened = pc.store();
    let view = opened.view();
    let people: Vec<EntityId> = view
        .residents()
        .map_err(store)?
        .iter()
        .filter_map(|resident| resident.id)
        .collect();
    for entity in people {
        crate::oracle::check(view, entity)?;
    }
    Ok(())
}

/// What a run was made of.
fn count(world: &mut World, office: Office, sequence: &Sequence) -> Result<(), Broken> {
    let Some(pc) = world.joined(office).next() else {
        return Ok(());
    };
    let conflicts = pc.store().view().conflicts().map_err(store)?.len();
    let of_office = |device: &DeviceId| world.joined(office).any(|pc| pc.device == *device);
    let acknowledged = world.ledger.acknowledged().filter(|(device, _)| of_office(device));
    let operations: u64 = acknowledged.map(|(_, seq)| seq).sum();
    world.summary.committees += 1;
    world.summary.operations += operations;
    world.summary.vouchers += world.ledger.in_hands(office).len();
    world.summary.conflicts += conflicts;
    let operations = sequence.parts.iter().flat_map(|numbered| &numbered.part.operations);
    let kinds = operations.filter_map(|operation| EntityKind::from_number(operation.kind));
    kinds.for_each(|kind| world.summary.kinds |= 1 << kind.number());
    // Each signature is of everything its PC has written until then: a run that is played again ends the same to the last byte.
    let signatures = sequence.parts.iter().map(|numbered| numbered.part.signature);
    world.summary.state = signatures.fold(world.summary.state, |state, signature| state.chain(&signature));
    let headers = sequence.parts.iter().filter_map(|numbered| numbered.part.header().ok());
    world.summary.numbers_returned += headers
        .filter(|header| header.action == Action::NumbersReturned)
        .count();
    Ok(())
}
