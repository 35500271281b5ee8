use super::*;

#[test]
fn a_heading_names_a_place_and_nothing_else() {
    for (text, expected) in [
        ("3号楼", Some("3号楼")),
        ("第3幢", Some("3幢")),
        ("【5号楼】", Some("5号楼")),
        ("（5号楼）", Some("5号楼")),
        ("6号楼：", Some("6号楼")),
        ("7#楼", Some("7号楼")),
        ("7＃", Some("7号")),
        ("8号门", Some("8号")),
        ("9号（商品房）", Some("9号")),
        ("5号楼（续）", Some("5号楼")),
        ("幸福小区：", Some("幸福小区")),
        ("东楼", None),
        ("三号楼", Some("3号楼")),
        ("A座", Some("A座")),
        ("3号楼（共24户）", Some("3号楼")),
        ("3号楼 楼组长：王某", Some("3号楼")),
        ("楼栋：3号楼", Some("3号楼")),
        ("3号楼居民信息登记表", Some("3号楼")),
        ("晨晖居委会3号楼居民名册", Some("3号楼")),
        ("齐河路338弄3号", Some("齐河路338弄3号")),
        ("幸福小区3幢2单元", Some("幸福小区3幢2单元")),
        ("2单元", Some("2单元")),
        ("幸福小区", Some("幸福小区")),
        ("齐河路338弄", Some("齐河路338弄")),
        ("张三", None),
        ("陈家园", None),
        ("101", None),
        ("1-101", None),
        ("3楼", None),
        ("Sheet1", None),
        ("2020年", None),
        ("2020年2月3号", None),
        ("1号楼、2号楼", None),
        ("1-3号楼", None),
        ("晨晖居民区居民信息表", None),
        ("", None),
    ] {
        assert_eq!(
            place_named(text).map(|parts| parts.display()),
            expected.map(str::to_owned),
            "{text}"
        );
    }
}
