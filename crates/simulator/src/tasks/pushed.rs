//! What sources and staff do with rows: push them, push them again, correct them, pass them on, take them back, and ask
//! what became of them.

use linli_district::pushed::pass::TakeBack;
use linli_district::pushed::push::{Incoming, Judged, Push, Verdict};
use linli_district::pushed::source::Source;
use linli_district::pushed::{Ask, TaskRow};

use linli_district::pushed::list::Which;

use super::{Pushed, QUESTION, SOURCES};
use crate::Broken;
use crate::clerk::{self, PHONES, WORDS};
use crate::world::World;

/// Most rows of a push.
const ROWS: u32 = 4;
/// How many news a source asks for at once: few, so that there is more.
const NEWS: u64 = 3;
/// How many of a hundred answers are lost on their way to the source.
const LOST: u32 = 20;

fn said(error: linli_district::Error) -> Broken {
    Broken::error("working on rows of sources", &error)
}

impl World {
    /// A source or staff do something with rows.
    pub(crate) fn work_on_rows(&mut self) -> Result<(), Broken> {
        self.settle_rows()?;
        match self.random.below(10) {
            0..=3 => self.push_rows(),
            4 => self.push_again(),
            5 => self.correct_row(),
            6..=7 => self.pass_row_on(),
            8 => self.take_row_back(),
            _ => self.ask_for_news(),
        }
    }

    /// The district tells committees what others wrote of their rows, as it does by itself now and then; gives of how many.
    pub(crate) fn settle_rows(&mut self) -> Result<usize, Broken> {
        let settled = self.district.settle_rows(self.now).map_err(said)?;
        if settled > 0 {
            self.tell(|| format!("the district settles {settled} rows"));
        }
        Ok(settled)
    }

    /// A source pushes new rows: about residents of a committee, or about nobody.
    pub(crate) fn push_rows(&mut self) -> Result<(), Broken> {
        let source = self.random.below(SOURCES.len() as u32) as usize;
        let known = self.ledger.tasks.pushed.len();
        let rows: Vec<TaskRow> = (0..=self.random.below(ROWS) as usize)
            .map(|place| TaskRow {
                reference: Some(format!("D-{}", known + place)),
                ..self.row()
            })
            .collect();
        for (judged, row) in self.push(source, &rows)?.iter().zip(rows) {
            if judged.verdict != Verdict::Taken {
                return Err(Broken::promise("a new row is taken in", format!("{judged:?}")));
            }
            let reference = row.reference.as_deref().unwrap_or_default();
            let task = self.district.row_called::<TaskRow>(reference, Some(SOURCES[source]));
            self.ledger.tasks.pushed.push(Pushed {
                source,
                task: task.map_err(said)?,
                row,
                taken_back: false,
            });
        }
        Ok(())
    }

    /// What a row says.
    fn row(&mut self) -> TaskRow {
        let office = self.random.below(self.committees.len() as u32) as usize;
        let random = &mut self.random;
        let word = |words: &[&str], random: &mut _| clerk::pick(random, words).map(str::to_owned);
        let mut row = TaskRow {
            name: word(&WORDS, random),
            address: Some(clerk::somewhere(office, random)).filter(|_| random.percent(70)),
            ..TaskRow::default()
        };
        row.document_number = Some(clerk::document(random)).filter(|_| random.percent(50));
        row.phone = word(&PHONES, random).filter(|_| random.percent(30));
        row.committee = Some(self.committees[office].full_name()).filter(|_| random.percent(70));
        if random.percent(30) {
            row.questions.push(Ask {
                name: QUESTION.to_owned(),
                choices: Vec::new(),
            });
        }
        row
    }

    fn push(&mut self, source: usize, rows: &[TaskRow]) -> Result<Vec<Judged>, Broken> {
        let incoming = |(row, content): (usize, &TaskRow)| Incoming {
            row,
            source: SOURCES[source].to_owned(),
            content: content.clone(),
            damage: None,
        };
        let push = Push::of((1..).zip(rows).map(incoming).collect());
        let routing = self.district.routing(self.now).map_err(said)?;
        let pushed = self.district.push_rows(&push, &*routing, self.now).map_err(said)?;
        self.tell(|| format!("{} pushes: {:?}", SOURCES[source], pushed.rows));
        Ok(pushed.rows)
    }

    /// A row of a source, if there is any.
    fn some_row(&mut self) -> Option<usize> {
        let count = self.ledger.tasks.pushed.len() as u32;
        (count > 0).then(|| self.random.below(count) as usize)
    }

