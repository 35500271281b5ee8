//! Routing by committees' rosters.

use linli_district::pushed::route::Routed;
use linli_district::pushed::{Content as _, TaskRow};
use linli_domain::operation::{Action, EntityKind};
use linli_domain::record::Field;
use linli_domain::reservation::created;
use linli_domain::time::Moment;
use linli_store::Draft;

use crate::databases;
use crate::office::{NOW, Pc, committee, district, id};

/// A home and who lives there, on a committee's roster.
fn lives(pc: &mut Pc, number: u128, address: [&str; 3], people: &[[&str; 3]]) {
    let draft = |kind, entity, fields: Vec<(Field, Option<String>)>| Draft {
        kind,
        entity,
        change: created(fields),
    };
    let said = |(field, text): (Field, &str)| (field, Some(text.to_owned()));
    let home = [Field::Estate, Field::Building, Field::Room]
        .into_iter()
        .zip(address)
        .map(said);
    let mut drafts = vec![draft(EntityKind::Household, id(number), home.collect())];
    for (place, person) in (1..).zip(people) {
        let fields = [Field::Name, Field::DocumentNumber, Field::Phone]
            .into_iter()
            .zip(*person)
            .map(said);
        let household = (Field::Household, Some(id(number).to_string()));
        drafts.push(draft(
            EntityKind::Resident,
            id(number + place),
            fields.chain([household]).collect(),
        ));
    }
    pc.write(Action::ResidentAdded, drafts);
}

#[test]
fn a_row_finds_its_committee_by_whom_it_means_and_where_they_live() {
    let database = databases::sqlite();
    let district = district(database.storage.clone());
    let [mut first, mut second] = [1, 2].map(|number| Pc::of(&district, number));
    lives(
        &mut first,
        9_100,
        ["牡丹路12弄", "3号", "501室"],
        &[["张晓明", "11010519491231002X", "13812345678"]],
    );
    lives(
        &mut first,
        9_200,
        ["联洋花园", "1号", "101室"],
        &[["李明", "", "13912340000"]],
    );
    lives(
        &mut second,
        9_300,
        ["联洋花园", "2号", "101室"],
        &[["李明", "", "13712340000"]],
    );
    lives(&mut second, 9_400, ["联洋花园", "2号", "102室"], &[]);
    first.exchange(&district);
    second.exchange(&district);
    let routed = |row: &TaskRow, now| district.routing(now).unwrap().route(&[row.said()]).unwrap().remove(0);
    let row = |[name, document, phone, address, committee]: [&str; 5]| {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        TaskRow {
            name: text(name),
            document_number: text(document),
            phone: text(phone),
            address: text(address),
            committee: text(committee),
            ..TaskRow::default()
        }
    };
    let to = |number, others: &[&str]| Routed::To {
        committee: committee(&district, number).id,
        others: others.iter().map(|one| (*one).to_owned()).collect(),
    };
    let nobody = |why: &str| Routed::Nobody(why.to_owned());
    let (one, two) = ("花木街道牡丹一居委会", "花木街道牡丹二居委会");
    let cases = [
        (["", "11010519491231002X", "", "", ""], to(1, &[])),
        (["张小明", "1101**********002X", "138****5678", "", ""], to(1, &[])),
        (["", "", "13712340000", "", ""], to(2, &[])),
        (["王五", "", "", "浦东新区牡丹路12弄3号502", ""], to(1, &[])),
        (["王五", "", "", "联洋花园2号102", ""], to(2, &[])),
        (["王五", "", "", "联洋花园7号", ""], to(2, &[one])),
        (["王五", "", "", "联洋花园7号", "牡丹一居委会"], to(1, &[])),
        // Whom it certainly means lives elsewhere than it says.
        (
            ["张晓明", "11010519491231002X", "13812345678", "", "牡丹二居委会"],
            to(1, &[two]),
        ),
        (["李明", "", "", "", ""], nobody("只有姓名，没有别的线索")),
        (
            ["王五", "", "13600000000", "", ""],
            nobody("没有地址，证件号码和电话在台账里都没有"),
        ),
        (
            ["王五", "", "", "外滩路1号", ""],
            nobody("地址不在本区任何居委会，台账里也没有这个人"),
        ),
        (
            ["王五", "", "", "外滩路1号", "外滩居委会"],
            nobody("没有叫“外滩居委会”的居委会；地址不在本区任何居委会，台账里也没有这个人"),
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(routed(&row(fields), NOW), expected, "{fields:?}");
    }
    lives(&mut second, 9_500, ["外滩路", "1号", "1室"], &[]);
    second.exchange(&district);
    let moved = row(["王五", "", "", "外滩路1号", ""]);
    assert!(
        matches!(routed(&moved, NOW), Routed::Nobody(_)),
        "rosters change all day: not read anew each time"
    );
    let later = Moment(NOW.0 + 11 * 60_000);
    assert_eq!(routed(&moved, later), to(2, &[]));
}
