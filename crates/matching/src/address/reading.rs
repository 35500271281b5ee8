//! From tokens to levels. Where a text may be read in several ways (338-12-501: lane, number, room; or building, unit, room)
//! all are given, for only who knows the roster can choose.

use std::ops::Range;

use super::house;
use super::lex::{Mark, Token, What, tokens};
use super::names::{Piece, begins_beside, is_placelike, pieces, plain};
use super::numerals::value;
use super::{Level, Part, Understood};
use crate::beginning;
use crate::region::Region;

/// Words between a house's number and a room's: 12号里的501.
const BETWEEN: [&str; 8] = ["里", "里的", "内", "的", "中", "里面", "里面的", "楼内"];
/// Digits from which a number that nothing is said of is a room's.
const ROOM_DIGITS: usize = 3;
/// The storey of 底楼东间.
const LOWEST: &str = "1";

/// A place by its name, in its one writing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Named {
    pub(crate) name: String,
    /// Whether it names a place whatever the roster has: by its ending, or because a number follows. Other words may be a
    /// remark.
    pub(crate) firm: bool,
}

/// One way to read an address. Numbers are in one writing and without marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) road: Option<String>,
    pub(crate) names: Vec<Named>,
    pub(crate) phase: Option<String>,
    pub(crate) lane: Option<String>,
    pub(crate) sub_lane: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) floor: Option<String>,
    pub(crate) room: Option<String>,
    /// Of a room with a number: 东间.
    pub(crate) part: Option<String>,
    /// What stands before the place.
    pub(crate) region: Region,
    /// No mark says that the lane is one: 338-12-501.
    pub(crate) lane_unmarked: bool,
    /// Levels are taken for others than is written.
    pub(crate) guessed: bool,
}

impl Reading {
    /// Whether anything says which house or place.
    pub(crate) fn is_empty(&self) -> bool {
        let region = self.region.clone();
        *self
            == Reading {
                region,
                ..Reading::default()
            }
    }

    /// Whether anything is said of place or house already.
    fn is_placed(&self) -> bool {
        self.road.is_some() || !self.names.is_empty() || self.lane.is_some() || self.number.is_some()
    }

    fn slot(&mut self, level: Level) -> Option<&mut Option<String>> {
        Some(match level {
            Level::Road => &mut self.road,
            Level::Phase => &mut self.phase,
            Level::Lane => &mut self.lane,
            Level::SubLane => &mut self.sub_lane,
            Level::Group => &mut self.group,
            Level::Number => &mut self.number,
            Level::Unit => &mut self.unit,
            Level::Floor => &mut self.floor,
            Level::Room => &mut self.room,
            Level::Region | Level::Estate => return None,
        })
    }
}

/// A number of which no mark says what it is.
struct Bare {
    value: String,
    span: Range<usize>,
}

#[derive(Default)]
struct Reader {
    reading: Reading,
    parts: Vec<Part>,
    bare: Vec<Bare>,
    /// Whether the bare numbers stand before the one with a mark that follows: 338-12号.
    bare_before_number: bool,
    /// 临, 附 or 甲 before the next number.
    prefix: Option<String>,
}

/// All ways to read an address, the likeliest first; at least one.
pub(crate) fn readings(text: &str) -> (Vec<Reading>, Understood) {
    let tokens = tokens(once(beginning(text.trim_end())));
    let mut reader = Reader::default();
    for (place, token) in tokens.iter().enumerate() {
        let next = tokens.get(place + 1..).unwrap_or_default();
        match &token.what {
            What::Words { words, begins } => {
                let before = place.checked_sub(1).and_then(|before| tokens.get(before));
                let at = |byte: usize| {
                    let place = words.char_indices().position(|(at, _)| at >= byte);
                    place
                        .and_then(|place| begins.get(place))
                        .copied()
                        .unwrap_or(token.span.end)
                };
                reader.words(words, &at, (before, next));
            }
            What::Number {
                mark: Mark::Distance, ..
            } => reader.distance(next),
            What::Number { value, mark } => reader.number(value, *mark, &token.span),
            What::Break | What::Dash => {}
        }
    }
    reader.finish()
}

/// A text that is written twice, 12-501，12-501: once.
fn once(text: &str) -> &str {
    let mut halves = text.match_indices([',', '，', ';', '；', '、', ' ', '\n']);
    let half = halves.find_map(|(at, sign)| {
        let (first, second) = (&text[..at], &text[at + sign.len()..]);
        (first.trim() == second.trim()).then_some(first)
    });
    half.unwrap_or(text)
}

/// An address as it is shown.
pub(super) fn understood(text: &str) -> Understood {
    readings(text).1
}

impl Reader {
    fn say(&mut self, level: Level, value: &str, span: &Range<usize>) {
        if let Some(slot) = self.reading.slot(level) {
            *slot = Some(value.to_owned());
        }
        self.parts.push(Part {
            level,
            value: value.to_owned(),
            span: span.clone(),
        });
    }

