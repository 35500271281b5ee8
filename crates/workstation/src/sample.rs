//! "Try it with sample data": an invented committee, set up through the same import as a real one.

use std::sync::Arc;

use chrono::NaiveDate;
use linli_domain::round::RoundDefinition;

use crate::api::JobStarted;
use crate::api::app::{SetupAlone, SetupSample};
use crate::api::import::ImportTarget;
use crate::api::rounds::RoundSave;
use crate::jobs::Progress;
use crate::named::{FormField, Unfit};
use crate::{Error, Session, Workstation, import, rounds};

/// Households invented where the request does not say.
const HOUSEHOLDS: u32 = 600;
/// How many may be asked for.
const HOUSEHOLDS_ALLOWED: std::ops::RangeInclusive<u32> = 100..=8_000;
/// How long the sample's round has been open: all of its registrations lie behind.
const OPEN_SINCE_DAYS: u64 = 3;
/// How long the sample's round stays open, so that the counter can be tried.
const OPEN_FOR_DAYS: u64 = 7;
/// The seed of the sample everybody sees.
const SEED: u64 = 20_200_202;

/// Sets up an invented committee, on a thread of its own.
pub(crate) fn setup_sample(session: &Session, request: SetupSample) -> Result<JobStarted, Error> {
    let households = request.households.unwrap_or(HOUSEHOLDS);
    if !HOUSEHOLDS_ALLOWED.contains(&households) {
        let (min, max) = (*HOUSEHOLDS_ALLOWED.start(), *HOUSEHOLDS_ALLOWED.end());
        return Err(Error::unfit(FormField::Households, &Unfit::OutOfRange { min, max }));
    }
    let mut sample = linli_sample::Committee::invent(households, SEED);
    sample.first_round = session.surroundings.now().date() - chrono::Days::new(OPEN_SINCE_DAYS);
    let ws = session.set_up_alone(&SetupAlone {
        committee: sample.name.clone(),
        district: Some(sample.district.clone()),
        actor: request.actor,
        password: request.password,
    })?;
    ws.mark_sample()?;
    session.jobs.start(move |progress| fill(&ws, &sample, progress))
}

/// Imports the roster, opens a round, and imports its reservations.
fn fill(
    ws: &Arc<Workstation>,
    sample: &linli_sample::Committee,
    progress: &Progress,
) -> Result<crate::api::import::ImportReport, Error> {
    let roster = import::open_file(ws, "roster.xlsx", sample.roster_xlsx()?, ImportTarget::Roster, &[])?;
    let report = import::import(ws, &roster, progress)?;
    let definition = still_open(rounds::read_round_file(&sample.round_toml(1))?, ws.today());
    rounds::round_open(ws, RoundSave { id: None, definition })?;
    let round = rounds::find_round(ws, "1")?.to_string();
    let reservations = sample.reservations_xlsx(1)?;
    let target = ImportTarget::Reservations { round };
    let request = import::open_file(ws, "reservations-1.xlsx", reservations, target, &[])?;
    import::import(ws, &request, progress)?;
    Ok(report)
}

/// The round as one wants to try it: registration still runs, and collection has begun.
fn still_open(definition: RoundDefinition, today: NaiveDate) -> RoundDefinition {
    let until = today + chrono::Days::new(OPEN_FOR_DAYS);
    RoundDefinition {
        closes: format!("{until}T20:00"),
        collect_from: Some(today.to_string()),
        collect_until: Some(until.to_string()),
        ..definition
    }
}
