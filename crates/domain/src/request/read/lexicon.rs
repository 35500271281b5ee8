//! Words and what they may mean. A message is looked through once, from the left: of words that begin at one place the
//! longest counts, and none that lies within another: 救命药 is no cry for help.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt};

use super::words;

macro_rules! senses {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a word may mean.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Sense {
            $($(#[$doc])* $name,)*
        }

        impl Sense {
            /// All of them.
            pub(super) const ALL: &[Sense] = &[$(Sense::$name,)*];
        }
    };
}

senses! {
    /// No breath, no consciousness, a fit, a heart attack, a stroke.
    Collapse,
    /// With [`Sense::Trouble`]: cannot breathe.
    Breath,
    /// Hard, weak, stopped.
    Trouble,
    /// With [`Sense::NoWake`]: does not wake.
    Call,
    /// Does not answer to it.
    NoWake,
    /// With [`Sense::Ache`]: pain in the chest.
    Chest,
    /// Aches.
    Ache,
    /// 胸闷: of the heart, or of the mind.
    Tight,
    /// A little.
    Mild,
    /// Pants.
    Pant,
    /// With [`Sense::Frail`]: does not move.
    Still,
    /// Of those who get lost.
    Demented,
    /// With [`Sense::Numb`]: one side is lame.
    Limb,
    /// Lame, without feeling.
    Numb,
    /// With [`Sense::Crooked`]: half the face hangs.
    Mouth,
    /// Crooked.
    Crooked,
    /// Blue or white.
    Livid,
    /// With [`Sense::Slurred`]: cannot speak clearly.
    Speech,
    /// Not clear.
    Slurred,
    /// Blood that does not stop.
    Bleeding,
    /// With [`Sense::Much`]: the same.
    Blood,
    /// Much, on and on.
    Much,
    /// With [`Sense::Body`]: cut off.
    Cut,
    /// A part of the body.
    Body,
    /// With [`Sense::Blister`]: scalded.
    Scald,
    /// Where, and how badly.
    Blister,
    /// From where one falls.
    Height,
    /// Falls from it.
    Drop,
    /// Medicine that kills who takes it all.
    Pills,
    /// Took it all.
    Eaten,
    /// So much medicine.
    Handful,
    /// With [`Sense::Sit`]: about to fall, or to jump.
    Window,
    /// Sits there.
    Sit,
    /// With child, or after birth.
    Pregnant,
    /// With [`Sense::Pregnant`]: the birth begins, or the child does not move.
    Waters,
    /// All at once.
    Sudden,
    /// With [`Sense::Toxic`]: swallowed what kills.
    Swallow,
    /// What kills.
    Toxic,
    /// Burnt, drowned, fallen from a height, choked.
    Injured,
    /// Swallowed what kills.
    Poison,
    /// A birth that begins, or a child in the womb in danger.
    Birth,
    /// 要生了: now, or next month.
    Due,
    /// Going to kill oneself.
    Suicide,
    /// Says so, and may mean prices.
    Despair,
    /// A fire.
    Fire,
    /// With [`Sense::Thick`]: something burns.
    Smoke,
    /// Much of it.
    Thick,
    /// Gas that leaks.
    Gas,
    /// With [`Sense::Leak`]: the same.
    GasName,
    /// Smells, leaks.
    Leak,
    /// Fire left on by mistake.
    Stove,
    /// Something on the fire.
    Cooking,
    /// Nobody is at home.
    Away,
    /// Cannot get in.
    LockedOut,
    /// Caught in a lift.
    Trapped,
    /// With [`Sense::Inside`]: the same.
    Lift,
    /// Somebody is in it.
    Inside,
    /// A knife, a beating.
    Violence,
    /// A cry for help.
    Help,
    /// An ambulance.
    Ambulance,
    /// An illness that is deadly where it breaks out.
    Disease,
    /// It breaks out now.
    Onset,
    /// A fall.
    Fall,
    /// Cannot move, or hit the head.
    Unable,
    /// Old, pregnant, alone, ill.
    Frail,
    /// A child.
    Child,
    /// Nobody opens or answers.
    NoAnswer,
    /// With [`Sense::NoReply`]: the same.
    Knock,
    /// No answer to it.
    NoReply,
    /// Of whom it is no danger that they do not answer.
    Office,
    /// Locked in.
    Locked,
    /// Lost, of people.
    Lost,
    /// Gone, of people or things.
    Missing,
    /// 胰岛素.
    Insulin,
    /// Used up.
    RunOut,
    /// An apparatus by which somebody breathes.
    Breathing,
    /// No power, or broken.
    PowerCut,
    /// An allergy.
    Allergy,
    /// Swollen throat or face.
    Swelling,
    /// 低血糖.
    Hypo,
    /// Fever.
    Fever,
    /// Limp, drowsy, drinks nothing.
    Limp,
    /// The same, giddy, trembling.
    Listless,
    /// Electric things.
    Electric,
    /// Water where it drips.
    Water,
    /// Smells burnt.
    Burnt,
    /// Pain.
    Pain,
    /// Beyond bearing.
    Severe,
    /// 血透.
    Dialysis,
    /// Put off too long.
    Overdue,
    /// 化疗.
    Chemo,

    /// It is not so.
    Negation,
    /// It may be so: 会不会, 是不是.
    Suspicion,
    /// It may become so.
    Hypothetical,
    /// It was so.
    Past,
    /// It is so still, or just now.
    Persists,
    /// It is over.
    Resolved,
    /// It came back.
    Relapse,
    /// It will be.
    Later,
    /// A trifle: prices, lessons, games.
    Light,
    /// Laughter.
    Laugh,
    /// Means nothing here, whatever stands in it.
    Figure,
    /// Talk of dangers: news, drills, advice.
    Knowledge,
    /// Behind the name of an illness: had once, or the medicine for it.
    Aftermath,

    /// Food by its name.
    Food,
    /// Other things that are used up.
    Goods,
    /// Buying together, running out of food.
    Shop,
    /// A medicine by its name.
    Drug,
    /// Getting medicine.
    Prescribe,
    /// Things for nursing.
    Supply,
    /// Names no one thing: 菜, 药.
    Vague,
    /// An illness that lasts.
    Chronic,
    /// Seeing a doctor.
    Hospital,
    /// What one complains of.
    Symptom,
    /// Animals, and what they need.
    Pet,
    /// An animal.
    Animal,
    /// The house.
    House,
    /// Distress.
    Mood,
    /// Going out and coming in.
    Gate,
    /// Is kept from it.
    Barred,
    /// Tests.
    Swab,
    /// Rules, papers, money.
    Policy,
    /// A question.
    Ask,
    /// A question to whoever knows.
    Consult,
    /// Somebody needs something.
    Need,
    /// The same, or somebody did it: 帮, 买.
    Wish,
    /// Speaks of oneself.
    First,
    /// Came, was done.
    Given,
    /// Thanks.
    Thanks,
    /// More thanks than one says for a favour that is asked.
    Praise,
    /// Begins what a committee posts.
    Notice,
    /// Speaks to all.
    ToAll,
    /// Scolds.
    Insult,
    /// 不要: the thing behind it is not asked for.
    NotWanted,
}

/// Several senses: a bit for each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Senses([u128; 2]);

impl Senses {
    pub(super) const fn of(senses: &[Sense]) -> Senses {
        let (mut bits, mut at) = ([0; 2], 0);
        while at < senses.len() {
            bits[senses[at] as usize / 128] |= 1 << (senses[at] as usize % 128);
            at += 1;
        }
        Senses(bits)
    }

    pub(super) fn has(self, sense: Sense) -> bool {
        self.any(Senses::of(&[sense]))
    }

    pub(super) fn any(self, other: Senses) -> bool {
        self.0[0] & other.0[0] != 0 || self.0[1] & other.0[1] != 0
    }

    fn with(self, other: Senses) -> Senses {
        Senses([self.0[0] | other.0[0], self.0[1] | other.0[1]])
    }

    fn without(self, other: Senses) -> Senses {
        Senses([self.0[0] & !other.0[0], self.0[1] & !other.0[1]])
    }
}

/// A word that was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// Where it begins and ends, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Which clause it stands in, from 0.
    pub(super) clause: u32,
    pub(super) senses: Senses,
}