    /// Takes back what was said last: it is another's door.
    fn take_back(&mut self) {
        let bare = self.bare.last().map_or(0, |bare| bare.span.end);
        if self.parts.last().is_none_or(|part| part.span.end < bare) {
            self.bare.pop();
        } else if let Some(part) = self.parts.pop()
            && let Some(slot) = self.reading.slot(part.level)
        {
            *slot = None;
        }
    }

    /// `at`: where a byte of the words is in the text as written.
    fn words(&mut self, words: &str, at: &dyn Fn(usize) -> usize, (before, next): (Option<&Token>, &[Token])) {
        let after_number = matches!(
            before,
            Some(Token {
                what: What::Number { .. },
                ..
            })
        );
        if after_number && begins_beside(words) {
            return self.take_back();
        }
        let follows = next.iter().find_map(|token| match &token.what {
            What::Break => None,
            What::Number { mark, .. } => Some(Some(*mark)),
            What::Words { .. } | What::Dash => Some(None),
        });
        let follows = follows.flatten();
        if BETWEEN.contains(&words) || (after_number && self.belongs_to_number(words, follows)) {
            return;
        }
        let span = at(0)..at(words.len());
        if let Some(unit) = house::unit(words).filter(|_| self.reading.number.is_some()) {
            return self.first(Level::Unit, unit, &span);
        }
        if self.named_room(words, follows, &span) {
            return;
        }
        let words = self.without_sign(words, follows, &span);
        let before_lane = matches!(
            next.first(),
            Some(Token {
                what: What::Number { mark: Mark::Lane, .. },
                ..
            })
        );
        // What stands behind a room tells who lives there.
        let told = self.reading.room.is_some() && !(self.reading.road.is_none() && self.reading.names.is_empty());
        if told {
            return;
        }
        let begin = words.as_ptr() as usize;
        let numbered = matches!(
            next.first(),
            Some(Token {
                what: What::Number { .. },
                ..
            })
        );
        let mut said = pieces(words, before_lane).into_iter().peekable();
        while let Some(piece) = said.next() {
            let placed = self.reading.is_placed();
            if let (Piece::Region(region), false) = (&piece, placed)
                && said.peek().is_none_or(|next| next.is_place() || numbered)
            {
                self.reading.region.read(&words[region.as_ptr() as usize - begin..]);
            }
            let (level, name) = match piece {
                Piece::Region(name) => (Level::Region, name),
                Piece::Road(name) => (Level::Road, name),
                Piece::Estate(name) => (Level::Estate, name),
                Piece::Phase(name) => (Level::Phase, name),
            };
            let from = name.as_ptr() as usize - begin;
            let firm = is_placelike(name) || numbered && from + name.len() == words.len();
            self.name(level, (name, firm), &(at(from)..at(from + name.len())));
        }
    }

    fn name(&mut self, level: Level, (name, firm): (&str, bool), span: &Range<usize>) {
        let name = plain(name);
        match level {
            Level::Region => self.parts.push(Part {
                level,
                value: name,
                span: span.clone(),
            }),
            Level::Estate => {
                self.parts.push(Part {
                    level,
                    value: name.clone(),
                    span: span.clone(),
                });
                self.reading.names.push(Named { name, firm });
            }
            // 东区 is a phase by its first character.
            Level::Phase => self.say(level, name.trim_end_matches(['期', '区']), span),
            // The first of two roads that meet.
            _ if self.reading.road.is_none() => self.say(level, &name, span),
            _ => {}
        }
    }

    /// 12号附, 12号之一, 501东: what belongs to the number before.
    fn belongs_to_number(&mut self, words: &str, follows: Option<Mark>) -> bool {
        if words == "附" || words == "之" {
            self.prefix = Some("附".to_owned());
            return true;
        }
        if let Some(part) = words.strip_prefix('之') {
            let run: Vec<char> = part.chars().collect();
            let part = value(&run).filter(|_| !run.is_empty());
            if let Some((part, number)) = part.zip(self.reading.number.as_mut()) {
                number.push_str(&format!("附{part}"));
                return true;
            }
        }
        let Some(sign) = house::sign(words) else { return false };
        if let Some(bare) = self.bare.last_mut() {
            bare.value.push_str(sign);
        } else if let Some(value) = self.reading.room.as_mut().or(self.reading.number.as_mut()) {
            value.push_str(sign);
        } else if follows.is_some() {
            self.prefix = Some(sign.to_owned());
        }
        true
    }

