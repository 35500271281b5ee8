//! What must be true after a run, once everybody was brought together.

use std::collections::BTreeMap;

use linli_district::committee::Caller;
use linli_domain::operation::EntityId;
use linli_protocol::{Numbered, PullRequest, PushRequest};
use linli_store::Store;
use linli_store::key::DatabaseKey;

use crate::Broken;
use crate::pc::Pc;
use crate::world::World;

/// Checks every promise, by means of its own where it can.
pub(crate) fn everything(world: &mut World) -> Result<(), Broken> {
    same_everywhere(world)?;
    nothing_lost(world)?;
    vouchers_stand(world)?;
    a_replay_changes_nothing(world)?;
    a_newcomer_ends_up_the_same(world)?;
    overwritten_values_are_found(world)?;
    let view = world.pcs[0].store.view();
    world.summary.operations = world.ledger.acknowledged().map(|(_, seq)| seq).sum();
    world.summary.vouchers = world.ledger.in_hands().len();
    world.summary.conflicts = view.conflicts().map_err(store)?.len();
    Ok(())
}

fn store(error: linli_store::Error) -> Broken {
    Broken::error("reading a store", &error)
}

fn district(error: linli_district::Error) -> Broken {
    Broken::error("asking the district", &error)
}

/// Same operations, same state: on every PC, and at the district.
fn same_everywhere(world: &mut World) -> Result<(), Broken> {
    let caller = world.caller()?;
    let last = world.district.pull(caller, PullRequest { after: 0 }).map_err(district)?.last;
    let at_the_end = world.district.pull(caller, PullRequest { after: last }).map_err(district)?;
    let sums: BTreeMap<u8, [u8; 32]> = at_the_end.digests.iter().map(|digest| (digest.kind, digest.sum)).collect();
    let mut hash = None;
    for pc in world.pcs.iter_mut().filter(|pc| pc.caller.is_some()) {
        let waiting = pc.store.view().waiting().map_err(store)?;
        if waiting > 0 {
            return Err(Broken::promise("something waits for ever", format!("{waiting} on {}", pc.name)));
        }
        let report = pc.store.check().map_err(store)?;
        if let Some(problem) = report.problems.first() {
            return Err(Broken::promise("a database does not fit its log", format!("{} on {}", problem, pc.name)));
        }
        let first = hash.get_or_insert(report.state);
        if *first != report.state {
            return Err(Broken::promise("two PCs differ", format!("{} from the first", pc.name)));
        }
        let own: BTreeMap<u8, [u8; 32]> =
            pc.store.view().digests().map_err(store)?.into_iter().map(|(kind, sum)| (kind, sum.0)).collect();
        let differs = |kind: &u8| own.get(kind).unwrap_or(&[0; 32]) != sums.get(kind).unwrap_or(&[0; 32]);
        if let Some(kind) = own.keys().chain(sums.keys()).find(|kind| differs(kind)) {
            return Err(Broken::promise("a PC and the district differ", format!("{} in kind {kind}", pc.name)));
        }
    }
    Ok(())
}

/// Everything that was acknowledged is in everybody's log.
fn nothing_lost(world: &mut World) -> Result<(), Broken> {
    for (device, promised) in world.ledger.acknowledged() {
        let joined = |pc: &&Pc| pc.caller.is_some();
        if !world.pcs.iter().filter(joined).any(|pc| pc.device == device) {
            continue;
        }
        for pc in world.pcs.iter().filter(joined) {
            let (seq, _) = pc.store.chain_of(device).map_err(store)?;
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

/// Every voucher in somebody's hand is good at every counter, and no machine rejected it.
fn vouchers_stand(world: &mut World) -> Result<(), Broken> {
    for pc in world.pcs.iter().filter(|pc| pc.caller.is_some()) {
        for (round, serial, reservation) in world.ledger.in_hands() {
            let known = pc.store.view().reservation_of_serial(round, serial).map_err(store)?;
            let good = known.as_ref().is_some_and(|known| {
                known.id == reservation && known.state.voucher.is_some_and(|(valid, _)| valid == serial)
            });
            if !good {
                let known = known.map(|known| (known.id, known.state.voucher, known.state.void_vouchers));
                return Err(Broken::promise(
                    "a printed voucher is not good",
                    format!("{serial} of {round} for {reservation} on {}: {known:?}", pc.name),
                ));
            }
        }
    }
    Ok(())
}

/// All numbered parts of the committee.
fn numbered(world: &World, caller: Caller) -> Result<(Vec<linli_protocol::DeviceCard>, Vec<Numbered>), Broken> {
    let mut parts: Vec<Numbered> = Vec::new();
    loop {
        let after = parts.last().map_or(0, |part| part.number);
        let page = world.district.pull(caller, PullRequest { after }).map_err(district)?;
        if page.parts.is_empty() {
            return Ok((page.devices, parts));
        }
        parts.extend(page.parts);
    }
}

/// Everything a second time changes nothing, anywhere.
fn a_replay_changes_nothing(world: &mut World) -> Result<(), Broken> {
    let caller = world.caller()?;
    let (devices, parts) = numbered(world, caller)?;
    let last = parts.len();
    for pc in world.pcs.iter_mut().filter(|pc| pc.caller.is_some()) {
        let before = pc.store.view().state_hash().map_err(store)?;
        pc.store.receive(&devices, &parts).map_err(store)?;
        if pc.store.view().state_hash().map_err(store)? != before {
            return Err(Broken::promise("a replay changed a PC", &pc.name));
        }
    }
    let own: Vec<_> = parts.iter().map(|numbered| numbered.part.clone()).collect();
    for page in own.chunks(linli_protocol::PARTS) {
        // The district's own parts are not a PC's to bring; it says so and takes the others as known.
        let _refusal = world.district.push(caller, &PushRequest { parts: page.to_vec() }, world.now);
    }
    let (_, again) = numbered(world, caller)?;
    if again.len() != last {
        return Err(Broken::promise("a replay changed the district", format!("{} parts, {last} before", again.len())));
    }
    Ok(())
}

/// A PC that comes last and takes in everything at once has the state of those who were there all the time.
fn a_newcomer_ends_up_the_same(world: &mut World) -> Result<(), Broken> {
    let caller = world.caller()?;
    let (devices, parts) = numbered(world, caller)?;
    let folder = tempfile::tempdir().map_err(|error| Broken::error("making a folder", &error))?;
    let key = DatabaseKey::random().map_err(store)?;
    let mut newcomer = Store::create(&folder.path().join("new.db"), &key).map_err(store)?;
    newcomer.hurry().map_err(store)?;
    newcomer.receive(&devices, &parts).map_err(store)?;
    let joined = world.pcs.iter().find(|pc| pc.caller.is_some());
    let theirs = joined.map(|pc| pc.store.view().state_hash()).transpose().map_err(store)?;
    if Some(newcomer.view().state_hash().map_err(store)?) != theirs {
        return Err(Broken::promise("a newcomer differs", "from those who were there"));
    }
    Ok(())
}

/// A value that a clerk set and another PC's overwrote unseen waits in a conflict, or somebody decided against it, or it
/// holds. Worked out from the log alone, without the fold.
fn overwritten_values_are_found(world: &World) -> Result<(), Broken> {
    let Some(pc) = world.pcs.iter().find(|pc| pc.caller.is_some()) else { return Ok(()) };
    let view = pc.store.view();
    let people: Vec<EntityId> = view.residents().map_err(store)?.iter().filter_map(|resident| resident.id).collect();
    for entity in people {
        crate::oracle::check(view, entity)?;
    }
    Ok(())
}
