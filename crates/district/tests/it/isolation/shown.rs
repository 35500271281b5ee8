//! What the curious one shows to be let in.

use axum::http::HeaderValue;

use super::world::World;

/// A source's token: it opens what is the source's, and nothing else.
pub(super) const SOURCES: &str = "a source's token";

/// Something shown, and whether it is the curious one's own good token.
pub(super) struct Shown {
    pub(super) what: &'static str,
    pub(super) header: Option<HeaderValue>,
    pub(super) good: bool,
}

/// A token in its three parts: committee, PC, secret.
fn parts(token: &str) -> [&str; 3] {
    let mut parts = token.splitn(3, '.');
    [(); 3].map(|()| parts.next().unwrap())
}

/// Everything that may be shown instead of a token, and one good token at the end.
pub(super) fn everything(world: &World) -> Vec<Shown> {
    let (mine, theirs) = (world.mine.enrolled.token.as_str(), world.theirs.enrolled.token.as_str());
    let ([a, pc, secret], [b, their_pc, their_secret]) = (parts(mine), parts(theirs));
    let nobody = "0".repeat(32);
    let bearer = |token: &str| format!("Bearer {token}");
    let wrong = [
        ("an empty token", "Bearer ".to_owned()),
        ("no token behind the word", "Bearer".into()),
        ("another word", format!("Basic {mine}")),
        ("the token alone", mine.into()),
        ("a made-up token", bearer("x")),
        ("three made-up parts", bearer("a.b.c")),
        ("a question to the database", bearer("' OR '1'='1")),
        ("a token cut off", bearer(&mine[..mine.len() - 1])),
        ("a token with something behind", bearer(&format!("{mine}0"))),
        (
            "a secret in capitals",
            bearer(&format!(
                "{a}.{pc}.{}",
                secret.to_uppercase().replace(char::is_numeric, "A")
            )),
        ),
        ("no secret", bearer(&format!("{b}.{their_pc}."))),
        (
            "the other committee with one's own PC and secret",
            bearer(&format!("{b}.{pc}.{secret}")),
        ),
        (
            "the other PC with one's own secret",
            bearer(&format!("{b}.{their_pc}.{secret}")),
        ),
        (
            "the other PC in one's own committee",
            bearer(&format!("{a}.{their_pc}.{their_secret}")),
        ),
        (
            "the other secret with one's own PC",
            bearer(&format!("{a}.{pc}.{their_secret}")),
        ),
        ("the district as committee", bearer(&format!("{nobody}.{pc}.{secret}"))),
        (
            "a colleague's PC with one's own secret",
            bearer(&format!("{a}.{}.{secret}", parts(&world.colleague.enrolled.token)[1])),
        ),
        ("a token that was replaced", bearer(&world.replaced)),
        ("a token that has expired", bearer(&world.expired.enrolled.token)),
        ("a revoked PC's", bearer(&world.revoked[0].enrolled.token)),
        (
            "the other committee's revoked PC's",
            bearer(&world.revoked[1].enrolled.token),
        ),
        ("the staff's token", bearer(&world.district.staff_token())),
        ("an enrolment code", bearer(&world.codes.fresh)),
        (SOURCES, bearer(&world.sources[0])),
    ];
    let shown = |what, text: String, good| Shown {
        what,
        header: Some(text.parse().unwrap()),
        good,
    };
    let mut all = vec![
        Shown {
            what: "nothing",
            header: None,
            good: false,
        },
        Shown {
            what: "bytes that are no text",
            header: HeaderValue::from_bytes(b"Bearer \xff\xfe").ok(),
            good: false,
        },
    ];
    all.extend(wrong.into_iter().map(|(what, text)| shown(what, text, false)));
    all.push(shown("one's own token", bearer(mine), true));
    all
}
