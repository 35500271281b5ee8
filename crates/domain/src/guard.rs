//! Guards: the checks by which the exchange keeps its promises, each with a name, so that the simulator can take one
//! away and must then find what breaks. In the product all of them always stand: the feature `planted-faults` is for the
//! simulator alone.

/// A check that a promise of the exchange rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// A value of another PC that is overwritten unseen is kept as a conflict.
    ConflictKept,
    /// A number outside the PC's leases is not given out.
    WithinLease,
    /// Only the holder of the right issues in an area.
    RightHeld,
    /// A key that has a voucher gets no second one.
    KeyServedOnce,
    /// A number that was ever given out is not given out again.
    SerialUsedOnce,
    /// What gets its number after later ones is folded again, in its place.
    FoldedInOrder,
    /// What arrives of a batch that was taken back is taken back.
    UndoSettled,
    /// The district leases no number before it knows what a PC issued on its own.
    HistoryBeforeLease,
    /// The district never leases more numbers than there are.
    QuotaKept,
    /// A voucher that a step back did not know of stands.
    UnseenVoucherStands,
    /// A right is only given on when its holder has released it.
    RightReleased,
    /// A hand-out after another one, at a counter that did not know of it, stays in the record.
    HandOutKept,
    /// A revoked PC's vouchers are good only where the district has numbered them.
    RevokedNumbered,
    /// The first answer to a task is the answer.
    AnsweredOnce,
    /// The first reply to an order is the reply.
    RepliedOnce,
}

impl Guard {
    /// All of them.
    pub const ALL: [Guard; 15] = [
        Guard::ConflictKept,
        Guard::WithinLease,
        Guard::RightHeld,
        Guard::KeyServedOnce,
        Guard::SerialUsedOnce,
        Guard::FoldedInOrder,
        Guard::UndoSettled,
        Guard::HistoryBeforeLease,
        Guard::QuotaKept,
        Guard::UnseenVoucherStands,
        Guard::RightReleased,
        Guard::HandOutKept,
        Guard::RevokedNumbered,
        Guard::AnsweredOnce,
        Guard::RepliedOnce,
    ];
}

/// Whether a guard stands: always, in the product.
#[cfg(not(feature = "planted-faults"))]
#[inline]
pub const fn stands(_guard: Guard) -> bool {
    true
}

#[cfg(feature = "planted-faults")]
pub use planted::{stands, without};

#[cfg(feature = "planted-faults")]
mod planted {
    use std::cell::Cell;

    use super::Guard;

    thread_local! {
        static TAKEN_AWAY: Cell<Option<Guard>> = const { Cell::new(None) };
    }

    /// Whether a guard stands on this thread.
    pub fn stands(guard: Guard) -> bool {
        TAKEN_AWAY.get() != Some(guard)
    }

    /// Runs something on this thread without one guard, or with all.
    pub fn without<T>(guard: Option<Guard>, run: impl FnOnce() -> T) -> T {
        let before = TAKEN_AWAY.replace(guard);
        let done = run();
        TAKEN_AWAY.set(before);
        done
    }
}
