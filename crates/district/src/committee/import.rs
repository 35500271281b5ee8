//! Committees from a list: district, town, committee, separated by tabs. Importing again adds what is new.

use std::collections::HashSet;

use linli_domain::operation::Hash;
use linli_domain::time::Moment;
use linli_domain::writing::has_letter;

use super::Committee;
use crate::district::audit;
use crate::random::{self, Randomness};
use crate::storage::{Value, insert_many};
use crate::{DISTRICT, District, Error, values};

/// Most committees of a district.
const MOST: usize = 20_000;

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    /// District 区.
    pub area: String,
    /// Town or street 街镇.
    pub town: String,
    /// The committee's name.
    pub name: String,
}

/// What came of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Committees added.
    pub added: usize,
    /// Committees that were there.
    pub known: usize,
}

/// Reads a list. Empty lines are skipped, a byte order mark too.
///
/// # Errors
/// A line does not have three parts, or names no committee: which.
pub fn read_lines(text: &str) -> Result<Vec<Line>, Error> {
    let numbered = text
        .trim_start_matches('\u{feff}')
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty());
    numbered
        .map(|(line, number)| {
            let parts: Vec<&str> = line.split('\t').map(str::trim).collect();
            match parts.as_slice() {
                [_, _, name] if !name.is_empty() && !has_letter(name) => Err(Error::Input(format!(
                    "第 {number} 行的居委会名称至少要有一个汉字或字母"
                ))),
                [area, town, name] if !name.is_empty() => Ok(Line {
                    area: (*area).into(),
                    town: (*town).into(),
                    name: (*name).into(),
                }),
                _ => Err(Error::Input(format!(
                    "第 {number} 行应有三列（区、街镇、居委会），用制表符隔开"
                ))),
            }
        })
        .collect()
}

impl District {
    /// Adds the committees that are not there yet, numbered on in the order of the list.
    ///
    /// # Errors
    /// There are too many, or the database's.
    pub fn import_committees(
        &self,
        lines: &[Line],
        now: Moment,
        random: &mut dyn Randomness,
    ) -> Result<Imported, Error> {
        self.write(|transaction| {
            let known = Committee::all(transaction)?;
            let mut seen: HashSet<Line> = known
                .iter()
                .map(|one| Line {
                    area: one.area.clone(),
                    town: one.town.clone(),
                    name: one.name.clone(),
                })
                .collect();
            let new: Vec<&Line> = lines.iter().filter(|line| seen.insert((*line).clone())).collect();
            if known.len() + new.len() > MOST {
                return Err(Error::Input(format!("居委会超过 {MOST} 个")));
            }
            let first = known.last().map_or(1, |last| last.number + 1);
            let rows: Vec<Vec<Value>> = new
                .iter()
                .zip(first..)
                .map(|(line, number)| row(line, number, random))
                .collect::<Result<_, Error>>()?;
            let into = "committee (committee, number, area, town, name, entity, device, device_tail)";
            insert_many(transaction, into, &rows, "")?;
            let detail = format!("{} added", new.len());
            audit(
                transaction,
                DISTRICT,
                now,
                random,
                ("staff", "committee_import", &detail),
            )?;
            Ok(Imported {
                added: new.len(),
                known: lines.len() - new.len(),
            })
        })
    }
}

fn row(line: &Line, number: u64, random: &mut dyn Randomness) -> Result<Vec<Value>, Error> {
    let id = random::entity(random)?;
    let device = random::device(random)?;
    let (area, town, name) = (line.area.as_str(), line.town.as_str(), line.name.as_str());
    Ok(values![id, number, area, town, name, id, device, Hash::ZERO.0].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_and_its_flaw_is_named_by_line() {
        let lines =
            read_lines("\u{feff}浦东新区\t花木街道\t牡丹一居委会\r\n\n浦东新区\t花木街道\t 牡丹二居委会 \n").unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1].name, "牡丹二居委会");
        let flaw = read_lines("浦东新区\t花木街道\t牡丹一居委会\n浦东新区,花木街道,牡丹二居委会\n").unwrap_err();
        assert!(flaw.to_string().contains("第 2 行"), "{flaw}");
        let nameless = read_lines("浦东新区\t花木街道\t . \n").unwrap_err();
        assert!(nameless.to_string().contains("汉字或字母"), "{nameless}");
    }
}
