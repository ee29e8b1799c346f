//! The grammar of dates, times and spans over [`Token`]s.

use super::{
    Fault, Moment, civil, fault,
    token::{self, Token},
};
use crate::model::{Code, codes::value as codes};
use crate::text::Mends;

type Step<T> = Result<T, &'static Code>;

/// Reads a date, a date with a time, or a span of dates. `year` completes a date without one.
pub(super) fn read(text: &str, year: Option<i32>) -> Result<(Moment, Mends), Fault> {
    let tokens = token::cut(text).ok_or_else(|| fault(&codes::DATE_FORMAT))?;
    let mut cursor = Cursor { tokens: tokens.as_slice(), year };
    let moment = cursor.moment().map_err(fault)?;
    Ok((moment, tokens.mends))
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    tokens: &'a [Token],
    year: Option<i32>,
}

/// Year, month and day as written.
#[derive(Clone, Copy)]
struct Written {
    year: i32,
    month: u32,
    day: u32,
    /// Its parts stand between hyphens, so that one more hyphen says nothing about a span.
    has_hyphens: bool,
}

impl Written {
    fn days(self) -> Step<i32> {
        civil::days(self.year, self.month, self.day).ok_or(&codes::DATE_IMPOSSIBLE)
    }
}

impl Cursor<'_> {
    fn moment(&mut self) -> Step<Moment> {
        let first = self.day()?;
        let mut moment = Moment::day(first.days()?);
        self.weekday();
        self.time(&mut moment)?;
        if let Some(last) = self.until(first)? {
            let last = last.days()?;
            if last < moment.days {
                return Err(&codes::DATE_RANGE_REVERSED);
            }
            moment.until = Some(last);
            self.weekday();
        }
        self.length_note();
        self.skip(&[' ', '\n', '.']);
        if self.tokens.is_empty() { Ok(moment) } else { Err(&codes::DATE_FORMAT) }
    }

    /// A whole day.
    fn day(&mut self) -> Step<Written> {
        let Some((number, digits)) = self.number() else { return Err(&codes::DATE_FORMAT) };
        match digits {
            8 => {
                let year = (number / 10_000) as i32;
                Ok(Written {
                    year,
                    month: number / 100 % 100,
                    day: number % 100,
                    has_hyphens: false,
                })
            }
            4 => self.behind_year(number as i32),
            6 if matches!(number / 10_000, 19 | 20) && matches!(number % 100, 1..=12) => {
                Err(&codes::DATE_INCOMPLETE)
            }
            6 => Err(&codes::DATE_AMBIGUOUS),
            1 | 2 => self.behind_short(number),
            _ => Err(&codes::DATE_FORMAT),
        }
    }

    fn behind_year(&mut self, year: i32) -> Step<Written> {
        self.separator('年').ok_or_else(|| self.gap())?;
        let Some((month, 1 | 2)) = self.number() else { return Err(self.gap()) };
        let sign = self.separator('月').ok_or_else(|| self.gap())?;
        let Some((day, 1 | 2)) = self.number() else { return Err(self.gap()) };
        self.day_word();
        Ok(Written { year, month, day, has_hyphens: sign == '-' })
    }

    /// One or two digits first: a month without its year, or a year of two digits.
    fn behind_short(&mut self, first: u32) -> Step<Written> {
        let is_month = self.peek_behind_spaces() == Some(Token::Sign('月'));
        let sign = self.separator(if is_month { '月' } else { '年' }).ok_or(&codes::DATE_FORMAT)?;
        let Some((second, 1 | 2)) = self.number() else {
            return Err(if is_month { &codes::DATE_YEAR_MISSING } else { &codes::DATE_FORMAT });
        };
        // 22.3.5 has its sign twice; 3.5-3.7 has another one, which begins the end of a span.
        let mut ahead = *self;
        let is_three = ahead.separator('月') == Some(sign) && ahead.number().is_some();
        if sign == '年' || (!is_month && is_three) {
            return Err(&codes::DATE_AMBIGUOUS);
        }
        self.day_word();
        let year = self.year.ok_or(&codes::DATE_YEAR_MISSING)?;
        Ok(Written { year, month: first, day: second, has_hyphens: sign == '-' })
    }

    /// The end of a span, as far as it is written; what it leaves out is taken from the start.
    fn until(&mut self, start: Written) -> Step<Option<Written>> {
        let mut ahead = *self;
        let is_tight = ahead.tokens.first() == Some(&Token::Sign('-'));
        ahead.skip(&[' ']);
        if !ahead.sign(&['~', '-', '\n']) {
            return Ok(None);
        }
        ahead.skip(&[' ', '\n']);
        let is_whole = matches!(ahead.tokens.first(), Some(Token::Number(_, 4 | 8)));
        if start.has_hyphens && is_tight && !is_whole {
            return Err(&codes::DATE_AMBIGUOUS);
        }
        let mut whole = Cursor { year: Some(start.year), ..ahead };
        if let Ok(end) = whole.day() {
            *self = whole;
            return Ok(Some(end));
        }
        let end = match ahead.number() {
            Some((number, 4)) => Written { month: number / 100, day: number % 100, ..start },
            Some((number, 1 | 2)) => Written { day: number, ..start },
            _ => return Ok(None),
        };
        ahead.day_word();
        *self = ahead;
        Ok(Some(end))
    }

    /// `（周六）`, `星期六`.
    fn weekday(&mut self) {
        let mut ahead = *self;
        ahead.skip(&[' ', '(']);
        if ahead.sign(&['W']) {
            ahead.skip(&[' ', ')']);
            *self = ahead;
        }
    }

    /// `（3天）`, `共3天`, `3天` behind a span.
    fn length_note(&mut self) {
        let mut ahead = *self;
        ahead.skip(&[' ', '\n', '(', '共']);
        if ahead.number().is_some() {
            ahead.skip(&[' ']);
            if ahead.sign(&['天']) {
                ahead.skip(&[' ', ')']);
                *self = ahead;
            }
        }
    }

    /// A time of day, if there is one.
    fn time(&mut self, moment: &mut Moment) -> Step<()> {
        let mut ahead = *self;
        ahead.skip(&[' ', 'T']);
        let half = ahead.half_of_day();
        if let Some((hour, 1 | 2)) = ahead.number() {
            if let Some(mut seconds) = ahead.behind_hour(hour) {
                ahead.skip(&[' ']);
                let half = half.or_else(|| ahead.half_of_day());
                if half == Some('下') && hour < 12 {
                    seconds += 12 * 3600;
                }
                *self = ahead;
                return self.settle_time(seconds, moment);
            }
        } else if half.is_some() {
            moment.has_vague_time = true;
            *self = ahead;
        }
        Ok(())
    }

    /// Minutes and seconds behind an hour; `None` if this is no time.
    fn behind_hour(&mut self, hour: u32) -> Option<u32> {
        let mut seconds = hour * 3600;
        if self.sign(&['时']) {
            if let Some((minute, 1 | 2)) = self.number() {
                seconds += checked_sixty(minute)? * 60;
                self.sign(&['分']);
                if let Some((second, 1 | 2)) = self.number() {
                    seconds += checked_sixty(second)?;
                    self.sign(&['秒']);
                }
            }
            return Some(seconds);
        }
        if !self.sign(&[':']) {
            return None;
        }
        let (minute, _) = self.number().filter(|(_, digits)| *digits <= 2)?;
        seconds += checked_sixty(minute)? * 60;
        if self.sign(&[':']) {
            let (second, _) = self.number().filter(|(_, digits)| *digits <= 2)?;
            seconds += checked_sixty(second)?;
            if self.sign(&['.']) {
                self.number()?;
            }
        }
        Some(seconds)
    }

    fn settle_time(&mut self, seconds: u32, moment: &mut Moment) -> Step<()> {
        if seconds > 86_400 {
            return Err(&codes::DATE_IMPOSSIBLE);
        }
        let mut seconds = seconds as i32;
        if let Some(offset) = self.zone() {
            const SHANGHAI: i32 = 8 * 3600;
            moment.is_converted = offset != SHANGHAI;
            seconds += SHANGHAI - offset;
        }
        moment.days += seconds.div_euclid(86_400);
        moment.seconds = Some(seconds.rem_euclid(86_400) as u32);
        if (1..=3_652_059).contains(&moment.days) { Ok(()) } else { Err(&codes::DATE_IMPOSSIBLE) }
    }

    /// `Z`, `+08:00`, `+0800`, `-05:00`, in seconds east of Greenwich.
    fn zone(&mut self) -> Option<i32> {
        let mut ahead = *self;
        if ahead.sign(&['Z']) {
            *self = ahead;
            return Some(0);
        }
        let sign = match ahead.tokens.first() {
            Some(Token::Sign('+')) => 1,
            Some(Token::Sign('-')) => -1,
            _ => return None,
        };
        ahead.sign(&['+', '-']);
        let (hours, minutes) = match ahead.number()? {
            (both, 4) => (both / 100, both % 100),
            (hours, 2) => {
                let minutes = if ahead.sign(&[':']) { ahead.number()?.0 } else { return None };
                (hours, minutes)
            }
            _ => return None,
        };
        if hours > 14 || minutes >= 60 {
            return None;
        }
        *self = ahead;
        Some(sign * (hours * 3600 + minutes * 60) as i32)
    }

    fn half_of_day(&mut self) -> Option<char> {
        let half = match self.tokens.first() {
            Some(Token::Sign(half @ ('上' | '下'))) => *half,
            _ => return None,
        };
        self.sign(&['上', '下']);
        self.skip(&[' ']);
        Some(half)
    }

    /// One of `- / .`, `word`, or just a space, with spaces around; `None` if the next piece is none of them.
    fn separator(&mut self, word: char) -> Option<char> {
        let mut ahead = *self;
        let before = ahead.tokens.len();
        ahead.skip(&[' ']);
        let has_space = ahead.tokens.len() < before;
        let sign = match ahead.tokens.first() {
            Some(Token::Sign(sign)) if ['-', '/', '.', word].contains(sign) => Some(*sign),
            _ => None,
        };
        if sign.is_some() {
            ahead.sign(&['-', '/', '.', word]);
            ahead.skip(&[' ']);
        }
        let is_number = matches!(ahead.tokens.first(), Some(Token::Number(..)));
        let found = sign.or((has_space && is_number).then_some(' '))?;
        *self = ahead;
        Some(found)
    }

    /// What is wrong with a date that ends here too soon.
    fn gap(&self) -> &'static Code {
        match self.tokens.first() {
            None | Some(Token::Sign('?')) => &codes::DATE_INCOMPLETE,
            _ => &codes::DATE_FORMAT,
        }
    }

    fn day_word(&mut self) {
        let mut ahead = *self;
        ahead.skip(&[' ']);
        if ahead.sign(&['日']) {
            *self = ahead;
        }
    }

    fn peek_behind_spaces(&self) -> Option<Token> {
        self.tokens.iter().find(|token| **token != Token::Sign(' ')).copied()
    }

    fn number(&mut self) -> Option<(u32, usize)> {
        match self.tokens.split_first() {
            Some((Token::Number(value, digits), rest)) => {
                self.tokens = rest;
                Some((*value, *digits))
            }
            _ => None,
        }
    }

    fn sign(&mut self, any: &[char]) -> bool {
        match self.tokens.split_first() {
            Some((Token::Sign(sign), rest)) if any.contains(sign) => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn skip(&mut self, any: &[char]) {
        while self.sign(any) {}
    }
}

fn checked_sixty(number: u32) -> Option<u32> {
    (number < 60).then_some(number)
}
