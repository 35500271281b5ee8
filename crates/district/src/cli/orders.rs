//! Orders: what is done with them beside what is done with rows of every kind, and what the district sets for them.

use linli_district::pushed::list::Listed;
use linli_district::pushed::order::{OrderCount, OrderProgress, OwnAnswer, Rule};
use linli_district::pushed::progress::Line;
use linli_district::pushed::push::Push;
use linli_district::pushed::{OrderAnswer, OrderRow};
use linli_district::random::System;
use linli_domain::operation::EntityId;
use linli_domain::order::{Clocks, OrderResult, Satisfaction, Urgency};
use linli_domain::time::Moment;
use serde_json::json;

use super::args::{ClocksCommand, HowPressing, NamedOrder, OrdersCommand, PushedFile, ReplyResult, Said, SetClocks};
use super::row_sheets::{Sheet, Shown, text, word};
use super::{Context, Output, Refusal, rows};

pub(crate) fn push(context: &Context, args: &PushedFile) -> Result<Output, Refusal> {
    let push = Push::<OrderRow> {
        rows: rows::rows(context, args)?,
        rules: context.district.order_rules()?,
    };
    rows::push(context, args, &push)
}

pub(crate) fn run(context: &Context, command: OrdersCommand) -> Result<Output, Refusal> {
    let (district, now) = (&context.district, context.now());
    match command {
        OrdersCommand::List(looked) => rows::list::<OrderRow>(context, &looked),
        OrdersCommand::Progress { output } => {
            let numbers = district.order_progress(now)?;
            let title = ("工单进度", output.as_deref());
            rows::progress(context, (&numbers, &numbers.total), &groups(&numbers), title)
        }
        OrdersCommand::Pass {
            order,
            committee,
            reason,
        } => rows::pass::<OrderRow>(context, (&order.order, order.source.as_deref()), &committee, &reason),
        OrdersCommand::Recall {
            references,
            source,
            reason,
        } => rows::take_back::<OrderRow>(context, &source, &references, &reason),
        OrdersCommand::Urge { order, reason } => {
            let id = called(context, &order)?;
            let committee = district.urge_order(id, &reason, now, &mut System)?;
            let line = format!("已向{committee}催办");
            Output::new(&json!({ "order": id, "committee": committee }), vec![line])
        }
        OrdersCommand::Again { order, reason } => {
            let id = called(context, &order)?;
            let committee = district.give_order_again(id, &reason, now, &mut System)?;
            let line = format!("已重新交办给{committee}");
            Output::new(&json!({ "order": id, "committee": committee }), vec![line])
        }
        OrdersCommand::Answer {
            order,
            result,
            text,
            satisfaction,
            words,
        } => {
            let answer = OwnAnswer {
                result: given(result),
                text,
                satisfaction: satisfaction.map(said),
                words,
            };
            let id = called(context, &order)?;
            district.answer_order(id, &answer, now, &mut System)?;
            Output::new(&json!({ "order": id }), vec!["已由区里答复".to_owned()])
        }
    }
}

