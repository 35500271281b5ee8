//! Where everything lands on the paper: nothing over an edge or over something else, headings and
//! page numbers on every page, every voucher once, codes that scan.
#![allow(clippy::unwrap_used, missing_docs)]

mod pdf_pages;
mod pdf_reader;
mod pdf_samples;

use linli_documents::pdf::canvas::{Area, Mark, Recording};
use linli_documents::pdf::{self, PdfError};
use pdf_pages::{MM, any_text, check_pages, fonts, ink_right, page_text, texts};
use pdf_reader::ReadPdf;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn vouchers_never_overflow(
        name in any_text(24), room in any_text(40), place in any_text(60), time in any_text(40),
        amount in any_text(20), title in any_text(24), committee in any_text(40),
        print in any_text(90), count in 1_usize..20,
    ) {
        let mut input = pdf_samples::vouchers(count);
        input.round_title = title;
        input.imprint.committee = committee;
        input.fine_print = print;
        let last = input.vouchers.last_mut().unwrap();
        (last.name, last.room, last.place, last.time, last.amount) =
            (name, room, place, time, amount);
        let mut recording = Recording::new(fonts());
        match pdf::draw_vouchers(&mut recording, &input) {
            Ok(()) => {}
            Err(PdfError::DoesNotFit { context, .. }) => {
                prop_assert!(context.to_string().contains("凭证"), "refused with its number: {}", context);
                return Ok(());
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
        check_pages(&recording, 4.0)?;
        for page in &recording.pages {
            check_cells(page)?;
        }
    }

    #[test]
    fn lists_never_overflow(
        name in any_text(20), room in any_text(16), reason in any_text(120), count in 1_usize..40,
    ) {
        let mut handout = pdf_samples::handout(2, count);
        handout.buildings[1].rows[count - 1].name = name.clone();
        handout.buildings[1].rows[count - 1].room = room.clone();
        let mut recording = Recording::new(fonts());
        pdf::draw_handout(&mut recording, &handout).unwrap();
        check_pages(&recording, 15.0)?;
        let mut doors = pdf_samples::door_list(1, count);
        doors.buildings[0].rows[0].reason = reason;
        doors.buildings[0].rows[0].persons = name;
        doors.buildings[0].rows[0].room = room;
        let mut recording = Recording::new(fonts());
        pdf::draw_door_list(&mut recording, &doors).unwrap();
        check_pages(&recording, 14.0)?;
    }

    #[test]
    fn a_days_numbers_never_overflow_and_a_bar_is_as_long_as_its_number_says(
        kind in any_text(60), kinds in 0_usize..70, count in 1_usize..10_000,
    ) {
        let counted = ["收到", "签收", "按时先行联系", "按时答复", "超时", "未先行联系", "未解决", "不满意", "退回"];
        let row = |name: &str| (name.to_owned(), vec![count; counted.len()]);
        let mut rows = vec![("合计".to_owned(), (0..counted.len()).map(|at| count * at).collect())];
        rows.extend((0..kinds).map(|_| row(&kind)));
        let input = pdf::DayReportInput {
            imprint: pdf_samples::imprint(),
            title: "工单日报".into(),
            day: "2022-04-12".into(),
            counted: counted.map(str::to_owned).into(),
            rows,
        };
        let mut recording = Recording::new(fonts());
        pdf::draw_day_report(&mut recording, &input).unwrap();
        check_pages(&recording, 14.0)?;
        let first = &recording.pages[0];
        let bars: Vec<f32> = first
            .iter()
            .filter_map(|mark| match mark {
                Mark::Fill(area) if area.height < 5.0 * MM => Some(area.width),
                _ => None,
            })
            .collect();
        prop_assert_eq!(bars.len(), counted.len());
        for (at, width) in bars.iter().enumerate() {
            prop_assert!((width - bars[1] * at as f32).abs() < 0.1, "{:?}", bars);
        }
    }

    #[test]
    fn round_notices_never_overflow(
        rows in 0_usize..180, who in any_text(90), remarks in any_text(120), name in any_text(10),
    ) {
        let mut input = pdf_samples::round_notice(1, rows);
        (input.who, input.remarks) = (who, remarks);
        if let Some(row) = input.buildings[0].rows.last_mut() {
            row.name = name.clone();
        }
        let mut recording = Recording::new(fonts());
        pdf::draw_round_notice(&mut recording, &input).unwrap();
        check_pages(&recording, 10.0)?;
        let all: String = recording.pages.iter().map(|page| page_text(page)).collect();
        for row in 0..rows.saturating_sub(1) {
            let number = format!("02-{:05}", row + 1);
            prop_assert_eq!(all.matches(&number).count(), 1, "each row once: {}", number);
        }
    }

    #[test]
    fn posters_never_overflow(title in any_text(24), step in any_text(40), window in any_text(40)) {
        let mut input = pdf_samples::poster();
        input.title = title;
        input.window = window;
        input.steps[1] = step;
        let mut recording = Recording::new(fonts());
        match pdf::draw_qr_poster(&mut recording, &input) {
            Ok(()) => check_pages(&recording, 10.0)?,
            Err(PdfError::DoesNotFit { .. }) => {}
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
        prop_assert_eq!(recording.pages.len(), 1);
    }
}

/// Each text of a voucher stands in one of the eight cells, and not over its QR code.
fn check_cells(page: &[Mark]) -> Result<(), TestCaseError> {
    let cell = (210.0 * MM / 2.0, 297.0 * MM / 4.0);
    for (text, style, area) in texts(page).into_iter().filter(|(text, ..)| *text != "✂") {
        let column = (area.x / cell.0).floor();
        let row = (area.y / cell.1).floor();
        let right = (column + 1.0) * cell.0 - 7.0 * MM;
        prop_assert!(ink_right(text, style, area) <= right, "{} leaves its voucher", text);
        prop_assert!(
            area.bottom() <= (row + 1.0) * cell.1 - 4.0 * MM,
            "{} leaves below",
            text
        );
        for mark in page {
            if let Mark::Fill(module) = mark {
                let over = module.width < 30.0
                    && module.x < ink_right(text, style, area)
                    && area.x < module.right()
                    && module.y < area.bottom()
                    && area.y < module.bottom();
                prop_assert!(!over, "{} is printed over a QR code", text);
            }
        }
    }
    Ok(())
}

#[test]
fn eight_vouchers_a_page_in_the_order_given() {
    for (count, pages) in [(1, 1), (8, 1), (9, 2), (16, 2), (17, 3)] {
        let input = pdf_samples::vouchers(count);
        let mut recording = Recording::new(fonts());
        pdf::draw_vouchers(&mut recording, &input).unwrap();
        assert_eq!(recording.pages.len(), pages, "{count} vouchers");
        let all: String = recording.pages.iter().map(|page| page_text(page)).collect();
        let places: Vec<usize> = input
            .vouchers
            .iter()
            .map(|voucher| all.find(&voucher.number).unwrap())
            .collect();
        assert!(places.is_sorted(), "the vouchers stand in order");
    }
}

#[test]
fn large_jobs_come_in_files_that_together_hold_every_voucher() {
    let input = pdf_samples::vouchers(50);
    let files: Vec<_> = pdf::voucher_files(fonts(), &input, 20)
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(files.len(), 3, "24 vouchers a file: 20 rounded up to full pages");
    let text: String = files.iter().map(|bytes| ReadPdf::new(bytes).whole_text()).collect();
    for voucher in &input.vouchers {
        assert_eq!(text.matches(&voucher.number).count(), 1, "{}", voucher.number);
    }
}

#[test]
fn nothing_to_print_is_an_error() {
    assert!(matches!(
        pdf::vouchers(fonts(), &pdf_samples::vouchers(0)),
        Err(PdfError::Nothing { .. })
    ));
    assert!(matches!(
        pdf::handout(fonts(), &pdf_samples::handout(0, 1)),
        Err(PdfError::Nothing { .. })
    ));
    assert!(matches!(
        pdf::notice(fonts(), &pdf_samples::notice(0)),
        Err(PdfError::Nothing { .. })
    ));
}

#[test]
fn a_text_too_long_is_refused_by_name() {
    let mut input = pdf_samples::vouchers(3);
    input.vouchers[1].name = "很长".repeat(200);
    let error = pdf::vouchers(fonts(), &input).expect_err("400 characters are no name");
    assert!(
        error.to_string().contains("02-00002"),
        "the error names the voucher: {error}"
    );
}

#[test]
fn lists_repeat_their_headings_and_count_their_pages() {
    let bytes = pdf::handout(fonts(), &pdf_samples::handout(1, 70)).unwrap();
    let read = ReadPdf::new(&bytes);
    let pages = read.pages.len();
    assert!(pages > 1, "70 rows take more than a page");
    for page in 0..pages {
        let text = read.text(page);
        assert!(text.contains("室号姓名数量凭证号电话签收"), "headings on page {page}");
        assert!(text.contains(&format!("第{}页共{pages}页", page + 1)), "its number");
    }
    assert!(read.text(pages - 1).contains("楼组长签名"), "signed at the end");
}

/// Reads the QR code whose modules are among the small filled rectangles of a page.
fn scan(page: &[Mark], inside: Area) -> String {
    let modules: Vec<Area> = page
        .iter()
        .filter_map(|mark| match mark {
            Mark::Fill(area) => Some(*area),
            Mark::Text { .. } | Mark::Line(_) => None,
        })
        .filter(|area| area.x >= inside.x && area.right() <= inside.right() + 0.1)
        .filter(|area| area.y >= inside.y && area.bottom() <= inside.bottom() + 0.1)
        .collect();
    let left = modules.iter().map(|area| area.x).fold(f32::MAX, f32::min);
    let top = modules.iter().map(|area| area.y).fold(f32::MAX, f32::min);
    let right = modules.iter().map(Area::right).fold(0.0, f32::max);
    // The upper left finder pattern is seven modules wide, in one rectangle.
    let module = modules
        .iter()
        .find(|area| area.x == left && area.y == top)
        .unwrap()
        .width
        / 7.0;
    let size = ((right - left) / module).round() as usize;
    let grid = rqrr::SimpleGrid::from_func(size, |x, y| {
        let at = (left + (x as f32 + 0.5) * module, top + (y as f32 + 0.5) * module);
        modules
            .iter()
            .any(|area| (area.x..area.right()).contains(&at.0) && (area.y..area.bottom()).contains(&at.1))
    });
    rqrr::Grid::new(grid).decode().unwrap().1
}

#[test]
fn qr_codes_scan() {
    let input = pdf_samples::vouchers(8);
    let mut recording = Recording::new(fonts());
    pdf::draw_vouchers(&mut recording, &input).unwrap();
    for (index, voucher) in input.vouchers.iter().enumerate() {
        let cell = Area::new(
            (index % 2) as f32 * 105.0 * MM + 60.0 * MM,
            (index / 2) as f32 * 74.25 * MM + 17.0 * MM,
            45.0 * MM,
            31.0 * MM,
        );
        assert_eq!(scan(&recording.pages[0], cell), voucher.qr, "voucher {index}");
    }
    let poster = pdf_samples::poster();
    let mut recording = Recording::new(fonts());
    pdf::draw_qr_poster(&mut recording, &poster).unwrap();
    let middle = Area::new(50.0 * MM, 95.0 * MM, 110.0 * MM, 110.0 * MM);
    assert_eq!(scan(&recording.pages[0], middle), poster.qr);
    assert!(
        page_text(&recording.pages[0]).contains(&poster.address),
        "for those who type it"
    );
}

#[test]
fn the_file_says_when_and_by_whom_it_was_made() {
    let read = ReadPdf::new(&pdf::notice(fonts(), &pdf_samples::notice(1)).unwrap());
    let info = read.document.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let info = read.document.get_dictionary(info).unwrap();
    let date = info.get(b"CreationDate").unwrap().as_str().unwrap();
    assert_eq!(date, b"D:20200208013000+00'00'", "half past nine in Shanghai");
}

#[test]
fn poppler_finds_the_names_too() {
    let input = pdf_samples::vouchers(16);
    let folder = std::env::temp_dir().join(format!("linli-pdf-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("vouchers.pdf");
    std::fs::write(&path, pdf::vouchers(fonts(), &input).unwrap()).unwrap();
    let output = std::process::Command::new("pdftotext").arg(&path).arg("-").output();
    std::fs::remove_dir_all(&folder).unwrap();
    let Ok(output) = output else {
        eprintln!("skipped: pdftotext (poppler-utils) is not installed");
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    for voucher in &input.vouchers {
        assert!(text.contains(&voucher.name), "{} in {text}", voucher.name);
        assert!(text.contains(&voucher.room), "{} in {text}", voucher.room);
    }
}

#[test]
fn a_door_list_counts_homes_and_people() {
    let heading = |doors, people| {
        let mut input = pdf_samples::door_list(1, 3);
        (input.buildings[0].doors, input.buildings[0].people) = (doors, people);
        let mut recording = Recording::new(fonts());
        pdf::draw_door_list(&mut recording, &input).unwrap();
        recording.pages.iter().map(|page| page_text(page)).collect::<String>()
    };
    assert!(heading(2, 3).contains("共 2 户 3 人"));
    assert!(heading(0, 3).contains("（共 3 人）"), "nobody knows where they live");
}
