//! PCs.

use linli_district::committee::{Committee, Device};
use linli_district::random::System;
use linli_domain::operation::DeviceId;
use serde_json::json;

use super::args::DeviceCommand;
use super::{Context, Output, Refusal};

pub(crate) fn run(context: &Context, command: DeviceCommand) -> Result<Output, Refusal> {
    match command {
        DeviceCommand::List { committee } => {
            let committees = match committee {
                Some(text) => vec![context.district.committee_called(&text)?],
                None => context.district.committees()?,
            };
            list(context, &committees)
        }
        DeviceCommand::Revoke { committee, device } => {
            let committee = context.district.committee_called(&committee)?;
            let device = find(context, &committee, &device)?;
            context
                .district
                .revoke(committee.id, device.id, context.now(), &mut System)?;
            let text = format!(
                "{} 的电脑 {}（{}）已停用",
                committee.full_name(),
                device.letter,
                device.name
            );
            Output::new(&json!({ "device": device.id }), vec![text])
        }
    }
}

fn list(context: &Context, committees: &[Committee]) -> Result<Output, Refusal> {
    let (mut rows, mut lines) = (Vec::new(), Vec::new());
    for committee in committees {
        for device in context.district.devices(committee.id)? {
            let revoked = device.revoked_at.is_some();
            rows.push(json!({
                "committee": committee.number,
                "device": device.id,
                "letter": device.letter,
                "name": device.name,
                "enrolled": device.enrolled_at.text(),
                "seen": device.seen_at.text(),
                "operations": device.last_seq,
                "revoked": revoked,
            }));
            let state = if revoked {
                "已停用".to_owned()
            } else {
                format!("最近联系 {}", device.seen_at.minutes_text())
            };
            let (name, letter, id) = (committee.full_name(), &device.letter, device.id.0);
            lines.push(format!("{name}\t{letter}\t{}\t{id}\t{state}", device.name));
        }
    }
    Output::new(&rows, lines)
}

/// A committee's PC by its id or letter.
pub(crate) fn find(context: &Context, committee: &Committee, text: &str) -> Result<Device, Refusal> {
    let id = text.parse().ok().map(DeviceId);
    let devices = context.district.devices(committee.id)?;
    let found = devices
        .into_iter()
        .find(|device| Some(device.id) == id || device.letter == text.to_uppercase());
    found.ok_or_else(|| Refusal::Words(format!("{} 没有电脑“{text}”", committee.full_name())))
}
