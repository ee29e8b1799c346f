//! Every retry rule of the gateway, in one table.

use crate::{clock::Millis, ledger::Spent};

/// What spoilt an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Disk, folder or file would not, and it is not clear for how long.
    World,
    /// The disk is full: a person must clear it, then all goes on by itself.
    DiskFull,
    /// The route is switched off, gone or wrong.
    NoRoute,
    /// The child that reads old workbooks died.
    ReaderDied,
    /// An endpoint did not take a delivery.
    Endpoint,
}

/// What follows when the tries of a cause are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// A person must do something.
    Stuck,
    /// The document is refused.
    Quarantined,
    /// It is tried for ever.
    Never,
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is for.
    pub cause: Cause,
    /// Attempts in all; for the world, what `gateway.toml` says.
    pub tries: u32,
    /// Wait after the first, doubled after each further one. What is tried for ever waits as long again as it waited
    /// so far: its attempts are not counted.
    pub first: Millis,
    /// Longest wait.
    pub most: Millis,
    /// What follows.
    pub end: End,
}

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;

/// The table.
pub const RULES: &[Rule] = &[
    rule(Cause::World, u32::MAX, 5 * SECOND, 10 * MINUTE, End::Stuck),
    rule(Cause::DiskFull, u32::MAX, 10 * SECOND, MINUTE, End::Never),
    rule(Cause::NoRoute, u32::MAX, 5 * SECOND, 5 * MINUTE, End::Never),
    rule(Cause::ReaderDied, 3, SECOND, 10 * SECOND, End::Quarantined),
    rule(Cause::Endpoint, 12, 10 * SECOND, 30 * MINUTE, End::Stuck),
];

/// Deaths of the whole daemon in one step of one document, with nothing else advancing between, after
/// which the document is left alone.
pub const DAEMON_DEATHS: u32 = 5;

/// After so many, it is worked on alone: what was only there when the daemon died is not to blame.
pub const SUSPECT_DEATHS: u32 = 2;

const fn rule(cause: Cause, tries: u32, first: Millis, most: Millis, end: End) -> Rule {
    Rule { cause, tries, first, most, end }
}

/// What a spoilt attempt counts as. What goes on by itself once a person cleared the way costs nothing, so that the job
/// still has all its tries for another cause.
pub fn spent(cause: Cause) -> Spent {
    let rule = RULES.iter().find(|rule| rule.cause == cause);
    match (cause, rule.is_some_and(|rule| rule.end == End::Never)) {
        (Cause::ReaderDied, _) => Spent::Reader,
        (_, true) => Spent::Nothing,
        _ => Spent::Try,
    }
}

/// What lies behind a job or a delivery.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    /// Spoilt attempts that count for this cause, this one too.
    pub tries: u32,
    /// Since when it waits, in milliseconds; below 0 if the clock was set back.
    pub waited: Millis,
}

/// What to do after an attempt was spoilt: wait so long, or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Milliseconds to wait.
    Wait(Millis),
    /// No more.
    End(End),
}

/// What follows a spoilt attempt; `salt` spreads those that failed together by up to a fifth.
/// `max_tries` is what people configured for the world.
pub fn next(cause: Cause, past: Past, max_tries: u32, salt: u64) -> Next {
    let Some(rule) = RULES.iter().find(|rule| rule.cause == cause) else {
        return Next::End(End::Stuck);
    };
    let most = if cause == Cause::World { max_tries } else { rule.tries };
    let wait = if rule.end == End::Never {
        past.waited.saturating_mul(2)
    } else if past.tries >= most {
        return Next::End(rule.end);
    } else {
        rule.first.saturating_mul(1 << past.tries.saturating_sub(1).min(20))
    };
    let wait = wait.clamp(rule.first, rule.most);
    let spread = wait / 5 + 1;
    Next::Wait(wait + (salt % spread.unsigned_abs()) as Millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_then_end() {
        for (cause, tries, waited, least, most) in [
            (Cause::World, 1, 900, 5, 6),
            (Cause::World, 2, 0, 10, 12),
            (Cause::World, 7, 0, 320, 384),
            (Cause::DiskFull, 1, 0, 10, 12),
            (Cause::DiskFull, 400, 20, 40, 48),
            (Cause::DiskFull, 1, 86_400, 60, 72),
            (Cause::NoRoute, 1, -86_400, 5, 6),
            (Cause::ReaderDied, 2, 0, 2, 3),
        ] {
            let past = Past { tries, waited: waited * SECOND };
            for salt in [0, 7, u64::MAX] {
                let Next::Wait(wait) = next(cause, past, 8, salt) else { panic!("{cause:?} ends") };
                assert!(
                    (least * SECOND..=most * SECOND).contains(&wait),
                    "{cause:?} {tries}: {wait}"
                );
            }
        }
        for (cause, tries, end) in [
            (Cause::World, 8, End::Stuck),
            (Cause::ReaderDied, 3, End::Quarantined),
            (Cause::Endpoint, 12, End::Stuck),
        ] {
            let past = Past { tries, waited: 0 };
            assert_eq!(next(cause, past, 8, 3), Next::End(end), "{cause:?}");
        }
    }

    #[test]
    fn waiting_for_a_person_costs_no_tries() {
        for (cause, costs) in [
            (Cause::World, Spent::Try),
            (Cause::Endpoint, Spent::Try),
            (Cause::ReaderDied, Spent::Reader),
            (Cause::DiskFull, Spent::Nothing),
            (Cause::NoRoute, Spent::Nothing),
        ] {
            assert_eq!(spent(cause), costs, "{cause:?}");
        }
    }

    #[test]
    fn every_cause_has_a_rule() {
        for cause in
            [Cause::World, Cause::DiskFull, Cause::NoRoute, Cause::ReaderDied, Cause::Endpoint]
        {
            assert!(RULES.iter().any(|rule| rule.cause == cause), "{cause:?}");
        }
    }
}
