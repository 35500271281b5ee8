//! Sync packages on a stick.

use std::fs;

use linli_district::random::System;
use serde_json::json;

use super::args::PackageCommand;
use super::devices::find;
use super::{Context, Output, Refusal};

pub(crate) fn run(context: &Context, command: PackageCommand) -> Result<Output, Refusal> {
    match command {
        PackageCommand::Import { file } => {
            let bytes = fs::read(&file).map_err(Refusal::file(&file))?;
            let taken = context.district.take_package(&bytes, context.now(), &mut System)?;
            let mut lines = vec![format!("收下 {} 批，{} 批早已收到", taken.taken, taken.known)];
            if taken.rejected > 0 {
                lines.push(format!("其中 {} 条按规则不予采用", taken.rejected));
            }
            if taken.waiting > 0 {
                lines.push(format!(
                    "{} 批还不能收：前面的数据没有带来，或核对不通过",
                    taken.waiting
                ));
            }
            Ok(Output::new(&taken, lines)?.refused_if(taken.taken == 0 && taken.waiting > 0))
        }
        PackageCommand::Export {
            committee,
            device,
            output,
            after,
        } => {
            let committee = context.district.committee_called(&committee)?;
            let device = find(context, &committee, &device)?;
            context.data.may_write(&output)?;
            let bytes = context
                .district
                .write_package(committee.id, &device, after, context.now(), &mut System)?;
            context.data.write_output(&output, &bytes)?;
            let text = format!(
                "给 {} 电脑 {} 的数据包已写到 {}",
                committee.full_name(),
                device.letter,
                output.display()
            );
            Output::new(&json!({ "file": output, "bytes": bytes.len() }), vec![text])
        }
    }
}
