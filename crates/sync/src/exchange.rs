//! One exchange: hand over what waits, take in what came, ask for numbers and rights, give up what others need, compare.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use linli_domain::operation::DeviceId;
use linli_domain::time::Moment;
use linli_protocol::{DenialCode, KindDigest, PullRequest, Pulled, PushRequest, SignedPart, WantedRight};
use linli_store::Store;

use crate::{District, Error, Fault, NoAnswer, leases};

/// A PC whose clock is further off than this says so.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// Bytes of changes in one push: even where escaping in JSON doubles them, they keep [`linli_protocol::BODY_BYTES`].
const PUSH_BYTES: usize = 3 * 1024 * 1024;

/// What an exchange did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exchanged {
    /// Parts that got their verdict.
    pub pushed: usize,
    /// Operations of others that came.
    pub received: usize,
    /// Parts the district does not take: they wait on, and so does all that follows on them.
    pub refused: usize,
    /// Operations that a stick brought from PCs that were revoked since: the district takes them no more, and they count
    /// here no more either.
    pub forgotten: usize,
    /// How far this PC's clock is ahead of the district's (behind: negative), where that is too much.
    pub clock_off: Option<TimeDelta>,
    /// The state is not the district's although all is exchanged: the database must be built anew from the log.
    pub differs: bool,
    /// The district's digests, where the state differs from them.
    pub theirs: Vec<KindDigest>,
}

