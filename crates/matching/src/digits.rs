//! Numbers as rows have them: whole, with a slip, or with a part hidden.

/// What can be seen of a number of which a part is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// As it is written, with a star for each character that is hidden.
    pattern: String,
    /// Before the first star.
    pub(crate) head: String,
    /// Behind the last.
    pub(crate) tail: String,
    /// Nobody hid it: it was cut or is no number, and says nothing where it does not fit.
    pub(crate) damaged: bool,
}

impl Hidden {
    /// Reads `138****5678`; `None` where no sign hides anything, or nothing is seen.
    pub(crate) fn read(text: &str) -> Option<Hidden> {
        let stars = text.replace("XX", "**").replace("xx", "**").replace("*X*", "***");
        let pattern = stars.chars().filter_map(|c| match c {
            '*' | '＊' | '×' | '□' | '■' | '●' | '○' | '?' | '？' | '…' | '#' | '_' => Some('*'),
            c => Some(c.to_ascii_uppercase()).filter(char::is_ascii_alphanumeric),
        });
        Hidden::of(pattern.collect())
    }

    /// The last characters alone.
    pub(crate) fn tail(tail: &str) -> Option<Hidden> {
        Hidden::of(format!("*{}", tail.to_ascii_uppercase()))
    }

    /// The first characters alone.
    pub(crate) fn head(head: &str) -> Option<Hidden> {
        Hidden::of(format!("{head}*"))
    }

    fn of(pattern: String) -> Option<Hidden> {
        let (head, rest) = pattern.split_once('*')?;
        let (head, tail) = (head.to_owned(), rest.rsplit('*').next().unwrap_or_default().to_owned());
        let damaged = false;
        let hidden = Hidden {
            pattern,
            head,
            tail,
            damaged,
        };
        Some(hidden).filter(|hidden| hidden.seen() > 0)
    }

    /// The same, which nobody hid on purpose.
    pub(crate) fn damaged(self) -> Hidden {
        Hidden { damaged: true, ..self }
    }

    /// How many characters are seen.
    pub(crate) fn seen(&self) -> usize {
        self.pattern.bytes().filter(|byte| *byte != b'*').count()
    }

    /// Whether a whole number may be this one. Who hides does not always count: what is seen is compared by its place only
    /// where the length is the number's.
    pub(crate) fn fits(&self, number: &str) -> bool {
        if self.pattern.len() == number.len() {
            return self
                .pattern
                .bytes()
                .zip(number.bytes())
                .all(|(seen, known)| seen == b'*' || seen == known);
        }
        let ends = self.head.len() + self.tail.len();
        number.len() > ends && number.starts_with(&self.head) && number.ends_with(&self.tail)
    }
}

/// Whether a number is the known one with one slip: a digit wrong, lost, doubled, or two neighbours turned round.
pub(crate) fn is_slip(written: &str, known: &str) -> bool {
    let (written, known) = (written.as_bytes(), known.as_bytes());
    let before = written.iter().zip(known).take_while(|(a, b)| a == b).count();
    let most = written.len().min(known.len()) - before;
    let behind = written
        .iter()
        .rev()
        .zip(known.iter().rev())
        .take(most)
        .take_while(|(a, b)| a == b)
        .count();
    let same = before + behind;
    if written.len() == known.len() {
        let turned = || {
            let (a, b) = (&written[before..before + 2], &known[before..before + 2]);
            a[0] == b[1] && a[1] == b[0]
        };
        same + 1 == known.len() || (same + 2 == known.len() && turned())
    } else if written.len() + 1 == known.len() {
        same == written.len()
    } else if written.len() == known.len() + 1 {
        let doubled = before > 0 && written[before] == written[before - 1];
        same == known.len() && doubled
    } else {
        false
    }
}

/// How long the parts of a number are of which any slip ([`is_slip`]) leaves one whole: its end, its beginning, and both its
/// ends without the middle.
pub(crate) struct Parts {
    end: usize,
    begin: usize,
    /// Of the third part: one character less than what the end leaves over, and than what the beginning does, so that two
    /// digits turned round on the border are in the middle.
    ends: (usize, usize),
}

/// Of an ID number of 18 characters: each is of few people.
pub(crate) const OF_ID: Parts = Parts {
    end: 8,
    begin: 14,
    ends: (9, 3),
};
/// Of a mobile number.
pub(crate) const OF_MOBILE: Parts = Parts {
    end: 6,
    begin: 7,
    ends: (4, 3),
};

impl Parts {
    /// How long the beginning is.
    pub(crate) fn begin(&self) -> usize {
        self.begin
    }

    /// The parts of a number; `None` where it is too short to have them.
    pub(crate) fn of<'n>(&self, number: &'n str) -> Option<[(&'n str, &'n str); 3]> {
        let length = number.len();
        if !number.is_ascii() || length < self.end.max(self.begin) {
            return None;
        }
        Some([
            ("", &number[length - self.end..]),
            (&number[..self.begin], ""),
            (&number[..self.ends.0], &number[length - self.ends.1..]),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "310115198001011234";

    #[test]
    fn one_slip_is_told_from_another_number() {
        for (written, slip) in [
            ("310115198001011235", true),
            ("310115198001012134", true),
            ("31011519800101124", true),
            ("3101151998001011234", true),
            ("310115198001011243", true),
            ("310115198001012143", false),
            ("3101151980010112345", false),
            ("3101151980010", false),
            ("3101151980701011234", false),
            ("", false),
        ] {
            assert_eq!(is_slip(written, ID), slip, "{written}");
        }
        assert!(!is_slip(ID, ID));
    }

    #[test]
    fn what_is_seen_of_a_number_fits_or_not() {
        for (written, fits) in [
            ("310***********1234", true),
            ("310******1234", true),
            ("3101151980XXXX1234", true),
            ("310115198001******", true),
            ("310115********12**", true),
            ("310115********13**", false),
            ("3****************4", true),
            ("310***********1235", false),
            ("311***********1234", false),
        ] {
            assert_eq!(
                Hidden::read(written).map(|hidden| hidden.fits(ID)),
                Some(fits),
                "{written}"
            );
        }
        assert_eq!(Hidden::read("******"), None);
        assert_eq!(Hidden::read(ID), None);
        assert!(Hidden::tail("123X").is_some_and(|hidden| hidden.fits("31011519800101123X")));
    }

    /// Whatever slip: one of the parts is as it was. Else blocking would lose who it is about.
    #[test]
    fn any_slip_leaves_one_part_whole() {
        for (number, of) in [(ID, OF_ID), ("13800005678", OF_MOBILE), ("13912345678", OF_MOBILE)] {
            let parts = |number: &str| -> Vec<(String, String)> {
                let parts = of.of(number).into_iter().flatten();
                parts.map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
            };
            let known = parts(number);
            let met = |written: &str| parts(written).iter().zip(&known).any(|(a, b)| a == b);
            for at in 0..number.len() {
                let wrong = format!("{}0{}", &number[..at], &number[at + 1..]);
                let other = format!("{}9{}", &number[..at], &number[at + 1..]);
                let lost = format!("{}{}", &number[..at], &number[at + 1..]);
                let doubled = format!("{}{}", &number[..=at], &number[at..]);
                let mut turned = number.as_bytes().to_vec();
                turned.swap(at, (at + 1).min(number.len() - 1));
                let turned = String::from_utf8(turned).unwrap_or_default();
                for written in [wrong, other, lost, doubled, turned] {
                    assert!(met(&written), "{number} {written}");
                }
            }
        }
    }
}
