//! Compares free addresses of anywhere by what the matcher reads in them: to measure the reading on pairs from elsewhere.
//!
//! `compare_addresses WEIGHTS` reads pairs from its input, a tab between two addresses, and prints a label a line: 完全匹配,
//! 部分匹配 or 不匹配. `compare_addresses --features` prints what it compares, for `tests/matching/learn_addresses.py`.
//! How rare two characters beside each other are is counted in the input.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::io::Read;

use linli_matching::address::{Level, Understood};

const LEVELS: [Level; 8] = [
    Level::Road,
    Level::Lane,
    Level::Number,
    Level::Unit,
    Level::Floor,
    Level::Room,
    Level::Phase,
    Level::Group,
];
/// A gate or a part of an estate, which is not the estate.
const PARTS: [&str; 9] = [
    "门)",
    "东门",
    "西门",
    "南门",
    "北门",
    "出入口",
    "停车场",
    "商业街",
    "物业",
];
/// What is in an estate or beside it, and has its name: 晨晖苑幼儿园.
const INSIDE: [&str; 16] = [
    "店",
    "超市",
    "公司",
    "厂",
    "幼儿园",
    "学校",
    "医院",
    "诊所",
    "药房",
    "会所",
    "酒店",
    "宾馆",
    "银行",
    "中心",
    "站",
    "委员会",
];
/// Homes.
const ESTATES: [&str; 10] = ["小区", "花园", "花苑", "公寓", "新村", "家园", "苑", "村", "宿舍", "城"];
/// What says where something is by something else.
const BESIDE: [&str; 6] = ["附近", "交叉口", "交汇处", "米", "旁", "对面"];
const ROADS: [char; 4] = ['路', '街', '道', '巷'];
/// The weight to which a common run counts.
const MOST: f64 = 40.0;
/// The share from which two names are one.
const SAME_NAME: f64 = 0.75;
/// Common runs that are looked at, the heaviest first.
const RUNS: usize = 3;

type Two = (char, char);

/// An address as it is compared.
struct Side {
    text: Vec<char>,
    twos: HashSet<Two>,
    read: Understood,
    names: Vec<Vec<char>>,
}

fn twos(text: &[char]) -> impl Iterator<Item = Two> + '_ {
    text.windows(2).map(|two| (two[0], two[1]))
}

/// Numerals as digits: 十七村 is 17村.
fn digits(text: &[char]) -> Vec<char> {
    const NUMERALS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let value = |c: Option<&char>| NUMERALS.iter().position(|numeral| Some(numeral) == c);
    let mut out = Vec::with_capacity(text.len());
    for (at, c) in text.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| value(text.get(at))).is_some();
        let behind = value(text.get(at + 1)).is_some();
        match (value(Some(c)).and_then(|value| char::from_digit(value as u32, 10)), c) {
            (Some(digit), _) => out.push(digit),
            (None, '十') => out.extend(
                match (before, behind) {
                    (true, true) => "",
                    (true, false) => "0",
                    (false, true) => "1",
                    (false, false) => "10",
                }
                .chars(),
            ),
            _ => out.push(*c),
        }
    }
    out
}

impl Side {
    fn of(text: &str) -> Side {
        let read = Understood::of(text);
        let half = text.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
            '（' => '(',
            '）' => ')',
            '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            c => c,
        });
        let text = digits(
            &half
                .filter(|c| *c != '·')
                .flat_map(char::to_uppercase)
                .collect::<Vec<_>>(),
        );
        let names = read.parts.iter().filter(|part| part.level == Level::Estate);
        Side {
            twos: twos(&text).collect(),
            names: names.map(|part| part.value.chars().collect()).collect(),
            text,
            read,
        }
    }

    fn has(&self, word: &str) -> bool {
        let word: Vec<char> = word.chars().collect();
        self.text.windows(word.len()).any(|run| run == word)
    }

    fn ends(&self, word: &str) -> bool {
        let word: Vec<char> = word.chars().collect();
        self.text.ends_with(&word)
    }
}

