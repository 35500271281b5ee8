// Generated from crates/workstation/src/commands.rs. Do not edit.

import { call } from './transport'
import type { AddNote } from './types/AddNote'
import type { AddressLook } from './types/AddressLook'
import type { AddressSeen } from './types/AddressSeen'
import type { AnswerList } from './types/AnswerList'
import type { AnswerListRequest } from './types/AnswerListRequest'
import type { AnswerSave } from './types/AnswerSave'
import type { AnswerWithdraw } from './types/AnswerWithdraw'
import type { AppStatus } from './types/AppStatus'
import type { AttachmentRequest } from './types/AttachmentRequest'
import type { BackupFiles } from './types/BackupFiles'
import type { BackupRequest } from './types/BackupRequest'
import type { BackupSearch } from './types/BackupSearch'
import type { BackupState } from './types/BackupState'
import type { Board } from './types/Board'
import type { BoardRequest } from './types/BoardRequest'
import type { Buildings } from './types/Buildings'
import type { ById } from './types/ById'
import type { ByName } from './types/ByName'
import type { ByRound } from './types/ByRound'
import type { ByToken } from './types/ByToken'
import type { Changes } from './types/Changes'
import type { ChangesSince } from './types/ChangesSince'
import type { CheckReport } from './types/CheckReport'
import type { CollectRequest } from './types/CollectRequest'
import type { Collected } from './types/Collected'
import type { CommitteeCard } from './types/CommitteeCard'
import type { ConflictDecide } from './types/ConflictDecide'
import type { ConflictList } from './types/ConflictList'
import type { ConflictListRequest } from './types/ConflictListRequest'
import type { CorrectRequest } from './types/CorrectRequest'
import type { Corrected } from './types/Corrected'
import type { Done } from './types/Done'
import type { Empty } from './types/Empty'
import type { ExchangePage } from './types/ExchangePage'
import type { ExchangeState } from './types/ExchangeState'
import type { Exported } from './types/Exported'
import type { FindRequest } from './types/FindRequest'
import type { FindResponse } from './types/FindResponse'
import type { History } from './types/History'
import type { HistoryRequest } from './types/HistoryRequest'
import type { HouseholdCard } from './types/HouseholdCard'
import type { HouseholdSave } from './types/HouseholdSave'
import type { ImportPreview } from './types/ImportPreview'
import type { ImportProblemsRequest } from './types/ImportProblemsRequest'
import type { ImportProposeRequest } from './types/ImportProposeRequest'
import type { ImportRequest } from './types/ImportRequest'
import type { ImportUnlockRequest } from './types/ImportUnlockRequest'
import type { InstructionAcknowledge } from './types/InstructionAcknowledge'
import type { InstructionCard } from './types/InstructionCard'
import type { InstructionList } from './types/InstructionList'
import type { InstructionListRequest } from './types/InstructionListRequest'
import type { JobRequest } from './types/JobRequest'
import type { JobStarted } from './types/JobStarted'
import type { JobStatus } from './types/JobStatus'
import type { JoinRequest } from './types/JoinRequest'
import type { MergeRequest } from './types/MergeRequest'
import type { NoticeDraft } from './types/NoticeDraft'
import type { NoticeTemplates } from './types/NoticeTemplates'
import type { NotifyRequest } from './types/NotifyRequest'
import type { NumbersPrinted } from './types/NumbersPrinted'
import type { OpenPath } from './types/OpenPath'
import type { Outputs } from './types/Outputs'
import type { OutputsRequest } from './types/OutputsRequest'
import type { PackageExport } from './types/PackageExport'
import type { PackageImport } from './types/PackageImport'
import type { PackageImported } from './types/PackageImported'
import type { Paper } from './types/Paper'
import type { PaperDone } from './types/PaperDone'
import type { PaperPrint } from './types/PaperPrint'
import type { PaperRequest } from './types/PaperRequest'
import type { PaperSave } from './types/PaperSave'
import type { PassClearResponse } from './types/PassClearResponse'
import type { PasswordSet } from './types/PasswordSet'
import type { Printers } from './types/Printers'
import type { RedoBatch } from './types/RedoBatch'
import type { Redone } from './types/Redone'
import type { RegisterRequest } from './types/RegisterRequest'
import type { Registered } from './types/Registered'
import type { RejectedSeen } from './types/RejectedSeen'
import type { ReservationCard } from './types/ReservationCard'
import type { ReservationListRequest } from './types/ReservationListRequest'
import type { ReservationListResponse } from './types/ReservationListResponse'
import type { ResidentCard } from './types/ResidentCard'
import type { ResidentListRequest } from './types/ResidentListRequest'
import type { ResidentListResponse } from './types/ResidentListResponse'
import type { ResidentSave } from './types/ResidentSave'
import type { ResidentSaved } from './types/ResidentSaved'
import type { RestoreRequest } from './types/RestoreRequest'
import type { Restored } from './types/Restored'
import type { RevealRequest } from './types/RevealRequest'
import type { Revealed } from './types/Revealed'
import type { ReviewRequest } from './types/ReviewRequest'
import type { Reviewed } from './types/Reviewed'
import type { RosterExportRequest } from './types/RosterExportRequest'
import type { RoundCard } from './types/RoundCard'
import type { RoundDefinition } from './types/RoundDefinition'
import type { RoundExportRequest } from './types/RoundExportRequest'
import type { RoundList } from './types/RoundList'
import type { RoundSave } from './types/RoundSave'
import type { SavedFilter } from './types/SavedFilter'
import type { SavedFilters } from './types/SavedFilters'
import type { Settings } from './types/Settings'
import type { SetupAlone } from './types/SetupAlone'
import type { SetupSample } from './types/SetupSample'
import type { SmsAsked } from './types/SmsAsked'
import type { SmsRequest } from './types/SmsRequest'
import type { StepBackRequest } from './types/StepBackRequest'
import type { TagPeople } from './types/TagPeople'
import type { TagSave } from './types/TagSave'
import type { Tags } from './types/Tags'
import type { TaskAssign } from './types/TaskAssign'
import type { TaskCard } from './types/TaskCard'
import type { TaskDecide } from './types/TaskDecide'
import type { TaskExportRequest } from './types/TaskExportRequest'
import type { TaskList } from './types/TaskList'
import type { TaskListRequest } from './types/TaskListRequest'
import type { TaskReminders } from './types/TaskReminders'
import type { TaskReturn } from './types/TaskReturn'
import type { TaskVisit } from './types/TaskVisit'
import type { TicketFile } from './types/TicketFile'
import type { Today } from './types/Today'
import type { Told } from './types/Told'
import type { UndoBatch } from './types/UndoBatch'
import type { Undone } from './types/Undone'
import type { Unlock } from './types/Unlock'
import type { Verified } from './types/Verified'
import type { VerifyRequest } from './types/VerifyRequest'
import type { WithdrawRequest } from './types/WithdrawRequest'

