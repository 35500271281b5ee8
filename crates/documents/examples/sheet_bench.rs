//! Times reading and writing large sheets, for `cargo xtask bench`, beside the bare libraries they are built on.
//!
//! `sheet_bench write ROWS OUT.xlsx` as an export is written; `sheet_bench bare-write ROWS OUT.xlsx` the same cells with
//! rust_xlsxwriter alone; `sheet_bench read FILE` as an import reads it; `sheet_bench bare-read FILE.xlsx` every cell
//! with calamine alone; `sheet_bench input ROWS OUT.csv` the cells for other programs. Each prints one line of JSON.

use std::error::Error;
use std::time::Instant;

use calamine::{DataRef, Reader, Xlsx};
use linli_documents::sheet::{Cell, ColumnKind, ColumnSpec, SheetSpec, read_workbook, write_sheet};
use linli_domain::round::EXPORT_COLUMNS;
use linli_domain::time::parse_local;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// Columns that hold numbers: 序号 and 预约数量.
const NUMBERS: [usize; 2] = [0, 9];
/// Columns that hold times: 预约时间, 审核时间 and 通知时间.
const TIMES: [usize; 3] = [10, 15, 17];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["write", rows, out] => time("linli", &table(rows.parse()?), |table| {
            Ok(std::fs::write(out, write(table)?)?)
        }),
        ["bare-write", rows, out] => time("rust_xlsxwriter", &table(rows.parse()?), |table| bare_write(table, out)),
        ["read", file] => {
            let bytes = std::fs::read(file)?;
            let start = Instant::now();
            let rows = read_workbook(file, &bytes)?
                .iter()
                .map(|grid| grid.height() as usize)
                .sum();
            report("linli", rows, start);
            Ok(())
        }
        ["bare-read", file] => {
            let start = Instant::now();
            let rows = bare_read(file)?;
            report("calamine", rows, start);
            Ok(())
        }
        ["input", rows, out] => {
            let mut csv = csv::Writer::from_path(out)?;
            csv.write_record(EXPORT_COLUMNS)?;
            table(rows.parse()?).iter().try_for_each(|row| csv.write_record(row))?;
            Ok(csv.flush()?)
        }
        _ => Err("usage: sheet_bench write|bare-write|input ROWS FILE, or sheet_bench read|bare-read FILE".into()),
    }
}

fn time(
    program: &str,
    table: &[Vec<String>],
    write: impl FnOnce(&[Vec<String>]) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    write(table)?;
    report(program, table.len(), start);
    Ok(())
}

fn report(program: &str, rows: usize, start: Instant) {
    println!(
        r#"{{"program":"{program}","count":{rows},"seconds":{:.3}}}"#,
        start.elapsed().as_secs_f64()
    );
}

/// Rows of an export: most texts differ from row to row, as names, numbers and times do.
fn table(rows: usize) -> Vec<Vec<String>> {
    let given = [
        "晓明", "建国", "桂英", "丽华", "子轩", "秀兰", "志强", "雨桐", "国栋", "慧芳", "磊",
    ];
    (1..=rows)
        .map(|row| {
            let name = format!(
                "{}{}",
                ["王", "李", "张", "陈", "沈", "顾", "陆"][row % 7],
                given[row % 11]
            );
            let texts: [String; 22] = [
                row.to_string(),
                format!("A{row:06}"),
                name,
                "居民身份证".into(),
                format!("3101151980{:02}{:02}{:04}", row % 12 + 1, row % 28 + 1, row % 10_000),
                format!("1380000{:04}", row % 10_000),
                format!("齐河路{}弄", 300 + row % 40),
                format!("{}号", row % 90 + 1),
                format!("{}0{}", row % 18 + 1, row % 4 + 1),
                (row % 5 + 1).to_string(),
                format!("2020-02-0{} {:02}:{:02}", row % 7 + 1, row % 12 + 8, row % 60),
                "现场".into(),
                "未发现问题".into(),
                "通过".into(),
                "董敏".into(),
                format!("2020-02-08 {:02}:{:02}", row % 12 + 8, row % 60),
                "电话".into(),
                format!("2020-02-09 {:02}:{:02}", row % 12 + 8, row % 60),
                format!("01-{row:05}-0"),
                "居委会服务站".into(),
                String::new(),
                if row % 9 == 0 {
                    format!("备注{row}")
                } else {
                    String::new()
                },
            ];
            texts.into()
        })
        .collect()
}

fn write(table: &[Vec<String>]) -> Result<Vec<u8>, Box<dyn Error>> {
    let kind = |column| match column {
        _ if NUMBERS.contains(&column) => ColumnKind::Number,
        _ if TIMES.contains(&column) => ColumnKind::Time,
        _ => ColumnKind::Text,
    };
    let columns = (0..).zip(EXPORT_COLUMNS);
    let spec = SheetSpec {
        title: "第1轮口罩预约登记购买（全表）".into(),
        sheet_name: "第1轮全表".into(),
        columns: columns
            .map(|(place, header)| ColumnSpec {
                header: header.into(),
                kind: kind(place),
            })
            .collect(),
        created: chrono::NaiveDate::from_ymd_opt(2020, 2, 9)
            .and_then(|day| day.and_hms_opt(9, 0, 0))
            .ok_or("day")?,
    };
    Ok(write_sheet(&spec, table.len(), |row, column| cell(&table[row][column], column))?.bytes)
}

fn cell(text: &str, column: usize) -> Cell<'_> {
    let typed = match column {
        _ if text.is_empty() => Some(Cell::Empty),
        _ if NUMBERS.contains(&column) => text.parse().ok().map(Cell::Number),
        _ if TIMES.contains(&column) => parse_local(text).map(Cell::Time),
        _ => None,
    };
    typed.unwrap_or(Cell::Text(text))
}

fn bare_write(table: &[Vec<String>], out: &str) -> Result<(), Box<dyn Error>> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let times = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for (column, header) in (0..).zip(EXPORT_COLUMNS) {
        sheet.write_string(0, column, header)?;
    }
    for (line, row) in (1..).zip(table) {
        for (column, text) in row.iter().enumerate() {
            match cell(text, column) {
                Cell::Empty => {}
                Cell::Text(text) => {
                    sheet.write_string(line, column as u16, text)?;
                }
                Cell::Number(number) => {
                    sheet.write_number(line, column as u16, number)?;
                }
                Cell::Time(_) => {
                    let at = ExcelDateTime::parse_from_str(text)?;
                    sheet.write_datetime_with_format(line, column as u16, &at, &times)?;
                }
            }
        }
    }
    Ok(workbook.save(out)?)
}

fn bare_read(file: &str) -> Result<usize, Box<dyn Error>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook(file)?;
    let name = workbook.sheet_names().first().ok_or("no sheet")?.clone();
    let mut cells = workbook.worksheet_cells_reader(&name)?;
    let (mut rows, mut characters) = (0, 0);
    while let Some(cell) = cells.next_cell()? {
        rows = rows.max(cell.get_position().0 as usize + 1);
        characters += match cell.get_value() {
            DataRef::String(text) => text.len(),
            DataRef::SharedString(text) => text.len(),
            _ => 1,
        };
    }
    assert!(characters > 0, "cells were read");
    Ok(rows)
}
