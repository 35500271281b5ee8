//! The commands by name: what a host calls, and what the TypeScript client is made of.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use ts_rs::{Config, TS};

use crate::api::answers::*;
use crate::api::app::*;
use crate::api::backup::*;
use crate::api::exchange::*;
use crate::api::import::*;
use crate::api::instructions::*;
use crate::api::orders::*;
use crate::api::papers::*;
use crate::api::roster::*;
use crate::api::rounds::*;
use crate::api::tasks::*;
use crate::api::vouchers::*;
use crate::api::*;
use crate::{
    Error, Session, answers, app, backup, exchange, filters, import, instructions, known, orders, papers, roster,
    rounds, sample, session, tasks, today, undo,
};
use linli_domain::round::RoundDefinition;
use linli_domain::writing::quoted;

fn parse<T: DeserializeOwned>(request: serde_json::Value) -> Result<T, Error> {
    // A call without parameters may come as null.
    let request = if request.is_null() {
        serde_json::json!({})
    } else {
        request
    };
    serde_json::from_value(request).map_err(Error::Request)
}

fn answer(response: impl Serialize) -> Result<serde_json::Value, Error> {
    serde_json::to_value(response).map_err(|error| Error::Internal(error.to_string()))
}

/// One line a command: what it needs (`session`: works before data is open; `ready`: opened data), its name,
/// request, response and function.
macro_rules! commands {
    ($($needs:ident $name:ident($request:ty) -> $response:ty = $function:path;)*) => {
        /// Runs the command of a name.
        pub(crate) fn dispatch(
            session: &Session,
            name: &str,
            request: serde_json::Value,
        ) -> Result<serde_json::Value, Error> {
            match name {
                $(stringify!($name) => {
                    let request: $request = parse(request)?;
                    let response: $response = commands!(@run $needs session $function, request)?;
                    answer(response)
                })*
                other => Err(Error::UnknownCommand(quoted(other).into_owned())),
            }
        }

        /// The commands on opened data as functions, for the simulator: the same that hosts call by name.
        #[cfg(feature = "simulation")]
        pub mod on_data {
            use super::*;

            $(commands!(@function $needs $name($request) -> $response = $function);)*
        }

        fn export_types(config: &Config) -> Result<Vec<(&'static str, String, String)>, ts_rs::ExportError> {
            let mut commands = Vec::new();
            $(
                <$request as TS>::export_all(config)?;
                <$response as TS>::export_all(config)?;
                commands.push((stringify!($name), <$request as TS>::name(config), <$response as TS>::name(config)));
            )*
            JobStatus::export_all(config)?;
            ImportReport::export_all(config)?;
            ImportProposal::export_all(config)?;
            TicketRead::export_all(config)?;
            ErrorBody::export_all(config)?;
            Ok(commands)
        }
    };
    (@function session $name:ident($request:ty) -> $response:ty = $function:path) => {};
    (@function ready $name:ident($request:ty) -> $response:ty = $function:path) => {
        #[doc = concat!("The command `", stringify!($name), "`.")]
        ///
        /// # Errors
        /// What it refuses.
        pub fn $name(ws: &crate::Workstation, request: $request) -> Result<$response, Error> {
            $function(ws, request)
        }
    };
    (@run session $session:ident $function:path, $request:ident) => { $function($session, $request) };
    (@run ready $session:ident $function:path, $request:ident) => { $function(&*$session.ready()?, $request) };
}