fn groups(numbers: &OrderProgress) -> [(&'static str, &[Line<OrderCount>]); 5] {
    [
        ("紧急程度", &numbers.urgencies),
        ("诉求类型", &numbers.kinds),
        ("来源", &numbers.sources),
        ("街镇", &numbers.towns),
        ("居委会", &numbers.committees),
    ]
}

fn called(context: &Context, order: &NamedOrder) -> Result<EntityId, Refusal> {
    let id = context
        .district
        .row_called::<OrderRow>(&order.order, order.source.as_deref());
    Ok(id?)
}

fn given(result: ReplyResult) -> OrderResult {
    match result {
        ReplyResult::Solved => OrderResult::Solved,
        ReplyResult::Explained => OrderResult::Explained,
    }
}

fn said(satisfaction: Said) -> Satisfaction {
    match satisfaction {
        Said::Satisfied => Satisfaction::Satisfied,
        Said::Acceptable => Satisfaction::Acceptable,
        Said::Dissatisfied => Satisfaction::Dissatisfied,
        Said::NotReached => Satisfaction::NotReached,
    }
}

fn pressing(urgency: HowPressing) -> Urgency {
    match urgency {
        HowPressing::Urgent => Urgency::Urgent,
        HowPressing::Pressing => Urgency::Pressing,
        HowPressing::Ordinary => Urgency::Ordinary,
    }
}

pub(crate) fn clocks(context: &Context, command: ClocksCommand) -> Result<Output, Refusal> {
    if let ClocksCommand::Set(set) = command {
        let rule = rule(set);
        context.district.set_order_rule(&rule, context.now(), &mut System)?;
        let line = match (&rule.clocks, rule.direct) {
            (None, false) => "已取消".to_owned(),
            _ => format!("已设定：{}", shown(&rule)),
        };
        return Output::new(&rule, vec![line]);
    }
    let rules = context.district.order_rules()?;
    let usual = Urgency::ALL.map(|urgency| Rule {
        urgency: Some(urgency),
        clocks: Some(Clocks::of(urgency)),
        ..Rule::default()
    });
    let lines = rules.all().iter().map(shown);
    let usual = usual.iter().map(|rule| format!("默认\t{}", shown(rule)));
    Output::new(&rules.all(), lines.chain(usual).collect())
}

/// What is set; of times of which only some are given, the others are the usual ones of that urgency.
fn rule(set: SetClocks) -> Rule {
    let urgency = set.urgency.map(pressing);
    let usual = Clocks::of(urgency.unwrap_or_default());
    let given = [set.untouched, set.contact, set.reply, set.ahead];
    let clocks = Clocks {
        untouched: set.untouched.unwrap_or(usual.untouched),
        contact: set.contact.unwrap_or(usual.contact),
        reply: set.reply.unwrap_or(usual.reply),
        ahead: set.ahead.unwrap_or(usual.ahead),
    };
    Rule {
        kind: set.kind.trim().to_owned(),
        urgency,
        clocks: given.iter().any(Option::is_some).then_some(clocks),
        direct: set.direct,
    }
}

fn shown(rule: &Rule) -> String {
    let kind = if rule.kind.is_empty() {
        "全部类型"
    } else {
        &rule.kind
    };
    let urgency = rule.urgency.map_or("不论缓急", Urgency::label);
    let clocks = rule.clocks.map(|clocks| {
        let Clocks {
            untouched,
            contact,
            reply,
            ahead,
        } = clocks;
        format!("\t{untouched} 分钟未签收提醒，先行联系 {contact} 分钟，答复 {reply} 分钟，提前 {ahead} 分钟提醒")
    });
    let direct = if rule.direct { "\t区级直办" } else { "" };
    format!("{kind}\t{urgency}{}{direct}", clocks.unwrap_or_default())
}

fn answer(one: &Listed<OrderRow>) -> &OrderAnswer {
    &one.answer
}

impl Sheet for OrderRow {
    const TITLE: &'static str = "工单";
    const SHOWN: &'static [Shown<Listed<OrderRow>>] = &[
        ("工单编号", |one| one.reference.clone()),
        ("来源", |one| one.source.clone()),
        ("状态", |one| one.standing.label::<OrderRow>().to_owned()),
        ("居委会", |one| text(&one.committee)),
        ("紧急程度", |one| one.row.urgency().label().to_owned()),
        ("诉求类型", |one| text(&one.row.category)),
        ("标题", |one| text(&one.row.title)),
        ("诉求内容", |one| text(&one.row.body)),
        ("姓名", |one| text(&one.row.name)),
        ("电话", |one| text(&one.row.phone)),
        ("地址", |one| text(&one.row.address)),
        ("备注", |one| text(&one.row.note)),
        ("下发时间", |one| one.pushed_at.minutes_text()),
        ("期限", |one| {
            one.deadline.map(Moment::minutes_text).unwrap_or_default()
        }),
        ("超时", |one| {
            if one.overdue {
                "超时".to_owned()
            } else {
                String::new()
            }
        }),
        ("结果", |one| word(&answer(one).result, OrderResult::label)),
        ("答复", |one| text(&answer(one).reply)),
        ("满意度", |one| word(&answer(one).satisfaction, Satisfaction::label)),
        ("居民的话", |one| text(&answer(one).words)),
        ("答复时间", |one| text(&answer(one).at).replace('T', " ")),
        ("答复人", |one| text(&answer(one).by)),
        ("退回或撤回原因", |one| text(&one.reason)),
        ("区里备注", |one| text(&one.remark)),
    ];
}