/// How rare two characters are, in the input.
struct Rarity {
    texts: f64,
    of: HashMap<Two, f64>,
}

/// A run that both have: its weight, where it begins in each, and its length.
struct Run {
    weight: f64,
    at: [usize; 2],
    length: usize,
}

impl Rarity {
    fn of<'s>(sides: impl Iterator<Item = &'s Side>) -> Rarity {
        let mut rarity = Rarity {
            texts: 0.0,
            of: HashMap::new(),
        };
        for side in sides {
            rarity.texts += 1.0;
            side.twos
                .iter()
                .for_each(|two| *rarity.of.entry(*two).or_default() += 1.0);
        }
        rarity
    }

    fn two(&self, two: &Two) -> f64 {
        (self.texts / (1.0 + self.of.get(two).copied().unwrap_or_default())).ln()
    }

    fn text(&self, text: &[char]) -> f64 {
        twos(text).map(|two| self.two(&two)).sum()
    }

    /// Shares of what is common: of both, of the one, of the other.
    fn shares(&self, a: &HashSet<Two>, b: &HashSet<Two>, rare: bool) -> [f64; 3] {
        let weigh = |two: &Two| if rare { self.two(two) } else { 1.0 };
        let sum = |twos: &HashSet<Two>| twos.iter().map(weigh).sum::<f64>();
        let common: f64 = a.intersection(b).map(weigh).sum();
        let (a, b) = (sum(a), sum(b));
        [
            2.0 * common / (a + b).max(1.0),
            common / a.max(1.0),
            common / b.max(1.0),
        ]
    }

    /// The best share of a name with any of others.
    fn best(&self, name: &[char], others: &[Vec<char>]) -> f64 {
        let own: HashSet<Two> = twos(name).collect();
        let share = |other: &Vec<char>| self.shares(&own, &twos(other).collect(), true)[0];
        others.iter().map(share).fold(0.0, f64::max)
    }

    /// The heaviest stretch of a text of which the other has nothing.
    fn gap(&self, text: &[char], other: &HashSet<Two>) -> f64 {
        let (mut most, mut now) = (0.0_f64, 0.0);
        for two in twos(text) {
            now = if other.contains(&two) {
                0.0
            } else {
                now + self.two(&two)
            };
            most = most.max(now);
        }
        most.min(1.5 * MOST) / MOST
    }

    /// The heaviest common runs, each of what the ones before left.
    fn runs(&self, a: &[char], b: &[char]) -> Vec<Run> {
        let (mut a, mut b) = (
            a.iter().copied().map(Some).collect::<Vec<_>>(),
            b.iter().copied().map(Some).collect::<Vec<_>>(),
        );
        let mut found = Vec::new();
        while found.len() < RUNS
            && let Some(run) = self.heaviest(&a, &b)
        {
            a[run.at[0]..run.at[0] + run.length].fill(None);
            b[run.at[1]..run.at[1] + run.length].fill(None);
            found.push(run);
        }
        found
    }

    fn heaviest(&self, a: &[Option<char>], b: &[Option<char>]) -> Option<Run> {
        let mut best: Option<Run> = None;
        let mut before = vec![(0_usize, 0.0); b.len() + 1];
        for i in 0..a.len() {
            let mut now = vec![(0_usize, 0.0); b.len() + 1];
            for j in (0..b.len()).filter(|j| a[i].is_some() && a[i] == b[*j]) {
                let (length, weight) = before[j];
                let more = if length == 0 {
                    0.0
                } else {
                    a[i - 1].zip(a[i]).map_or(0.0, |two| self.two(&two))
                };
                now[j + 1] = (length + 1, weight + more);
                if length > 0 && best.as_ref().is_none_or(|best| weight + more > best.weight) {
                    best = Some(Run {
                        weight: weight + more,
                        at: [i - length, j - length],
                        length: length + 1,
                    });
                }
            }
            before = now;
        }
        best
    }
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn levels(a: &Side, b: &Side, features: &mut Vec<f64>) {
    for level in LEVELS {
        let said = |side: &Side| -> Vec<String> {
            let parts = side.read.parts.iter().filter(|part| part.level == level);
            parts.map(|part| part.value.clone()).collect()
        };
        let (one, other) = (said(a), said(b));
        let same = one.iter().any(|value| other.contains(value));
        let both = !one.is_empty() && !other.is_empty();
        features.extend(
            [
                same,
                both && !same,
                !one.is_empty() && other.is_empty(),
                one.is_empty() && !other.is_empty(),
            ]
            .map(flag),
        );
    }
    let region = |side: &Side| side.read.at(Level::Region).map(str::to_owned).unwrap_or_default();
    let tail = |text: String| text.chars().rev().skip(1).take(2).collect::<String>();
    let (one, other) = (tail(region(a)), tail(region(b)));
    let both = !one.is_empty() && !other.is_empty();
    features.extend([both && one == other, both && one != other].map(flag));
}