commands! {
    session app_status(Empty) -> AppStatus = session::app_status;
    session setup_alone(SetupAlone) -> AppStatus = session::setup_alone;
    session setup_sample(SetupSample) -> JobStarted = sample::setup_sample;
    session unlock(Unlock) -> AppStatus = session::unlock;
    session join(JoinRequest) -> AppStatus = exchange::join;
    session ticket_read(TicketFile) -> JobStarted = exchange::ticket_read;
    session remarks_seen(Empty) -> Empty = session::remarks_seen;
    session password_set(PasswordSet) -> AppStatus = session::password_set;
    session backup_files(BackupSearch) -> BackupFiles = backup::backup_files;
    session backup_restore(RestoreRequest) -> Restored = backup::backup_restore;
    session job_status(JobRequest) -> JobStatus = app::job_status;
    session job_cancel(JobRequest) -> Empty = app::job_cancel;
    session import_propose(ImportProposeRequest) -> JobStarted = import::import_propose;
    session import_read(ImportRequest) -> JobStarted = import::import_read;
    session import_start(ImportRequest) -> JobStarted = import::import_start;

    ready settings(Empty) -> Settings = app::settings;
    ready settings_save(Settings) -> Settings = app::settings_save;
    ready filters(Empty) -> SavedFilters = filters::filters;
    ready filter_save(SavedFilter) -> SavedFilters = filters::filter_save;
    ready filter_delete(ByName) -> SavedFilters = filters::filter_delete;
    ready committee(Empty) -> CommitteeCard = app::committee;
    ready committee_save(CommitteeCard) -> Done = app::committee_save;
    ready changes_since(ChangesSince) -> Changes = app::changes_since;
    ready today(Empty) -> Today = today::today;
    ready history(HistoryRequest) -> History = app::history;
    ready undo_last(Empty) -> Undone = undo::undo_last;
    ready undo_batch(UndoBatch) -> Undone = undo::undo_batch;
    ready redo_last(Empty) -> Redone = undo::redo_last;
    ready redo_batch(RedoBatch) -> Redone = undo::redo_batch;
    ready path_open(OpenPath) -> Empty = app::path_open;
    ready path_print(OpenPath) -> Empty = app::path_print;
    ready database_check(Empty) -> CheckReport = app::database_check;
    ready backup_state(Empty) -> BackupState = backup::backup_state;
    ready backup_save(BackupRequest) -> Exported = backup::backup_save;

    ready roster_find(FindRequest) -> FindResponse = roster::roster_find;
    ready resident_list(ResidentListRequest) -> ResidentListResponse = roster::resident_list;
    ready resident_card(ById) -> ResidentCard = roster::resident_card;
    ready resident_reveal(RevealRequest) -> Revealed = roster::resident_reveal;
    ready resident_save(ResidentSave) -> ResidentSaved = roster::resident_save;
    ready resident_delete(ById) -> Done = roster::resident_delete;
    ready resident_merge(MergeRequest) -> Done = roster::resident_merge;
    ready resident_unmerge(ById) -> Done = roster::resident_unmerge;
    ready note_add(AddNote) -> Done = roster::note_add;
    ready address_look(AddressLook) -> AddressSeen = roster::address_look;
    ready household_card(ById) -> HouseholdCard = roster::household_card;
    ready household_save(HouseholdSave) -> Done = roster::household_save;
    ready buildings(Empty) -> Buildings = roster::buildings;
    ready building_board(BoardRequest) -> Board = roster::building_board;
    ready tags(Empty) -> Tags = roster::tags;
    ready tag_save(TagSave) -> Done = roster::tag_save;
    ready tag_delete(ById) -> Done = roster::tag_delete;
    ready tag_people(TagPeople) -> Done = roster::tag_people;
    ready roster_export(RosterExportRequest) -> Exported = roster::roster_export;

    ready import_unlock(ImportUnlockRequest) -> Empty = import::import_unlock;
    ready import_preview(ImportRequest) -> ImportPreview = import::import_preview;
    ready import_problems(ImportProblemsRequest) -> Exported = import::import_problems;

    ready round_list(Empty) -> RoundList = rounds::round_list;
    ready round_show(ByRound) -> RoundCard = rounds::round_show;
    ready round_read(ByToken) -> RoundDefinition = rounds::round_read;
    ready round_open(RoundSave) -> Done = rounds::round_open;
    ready reservation_list(ReservationListRequest) -> ReservationListResponse = rounds::reservation_list;
    ready reservation_card(ById) -> ReservationCard = rounds::reservation_card;
    ready register(RegisterRequest) -> Registered = rounds::register;
    ready reservation_correct(CorrectRequest) -> Corrected = rounds::reservation_correct;
    ready reservation_withdraw(WithdrawRequest) -> Done = rounds::reservation_withdraw;
    ready review(ReviewRequest) -> Reviewed = rounds::review;
    ready pass_clear(ByRound) -> PassClearResponse = rounds::pass_clear;
    ready notify(NotifyRequest) -> Told = rounds::notify;
    ready sms_ask(SmsRequest) -> SmsAsked = rounds::sms_ask;
    ready collect(CollectRequest) -> Collected = rounds::collect;
    ready voucher_verify(VerifyRequest) -> Verified = rounds::voucher_verify;
    ready step_back(StepBackRequest) -> Done = rounds::step_back;
    ready numbers_printed(NumbersPrinted) -> Done = rounds::numbers_printed;
    ready round_export(RoundExportRequest) -> Exported = rounds::round_export;

    ready exchange_state(Empty) -> ExchangeState = exchange::exchange_state;
    ready exchange_page(Empty) -> ExchangePage = exchange::exchange_page;
    ready exchange_now(Empty) -> ExchangeState = exchange::exchange_now;
    ready rejected_seen(RejectedSeen) -> ExchangeState = exchange::rejected_seen;
    ready conflict_list(ConflictListRequest) -> ConflictList = exchange::conflict_list;
    ready conflict_decide(ConflictDecide) -> Done = exchange::conflict_decide;
    ready package_export(PackageExport) -> Exported = exchange::package_export;
    ready package_import(PackageImport) -> PackageImported = exchange::package_import;

    ready instruction_list(InstructionListRequest) -> InstructionList = instructions::instruction_list;
    ready instruction_card(ById) -> InstructionCard = instructions::instruction_card;
    ready instruction_acknowledge(InstructionAcknowledge) -> Done = instructions::instruction_acknowledge;
    ready attachment_open(AttachmentRequest) -> ByToken = instructions::attachment_open;
    ready attachment_save(AttachmentRequest) -> Exported = instructions::attachment_save;

    ready task_list(TaskListRequest) -> TaskList = tasks::task_list;
    ready task_card(ById) -> TaskCard = tasks::task_card;
    ready task_decide(TaskDecide) -> Done = tasks::task_decide;
    ready task_assign(TaskAssign) -> Done = tasks::task_assign;
    ready task_visit(TaskVisit) -> Done = tasks::task_visit;
    ready task_return(TaskReturn) -> Done = tasks::task_return;
    ready task_reminders(Empty) -> TaskReminders = tasks::task_reminders;
    ready task_export(TaskExportRequest) -> Exported = tasks::task_export;

    ready answer_list(AnswerListRequest) -> AnswerList = answers::answer_list;
    ready answer_save(AnswerSave) -> Done = answers::answer_save;
    ready answer_withdraw(AnswerWithdraw) -> Done = answers::answer_withdraw;

    ready order_list(OrderListRequest) -> OrderList = orders::order_list;
    ready order_card(ById) -> OrderCard = orders::order_card;
    ready order_add(OrderAdd) -> OrderAdded = orders::order_add;
    ready order_sign(OrderSign) -> Done = orders::order_sign;
    ready order_assign(OrderAssign) -> Done = orders::order_assign;
    ready order_contact(OrderContact) -> Done = orders::order_contact;
    ready order_found(OrderFound) -> Done = orders::order_found;
    ready order_help_ask(OrderHelpAsk) -> Done = orders::order_help_ask;
    ready order_help_given(OrderHelpGiven) -> Done = orders::order_help_given;
    ready order_reply(OrderReply) -> Done = orders::order_reply;
    ready order_revisit(OrderRevisit) -> Done = orders::order_revisit;
    ready order_close(OrderClose) -> Done = orders::order_close;
    ready order_return(OrderReturn) -> Done = orders::order_return;
    ready order_alarms(Empty) -> OrderAlarms = orders::order_alarms;
    ready order_export(OrderExportRequest) -> Exported = orders::order_export;
    ready order_report(OrderReportRequest) -> OrderReport = orders::order_report;
    ready order_report_save(OrderReportSave) -> Exported = orders::order_report_save;

    ready paper(PaperRequest) -> Paper = papers::paper;
    ready paper_save(PaperSave) -> PaperDone = papers::paper_save;
    ready paper_print(PaperPrint) -> PaperDone = papers::paper_print;
    ready outputs(OutputsRequest) -> Outputs = papers::outputs;
    ready printers(Empty) -> Printers = papers::printers;
    ready notice_templates(Empty) -> NoticeTemplates = papers::notice_templates;
    ready notice_draft(Empty) -> NoticeDraft = papers::notice_draft;
    ready notice_draft_save(NoticeDraft) -> NoticeDraft = papers::notice_draft_save;
}

