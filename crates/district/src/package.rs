//! Sync packages: the exchange with a PC that no network reaches. What is in them is what travels over HTTP.

use linli_domain::operation::EntityId;
use linli_domain::time::Moment;
use linli_protocol::package::{self, PackageBody};
use linli_protocol::{DenialCode, PARTS, PullRequest, PushRequest, SignedPart};

use crate::committee::{Caller, Committee, Device};
use crate::district::audit;
use crate::random::Randomness;
use crate::{District, Error, values};

/// What came of taking a package in.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct TakenIn {
    /// Parts that were new and have their number now.
    pub taken: usize,
    /// Parts that were here already.
    pub known: usize,
    /// Operations of these that do not count.
    pub rejected: usize,
    /// Parts that wait on: something before them is missing, or they were refused.
    pub waiting: usize,
}

fn problem(problem: package::PackageProblem) -> Error {
    Error::Input(problem.to_string())
}

impl District {
    /// Takes in a package that a PC of a committee wrote for the district. Twice, late or with gaps does no harm.
    ///
    /// # Errors
    /// It is none, not for this district, or not from a PC that still belongs to a committee here.
    pub fn take_package(&self, bytes: &[u8], now: Moment, random: &mut dyn Randomness) -> Result<TakenIn, Error> {
        let header = package::read_header(bytes).map_err(problem)?;
        let committee = self.read(|transaction| {
            let found = Committee::of_package(transaction, (header.committee, header.to))?;
            match found {
                Some(committee) => Ok(committee),
                None if Committee::has_entity(transaction, header.committee)? => {
                    Err(Error::Input("数据包不是给区级平台的".into()))
                }
                None => Err(Error::denied(DenialCode::NotFound, "这里没有写数据包的居委会")),
            }
        })?;
        let devices = self.devices(committee.id)?;
        let sender = devices.iter().find(|device| device.id == header.from);
        let sender = sender.ok_or_else(|| Error::Input("数据包不是本区登记过的电脑写的".into()))?;
        if sender.revoked_at.is_some() {
            return Err(Error::denied(DenialCode::Revoked, "写数据包的电脑已经停用"));
        }
        let body = package::open(bytes, &sender.key()?, &self.key).map_err(problem)?;
        let caller = Caller {
            committee: committee.id,
            device: sender.id,
        };
        let taken = self.push_all(caller, &body.waiting, now)?;
        self.write(|transaction| {
            let sql = "UPDATE device SET received = $3, seen_at = $4 WHERE committee = $1 AND device = $2";
            transaction.execute(sql, &values![committee.id, sender.id, body.received_up_to, now.0])?;
            let detail = format!("{} {}", sender.id.0, taken.taken);
            audit(
                transaction,
                committee.id,
                now,
                random,
                ("staff", "package_import", &detail),
            )
        })?;
        Ok(taken)
    }

    /// Pushes parts as many messages would.
    fn push_all(&self, caller: Caller, parts: &[SignedPart], now: Moment) -> Result<TakenIn, Error> {
        let mut sum = TakenIn {
            waiting: parts.len(),
            ..TakenIn::default()
        };
        for parts in parts.chunks(PARTS) {
            match self.push(caller, &PushRequest { parts: parts.to_vec() }, now) {
                Ok(pushed) => {
                    let known = pushed.verdicts.iter().filter(|verdict| verdict.duplicate).count();
                    sum.known += known;
                    sum.taken += pushed.verdicts.len() - known;
                    sum.waiting -= pushed.verdicts.len();
                    sum.rejected += pushed
                        .verdicts
                        .iter()
                        .map(|verdict| verdict.rejected.len())
                        .sum::<usize>();
                }
                // What cannot be taken waits on, and is counted.
                Err(Error::Denied(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(sum)
    }

    /// Writes a package for a PC: everything after a number, by default after what its last package said it has.
    ///
    /// # Errors
    /// It would be too large, or the database's.
    pub fn write_package(
        &self,
        committee: EntityId,
        device: &Device,
        after: Option<u64>,
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Vec<u8>, Error> {
        let committee = self.read(|transaction| Committee::load(transaction, committee))?;
        let caller = Caller {
            committee: committee.id,
            device: device.id,
        };
        let mut body = PackageBody {
            received_up_to: after.unwrap_or(device.received),
            ..PackageBody::default()
        };
        loop {
            let page = self.pull(
                caller,
                PullRequest {
                    after: body.received_up_to,
                },
            )?;
            (body.devices, body.revoked) = (page.devices, page.revoked);
            let Some(last) = page.parts.last().map(|part| part.number) else {
                break;
            };
            body.received_up_to = last;
            body.numbered.extend(page.parts);
        }
        let (from, to) = ((committee.device, &*self.key), (device.id, &device.key()?));
        let bytes = package::seal(&body, (committee.entity, now), from, to).map_err(problem)?;
        let detail = format!("{} up to {}", device.id.0, body.received_up_to);
        self.write(|transaction| {
            audit(
                transaction,
                committee.id,
                now,
                random,
                ("staff", "package_export", &detail),
            )
        })?;
        Ok(bytes)
    }
}