/// What stands beside the heaviest run tells what is left over: the rest of a name, a number, a bracket.
fn around(run: Option<&Run>, a: &Side, b: &Side, features: &mut Vec<f64>) {
    let Some(run) = run else {
        return features.extend([0.0; 20]);
    };
    let end = [run.at[0] + run.length, run.at[1] + run.length];
    let common = &a.text[run.at[0]..end[0]];
    let (rest_a, rest_b) = (&a.text[end[0]..], &b.text[end[1]..]);
    let number = |rest: &[char]| rest.iter().take_while(|c| c.is_ascii_digit()).collect::<String>();
    let (one, other) = (number(rest_a), number(rest_b));
    let words: String = common.iter().collect();
    let begins = |rest: &[char], words: &[&str]| {
        let rest: String = rest.iter().collect();
        words.iter().any(|word| rest.starts_with(word))
    };
    let length = |rest: &[char]| rest.len().min(12) as f64 / 12.0;
    features.extend([length(rest_a), length(rest_b), common.len().min(10) as f64 / 10.0]);
    features.extend(
        [
            rest_a.is_empty(),
            rest_b.is_empty(),
            run.at[0] == 0,
            run.at[1] == 0,
            common.last().is_some_and(|c| ROADS.contains(c)),
            common.iter().any(|c| ROADS.contains(c)),
            ESTATES.iter().any(|word| words.contains(word)),
            rest_b.first() == Some(&'('),
            !one.is_empty(),
            !other.is_empty(),
            !one.is_empty() && one == other,
            !one.is_empty() && !other.is_empty() && one != other,
            begins(rest_a, &ESTATES),
            begins(rest_b, &ESTATES),
            begins(rest_b, &BESIDE) || matches!(rest_b.first(), Some('与' | '和' | '东' | '西' | '南' | '北')),
            rest_b.iter().any(|c| ROADS.contains(c)),
            common.iter().any(char::is_ascii_digit),
        ]
        .map(flag),
    );
}

