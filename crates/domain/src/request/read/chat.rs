//! A paste as messages: every character of it stands in a header, in a message, or in a line that nobody wrote.

use std::collections::HashSet;
use std::ops::Range;

use super::header::{Head, Shape, called, head, is_person, is_system};

/// Of how many lines one is headed at least, where heads part messages and a line is none by itself.
const LINES_PER_HEAD: usize = 12;
/// Of ten lines how many are headed at least, where heads are no more than a name before a colon.
const NAMES_OF_TEN: usize = 7;
/// Of how many lines one is headed, where the name stands on a line of its own.
const LINES_PER_NAME_ABOVE: usize = 4;

/// What a piece of a paste is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who writes what follows.
    Header,
    /// What somebody wrote.
    Message,
    /// What nobody wrote: blanks, days, who came and went.
    Aside,
}

/// A piece of a paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub role: Role,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// Who speaks, of a header.
    speaker: Option<Range<usize>>,
}

/// A message of a paste.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'t> {
    pub(super) speaker: Option<&'t str>,
    pub(super) text: &'t str,
}

struct Line<'t> {
    text: &'t str,
    start: usize,
    head: Option<Head>,
    system: bool,
    /// Whether it is the time of the name above it.
    below: bool,
    /// Whether it is a name and a colon by itself, behind a blank line and before a text.
    alone: bool,
}

/// How a paste's messages are parted.
struct Parting<'t> {
    way: Layout,
    /// Who speaks in it, above a time.
    speakers: HashSet<&'t str>,
}

/// By what messages are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// By heads with a time.
    Timed,
    /// By names.
    Named,
    /// A line is a message.
    Lines,
}

/// The pieces of a paste, in order, without a gap.
pub fn pieces(paste: &str) -> Vec<Piece> {
    let lines = lines(paste);
    let timed = lines.iter().filter_map(|line| Some((line, line.head.as_ref()?)));
    let timed = timed.filter(|(_, head)| head.shape == Shape::Timed);
    let parting = Parting {
        way: way(&lines),
        speakers: timed
            .filter_map(|(line, head)| Some(&line.text[head.name.clone()?]))
            .collect(),
    };
    let mut pieces: Vec<Piece> = Vec::new();
    for line in &lines {
        line_pieces(line, &parting, &mut pieces);
    }
    pieces
}

/// The messages of a paste.
pub(super) fn messages(paste: &str) -> Vec<Message<'_>> {
    let mut messages: Vec<Message<'_>> = Vec::new();
    let mut headed: Option<Option<&str>> = None;
    for piece in pieces(paste) {
        match piece.role {
            Role::Header => {
                messages.extend(headed.take().map(|speaker| Message { speaker, text: "" }));
                headed = Some(piece.speaker.map(|span| &paste[span]));
            }
            Role::Message => {
                let speaker = headed.take().flatten();
                let text = paste[piece.span].trim();
                messages.push(Message { speaker, text });
            }
            Role::Aside => messages.extend(headed.take().map(|speaker| Message { speaker, text: "" })),
        }
    }
    messages.extend(headed.map(|speaker| Message { speaker, text: "" }));
    messages
}

fn lines(paste: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let lines = paste.split_inclusive('\n').map(|text| {
        let line = Line {
            text,
            start,
            head: head(text.trim_end()),
            system: is_system(text),
            below: false,
            alone: false,
        };
        start += text.len();
        line
    });
    let mut lines: Vec<Line<'_>> = lines.collect();
    (1..lines.len()).for_each(|at| name_above(&mut lines, at));
    (0..lines.len()).for_each(|at| alone(&mut lines, at));
    lines
}