/// A text with the words that were found in it.
pub(super) struct Words<'t> {
    pub(super) text: &'t str,
    pub(super) hits: Vec<Hit>,
    pub(super) all: Senses,
}

/// What parts clauses; a blank does in chats, too.
pub(super) fn parts_clauses(c: char) -> bool {
    matches!(c, '，' | '。' | '！' | '？' | '；' | ',' | '!' | '?' | ';' | '…' | '~') || c.is_whitespace()
}

type Index = HashMap<char, Vec<(&'static str, Senses)>>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut senses: HashMap<&'static str, Senses> = HashMap::new();
    for (sense, list) in words::ALL.iter().copied().flatten() {
        for word in list.split_whitespace() {
            let known = senses.entry(word).or_default();
            *known = known.with(Senses::of(&[*sense]));
        }
    }
    let mut index = Index::new();
    for (word, own) in &senses {
        let inherited = if own.any(ABSORBING) {
            Senses::default()
        } else {
            beginnings(word, &senses)
        };
        let words = index.entry(word.chars().next().unwrap_or_default()).or_default();
        words.push((*word, own.with(inherited)));
    }
    index
        .values_mut()
        .for_each(|words| words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len())));
    index
});

/// Of which senses a word takes nothing over from the shorter one it begins with.
const ABSORBING: Senses = Senses::of(&[Sense::Figure, Sense::Suspicion]);
/// Which senses are not taken over: they say how a word is meant, and the longer word says more.
const NOT_INHERITED: Senses = Senses::of(&[
    Sense::Negation,
    Sense::Suspicion,
    Sense::Hypothetical,
    Sense::Past,
    Sense::Resolved,
    Sense::Relapse,
    Sense::Figure,
    Sense::Aftermath,
    Sense::Vague,
    Sense::NotWanted,
    Sense::Need,
    Sense::Wish,
    Sense::Ask,
]);

