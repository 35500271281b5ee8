//! Which province, city and district stands before a place: the same lane and number are in another city, too.

use foldhash::HashMap;
use linli_domain::address::region_names;

/// Provinces and what has their rank, without their marks. Some write them so: 江苏南通市.
const PROVINCES: [&str; 34] = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
    "台湾",
    "香港",
    "澳门",
];
/// Those of them that are cities, too.
const CITIES: [&str; 4] = ["北京", "天津", "上海", "重庆"];
/// What ends a name of one of the levels, the longer ones first.
const MARKS: [&str; 9] = ["自治州", "自治县", "地区", "新区", "省", "市", "区", "县", "旗"];
/// The fewest characters of a name without its mark.
const SHORTEST: usize = 2;
/// How often a name is written, at least, where it is taken for the committee's own.
const OFTEN: u32 = 3;

/// Levels: province, city, district.
const LEVELS: usize = 3;
const PROVINCE: usize = 0;
const CITY: usize = 1;

/// What an address says of them, each without its mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Region([Option<String>; LEVELS]);

/// How what a row says of them is where somebody lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RegionFit {
    /// The same, or nothing is said.
    Agrees,
    /// Nobody knows where the committee is.
    Unknown,
    /// Another.
    Other,
}

impl Region {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Takes what stands in front of a place: its name tells what is a region and what is its own.
    pub(crate) fn read(&mut self, words: &str) {
        for (level, name) in region_names(words).into_iter().take(LEVELS).enumerate() {
            if !name.is_empty() {
                self.put(level, name);
            }
        }
    }

    /// Takes a province without its mark, which other words may follow: 北京 of 北京东环路.
    pub(crate) fn read_unmarked(&mut self, words: &str) {
        if let Some(province) = province(words) {
            self.put(PROVINCE, province);
        }
    }

    fn put(&mut self, level: usize, name: &str) {
        let (province, rest) = match province(name) {
            Some(province) => (Some(province), &name[province.len()..]),
            None => (None, name),
        };
        if let Some(province) = province {
            self.say(PROVINCE, province);
            if CITIES.contains(&province) {
                self.say(CITY, province);
            }
        }
        // 吉林省 and 吉林市, 广西壮族自治区: no more than the province.
        let more = province.is_none() || level > PROVINCE && without_mark(rest).chars().count() >= SHORTEST;
        if more && !rest.is_empty() {
            self.say(level, without_mark(rest));
        }
    }

    fn say(&mut self, level: usize, name: &str) {
        self.0[level].get_or_insert_with(|| name.to_owned());
    }

    /// What this says, and of the rest what the other one does.
    fn or(&self, other: &Region) -> Region {
        let levels = self.0.iter().zip(&other.0);
        let mut known = Region::default();
        for (place, (own, other)) in known.0.iter_mut().zip(levels) {
            *place = own.clone().or_else(|| other.clone());
        }
        known
    }

    /// A name may stand for another level: 昆山市 behind its province alone.
    fn fit(&self, known: &Region) -> RegionFit {
        let one = |(level, said): (usize, &Option<String>)| match said {
            None => RegionFit::Agrees,
            Some(said) if known.0.iter().flatten().any(|name| is_same(said, name)) => RegionFit::Agrees,
            Some(_) if known.0[level].is_some() => RegionFit::Other,
            Some(_) => RegionFit::Unknown,
        };
        let fits = self.0.iter().enumerate().map(one);
        fits.max().unwrap_or(RegionFit::Agrees)
    }
}

fn province(name: &str) -> Option<&'static str> {
    PROVINCES.into_iter().find(|province| name.starts_with(province))
}

fn without_mark(name: &str) -> &str {
    let bare = MARKS.iter().find_map(|mark| name.strip_suffix(mark));
    bare.filter(|bare| bare.chars().count() >= SHORTEST).unwrap_or(name)
}

/// 南通崇川 is 崇川.
fn is_same(a: &str, b: &str) -> bool {
    a.ends_with(b) || b.ends_with(a)
}

/// How often each name was written, by level.
type Heard = [HashMap<String, u32>; LEVELS];

fn hear(heard: &mut Heard, region: &Region) {
    for (heard, name) in heard.iter_mut().zip(&region.0) {
        if let Some(name) = name {
            *heard.entry(name.clone()).or_insert(0) += 1;
        }
    }
}

/// Regions by numbers, from 1, and which is the committee's.
#[derive(Debug, Default)]
pub(crate) struct Regions {
    ids: HashMap<Region, u32>,
    known: Vec<Region>,
    /// How often the roster writes each name.
    written: Heard,
    usual: Region,
}

impl Regions {
    /// The number of a region; 0 where none is said.
    pub(crate) fn learn(&mut self, region: &Region) -> u32 {
        if region.is_empty() {
            return 0;
        }
        hear(&mut self.written, region);
        let next = self.known.len() as u32 + 1;
        let id = *self.ids.entry(region.clone()).or_insert(next);
        if id == next {
            self.known.push(region.clone());
        }
        id
    }

    /// Takes for the committee's own, level by level, what more than half of all wrote, roster and rows, if it was written
    /// [`OFTEN`]. Whether that is something else than before.
    pub(crate) fn settle<'r>(&mut self, rows: impl IntoIterator<Item = &'r Region>) -> bool {
        let mut heard = self.written.clone();
        rows.into_iter().for_each(|region| hear(&mut heard, region));
        let mut usual = Region::default();
        for (usual, heard) in usual.0.iter_mut().zip(&heard) {
            let all: u32 = heard.values().sum();
            let most = heard.iter().find(|(_, count)| **count * 2 > all && **count >= OFTEN);
            *usual = most.map(|(name, _)| name.clone());
        }
        let changed = usual != self.usual;
        self.usual = usual;
        changed
    }

    /// How what a row says is the region of a home, by the number that [`Regions::learn`] gave it.
    pub(crate) fn fit(&self, said: &Region, home: u32) -> RegionFit {
        if said.is_empty() {
            return RegionFit::Agrees;
        }
        let home = (home as usize).checked_sub(1).and_then(|home| self.known.get(home));
        match home {
            Some(home) => said.fit(&home.or(&self.usual)),
            None => said.fit(&self.usual),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_the_same_however_it_is_written() {
        use RegionFit::{Agrees, Other, Unknown};
        for (said, known, expected) in [
            ("", "上海市浦东新区", Agrees),
            ("上海市", "上海市浦东新区", Agrees),
            ("浦东新区", "上海市浦东新区", Agrees),
            ("上海浦东新区", "上海市浦东新区", Agrees),
            ("上海市徐汇区", "上海市浦东新区", Other),
            ("北京市", "上海市浦东新区", Other),
            ("北京市朝阳区", "上海市", Other),
            ("北京朝阳区", "上海市", Other),
            ("江苏省南通市", "上海市", Other),
            ("南通市", "上海市", Other),
            ("南通市", "江苏省苏州市", Other),
            ("江苏省", "江苏省苏州市", Agrees),
            ("昆山市", "江苏省苏州市昆山市", Agrees),
            ("广西壮族自治区南宁市", "广西壮族自治区桂林市", Other),
            ("上海市浦东新区", "上海市", Unknown),
            ("上海市", "", Unknown),
            ("", "", Agrees),
        ] {
            let region = |text: &str| {
                let mut region = Region::default();
                region.read(&format!("{text}东环路"));
                region
            };
            assert_eq!(region(said).fit(&region(known)), expected, "{said} {known}");
        }
    }
}
