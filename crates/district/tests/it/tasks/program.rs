//! Programs of sources, over HTTP.

use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Request, StatusCode};
use linli_district::pushed::list::Which;
use linli_district::pushed::pass::TAKEN_BACK;
use linli_district::pushed::push::ROWS;
use linli_district::pushed::{Standing, TaskRow};
use linli_domain::time::Moment;
use serde_json::{Value, json};

use crate::http::{bytes, send, served};
use crate::office::{Counting, NOW};

fn ask(method: &str, path: &str, token: &str, body: Vec<u8>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(body.into()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_pushes_corrects_and_fetches_by_its_token_alone() {
    let (district, router) = served();
    let token = district.add_source("道口", NOW, &mut Counting(80)).unwrap();
    let asked = |method: &'static str, path: &'static str, token: &str, body: Vec<u8>| {
        let request = ask(method, path, token, body);
        let router = router.clone();
        async move {
            let response = send(&router, request).await;
            let status = response.status();
            (
                status,
                serde_json::from_slice::<Value>(&bytes(response).await).unwrap_or_default(),
            )
        }
    };
    let json = |value: Value| value.to_string().into_bytes();
    let rows = json!({ "rows": [
        { "reference": "D-1", "name": "张三", "committee": "牡丹一居委会", "phone": null },
        { "reference": "D-2", "name": 7 },
        "no row",
        { "reference": "D\u{0}-4", "name": "李四", "deadline": "明\u{0}天" },
    ], "hours": 2 });
    let (status, pushed) = asked("POST", "/v1/tasks", &token, json(rows.clone())).await;
    assert_eq!(
        (status, &pushed["taken"], &pushed["damaged"]),
        (StatusCode::OK, &json!(1), &json!(3))
    );
    assert_eq!(pushed["rows"][1]["reference"], "D-2");
    let said = "格式不对：name（姓名） 应是带引号的文字，不知道时写 null，这里是数字";
    assert_eq!(
        (&pushed["rows"][1]["row"], &pushed["rows"][1]["reason"]),
        (&json!(2), &json!(said))
    );
    let kept = district.rows::<TaskRow>(&Which::default(), NOW).unwrap();
    assert!(
        kept.iter().any(|one| one.row.note.as_deref() == Some("\"no row\"")),
        "{kept:?}"
    );
    assert_eq!(
        kept.iter().filter_map(|one| one.deadline).next(),
        Some(Moment(NOW.0 + 7_200_000))
    );

    let damaged: Vec<Value> = (0..10_000)
        .map(|number| json!({ "note": number.to_string() }))
        .collect();
    let (_, pushed) = asked("POST", "/v1/tasks", &token, json(json!({ "rows": damaged }))).await;
    let named = pushed["rows"].as_array().unwrap().iter();
    let named = named
        .filter(|row| row["reason"] == "姓名、证件号码、电话、地址都没有")
        .count();
    assert_eq!((named, &pushed["damaged"]), (10_000, &json!(10_000)), "each is named");
    let which = Which {
        standing: Some(Standing::Damaged),
        ..Which::default()
    };
    assert_eq!(
        district.rows::<TaskRow>(&which, NOW).unwrap().len(),
        10_003,
        "and none is lost"
    );

    let many = json!({ "rows": vec![json!({ "name": "张三" }); ROWS + 1] });
    assert_eq!(
        asked("POST", "/v1/tasks", &token, json(many)).await.0,
        StatusCode::BAD_REQUEST
    );
    let large = vec![b' '; (16 << 20) + 1];
    assert_eq!(
        asked("POST", "/v1/tasks", &token, large).await.0,
        StatusCode::BAD_REQUEST
    );
    let many = json!({ "references": vec!["D-1"; TAKEN_BACK + 1], "reason": "误推" });
    assert_eq!(
        asked("POST", "/v1/tasks/take_back", &token, json(many)).await.0,
        StatusCode::BAD_REQUEST
    );
    let back = json!({ "references": ["D-1", "D-2"], "reason": "误推" });
    let (_, back) = asked("POST", "/v1/tasks/take_back", &token, json(back)).await;
    let verdicts = [&back["rows"][0]["verdict"], &back["rows"][1]["verdict"]];
    assert_eq!(verdicts, [&json!("taken_back"), &json!("not_found")]);
    let (_, told) = asked("GET", "/v1/tasks/answers?after=0&limit=5", &token, Vec::new()).await;
    assert_eq!(
        (&told["rows"][0]["state"], &told["cursor"], &told["more"]),
        (&json!("taken_back"), &json!(1), &json!(false))
    );
    assert_eq!(
        asked("GET", "/v1/tasks/answers?after=x", &token, Vec::new()).await.0,
        StatusCode::BAD_REQUEST
    );

    let other = district.add_source("热线", NOW, &mut Counting(81)).unwrap();
    let (_, told) = asked("GET", "/v1/tasks/answers", &other, Vec::new()).await;
    assert_eq!(told["rows"], json!([]), "another source's rows are its own");
    let (_, pushed) = asked("POST", "/v1/tasks", &other, json(rows)).await;
    assert_eq!(
        pushed["taken"], 1,
        "the same reference of another source is another row"
    );
    let renewed = district.add_source("热线", NOW, &mut Counting(82)).unwrap();
    assert_eq!(
        asked("GET", "/v1/tasks/answers", &other, Vec::new()).await.0,
        StatusCode::UNAUTHORIZED
    );
    district.revoke_source("热线", NOW, &mut Counting(83)).unwrap();
    assert_eq!(
        asked("GET", "/v1/tasks/answers", &renewed, Vec::new()).await.0,
        StatusCode::FORBIDDEN
    );
    for (path, method) in [("/v1/pull", "POST"), ("/v1/push", "POST"), ("/v1/lease", "POST")] {
        assert_eq!(
            asked(method, path, &token, b"{}".to_vec()).await.0,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
}
