//! Backups from the screens: onto a stick, and back while the program is open.

use std::path::Path;
use std::time::Duration;

use linli_domain::voucher;
use linli_workstation::{OsHost, Session, SessionOptions};
use serde_json::{Value, json};

use crate::desk::Desk;

/// The password that a desk's data has.
const PASSWORD: &str = "邻里密码-1";
/// A password that a backup has of its own.
const OWN: &str = "备份的密码-2";

fn written(desk: &Desk, folder: &Path, password: Option<&str>) -> String {
    let saved = desk.call("backup_save", json!({ "folder": folder, "password": password }));
    saved["path"].as_str().unwrap().to_owned()
}

/// A program on a folder in which there is nothing yet.
fn new_pc(folder: &Path) -> Session {
    new_session(&folder.join("new"))
}

/// A program on a data folder.
fn new_session(data: &Path) -> Session {
    let exports = data.parent().unwrap().to_owned();
    Session::new(SessionOptions {
        data: data.to_owned(),
        exports,
        host: Box::new(OsHost),
    })
}

#[test]
fn a_backup_takes_the_datas_place_while_the_program_is_open() {
    let (desk, stick) = (Desk::new(), tempfile::tempdir().unwrap());
    desk.session.exchange_in_background();
    desk.session.unlock(Some(PASSWORD)).unwrap();
    desk.person("张晓明", "12号501室", json!({}));
    let state = desk.state();
    let path = written(&desk, stick.path(), None);
    let before = desk.call("backup_state", json!({}));
    assert_eq!(before["last_path"], path.as_str());
    desk.person("后来的人", "12号502室", json!({}));

    let found = desk.call("backup_files", json!({ "at": stick.path() }));
    assert_eq!(found["files"][0]["path"], path.as_str());
    assert_eq!(found["files"][0]["by_password"], true);
    let (code, _) = desk.refused("backup_restore", json!({ "path": path, "password": "不是这个" }));
    assert_eq!(
        (code.as_str(), desk.found("后来")),
        ("wrong_password", 1),
        "nothing is changed, and it goes on"
    );

    let restored = desk.call("backup_restore", json!({ "path": path, "password": PASSWORD }));
    assert_eq!(restored["status"]["state"], "ready");
    assert_eq!((desk.state(), desk.found("张晓"), desk.found("后来")), (state, 1, 0));
    let kept = Path::new(restored["kept"].as_str().unwrap());
    assert!(
        kept.join("linli.db").exists() && kept.join("key.json").exists(),
        "what was there is kept"
    );
    let after = desk.call("backup_state", json!({}));
    assert_eq!(after["last_at"], before["last_at"], "the data knows which backup it is");
    desk.person("又来的人", "12号503室", json!({}));
}

