//! Programs of sources and of staff, over HTTP.

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{Request, StatusCode};
use linli_district::pushed::Standing;
use linli_domain::item::Item as _;
use linli_domain::order::OrderStage;
use serde_json::{Value, json};

use super::{called, contacted, does, list, replied, state};
use crate::http::{bytes, send, served};
use crate::office::{Counting, NOW, Pc};

#[tokio::test(flavor = "multi_thread")]
async fn a_program_pushes_orders_and_fetches_replies_and_staffs_programs_act_by_their_cookie() {
    let (district, router) = served();
    let token = district.add_source("12345热线", NOW, &mut Counting(240)).unwrap();
    let shown = format!("Bearer {token}");
    let cookie = format!("linli-staff={}", district.staff_token());
    let asked = |method: &'static str, path: &'static str, show: (&'static str, String), body: Value| {
        let request = Request::builder().method(method).uri(path).header(show.0, show.1);
        let body = if method == "GET" {
            Body::empty()
        } else {
            body.to_string().into()
        };
        let (router, request) = (router.clone(), request.body(body).unwrap());
        async move {
            let response = send(&router, request).await;
            let status = response.status();
            let answer = serde_json::from_slice::<Value>(&bytes(response).await).unwrap_or_default();
            (status, answer)
        }
    };
    let source = || (AUTHORIZATION.as_str(), shown.clone());
    let staff = || (COOKIE.as_str(), cookie.clone());
    let rows = json!({ "rows": [
        { "reference": "P-1", "title": "六楼漏水", "committee": "牡丹一居委会", "urgency": "urgent" },
        { "reference": "P-2", "title": "燃气味", "handled_by_district": true },
        { "reference": "P-3", "title": "停电", "handled_by_district": "是" },
        { "reference": "P-4", "committee": "牡丹一居委会" },
        { "reference": "P-5", "body": "长".repeat(100), "committee": "牡丹一居委会" },
    ]});
    let (status, pushed) = asked("POST", "/v1/orders", source(), rows.clone()).await;
    assert_eq!(
        (status, &pushed["taken"], &pushed["damaged"], &pushed["direct"]),
        (StatusCode::OK, &json!(3), &json!(2), &json!(1)),
        "{pushed}"
    );
    assert_eq!(
        pushed["rows"][2]["reason"],
        "格式不对：handled_by_district（区级直办） 应是 true 或 false，这里是文字"
    );
    let (_, again) = asked("POST", "/v1/orders", source(), rows).await;
    assert_eq!((&again["known"], &again["taken"]), (&json!(3), &json!(0)));
    let kept = list(&district, Standing::Damaged);
    assert!(
        kept.iter()
            .any(|one| one.row.body.as_deref().is_some_and(|text| text.contains("停电"))),
        "{kept:?}"
    );

    let mut pc = Pc::of(&district, 1);
    let order = called(&district, "P-1");
    does(&mut pc, &district, order, contacted());
    does(&mut pc, &district, order, replied(0, "已修好"));
    let (_, news) = asked("GET", "/v1/orders/replies?after=0", source(), Value::Null).await;
    assert_eq!(
        (&news["rows"][0]["reply"], &news["rows"][0]["state"], &news["cursor"]),
        (&json!("已修好"), &json!("answered"), &json!(1))
    );
    let back = json!({ "references": ["P-1", "P-5"], "reason": "市民撤诉" });
    let (_, back) = asked("POST", "/v1/orders/recall", source(), back).await;
    let verdicts = [&back["rows"][0]["verdict"], &back["rows"][1]["verdict"]];
    assert_eq!(verdicts, [&json!("answered"), &json!("taken_back")]);
    let (_, tasks) = asked("GET", "/v1/tasks/answers?after=0", source(), Value::Null).await;
    assert_eq!(tasks["rows"], json!([]), "each kind's news are its own");

    let wanted = json!({ "order": "P-1", "reason": "居民不满意" });
    for (path, show) in [
        ("/staff/orders/again", source()),
        ("/staff/orders/urge", ("cookie", "linli-staff=x".into())),
    ] {
        assert_eq!(
            asked("POST", path, show, wanted.clone()).await.0,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
    let (status, told) = asked("POST", "/staff/orders/again", staff(), wanted.clone()).await;
    assert_eq!(
        (status, &told["committee"]),
        (StatusCode::OK, &json!("花木街道牡丹一居委会"))
    );
    assert_eq!(
        asked("POST", "/staff/orders/urge", staff(), wanted).await.0,
        StatusCode::OK
    );
    let got = state(&mut pc, &district, order).unwrap();
    assert_eq!((got.stage(), got.turn.urged.len()), (OrderStage::ToSign, 1));
    let answer = json!({ "order": "P-2", "source": "12345热线", "result": "solved", "text": "已派抢修" });
    assert_eq!(
        asked("POST", "/staff/orders/answer", staff(), answer).await.0,
        StatusCode::OK
    );
    let nothing = json!({ "order": "P-9", "reason": "催" });
    assert_eq!(
        asked("POST", "/staff/orders/urge", staff(), nothing).await.0,
        StatusCode::BAD_REQUEST
    );
    let (_, numbers) = asked("GET", "/staff/orders.json", staff(), Value::Null).await;
    let total = ["pushed", "open", "replied", "recalled"].map(|name| &numbers["total"][name]);
    assert_eq!(total, [&json!(3), &json!(1), &json!(1), &json!(1)]);
    assert!(!numbers.to_string().contains("漏水"), "{numbers}");
    let page = Request::get("/staff/orders").header(COOKIE, cookie.clone());
    let page = bytes(send(&router, page.body(Body::empty()).unwrap()).await).await;
    let page = String::from_utf8(page.to_vec()).unwrap();
    assert!(page.contains("未先行联系") && page.contains("花木街道"), "{page}");
    assert!(pc.agrees(&district));
}