    /// 12号前楼, 12号底楼东间, 501室东间; 12号后楼501 is of the house.
    fn named_room(&mut self, words: &str, follows: Option<Mark>, span: &Range<usize>) -> bool {
        let Some((ground, room)) = house::room(words) else {
            return false;
        };
        let numbered = self.reading.room.is_some() || !self.bare.is_empty();
        if numbered {
            self.reading.part.get_or_insert(room);
        } else if self.reading.number.is_none() {
            return false;
        } else if matches!(follows, Some(Mark::None | Mark::Room))
            && let Some(number) = self.reading.number.as_mut()
        {
            number.push_str(&room);
        } else {
            if ground && self.reading.floor.is_none() {
                self.reading.floor = Some(LOWEST.to_owned());
            }
            self.say(Level::Room, &room, span);
        }
        true
    }

    /// Words without what belongs to the number behind them, 临 or 甲, or is a building without one: 东楼.
    fn without_sign<'w>(&mut self, words: &'w str, follows: Option<Mark>, span: &Range<usize>) -> &'w str {
        if let Some(before) = words.strip_suffix('临') {
            self.prefix = Some("临".to_owned());
            return before;
        }
        if follows.is_some()
            && let Some((before, sign)) = house::ending_sign(words)
        {
            self.prefix = Some(sign.to_owned());
            return before;
        }
        let free = self.reading.number.is_none() && self.bare.is_empty() && follows != Some(Mark::Number);
        match house::building(words).filter(|_| free) {
            Some((before, sign)) if before.is_empty() || is_placelike(before) => {
                self.say(Level::Number, sign, &(span.end - words.len() + before.len()..span.end));
                before
            }
            _ => words,
        }
    }

    fn number(&mut self, value: &str, mark: Mark, span: &Range<usize>) {
        let prefix = self.prefix.take().unwrap_or_default();
        // 甲2号 and 2号甲 are one.
        let signed = match prefix.as_str() {
            "临" => format!("临{value}"),
            sign => format!("{value}{sign}"),
        };
        match mark {
            Mark::None | Mark::Number if prefix == "附" => self.append(value),
            Mark::None => self.bare.push(Bare {
                value: signed,
                span: span.clone(),
            }),
            Mark::Number => self.house(&signed, span),
            Mark::Lane if self.reading.lane.as_deref() == Some(value) => {}
            Mark::Lane if self.reading.lane.is_some() => self.first(Level::SubLane, value, span),
            Mark::Lane => self.say(Level::Lane, value, span),
            Mark::SubLane => self.first(Level::SubLane, value, span),
            Mark::Unit => self.first(Level::Unit, value, span),
            Mark::Floor => self.first(Level::Floor, value, span),
            Mark::Room => self.first(Level::Room, value, span),
            Mark::Group => self.first(Level::Group, value, span),
            Mark::Phase => self.first(Level::Phase, value, span),
            Mark::Distance => {}
        }
    }

    /// 全家超市往南50米12号: what stands before is another place, or a lane and words that are none: 338弄往里50米12号.
    fn distance(&mut self, next: &[Token]) {
        let goes_on = next.iter().any(|token| !matches!(token.what, What::Break | What::Dash));
        self.prefix = None;
        if self.reading.lane.is_some() {
            if self.parts.pop_if(|part| part.level == Level::Estate).is_some() {
                self.reading.names.pop();
            }
        } else if goes_on {
            self.reading = Reading {
                region: std::mem::take(&mut self.reading.region),
                ..Reading::default()
            };
            self.bare.clear();
            self.parts.retain(|part| part.level == Level::Region);
        }
    }

    fn append(&mut self, part: &str) {
        if let Some(number) = self.reading.number.as_mut() {
            number.push_str(&format!("附{part}"));
        }
    }

    fn first(&mut self, level: Level, value: &str, span: &Range<usize>) {
        if self.reading.slot(level).is_some_and(|slot| slot.is_none()) {
            self.say(level, value, span);
        }
    }

    /// A number with 号 or the like. Of two the first is a lane's, or a yard's; behind a lane the second is a unit's.
    fn house(&mut self, value: &str, span: &Range<usize>) {
        let before = self.reading.number.clone();
        match before {
            None => {
                self.bare_before_number |= !self.bare.is_empty();
                self.say(Level::Number, value, span);
            }
            Some(before) if before == value => {}
            Some(_) if self.reading.lane.is_some() => self.first(Level::Unit, value, span),
            Some(before) => {
                if let Some(part) = self.parts.iter_mut().find(|part| part.level == Level::Number) {
                    part.level = Level::Lane;
                }
                self.reading.lane = Some(before);
                self.say(Level::Number, value, span);
            }
        }
    }

    fn finish(mut self) -> (Vec<Reading>, Understood) {
        self.floor_or_building();
        let ways = self.ways();
        let readings = ways.iter().map(|way| self.taken(way));
        let mut readings: Vec<Reading> = readings.collect();
        if let (Some(way), bare) = (ways.first(), std::mem::take(&mut self.bare)) {
            let parts = bare.into_iter().zip(way).map(|(bare, level)| Part {
                level: *level,
                value: bare.value,
                span: bare.span,
            });
            self.parts.extend(parts);
        }
        self.parts.sort_by_key(|part| part.span.start);
        let guessed: Vec<Reading> = readings.iter().flat_map(exchanged).collect();
        readings.extend(guessed);
        (readings, Understood { parts: self.parts })
    }

    /// 12楼501室 is a building's, 5楼501室 a floor.
    fn floor_or_building(&mut self) {
        let room = self
            .reading
            .room
            .clone()
            .or_else(|| Some(self.bare.last()?.value.clone()));
        let Some((floor, room)) = self.reading.floor.clone().zip(room) else {
            return;
        };
        let digits: String = room.chars().take_while(char::is_ascii_digit).collect();
        let of_room = digits.len() == floor.len() + 2 && digits.starts_with(&floor);
        if self.reading.number.is_some() || of_room || digits.len() < ROOM_DIGITS {
            return;
        }
        self.reading.floor = None;
        self.reading.number = Some(floor);
        if let Some(part) = self.parts.iter_mut().find(|part| part.level == Level::Floor) {
            part.level = Level::Number;
        }
    }

    /// What the bare numbers may be, the likeliest first.
    fn ways(&self) -> Vec<Vec<Level>> {
        use Level::{Lane, Number, Room, Unit};
        let said = &self.reading;
        let (lane, number, room) = (said.lane.is_some(), said.number.is_some(), said.room.is_some());
        // 晨晖苑3-2-501 has no lane in front.
        let lane = lane || (!said.names.is_empty() && said.road.is_none());
        let road = said.road.is_some() && !lane;
        let long = |bare: &Bare| bare.value.chars().take_while(char::is_ascii_digit).count() >= ROOM_DIGITS;
        match (self.bare.as_slice(), number, room) {
            ([], ..) => vec![vec![]],
            ([_], true, _) if self.bare_before_number && !lane => vec![vec![Lane]],
            ([_], true, true) => vec![vec![Unit]],
            ([_], true, false) => vec![vec![Room]],
            ([_, _], true, false) if self.bare_before_number && !lane => vec![vec![Lane, Room]],
            ([_, _], true, _) => vec![vec![Unit, Room]],
            ([_], false, true) => vec![vec![Number]],
            ([_, _], false, true) if lane => vec![vec![Number, Unit]],
            ([_, _], false, true) => vec![vec![Number, Unit], vec![Lane, Number]],
            ([_, _, ..], false, true) => vec![vec![Lane, Number, Unit]],
            ([_], false, false) if road => vec![vec![Number], vec![Lane]],
            ([one], false, false) if lane => {
                if long(one) {
                    vec![vec![Room], vec![Number]]
                } else {
                    vec![vec![Number]]
                }
            }
            ([one], false, false) => vec![vec![if long(one) { Room } else { Number }]],
            ([_, _], false, false) if road => vec![vec![Number, Room], vec![Lane, Number]],
            ([_, _], false, false) => vec![vec![Number, Room]],
            ([_, _, _], false, false) if lane => vec![vec![Number, Unit, Room]],
            ([_, _, _], false, false) => vec![vec![Lane, Number, Room], vec![Number, Unit, Room]],
            _ => vec![vec![Lane, Number, Unit, Room]],
        }
    }

    fn taken(&self, way: &[Level]) -> Reading {
        let mut reading = self.reading.clone();
        for (bare, level) in self.bare.iter().zip(way) {
            if let Some(slot) = reading.slot(*level).filter(|slot| slot.is_none()) {
                *slot = Some(bare.value.clone());
                reading.lane_unmarked |= *level == Level::Lane;
            }
        }
        if reading.room.is_none() {
            reading.room = reading.part.take();
        }
        // 12号5-501: the floor.
        let floor = reading.unit.clone().zip(reading.room.clone());
        if let Some((unit, room)) = floor.filter(|_| way.contains(&Level::Unit) && reading.floor.is_none())
            && room.len() == unit.len() + 2
            && room.starts_with(&unit)
        {
            reading.unit = None;
            reading.floor = Some(unit);
        }
        reading
    }
}

/// Lane and number in each other's place, and a 弄 that is a number.
fn exchanged(reading: &Reading) -> Option<Reading> {
    let mut guess = Reading {
        guessed: true,
        ..reading.clone()
    };
    match (&reading.lane, &reading.sub_lane, &reading.number) {
        (Some(_), None, Some(_)) => std::mem::swap(&mut guess.lane, &mut guess.number),
        (Some(_), Some(_), None) => guess.number = guess.sub_lane.take(),
        (Some(_), None, None) => guess.number = guess.lane.take(),
        _ => return None,
    }
    Some(guess)
}