/// A name and a colon between a blank line and a text.
fn alone(lines: &mut [Line<'_>], at: usize) {
    let is_blank = |line: &Line<'_>| line.text.trim().is_empty() || line.system;
    let parted = at.checked_sub(1).is_none_or(|before| is_blank(&lines[before]));
    let followed = lines.get(at + 1).is_some_and(|next| !is_blank(next));
    let line = &mut lines[at];
    let head = called(line.text.trim_end()).filter(|head| head.shape == Shape::NamedAbove);
    if parted && followed && head.is_some() {
        line.alone = true;
        line.head = line.head.take().or(head);
    }
}

fn is_time(line: &Line<'_>) -> bool {
    line.head.as_ref().is_some_and(|head| head.shape == Shape::Time)
}

/// A name on one line, and the time below it.
fn name_above(lines: &mut [Line<'_>], at: usize) {
    let above = lines[at - 1].text;
    let name = above.trim();
    if is_time(&lines[at]) && lines[at - 1].head.is_none() && is_person(name) {
        let from = above.len() - above.trim_start().len();
        lines[at - 1].head = Some(Head {
            name: Some(from..from + name.len()),
            text: above.len(),
            shape: Shape::Timed,
        });
        lines[at].below = true;
    }
}

fn way(lines: &[Line<'_>]) -> Layout {
    let count = |shapes: &[Shape]| {
        let of = |line: &&Line<'_>| line.head.as_ref().is_some_and(|head| shapes.contains(&head.shape));
        lines.iter().filter(of).count()
    };
    let written = lines.iter().filter(|line| !line.system).count();
    let first = lines.iter().find(|line| !line.system);
    let first = first.and_then(|line| line.head.as_ref()).map(|head| head.shape);
    let (timed, above) = (count(&[Shape::Timed]), count(&[Shape::NamedAbove]));
    let named = above + count(&[Shape::Named]);
    let by_lines = first == Some(Shape::NamedAbove) && above * LINES_PER_NAME_ABOVE >= written;
    let begins = matches!(first, Some(Shape::Named | Shape::NamedAbove));
    let by_names = named > 1 && begins && named * 10 >= written * NAMES_OF_TEN;
    if timed > 0 && (first == Some(Shape::Timed) || timed * LINES_PER_HEAD >= written) {
        Layout::Timed
    } else if by_lines || by_names {
        Layout::Named
    } else {
        Layout::Lines
    }
}

/// The pieces of a line, behind those before it.
fn line_pieces(line: &Line<'_>, parting: &Parting<'_>, pieces: &mut Vec<Piece>) {
    let way = parting.way;
    let whole = line.start..line.start + line.text.len();
    let head = line.head.as_ref().filter(|head| parting.begins(head, line));
    match head {
        Some(head) => {
            let text = (line.start + head.text).min(whole.end);
            let speaker = head
                .name
                .clone()
                .map(|name| line.start + name.start..line.start + name.end);
            push(pieces, Role::Header, whole.start..text, speaker);
            if !line.text[head.text.min(line.text.len())..].trim().is_empty() {
                push(pieces, Role::Message, text..whole.end, None);
            } else if text < whole.end {
                // The line's end is the header's.
                extend(pieces, whole.end);
            }
        }
        None if way == Layout::Timed && line.below => extend(pieces, whole.end),
        None if way == Layout::Lines && line.text.trim().is_empty() => push(pieces, Role::Aside, whole, None),
        None if way == Layout::Lines => push(pieces, Role::Message, whole, None),
        None if line.text.trim().is_empty() => blank(pieces, whole),
        None if is_time(line) => push(pieces, Role::Aside, whole, None),
        None if line.system && !is_rule_of_quote(line, pieces) => push(pieces, Role::Aside, whole, None),
        None => match pieces.last_mut() {
            Some(last) if last.role == Role::Message => last.span.end = whole.end,
            _ => push(pieces, Role::Message, whole, None),
        },
    }
}

impl Parting<'_> {
    /// Whether a head begins a message.
    fn begins(&self, head: &Head, line: &Line<'_>) -> bool {
        let name = head.name.clone().map(|name| &line.text[name]);
        let somebody = || name.is_some_and(|name| self.speakers.contains(name) || is_person(name));
        match (self.way, head.shape) {
            (_, Shape::Time) | (Layout::Lines, Shape::NamedAbove) => false,
            (_, Shape::Timed) | (Layout::Named, _) => true,
            (Layout::Timed, Shape::NamedAbove) if line.alone => true,
            (Layout::Lines | Layout::Timed, _) => somebody(),
        }
    }
}

/// A line of dashes belongs to the quotation before it.
fn is_rule_of_quote(line: &Line<'_>, pieces: &[Piece]) -> bool {
    let in_message = pieces.last().is_some_and(|piece| piece.role == Role::Message);
    in_message && line.text.contains(crate::writing::is_dash) && !line.text.contains(|c: char| c.is_alphanumeric())
}

fn blank(pieces: &mut Vec<Piece>, span: Range<usize>) {
    if pieces.is_empty() {
        push(pieces, Role::Aside, span, None);
    } else {
        extend(pieces, span.end);
    }
}

fn extend(pieces: &mut [Piece], end: usize) {
    if let Some(last) = pieces.last_mut() {
        last.span.end = end;
    }
}

fn push(pieces: &mut Vec<Piece>, role: Role, span: Range<usize>, speaker: Option<Range<usize>>) {
    if !span.is_empty() {
        pieces.push(Piece { role, span, speaker });
    }
}