    /// All that the district has of rows, and the ends of its orders.
    fn all_of_it(&self) -> Result<String, Broken> {
        let tasks = self
            .district
            .rows::<TaskRow>(&Which::default(), self.now)
            .map_err(said)?;
        let committees = self.district.committees().map_err(said)?;
        Ok(format!("{tasks:?} {committees:?}"))
    }

    /// A source pushes everything again, as it may not have heard that it arrived.
    fn push_again(&mut self) -> Result<(), Broken> {
        let Some(at) = self.some_row() else { return Ok(()) };
        let source = self.ledger.tasks.pushed[at].source;
        let all = self.ledger.tasks.pushed.iter().filter(|row| row.source == source);
        let rows: Vec<TaskRow> = all.map(|row| row.row.clone()).collect();
        let before = self.all_of_it()?;
        let judged = self.push(source, &rows)?;
        let known = judged.iter().all(|judged| judged.verdict == Verdict::Known);
        if !known || self.all_of_it()? != before {
            return Err(Broken::promise("pushed twice changes nothing", format!("{judged:?}")));
        }
        Ok(())
    }

    /// A source says something else of a row, now and then where it belongs.
    fn correct_row(&mut self) -> Result<(), Broken> {
        let Some(at) = self.some_row() else { return Ok(()) };
        let (source, before) = (self.ledger.tasks.pushed[at].source, &self.ledger.tasks.pushed[at].row);
        let reference = before.reference.clone();
        let mut row = if self.random.percent(50) {
            before.clone()
        } else {
            self.row()
        };
        (row.reference, row.note) = (reference, Some(format!("更正{}", self.random.below(1_000))));
        let same = self.ledger.tasks.pushed[at].row == row;
        let judged = self.push(source, std::slice::from_ref(&row))?;
        match judged.as_slice() {
            [one] if one.verdict == Verdict::Changed => self.ledger.tasks.pushed[at].row = row,
            [one] if one.verdict == Verdict::Closed || same => {}
            _ => return Err(Broken::promise("a row is corrected or closed", format!("{judged:?}"))),
        }
        Ok(())
    }

    /// Staff pass a row on; refused where it is closed, or there already.
    fn pass_row_on(&mut self) -> Result<(), Broken> {
        let Some(at) = self.some_row() else { return Ok(()) };
        let task = self.ledger.tasks.pushed[at].task;
        let office = self.random.below(self.committees.len() as u32) as usize;
        let (to, mut chance) = (self.committees[office].id, self.chance());
        let passed = self
            .district
            .pass_row::<TaskRow>(task, to, "住在那里", self.now, &mut chance);
        match passed {
            Ok(passed) => self.tell(|| format!("staff pass {task} on: {passed:?}")),
            Err(linli_district::Error::Input(why)) => self.tell(|| format!("staff do not pass {task} on: {why}")),
            Err(error) => return Err(said(error)),
        }
        Ok(())
    }

    /// A source needs an answer no more.
    fn take_row_back(&mut self) -> Result<(), Broken> {
        let Some(at) = self.some_row() else { return Ok(()) };
        let row = &mut self.ledger.tasks.pushed[at];
        let (source, reference) = (SOURCES[row.source], row.reference());
        let back = self
            .district
            .take_back::<TaskRow>(source, &[reference], "误推", self.now);
        let back = back.map_err(said)?;
        row.taken_back |= back.iter().all(|row| row.verdict == TakeBack::TakenBack);
        if back.len() != 1 || back[0].verdict == TakeBack::NotFound {
            return Err(Broken::promise("a row that was pushed is there", format!("{back:?}")));
        }
        self.tell(|| format!("{source} takes back: {back:?}"));
        Ok(())
    }

    /// A source asks what became of its rows; what it is told may be lost.
    fn ask_for_news(&mut self) -> Result<(), Broken> {
        let source = self.random.below(SOURCES.len() as u32) as usize;
        let lost = self.random.percent(LOST);
        self.fetch(source, lost).map(|_| ())
    }

    /// A source asks from where it is; says whether there is more.
    pub(super) fn fetch(&mut self, source: usize, lost: bool) -> Result<bool, Broken> {
        let (name, after) = (SOURCES[source].to_owned(), self.ledger.tasks.cursors[source]);
        let asking = Source { name };
        let news = self.district.answers::<TaskRow>(&asking, after, NEWS, self.now);
        let news = news.map_err(said)?;
        self.tell(|| format!("{} hears, lost {lost}: {news:?}", asking.name));
        if lost {
            return Ok(news.more);
        }
        for answer in news.rows {
            self.ledger.tasks.hear(source, answer)?;
        }
        self.ledger.tasks.cursors[source] = news.cursor;
        Ok(news.more)
    }
}
