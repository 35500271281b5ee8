//! What a list is narrowed by, with the numbers that stand beside each choice.

use std::hash::Hash;

use foldhash::{HashMap, HashMapExt as _};
use linli_domain::address::natural_cmp;
use linli_domain::item::{Item, Stage};
use linli_store::ItemState;
use serde::Serialize;

use crate::api::Page;
use crate::api::roster::ChipCount;

/// How many items are in each stage, in the stages' order.
pub(crate) fn by_stage<'i, I: Item + 'i>(items: impl Iterator<Item = &'i ItemState<I>>) -> Vec<ChipCount> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    items.for_each(|one| *counts.entry(one.state.stage().code()).or_default() += 1);
    let count = |stage: &I::Stage| ChipCount {
        key: stage.code().to_owned(),
        count: counts.get(stage.code()).copied().unwrap_or_default(),
    };
    <I::Stage as Stage>::ALL.iter().map(count).collect()
}

/// How often each thing comes, in natural order of what it is called.
pub(crate) fn by_value<K: Eq + Hash>(all: impl Iterator<Item = K>, called: impl Fn(K) -> String) -> Vec<ChipCount> {
    let mut counts: HashMap<K, usize> = HashMap::default();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    let mut counts: Vec<ChipCount> = counts
        .into_iter()
        .map(|(one, count)| ChipCount {
            key: called(one),
            count,
        })
        .collect();
    counts.sort_by(|one, other| natural_cmp(&one.key, &other.key));
    counts
}

/// The stable word for a tray or a list, as in JSON.
pub(crate) fn code(word: impl Serialize) -> String {
    let word = serde_json::to_value(word).ok();
    word.and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// The rows of a page.
pub(crate) fn slice<T>(rows: &[T], page: Page) -> &[T] {
    let start = page.offset.min(rows.len());
    let end = start.saturating_add(page.limit.min(Page::MAX_ROWS)).min(rows.len());
    &rows[start..end]
}