#[test]
fn numbers_printed_since_a_backup_are_asked_about_and_never_printed_again() {
    let (desk, stick) = (Desk::new(), tempfile::tempdir().unwrap());
    let round = desk.round(1, "person", 30);
    let serve = |name: &str, room: &str| {
        let person = desk.person(name, room, json!({}));
        desk.register(&round, &person, json!({ "finish": true, "anyway": true }))["voucher"].clone()
    };
    assert_eq!(serve("张晓明", "12号501室"), voucher::number(1, 1));
    let path = written(&desk, stick.path(), None);
    assert_eq!(serve("后来的人", "12号502室"), voucher::number(1, 2));
    desk.call("backup_restore", json!({ "path": path, "password": PASSWORD }));

    let issuing = || desk.call("round_show", json!({ "round": round }))["issuing"].clone();
    let left = || desk.call("round_list", json!({}))["rounds"][0]["left"].clone();
    assert_eq!(left(), 0, "none can be issued before somebody looked");
    assert_eq!(issuing()["unsure"], json!({ "first": 2, "last": 30 }));
    assert_eq!(serve("又来的人", "12号503室"), Value::Null);
    assert_eq!(
        (&issuing()["free"], &issuing()["reasons"][0]["code"]),
        (&json!(0), &json!("unsure"))
    );
    let (_, text) = desk.refused("numbers_printed", json!({ "round": round, "last": 100_000 }));
    assert!(text.contains("2–30"), "{text}");
    desk.call("numbers_printed", json!({ "round": round, "last": 2 }));
    assert_eq!((&issuing()["free"], &issuing()["unsure"]), (&json!(28), &Value::Null));
    assert_eq!(left(), 28, "without what is on paper");
    let state = desk.state();
    assert_eq!(desk.refused("undo_last", json!({})).0, "answer_stands");
    assert_eq!(desk.state(), state, "nor is what was done before it taken back instead");
    assert_eq!(serve("再来的人", "12号504室"), voucher::number(1, 3));
    let card = desk.call("round_show", json!({ "round": round }));
    assert!(
        card["timeline"].to_string().contains("印到 2 号为止"),
        "who said so stays"
    );
    desk.refused("numbers_printed", json!({ "round": round, "last": 2 }));
    // It was 9, and mistyped.
    desk.call("numbers_printed", json!({ "round": round, "last": 9 }));
    assert_eq!(serve("还来的人", "12号506室"), voucher::number(1, 10));
    // The quota was raised after the backup, and papers go beyond the one that is known.
    desk.call("backup_restore", json!({ "path": path, "password": PASSWORD }));
    let (_, text) = desk.refused("numbers_printed", json!({ "round": round, "last": 40 }));
    assert!(text.contains("名额"), "what is mistyped does not end the round: {text}");
    let mut definition = desk.call("round_show", json!({ "round": round }))["definition"].clone();
    definition["quota"] = json!(45);
    desk.call("round_open", json!({ "id": round, "definition": definition }));
    desk.call("numbers_printed", json!({ "round": round, "last": 40 }));
    assert_eq!(issuing()["free"], 5);
    // A round that was opened since has no papers of before.
    let round = desk.round(2, "person", 30);
    let person = desk.person("新来的人", "12号505室", json!({}));
    assert_eq!(
        desk.register(&round, &person, json!({ "finish": true, "anyway": true }))["voucher"],
        voucher::number(2, 1)
    );
}

#[test]
fn nothing_takes_the_datas_place_while_something_works_with_it() {
    let (desk, stick) = (Desk::new(), tempfile::tempdir().unwrap());
    let path = written(&desk, stick.path(), None);
    desk.person("张晓明", "12号501室", json!({}));
    let (data, exports) = (desk.session.data_dir().to_owned(), stick.path().to_owned());
    let other = Session::new(SessionOptions {
        data,
        exports,
        host: Box::new(OsHost),
    });
    other.unlock(Some(PASSWORD)).unwrap();
    let (code, _) = desk.refused("backup_restore", json!({ "path": path, "password": PASSWORD }));
    assert_eq!((code.as_str(), desk.found("张晓")), ("data_in_use", 1));
    drop(other);

    let working = desk.session.unlock(Some(PASSWORD)).unwrap();
    std::thread::scope(|scope| {
        // What this program does beside the screens is waited for.
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            drop(working);
        });
        desk.call("backup_restore", json!({ "path": path, "password": PASSWORD }));
    });
    assert_eq!(desk.found("张晓"), 0);
}

