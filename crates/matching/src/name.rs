//! Names: what a row says, and how it fits a resident's.

mod alike;
mod read;

pub(crate) use alike::Alike;
pub(crate) use read::{Name, Title, characters, surname_length};

/// How the name of a row fits a resident's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameFit {
    /// Another.
    Other,
    /// One character of the given name differs without being alike, or all sound alike.
    Near,
    /// The row says none.
    Silent,
    /// What is said agrees: 张女士, 张*.
    Part,
    /// One character taken for another by ear, by eye or unreadable, left out, or turned round.
    Slip,
    /// The same.
    Same,
}

/// In which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameWay {
    /// As written.
    Plain,
    /// One character sounds alike.
    Sound,
    /// One character looks alike.
    Look,
    /// One character cannot be read.
    Unreadable,
    /// One character is left out.
    LeftOut,
    /// The characters are in another order.
    Turned,
    /// The title says another sex.
    Sex,
}

/// Compares what a row says with a resident's name.
pub(crate) fn fit(row: &Name, known: &[char], mans: Option<bool>, alike: &Alike) -> (NameFit, NameWay) {
    match row {
        Name::Silent | Name::Several => (NameFit::Silent, NameWay::Plain),
        Name::Whole(said) => whole(said, known, alike),
        Name::Part { short: Some(short), .. } if known.len() == 3 && is_left_out(short, known) => {
            (NameFit::Slip, NameWay::LeftOut)
        }
        Name::Part { seen, rest, title, .. } => part(seen, *rest, *title, known, mans),
    }
}

fn part(seen: &[Option<char>], rest: bool, title: Title, known: &[char], mans: Option<bool>) -> (NameFit, NameWay) {
    let long_enough = known.len() == seen.len() || (rest && known.len() > seen.len());
    let agrees = seen
        .iter()
        .zip(known)
        .all(|(seen, known)| seen.is_none_or(|seen| seen == *known));
    let other_sex = mans.is_some_and(|man| title == if man { Title::Woman } else { Title::Man });
    if !long_enough || !agrees {
        return (NameFit::Other, NameWay::Plain);
    }
    if other_sex {
        return (NameFit::Other, NameWay::Sex);
    }
    // 张□明: all but one can be read.
    let open = seen.iter().filter(|seen| seen.is_none()).count();
    if !rest && open == 1 && seen.len() > 1 {
        (NameFit::Slip, NameWay::Unreadable)
    } else {
        (NameFit::Part, NameWay::Plain)
    }
}

fn whole(said: &[char], known: &[char], alike: &Alike) -> (NameFit, NameWay) {
    // Short slices: quicker one by one.
    if said.iter().eq(known) {
        return (NameFit::Same, NameWay::Plain);
    }
    if said.len() + 1 == known.len() && said.len() > 1 && is_left_out(said, known) {
        return (NameFit::Slip, NameWay::LeftOut);
    }
    // 田中 of 田中健一.
    if said.len() == 2 && known.len() == 4 && known.starts_with(said) {
        return (NameFit::Part, NameWay::Plain);
    }
    if said.len() != known.len() || said.len() < 2 {
        return (NameFit::Other, NameWay::Plain);
    }
    let mut differ = (0..said.len()).filter(|at| said[*at] != known[*at]);
    let (first, second) = (differ.next(), differ.next());
    match (first, second) {
        (Some(at), None) if alike.sound(said[at], known[at]) => (NameFit::Slip, NameWay::Sound),
        (Some(at), None) if alike.look(said[at], known[at]) => (NameFit::Slip, NameWay::Look),
        // No surname is longer than two: which it is matters for the second character alone.
        (Some(at), None) if at >= 2 || (at == 1 && surname_length(known) == 1) => (NameFit::Near, NameWay::Plain),
        _ if is_turned(said, known) => (NameFit::Slip, NameWay::Turned),
        _ if said.iter().zip(known).all(|(a, b)| a == b || alike.sound(*a, *b)) => (NameFit::Near, NameWay::Sound),
        _ => (NameFit::Other, NameWay::Plain),
    }
}

/// Whether a name is the known one without one character.
pub(crate) fn is_left_out(said: &[char], known: &[char]) -> bool {
    let before = said.iter().zip(known).take_while(|(a, b)| a == b).count();
    said[before..] == known[before + 1..]
}

/// Whether two names of one length have the same characters in another order. Most have not, and say so at the first.
fn is_turned(said: &[char], known: &[char]) -> bool {
    let often = |name: &[char], wanted: &char| name.iter().filter(|c| *c == wanted).count();
    said.iter().all(|c| often(said, c) == often(known, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_however_it_is_written() {
        use NameFit::{Near, Other, Part, Same, Silent, Slip};
        let mut alike = Alike::default();
        let known = |name: &str, alike: &mut Alike| -> Vec<char> {
            let name = characters(name);
            name.iter().for_each(|c| alike.learn(*c));
            name
        };
        for (written, name, expected) in [
            ("张晓明", "张晓明", Same),
            ("张 晓明", "张晓明", Same),
            ("张晓明先生", "张晓明", Same),
            ("张晓明（户主）", "张晓明", Same),
            ("买买提.吐尔逊", "买买提·吐尔逊", Same),
            ("张小明", "张晓明", Slip),
            ("章晓明", "张晓明", Slip),
            ("张哓明", "张晓明", Slip),
            ("张□明", "张晓明", Slip),
            ("张明", "张晓明", Slip),
            ("张明晓", "张晓明", Slip),
            ("李末", "李未", Slip),
            ("张□", "张明", Slip),
            ("张□", "张晓明", Other),
            ("张女士", "张晓明", Part),
            ("老张", "张晓明", Part),
            ("小明", "张小明", Slip),
            ("张某", "张晓明", Part),
            ("张**", "张晓明", Part),
            ("张*", "张晓明", Part),
            ("张晓*", "张晓明", Slip),
            ("张敏", "张明", Slip),
            ("张强", "张茜", Near),
            ("陈曹", "陈超", Slip),
            ("欧阳女士", "欧阳晓明", Part),
            ("老欧阳", "欧阳晓明", Part),
            ("田中", "田中健一", Part),
            ("不详", "张晓明", Silent),
            ("", "张晓明", Silent),
            ("张大明", "张晓明", Near),
            ("张伟", "张强", Near),
            ("章小铭", "张晓明", Near),
            ("李晓明", "张晓明", Other),
            ("张大亮", "张晓明", Other),
            ("李女士", "张晓明", Other),
            ("张晓", "张强", Near),
        ] {
            let name = known(name, &mut alike);
            let row = Name::read(written);
            assert_eq!(fit(&row, &name, None, &alike).0, expected, "{written} {name:?}");
        }
        let zhang = known("张晓明", &mut alike);
        let fits = |written: &str, man| fit(&Name::read(written), &zhang, Some(man), &alike);
        assert_eq!(fits("张女士", false).0, Part);
        assert_eq!(fits("张女士", true), (Other, NameWay::Sex));
    }

    #[test]
    fn two_people_and_somebodys_mother_are_nobody() {
        for written in [
            "张三、李四",
            "张三 李四",
            "张三/李四",
            "张三，李四",
            "王小和李明",
            "张三等3人",
            "张三母亲",
            "张三之子",
            "张三家属",
        ] {
            assert_eq!(Name::read(written), Name::Several, "{written}");
        }
        for written in ["欧阳 小明", "张和平", "张 三", "王子", "李妈"] {
            assert_ne!(Name::read(written), Name::Several, "{written}");
        }
    }
}