export const api = {
  appStatus: (): Promise<AppStatus> => call('app_status', {}),
  setupAlone: (request: SetupAlone): Promise<AppStatus> => call('setup_alone', request),
  setupSample: (request: SetupSample): Promise<JobStarted> => call('setup_sample', request),
  unlock: (request: Unlock): Promise<AppStatus> => call('unlock', request),
  join: (request: JoinRequest): Promise<AppStatus> => call('join', request),
  ticketRead: (request: TicketFile): Promise<JobStarted> => call('ticket_read', request),
  remarksSeen: (): Promise<Empty> => call('remarks_seen', {}),
  passwordSet: (request: PasswordSet): Promise<AppStatus> => call('password_set', request),
  backupFiles: (request: BackupSearch): Promise<BackupFiles> => call('backup_files', request),
  backupRestore: (request: RestoreRequest): Promise<Restored> => call('backup_restore', request),
  jobStatus: (request: JobRequest): Promise<JobStatus> => call('job_status', request),
  jobCancel: (request: JobRequest): Promise<Empty> => call('job_cancel', request),
  importPropose: (request: ImportProposeRequest): Promise<JobStarted> => call('import_propose', request),
  importRead: (request: ImportRequest): Promise<JobStarted> => call('import_read', request),
  importStart: (request: ImportRequest): Promise<JobStarted> => call('import_start', request),
  settings: (): Promise<Settings> => call('settings', {}),
  settingsSave: (request: Settings): Promise<Settings> => call('settings_save', request),
  filters: (): Promise<SavedFilters> => call('filters', {}),
  filterSave: (request: SavedFilter): Promise<SavedFilters> => call('filter_save', request),
  filterDelete: (request: ByName): Promise<SavedFilters> => call('filter_delete', request),
  committee: (): Promise<CommitteeCard> => call('committee', {}),
  committeeSave: (request: CommitteeCard): Promise<Done> => call('committee_save', request),
  changesSince: (request: ChangesSince): Promise<Changes> => call('changes_since', request),
  today: (): Promise<Today> => call('today', {}),
  history: (request: HistoryRequest): Promise<History> => call('history', request),
  undoLast: (): Promise<Undone> => call('undo_last', {}),
  undoBatch: (request: UndoBatch): Promise<Undone> => call('undo_batch', request),
  redoLast: (): Promise<Redone> => call('redo_last', {}),
  redoBatch: (request: RedoBatch): Promise<Redone> => call('redo_batch', request),
  pathOpen: (request: OpenPath): Promise<Empty> => call('path_open', request),
  pathPrint: (request: OpenPath): Promise<Empty> => call('path_print', request),
  databaseCheck: (): Promise<CheckReport> => call('database_check', {}),
  backupState: (): Promise<BackupState> => call('backup_state', {}),
  backupSave: (request: BackupRequest): Promise<Exported> => call('backup_save', request),
  rosterFind: (request: FindRequest): Promise<FindResponse> => call('roster_find', request),
  residentList: (request: ResidentListRequest): Promise<ResidentListResponse> => call('resident_list', request),
  residentCard: (request: ById): Promise<ResidentCard> => call('resident_card', request),
  residentReveal: (request: RevealRequest): Promise<Revealed> => call('resident_reveal', request),
  residentSave: (request: ResidentSave): Promise<ResidentSaved> => call('resident_save', request),
  residentDelete: (request: ById): Promise<Done> => call('resident_delete', request),
  residentMerge: (request: MergeRequest): Promise<Done> => call('resident_merge', request),
  residentUnmerge: (request: ById): Promise<Done> => call('resident_unmerge', request),
  noteAdd: (request: AddNote): Promise<Done> => call('note_add', request),
  addressLook: (request: AddressLook): Promise<AddressSeen> => call('address_look', request),
  householdCard: (request: ById): Promise<HouseholdCard> => call('household_card', request),
  householdSave: (request: HouseholdSave): Promise<Done> => call('household_save', request),
  buildings: (): Promise<Buildings> => call('buildings', {}),
  buildingBoard: (request: BoardRequest): Promise<Board> => call('building_board', request),
  tags: (): Promise<Tags> => call('tags', {}),
  tagSave: (request: TagSave): Promise<Done> => call('tag_save', request),
  tagDelete: (request: ById): Promise<Done> => call('tag_delete', request),
  tagPeople: (request: TagPeople): Promise<Done> => call('tag_people', request),
  rosterExport: (request: RosterExportRequest): Promise<Exported> => call('roster_export', request),
  importUnlock: (request: ImportUnlockRequest): Promise<Empty> => call('import_unlock', request),
  importPreview: (request: ImportRequest): Promise<ImportPreview> => call('import_preview', request),
  importProblems: (request: ImportProblemsRequest): Promise<Exported> => call('import_problems', request),
  roundList: (): Promise<RoundList> => call('round_list', {}),
  roundShow: (request: ByRound): Promise<RoundCard> => call('round_show', request),
  roundRead: (request: ByToken): Promise<RoundDefinition> => call('round_read', request),
  roundOpen: (request: RoundSave): Promise<Done> => call('round_open', request),
  reservationList: (request: ReservationListRequest): Promise<ReservationListResponse> => call('reservation_list', request),
  reservationCard: (request: ById): Promise<ReservationCard> => call('reservation_card', request),
  register: (request: RegisterRequest): Promise<Registered> => call('register', request),
  reservationCorrect: (request: CorrectRequest): Promise<Corrected> => call('reservation_correct', request),
  reservationWithdraw: (request: WithdrawRequest): Promise<Done> => call('reservation_withdraw', request),
  review: (request: ReviewRequest): Promise<Reviewed> => call('review', request),
  passClear: (request: ByRound): Promise<PassClearResponse> => call('pass_clear', request),
  notify: (request: NotifyRequest): Promise<Told> => call('notify', request),
  smsAsk: (request: SmsRequest): Promise<SmsAsked> => call('sms_ask', request),
  collect: (request: CollectRequest): Promise<Collected> => call('collect', request),
  voucherVerify: (request: VerifyRequest): Promise<Verified> => call('voucher_verify', request),
  stepBack: (request: StepBackRequest): Promise<Done> => call('step_back', request),
  numbersPrinted: (request: NumbersPrinted): Promise<Done> => call('numbers_printed', request),
  roundExport: (request: RoundExportRequest): Promise<Exported> => call('round_export', request),
  exchangeState: (): Promise<ExchangeState> => call('exchange_state', {}),
  exchangePage: (): Promise<ExchangePage> => call('exchange_page', {}),
  exchangeNow: (): Promise<ExchangeState> => call('exchange_now', {}),
  rejectedSeen: (request: RejectedSeen): Promise<ExchangeState> => call('rejected_seen', request),
  conflictList: (request: ConflictListRequest): Promise<ConflictList> => call('conflict_list', request),
  conflictDecide: (request: ConflictDecide): Promise<Done> => call('conflict_decide', request),
  packageExport: (request: PackageExport): Promise<Exported> => call('package_export', request),
  packageImport: (request: PackageImport): Promise<PackageImported> => call('package_import', request),
  instructionList: (request: InstructionListRequest): Promise<InstructionList> => call('instruction_list', request),
  instructionCard: (request: ById): Promise<InstructionCard> => call('instruction_card', request),
  instructionAcknowledge: (request: InstructionAcknowledge): Promise<Done> => call('instruction_acknowledge', request),
  attachmentOpen: (request: AttachmentRequest): Promise<ByToken> => call('attachment_open', request),
  attachmentSave: (request: AttachmentRequest): Promise<Exported> => call('attachment_save', request),
  taskList: (request: TaskListRequest): Promise<TaskList> => call('task_list', request),
  taskCard: (request: ById): Promise<TaskCard> => call('task_card', request),
  taskDecide: (request: TaskDecide): Promise<Done> => call('task_decide', request),
  taskAssign: (request: TaskAssign): Promise<Done> => call('task_assign', request),
  taskVisit: (request: TaskVisit): Promise<Done> => call('task_visit', request),
  taskReturn: (request: TaskReturn): Promise<Done> => call('task_return', request),
  taskReminders: (): Promise<TaskReminders> => call('task_reminders', {}),
  taskExport: (request: TaskExportRequest): Promise<Exported> => call('task_export', request),
  answerList: (request: AnswerListRequest): Promise<AnswerList> => call('answer_list', request),
  answerSave: (request: AnswerSave): Promise<Done> => call('answer_save', request),
  answerWithdraw: (request: AnswerWithdraw): Promise<Done> => call('answer_withdraw', request),
  paper: (request: PaperRequest): Promise<Paper> => call('paper', request),
  paperSave: (request: PaperSave): Promise<PaperDone> => call('paper_save', request),
  paperPrint: (request: PaperPrint): Promise<PaperDone> => call('paper_print', request),
  outputs: (request: OutputsRequest): Promise<Outputs> => call('outputs', request),
  printers: (): Promise<Printers> => call('printers', {}),
  noticeTemplates: (): Promise<NoticeTemplates> => call('notice_templates', {}),
  noticeDraft: (): Promise<NoticeDraft> => call('notice_draft', {}),
  noticeDraftSave: (request: NoticeDraft): Promise<NoticeDraft> => call('notice_draft_save', request),
}