fn words(a: &Side, b: &Side, features: &mut Vec<f64>) {
    for kinds in [&PARTS[..], &INSIDE[..], &ESTATES[..], &BESIDE[..]] {
        let of = |side: &Side| kinds.iter().any(|word| side.has(word));
        let alike = kinds.iter().any(|word| a.has(word) && b.has(word));
        features.extend([of(a) && !of(b), of(b) && !of(a), alike].map(flag));
        let end = |side: &Side| kinds.iter().find(|word| side.ends(word));
        features.extend([end(a).is_some(), end(b).is_some(), end(a).is_some() && end(a) == end(b)].map(flag));
    }
    let inner = |side: &Side| -> Vec<char> {
        let from = side
            .text
            .iter()
            .position(|c| *c == '(')
            .map_or(side.text.len(), |at| at + 1);
        side.text[from..].iter().copied().take_while(|c| *c != ')').collect()
    };
    let (one, other) = (inner(a), inner(b));
    let told = |inner: &[char], side: &Side| inner.len() > 1 && side.text.windows(inner.len()).any(|run| run == inner);
    features.extend([!one.is_empty(), !other.is_empty(), told(&other, a), told(&one, b)].map(flag));
    let common_end = a
        .text
        .iter()
        .rev()
        .zip(b.text.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    features.push(common_end.min(5) as f64 / 5.0);
    features.extend([a.text.len().min(40) as f64 / 40.0, b.text.len().min(40) as f64 / 40.0]);
}

/// How much is in neither common run, and in the last words of each: there stands what is meant.
fn left_over(a: &Side, b: &Side, (runs, rarity): (&[Run], &Rarity), features: &mut Vec<f64>) {
    let common: f64 = runs.iter().map(|run| run.weight).sum();
    for (at, side) in [a, b].into_iter().enumerate() {
        let mut rest: Vec<Option<char>> = side.text.iter().copied().map(Some).collect();
        runs.iter()
            .for_each(|run| rest[run.at[at]..run.at[at] + run.length].fill(None));
        let left: f64 = rest
            .split(Option::is_none)
            .map(|left| rarity.text(&left.iter().copied().flatten().collect::<Vec<_>>()))
            .sum();
        features.extend([left.min(2.0 * MOST) / (2.0 * MOST), common / (common + left + 1.0)]);
    }
    let last = |side: &Side| -> Vec<char> {
        let ends = |c: &char| c.is_ascii_digit() || ROADS.contains(c) || matches!(c, '(' | ')' | '号' | '-' | ',');
        let mut words = side.text.split(ends).filter(|words| words.len() > 1);
        words.next_back().unwrap_or_default().to_vec()
    };
    let (one, other) = (last(a), last(b));
    let share = |words: &[char], within: &[char]| {
        let [own, other] = [words, within].map(|text| twos(text).collect::<HashSet<Two>>());
        rarity.shares(&own, &other, true)[1]
    };
    features.extend([
        share(&one, &b.text),
        share(&other, &a.text),
        share(&one, &other),
        share(&other, &one),
    ]);
    features.extend([one.len(), other.len()].map(|length| length.min(10) as f64 / 10.0));
    features.push(flag(!other.is_empty() && b.text.ends_with(&other)));
    // 晨晖苑晨晖苑12号楼: the name stands in front of the house again.
    let again = (3..=b.text.len() / 2).find(|length| {
        let (before, end) = b.text.split_at(b.text.len() - length);
        before.ends_with(end)
    });
    let said_again = |length: usize| a.text.windows(length).any(|run| b.text.ends_with(run));
    features.extend([again.is_some(), again.is_some_and(said_again)].map(flag));
    let characters = |side: &Side| side.text.iter().copied().collect::<HashSet<char>>();
    let (x, y) = (characters(a), characters(b));
    let both = x.intersection(&y).count() as f64;
    features.extend([both / x.len().max(1) as f64, both / y.len().max(1) as f64]);
    let regions = |side: &Side| -> HashSet<[char; 2]> {
        let marked = side
            .text
            .windows(3)
            .filter(|three| matches!(three[2], '省' | '市' | '区' | '县' | '镇' | '乡'));
        marked.map(|three| [three[0], three[1]]).collect()
    };
    let (x, y) = (regions(a), regions(b));
    let shared = x.intersection(&y).next().is_some();
    let known = y.iter().any(|name| a.text.windows(2).any(|two| two == name));
    features.extend([shared, !shared && !x.is_empty() && !y.is_empty(), !y.is_empty(), known].map(flag));
}

/// What levels tell only together: a number by its road or by its estate, and a road or a village alone.
fn together(a: &Side, b: &Side, name: f64, features: &mut Vec<f64>) {
    let at = |side: &Side, level| side.read.at(level).map(str::to_owned);
    let agree = |level| at(a, level).is_some() && at(a, level) == at(b, level);
    let differ = |level| at(a, level).is_some() && at(b, level).is_some() && !agree(level);
    let numbers = |side: &Side| -> HashSet<String> {
        let text: String = side.text.iter().collect();
        let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(str::to_owned).collect()
    };
    let (one, other) = (numbers(a), numbers(b));
    let (shared, fewer) = (one.intersection(&other).count(), one.len().min(other.len()));
    let (road, same_name) = (agree(Level::Road), name >= SAME_NAME);
    let number = |side: &Side| at(side, Level::Number).is_some();
    let alone = |side: &Side| !number(side) && side.names.len() < 2 && !side.text.contains(&'(');
    let crossing = |side: &Side| side.ends("路口") || side.ends("交叉口") || side.ends("交汇处");
    features.extend(
        [
            road && agree(Level::Number),
            road && differ(Level::Number),
            road && number(a) && !number(b),
            same_name && agree(Level::Number),
            same_name && differ(Level::Number),
            same_name && number(a) && !number(b),
            same_name && number(b) && !number(a),
            same_name && road,
            same_name && differ(Level::Road),
            !same_name && road && !b.names.is_empty(),
            road && alone(b),
            same_name && alone(b),
            road && b.names.is_empty(),
            crossing(a),
            crossing(b),
            crossing(a) && crossing(b),
            fewer > 0 && shared == 0,
            fewer > 0 && shared == one.len(),
            fewer > 0 && shared == one.len() && shared == other.len(),
        ]
        .map(flag),
    );
    features.extend([one.len(), other.len(), shared].map(|count| count.min(4) as f64 / 4.0));
}

fn features(a: &Side, b: &Side, rarity: &Rarity) -> Vec<f64> {
    let mut features = Vec::new();
    features.extend(rarity.shares(&a.twos, &b.twos, true));
    features.extend([rarity.gap(&a.text, &b.twos), rarity.gap(&b.text, &a.twos)]);
    let runs = rarity.runs(&a.text, &b.text);
    let weight = |at: usize| runs.get(at).map_or(0.0, |run| run.weight.min(MOST) / MOST);
    features.extend((0..RUNS).map(weight));
    let last = |side: &Side| side.names.last().cloned().unwrap_or_default();
    let (one, other) = (last(a), last(b));
    let within = |name: &[char], side: &Side| {
        let own: HashSet<Two> = twos(name).collect();
        rarity.shares(&own, &side.twos, true)[1]
    };
    let best = a
        .names
        .iter()
        .map(|name| rarity.best(name, &b.names))
        .fold(0.0, f64::max);
    features.extend([
        best,
        within(&one, b),
        within(&other, a),
        rarity.best(&one, std::slice::from_ref(&other)),
    ]);
    features.extend(rarity.shares(&a.twos, &b.twos, false));
    features.extend([rarity.text(&a.text), rarity.text(&b.text)].map(|weight| weight.min(200.0) / 200.0));
    levels(a, b, &mut features);
    around(runs.first(), a, b, &mut features);
    words(a, b, &mut features);
    left_over(a, b, (&runs, rarity), &mut features);
    together(a, b, best.max(within(&other, a)), &mut features);
    features
}

fn main() -> Result<(), Box<dyn Error>> {
    let asked = std::env::args()
        .nth(1)
        .ok_or("compare_addresses WEIGHTS | --features")?;
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let pairs: Vec<[Side; 2]> = text
        .lines()
        .map(|line| line.split_once('\t').unwrap_or((line, "")))
        .map(|(one, other)| [Side::of(one), Side::of(other)])
        .collect();
    let rarity = Rarity::of(pairs.iter().flatten());
    let weights = if asked == "--features" {
        String::new()
    } else {
        std::fs::read_to_string(&asked)?
    };
    let table: Vec<(&str, Vec<f64>)> = weights
        .lines()
        .filter_map(|line| line.split_once(','))
        .map(|(label, line)| (label, line.split(',').filter_map(|cell| cell.parse().ok()).collect()))
        .collect();
    for [one, other] in &pairs {
        let features = features(one, other, &rarity);
        let score =
            |weights: &Vec<f64>| weights[0] + weights[1..].iter().zip(&features).map(|(w, f)| w * f).sum::<f64>();
        let best = table.iter().max_by(|x, y| score(&x.1).total_cmp(&score(&y.1)));
        match best {
            Some((label, _)) => println!("{label}"),
            None => println!(
                "{}",
                features.iter().map(|f| format!("{f:.3}")).collect::<Vec<_>>().join(",")
            ),
        }
    }
    Ok(())
}