/// Writes the TypeScript client and its types into a folder.
///
/// # Errors
/// The folder cannot be written.
pub fn write_client(folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::new()
        .with_large_int("number")
        .with_out_dir(folder.join("types"));
    let commands = export_types(&config)?;
    let mut names: Vec<&str> = commands
        .iter()
        .flat_map(|(_, request, response)| [request.as_str(), response.as_str()])
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut client = String::from("// Generated from crates/workstation/src/commands.rs. Do not edit.\n\n");
    client.push_str("import { call } from './transport'\n");
    for name in names {
        client.push_str(&format!("import type {{ {name} }} from './types/{name}'\n"));
    }
    client.push_str("\nexport const api = {\n");
    for (name, request, response) in &commands {
        let camel = camel(name);
        if request == "Empty" {
            client.push_str(&format!(
                "  {camel}: (): Promise<{response}> => call('{name}', {{}}),\n"
            ));
        } else {
            client.push_str(&format!(
                "  {camel}: (request: {request}): Promise<{response}> => call('{name}', request),\n"
            ));
        }
    }
    client.push_str("}\n");
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("known.ts"), known::written()?)?;
    Ok(std::fs::write(folder.join("client.ts"), client)?)
}

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut all, word| {
        let mut characters = word.chars();
        all.extend(characters.next().map(|c| c.to_ascii_uppercase()));
        all.extend(characters);
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_in_the_repository_is_the_one_made_from_these_commands() {
        let made = tempfile::tempdir().unwrap();
        write_client(made.path()).unwrap();
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api");
        let mut compared = 0;
        for folder in ["", "types"] {
            for entry in std::fs::read_dir(made.path().join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    let name = path.file_name().unwrap();
                    let there = std::fs::read_to_string(kept.join(folder).join(name)).unwrap_or_default();
                    let fresh = std::fs::read_to_string(&path).unwrap();
                    assert_eq!(there, fresh, "{} is stale: run `cargo xtask client`", path.display());
                    compared += 1;
                }
            }
        }
        assert!(compared > 50, "the client has its types");
    }
}