#[test]
fn a_backup_with_a_password_of_its_own_opens_on_a_new_pc() {
    let (desk, stick) = (Desk::new(), tempfile::tempdir().unwrap());
    desk.person("张晓明", "12号501室", json!({}));
    let (code, _) = desk.refused("backup_save", json!({ "folder": stick.path(), "password": "短" }));
    assert_eq!(code, "password_too_short");
    let (code, text) = desk.refused("backup_save", json!({ "folder": stick.path().join("拔掉了") }));
    assert!(code == "invalid_field" && text.contains("拔掉了"), "{text}");
    assert_eq!(
        std::fs::read_dir(stick.path()).unwrap().count(),
        0,
        "a stick that is not there is not made up"
    );
    let path = written(&desk, stick.path(), Some(OWN));

    let pc = new_pc(stick.path());
    let bytes = std::fs::read(&path).unwrap();
    let token = pc.put_file("备份.linli", bytes);
    let looked = pc.call("backup_files", json!({ "token": token })).unwrap();
    assert_eq!(looked["files"][0]["by_password"], true);
    let request = |password: &str| json!({ "token": token, "password": password });
    assert_eq!(
        pc.call("backup_restore", request(PASSWORD)).unwrap_err().said.code,
        "wrong_password"
    );
    assert_eq!(
        pc.call("app_status", json!({})).unwrap()["state"],
        "first_start",
        "nothing is left behind"
    );
    let restored = pc.call("backup_restore", request(OWN)).unwrap();
    assert_eq!(
        (&restored["kept"], &restored["status"]["state"]),
        (&Value::Null, &json!("ready"))
    );
    let found = pc
        .call("roster_find", json!({ "query": "张晓明", "limit": 5 }))
        .unwrap();
    assert_eq!(found["residents"].as_array().unwrap().len(), 1);
    let not_one = pc.put_file("照片.linli", b"LINLI but no backup".to_vec());
    let looked = pc.call("backup_files", json!({ "token": not_one })).unwrap();
    assert_eq!(looked["files"], json!([]));
}

/// As a crash leaves it that cost the write-ahead log: the files without it.
fn crashed(desk: &Desk, into: &Path) -> Session {
    std::fs::create_dir(into).unwrap();
    for name in ["linli.db", "key.json", "linli.witness"] {
        std::fs::copy(desk.session.data_dir().join(name), into.join(name)).unwrap();
    }
    new_session(into)
}

#[test]
fn the_screens_tell_of_missing_steps_until_somebody_has_read_it() {
    let (desk, folder) = (Desk::new(), tempfile::tempdir().unwrap());
    desk.person("张晓明", "12号501室", json!({}));
    let data = folder.path().join("data");
    let pc = crashed(&desk, &data);
    let status = pc.call("unlock", json!({ "password": PASSWORD })).unwrap();
    let remarks = status["remarks"].as_array().unwrap();
    assert!(
        remarks.len() == 1 && remarks[0]["text"].as_str().unwrap().contains("处改动丢失了"),
        "{remarks:?}"
    );
    assert_eq!(
        pc.call("app_status", json!({})).unwrap()["remarks"],
        status["remarks"],
        "until it was read"
    );
    pc.call("remarks_seen", json!({})).unwrap();
    assert_eq!(pc.call("app_status", json!({})).unwrap()["remarks"], json!([]));
    drop(pc);
    let pc = crashed(&desk, &folder.path().join("again"));
    pc.call("unlock", json!({ "password": PASSWORD })).unwrap();
    drop(pc);
    let pc = new_session(&folder.path().join("again"));
    let status = pc.call("unlock", json!({ "password": PASSWORD })).unwrap();
    assert_eq!(
        status["remarks"].as_array().unwrap().len(),
        1,
        "whoever did not read it is told again"
    );
}

/// As a power cut leaves it between the decision for a restore and its end.
#[test]
fn the_screens_finish_a_restore_that_was_decided_and_say_so() {
    let (desk, stick) = (Desk::new(), tempfile::tempdir().unwrap());
    let path = written(&desk, stick.path(), None);
    let restored = new_pc(stick.path());
    restored
        .call("backup_restore", json!({ "path": path, "password": PASSWORD }))
        .unwrap();
    drop(restored);
    desk.person("后来的人", "12号502室", json!({}));
    let data = stick.path().join("data");
    drop(crashed(&desk, &data));
    std::fs::rename(stick.path().join("new"), data.join("restoring")).unwrap();

    let pc = new_session(&data);
    assert_eq!(pc.call("app_status", json!({})).unwrap()["state"], "locked");
    let status = pc.call("unlock", json!({ "password": PASSWORD })).unwrap();
    let remarks = status["remarks"].to_string();
    assert!(
        remarks.contains("打开的是备份里的数据") && remarks.contains("before-restore-1"),
        "{remarks}"
    );
    let found = pc.call("roster_find", json!({ "query": "后来", "limit": 5 })).unwrap();
    assert_eq!(found["residents"], json!([]));
    assert!(data.join("before-restore-1/linli.db").exists() && !data.join("restoring").exists());
}
