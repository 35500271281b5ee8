//! The residents' form: who registers, what is refused beside its field, and how much from one place.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use linli_district::District;
use linli_district::form::{Answer, Form};
use linli_district::http::router;
use linli_district::storage::{Sqlite, StorageError};
use linli_domain::record::Field;

use crate::http::{send, served, text};
use crate::office::{Counting, NOW, Pc, district};

/// The residents' form of committee 1 in a round that is open.
pub(crate) fn with_round(key: linli_domain::round::RoundKey) -> (District, Router) {
    let (district, router) = served();
    district
        .open_round(&crate::office::round_file(key, 100), NOW, &mut Counting(40))
        .unwrap();
    (district, router)
}

pub(crate) fn filled(fields: &[(&str, &str)]) -> Request<Body> {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            format!("{name}={value}")
        })
        .collect();
    Request::post("/r/1/1")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(pairs.join("&").into())
        .unwrap()
}

pub(crate) const RESIDENT: [(&str, &str); 6] = [
    ("name", "张晓明"),
    ("phone", "13800138000"),
    ("estate", "齐河路338弄"),
    ("building", "12"),
    ("room", "501室"),
    ("quantity", "5"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_registers_once_and_learns_nothing_of_others() {
    let (district, router) = with_round(linli_domain::round::RoundKey::Household);
    let get = Request::get("/r/1/1").body(Body::empty()).unwrap();
    let (status, page) = text(send(&router, get).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("第2轮口罩预约登记购买") && page.contains("<label for=\"phone\">"),
        "{page}"
    );
    assert!(page.len() < 8_000, "small: {} bytes", page.len());
    let (status, page) = text(send(&router, filled(&RESIDENT)).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        page.contains("填报成功，请等待居委会审核") && page.contains("W00001"),
        "{page}"
    );
    // The same home, written another way, by another person.
    let mut again = RESIDENT;
    again[0].1 = "王芳";
    again[1].1 = "13900139000";
    again[3].1 = "12号";
    again[4].1 = "501";
    let (_, page) = text(send(&router, filled(&again)).await).await;
    assert!(page.contains("您家在这一轮已经登记过了"), "{page}");
    assert!(
        !page.contains("张晓明") && !page.contains("W00001") && !page.contains("13800138000"),
        "{page}"
    );
    again[4].1 = "502";
    let (_, page) = text(send(&router, filled(&again)).await).await;
    assert!(page.contains("W00002"), "{page}");
    for path in ["/r/1/99", "/r/9/1"] {
        let get = Request::get(path).body(Body::empty()).unwrap();
        assert_eq!(send(&router, get).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let mut pc = tokio::task::spawn_blocking(move || (Pc::of(&district, 1), district))
        .await
        .unwrap();
    let round = pc.1.rounds().unwrap()[0].id;
    let numbers: Vec<String> =
        pc.0.store
            .view()
            .reservations(round)
            .unwrap()
            .iter()
            .map(|one| one.state.get(Field::Number).unwrap().to_owned())
            .collect();
    assert_eq!(numbers, ["W00001", "W00002"], "in the committee's queue");
    assert!(tokio::task::spawn_blocking(move || pc.0.agrees(&pc.1)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mistyped_is_said_beside_its_field_and_kept() {
    let (_, router) = with_round(linli_domain::round::RoundKey::Person);
    let typed = [
        ("name", "<b>张</b>\"'"),
        ("document_number", "310101199001010011"),
        ("phone", "138"),
        ("quantity", "9"),
    ];
    let (status, page) = text(send(&router, filled(&typed)).await).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["document_number", "phone", "building", "room", "quantity"] {
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {page}");
        assert!(page.contains(&format!("aria-describedby=\"{field}-wrong\"")), "{field}");
    }
    assert!(
        page.contains("&lt;b&gt;张&lt;/b&gt;&quot;&#39;") && !page.contains("<b>张"),
        "escaped: {page}"
    );
    let missing = [
        ("name", "张晓明"),
        ("phone", "13800138000"),
        ("building", "1"),
        ("room", "1"),
        ("quantity", "1"),
    ];
    let (_, page) = text(send(&router, filled(&missing)).await).await;
    assert!(
        page.contains("请填写证件号码"),
        "one per person needs a document: {page}"
    );
    let huge = [("name", "长".repeat(20_000))];
    let huge: Vec<(&str, &str)> = huge.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(send(&router, filled(&huge)).await.status(), StatusCode::BAD_REQUEST);
}

/// Whatever a stranger types comes clean into the committee's lists, or is said beside its field.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_paper_could_show_is_cleaned_or_refused_beside_its_field() {
    let (district, router) = with_round(linli_domain::round::RoundKey::Household);
    let fields = ["name", "estate", "building", "unit", "room"];
    for (typed, said) in [
        ("🏠", "“🏠”"),
        ("\u{e001}", "“\u{e001}”"),
        ("\u{fffd}", "“\u{fffd}”"),
        ("1\u{20e3}", "“\u{20e3}”"),
    ] {
        for field in fields {
            let value = format!("12{typed}");
            let mut form = RESIDENT.to_vec();
            form.retain(|(name, _)| *name != field);
            form.push((field, &value));
            let (status, page) = text(send(&router, filled(&form)).await).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed:?}");
            let wrong = page
                .split_once(&format!("id=\"{field}-wrong\">"))
                .map(|(_, rest)| rest.to_owned());
            assert!(
                wrong.is_some_and(|text| text.starts_with(said)),
                "{field} {typed:?}: {page}"
            );
        }
    }
    let cleaned = [
        ("name", "\u{202e}张\u{1}晓\u{200b}明"),
        ("phone", "\u{2066}13800138000\u{2069}"),
        ("estate", "齐河路\u{7}338弄\u{fdd0}"),
        ("building", "１２\u{85}"),
        ("room", "5\n0\u{200f}1"),
        ("quantity", "1"),
    ];
    let (status, page) = text(send(&router, filled(&cleaned)).await).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let pc = tokio::task::spawn_blocking(move || (Pc::of(&district, 1), district))
        .await
        .unwrap();
    let round = pc.1.rounds().unwrap()[0].id;
    let states = pc.0.store.view().reservations(round).unwrap();
    let [one] = states.as_slice() else { panic!("{states:?}") };
    let got =
        [Field::Name, Field::Phone, Field::Estate, Field::Building, Field::Room].map(|field| one.state.get(field));
    assert_eq!(got, ["张晓明", "13800138000", "齐河路338弄", "12号", "501"].map(Some));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_is_not_open_takes_nobody_in() {
    let district = district(Arc::new(Sqlite::in_memory().unwrap()));
    district
        .open_round(
            &crate::office::round_file(linli_domain::round::RoundKey::Household, 9),
            NOW,
            &mut Counting(40),
        )
        .unwrap();
    // 2020-02-05, a day late.
    let router = router(district, || linli_domain::time::Moment(1_580_860_800_000));
    let (status, page) = text(send(&router, filled(&RESIDENT)).await).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("现在不能登记") && !page.contains("<form"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_registrations_from_one_place_must_wait() {
    let (_, router) = with_round(linli_domain::round::RoundKey::Household);
    let mut last = StatusCode::OK;
    for number in 0..=300 {
        let room = number.to_string();
        let mut resident = RESIDENT;
        resident[4].1 = &room;
        last = send(&router, filled(&resident)).await.status();
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn what_is_refused_from_one_place_does_not_count_against_the_committee() {
    let (district, _) = with_round(linli_domain::round::RoundKey::Household);
    let open = district.form(1, 1).unwrap();
    let mut random = Counting(41);
    let mut register = |source: &str, room: u32| {
        let form = Form {
            name: "张晓明".into(),
            phone: "13800138000".into(),
            building: "12".into(),
            room: room.to_string(),
            quantity: "1".into(),
            ..Form::default()
        };
        district.register(&open, &form, source, NOW, &mut random)
    };
    let refused = (0..320).filter(|room| register("a", *room).is_err()).count();
    assert_eq!(refused, 20);
    assert!(matches!(register("b", 501), Ok(Answer::Registered(_))));
    let counted: Result<u64, StorageError> = district.storage().read(|transaction| {
        let sql = "SELECT count FROM try WHERE what = 'form' AND source = $1";
        transaction.first(sql, &[[0_u8; 32].into()])?.unwrap().get(0)
    });
    assert_eq!(counted.unwrap(), 301, "what was taken in");
}