/// The senses of all words that a word begins with: 用完了 is 用完.
fn beginnings(word: &str, senses: &HashMap<&'static str, Senses>) -> Senses {
    let shorter = word
        .char_indices()
        .skip(1)
        .filter_map(|(end, _)| senses.get(&word[..end]));
    let all = shorter
        .filter(|senses| !senses.any(ABSORBING))
        .fold(Senses::default(), |all, one| all.with(*one));
    all.without(NOT_INHERITED)
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Words<'t> {
        let (mut hits, mut all) = (Vec::new(), Senses::default());
        let (mut clause, mut covered) = (0, 0);
        for (start, c) in text.char_indices() {
            if parts_clauses(c) {
                clause += 1;
                continue;
            }
            let inside = c.is_ascii_digit() && text[..start].ends_with(|c: char| c.is_ascii_digit());
            let Some((word, senses)) = longest(c, &text[start..]).filter(|_| !inside) else {
                continue;
            };
            let end = start + word.len();
            if end <= covered {
                continue;
            }
            covered = end;
            all = all.with(senses);
            hits.push(Hit {
                start,
                end,
                clause,
                senses,
            });
        }
        Words { text, hits, all }
    }

    pub(super) fn has(&self, sense: Sense) -> bool {
        self.all.has(sense)
    }

    pub(super) fn of_sense(&self, sense: Sense) -> impl Iterator<Item = (usize, &Hit)> {
        let own = self.has(sense);
        self.hits
            .iter()
            .enumerate()
            .filter(move |(_, hit)| own && hit.senses.has(sense))
    }

    /// Words before one, the nearest first, as far as so many characters lie between.
    pub(super) fn before(&self, at: usize, characters: usize) -> impl Iterator<Item = &Hit> {
        let start = self.hits[at].start;
        let before = self.hits[..at].iter().rev().skip_while(move |other| other.end > start);
        before.take_while(move |other| self.within(other.end, start, characters))
    }

    /// Words behind one with their places, the nearest first, as far as so many characters lie between.
    pub(super) fn behind(&self, at: usize, characters: usize) -> impl Iterator<Item = (usize, &Hit)> {
        let end = self.hits[at].end;
        let behind = self
            .hits
            .iter()
            .enumerate()
            .skip(at + 1)
            .skip_while(move |(_, other)| other.start < end);
        behind.take_while(move |(_, other)| self.within(end, other.start, characters))
    }

    /// Words around one with their places, as far as so many characters lie between, and those that overlap it.
    pub(super) fn around(&self, at: usize, characters: usize) -> impl Iterator<Item = (usize, &Hit)> {
        let hit = self.hits[at];
        let left = (0..at).rev().map(|place| (place, &self.hits[place]));
        let left =
            left.take_while(move |(_, other)| other.end > hit.start || self.within(other.end, hit.start, characters));
        let right = self.hits.iter().enumerate().skip(at + 1);
        let near = move |other: &Hit| other.start < hit.end || self.within(hit.end, other.start, characters);
        left.chain(right.take_while(move |(_, other)| near(other)))
    }

    /// Whether at most so many characters lie from one place to another.
    fn within(&self, from: usize, to: usize, characters: usize) -> bool {
        let near = to.saturating_sub(from) <= characters * 4;
        near && self
            .text
            .get(from..to)
            .is_some_and(|between| between.chars().nth(characters).is_none())
    }

    pub(super) fn word(&self, hit: &Hit) -> &'t str {
        &self.text[hit.start..hit.end]
    }
}

fn longest(first: char, rest: &str) -> Option<(&'static str, Senses)> {
    let words = INDEX.get(&first)?;
    let digit = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
    // 120 is not in 1203.
    let whole = |word: &str| !(word.ends_with(|c: char| c.is_ascii_digit()) && digit(&rest[word.len()..]));
    words
        .iter()
        .copied()
        .find(|(word, _)| rest.starts_with(word) && whole(word))
}

/// What a text's words may mean, all together.
pub(super) fn senses(text: &str) -> Senses {
    Words::of(text).all
}