/// Exchanges everything there is. May end at any message; the next one goes on from there. `now` is this PC's clock;
/// `progress` is told the last number received, and the last there is.
///
/// # Errors
/// The network, the district's refusal, or this PC's own data. What was done until then stays.
pub fn exchange(
    store: &mut Store,
    district: &dyn District,
    now: Moment,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Exchanged, Error> {
    let off = now.since(district.time()?.at);
    let mut done = Exchanged {
        clock_off: (off.abs() > CLOCK_TOLERANCE).then_some(off),
        ..Exchanged::default()
    };
    let own = store.view().own_device()?;
    let mut refused = Refused::default();
    push(store, district, &mut refused, &mut done)?;
    let mut last = pull(store, district, progress, &mut done)?;
    store.caught_up()?;
    // That the district answers shows that it is the others who were revoked, and not this PC.
    for device in &refused.revoked {
        done.forgotten += store.forget_waiting(*device)?;
    }
    if !refused.devices.contains(&own) && leases::ask(store, district, now)? {
        last = pull(store, district, progress, &mut done)?;
    }
    let released = leases::release(store, &wanted(&last), now)?;
    let gave_back = !refused.devices.contains(&own) && leases::give_back(store, now)?;
    if released || gave_back {
        push(store, district, &mut refused, &mut done)?;
        last = pull(store, district, progress, &mut done)?;
    }
    store.note_revoked(&last.revoked)?;
    for device in &refused.devices {
        done.refused += store.view().waiting_parts_of(*device)?;
    }
    done.differs = differs(store, &last)?;
    if done.differs {
        done.theirs = last.digests;
    }
    Ok(done)
}

/// Whose parts the district does not take.
#[derive(Debug, Default)]
struct Refused {
    /// All of them.
    devices: BTreeSet<DeviceId>,
    /// Other PCs that were revoked.
    revoked: BTreeSet<DeviceId>,
}

/// Hands over what waits, page by page, until nothing does or the district takes no more. What it does not take of
/// another PC's holds nothing else up.
fn push(store: &mut Store, district: &dyn District, refused: &mut Refused, done: &mut Exchanged) -> Result<(), Error> {
    let own = store.view().own_device()?;
    let mut put_off = BTreeSet::new();
    loop {
        let parts = store
            .view()
            .waiting_parts_without(&(&refused.devices | &put_off), PUSH_BYTES)?;
        let Some(first) = parts.first() else {
            if put_off.is_empty() {
                return Ok(());
            }
            // Alone they are denied, with the reason, or taken.
            put_off.clear();
            continue;
        };
        let first = part_id(first)?.0;
        let mut left = parts.iter().map(part_id).collect::<Result<BTreeSet<_>, _>>()?;
        let count = left.len();
        match district.push(&PushRequest { parts }) {
            Ok(pushed) => {
                for verdict in &pushed.verdicts {
                    left.remove(&(verdict.device, verdict.first_seq));
                }
                if left.len() == count {
                    return Err(Fault::Unreadable(NoAnswer::NothingSaid).into());
                }
                store.take_verdicts(&pushed.verdicts)?;
                done.pushed += count - left.len();
                put_off.extend(left.iter().map(|(device, _)| *device));
                if put_off.remove(&own) {
                    refused.devices.insert(own);
                }
            }
            Err(Fault::Denied(denial)) if first != own && may_be_about_a_part(denial.code) => {
                refused.devices.insert(first);
                if denial.code == DenialCode::Revoked {
                    refused.revoked.insert(first);
                }
            }
            // Everything before it has its number from the district.
            Err(Fault::Denied(denial)) if first == own && denial.code == DenialCode::Gap => {
                return Err(linli_store::Error::DistrictBehind.into());
            }
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// A part's author, and the first of its sequence numbers.
fn part_id(part: &SignedPart) -> Result<(DeviceId, u64), Error> {
    let header = part.header().map_err(linli_store::Error::Untrusted)?;
    Ok((header.device, header.first_seq))
}

/// Whether a denial of a page may be that of its first part, and not of the PC that asks.
fn may_be_about_a_part(code: DenialCode) -> bool {
    match code {
        DenialCode::Revoked
        | DenialCode::Forked
        | DenialCode::Gap
        | DenialCode::BadRequest
        | DenialCode::BadSignature
        | DenialCode::OtherCommittee
        | DenialCode::Unknown => true,
        DenialCode::Unauthorised
        | DenialCode::BadCode
        | DenialCode::TooMany
        | DenialCode::Unavailable
        | DenialCode::NotFound => false,
    }
}

/// Takes in what came, page by page, until this PC has the last number there is; gives the last page.
fn pull(
    store: &mut Store,
    district: &dyn District,
    progress: &mut dyn FnMut(u64, u64),
    done: &mut Exchanged,
) -> Result<Pulled, Error> {
    loop {
        let page = take_page(store, district, progress)?;
        done.received += page.operations;
        if page.is_last {
            return Ok(page.pulled);
        }
    }
}

/// A page of the district's order.
pub(crate) struct Page {
    pulled: Pulled,
    /// Operations that were new here.
    operations: usize,
    /// Whether there is nothing more to ask for now.
    pub(crate) is_last: bool,
}

/// Asks for what comes after the last number here, and takes it in.
pub(crate) fn take_page(
    store: &mut Store,
    district: &dyn District,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Page, Error> {
    let after = store.view().received_up_to()?;
    let pulled = district.pull(&PullRequest { after })?;
    if pulled.last < after {
        return Err(linli_store::Error::DistrictBehind.into());
    }
    let operations = store.receive(&pulled.devices, &pulled.parts)?.operations;
    let reached = store.view().received_up_to()?;
    progress(reached, pulled.last);
    if reached == after && !pulled.parts.is_empty() {
        return Err(Fault::Unreadable(NoAnswer::NothingNew).into());
    }
    let is_last = reached >= pulled.last || pulled.parts.is_empty();
    Ok(Page {
        pulled,
        operations,
        is_last,
    })
}

fn wanted(pulled: &Pulled) -> Vec<WantedRight> {
    let mut wanted = pulled.wanted.clone();
    wanted.sort();
    wanted.dedup();
    wanted
}

/// Whether this PC's state is another than the district's, where both have folded the same operations.
fn differs(store: &Store, pulled: &Pulled) -> Result<bool, Error> {
    let view = store.view();
    if pulled.digests.is_empty() || view.waiting()? > 0 || view.received_up_to()? != pulled.last {
        return Ok(false);
    }
    let own = view.digests()?;
    // A clerk may have written in between.
    if view.waiting()? > 0 {
        return Ok(false);
    }
    let theirs: BTreeMap<u8, [u8; 32]> = pulled
        .digests
        .iter()
        .map(|KindDigest { kind, sum }| (*kind, *sum))
        .collect();
    let nothing = [0; 32];
    let kinds = own.keys().chain(theirs.keys());
    Ok(kinds
        .into_iter()
        .any(|kind| own.get(kind).map_or(&nothing, |sum| &sum.0) != theirs.get(kind).unwrap_or(&nothing)))
}

#[cfg(test)]
mod tests;
