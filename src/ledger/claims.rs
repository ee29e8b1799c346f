//! Leases: who may advance a job, and every step under a lease but the commit of a conversion.

use std::sync::atomic::Ordering;

use super::{
    Arrival, Claimed, JobId, Lease, Ledger, LedgerError, Spent, State,
    intake::{KEY_LOST, SAME_AS},
    sql,
    store::{Row, Value},
    turn::{Turn, fence, state},
};
use crate::clock::Millis;

impl Ledger {
    /// Takes back leases whose holders are gone, and counts a death of the daemon for each. With
    /// SQLite, at the start: every lease. With PostgreSQL: those of this daemon's name, and those
    /// that ran out. How many it took.
    pub fn take_back(&self) -> Result<u64, LedgerError> {
        self.turn(|turn| {
            let now = turn.now;
            let until = if turn.store.is_shared() { now } else { Millis::MAX };
            let daemon = self.daemon.as_str();
            let values = [now.into(), now.into(), daemon.into(), until.into()];
            let mut taken = turn.store.list(&sql::TAKE_BACK, &values, |mut row| {
                (JobId(row.int()), row.int(), row.int())
            })?;
            taken.sort_unstable();
            for (job, fence, deaths) in &taken {
                turn.note("daemon-died", *job, format!("fence={fence} deaths={deaths}"));
            }
            let values = [now.into(), daemon.into(), until.into()];
            turn.store.run(&sql::TAKE_BACK_DELIVERIES, &values)?;
            Ok(taken.len() as u64)
        })
    }

    /// Claims up to `most` jobs that are due, oldest first, for `lease_millis`: new ones, postponed
    /// ones, and ones whose lease ran out (a death of the daemon, counted). A job waits while an
    /// older, unfinished one has the same route and name, or the same route, bytes and plan.
    ///
    /// A job whose name cannot be opened any more becomes stuck with the sentence [`KEY_LOST`].
    pub fn claim(&self, most: usize, lease_millis: i64) -> Result<Vec<Claimed>, LedgerError> {
        let now = self.clock.now();
        if self.went_back(now) {
            self.follow_clock(now)?;
        }
        // Looking costs no sync; an idle daemon looks often.
        let due = self.read(|store| store.first(&sql::NEXT_JOB, &[], |mut row| row.int()))?;
        if most == 0 || due.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        self.turn(|turn| {
            let values = [
                self.daemon.as_str().into(),
                turn.now.saturating_add(lease_millis).into(),
                turn.now.into(),
                turn.now.into(),
                (most as i64).into(),
            ];
            let mut claimed = turn.store.list(&sql::CLAIM, &values, |row| self.claimed(row))?;
            claimed.sort_unstable_by_key(|(job, _)| job.lease.job);
            let mut kept = Vec::with_capacity(claimed.len());
            for (mut job, is_named) in claimed {
                if job.state == State::Delivering {
                    let outputs = self.outputs(turn.store, job.lease.job)?;
                    job.outputs = outputs.into_iter().flatten().collect();
                }
                if is_named {
                    note_claim(turn, &job);
                    kept.push(job);
                } else {
                    end(turn, job.lease, State::Stuck, KEY_LOST)?;
                    self.key_lost.fetch_add(1, Ordering::SeqCst);
                }
            }
            Ok(kept)
        })
    }

    /// How many jobs got stuck with [`KEY_LOST`] since this was last asked.
    pub fn take_key_lost(&self) -> i64 {
        self.key_lost.swap(0, Ordering::SeqCst)
    }

    /// A row of the claim, and whether its name could be opened.
    fn claimed(&self, mut row: Row) -> (Claimed, bool) {
        let lease = Lease { job: JobId(row.int()), fence: row.int() };
        let state = state(&row.text());
        let route = row.text();
        let name = self.unseal(row.maybe_bytes());
        let is_named = name.is_some();
        let arrival = Arrival {
            route,
            relative: name.unwrap_or_default(),
            sha256: row.text(),
            bytes: row.count(),
            plan: row.text(),
            copy: row.text(),
        };
        let claimed = Claimed {
            lease,
            state,
            arrival,
            arrived_at: row.int(),
            tries: row.small(),
            reader_deaths: row.small(),
            daemon_deaths: row.small(),
            outputs: Vec::new(),
            outcome: row.maybe_text().and_then(|name| State::find(&name)),
            signed: row.maybe_int().and_then(|count| u32::try_from(count).ok()),
        };
        (claimed, is_named)
    }

    /// Holds leases for longer. One that is lost stays lost.
    pub fn renew(&self, leases: &[Lease], lease_millis: i64) -> Result<(), LedgerError> {
        if leases.is_empty() {
            return Ok(());
        }
        self.turn(|turn| {
            let until = turn.now.saturating_add(lease_millis);
            for lease in leases {
                let [job, fence] = fence(*lease);
                turn.store.run(&sql::RENEW, &[until.into(), job, fence])?;
            }
            Ok(())
        })
    }

    /// Ends jobs whose outputs have their places: `delivering` becomes the outcome. In order, whether
    /// the lease still held.
    pub fn finish(&self, leases: &[Lease]) -> Result<Vec<bool>, LedgerError> {
        self.turn(|turn| {
            let finish = |lease: &Lease| {
                let [job, fence] = fence(*lease);
                let values = [turn.now.into(), turn.now.into(), job, fence];
                let ended = turn.store.first(&sql::FINISH, &values, |mut row| row.text())?;
                if let Some(ended) = &ended {
                    turn.advance();
                    note(turn, state(ended).name(), *lease);
                }
                Ok(ended.is_some())
            };
            leases.iter().map(finish).collect()
        })
    }

    /// `delivering` becomes `admitted` again, because a made file vanished; what it made is forgotten.
    pub fn convert_again(&self, lease: Lease) -> Result<bool, LedgerError> {
        self.turn(|turn| {
            let [job, fence] = fence(lease);
            let values = [turn.now.into(), turn.now.into(), job, fence];
            let held = turn.fenced(&sql::CONVERT_AGAIN, &values)?;
            if held {
                turn.drop_results(lease.job)?;
                note(turn, "convert-again", lease);
            }
            Ok(held)
        })
    }

    /// A claimed job turns out to be what `earlier` delivered: it ends as cancelled, and the earlier
    /// one counts one more.
    pub fn seen(&self, lease: Lease, earlier: JobId) -> Result<bool, LedgerError> {
        self.turn(|turn| {
            let [job, fence] = fence(lease);
            let sentence = format!("{SAME_AS}{earlier}");
            let values = [sentence.as_str().into(), turn.now.into(), job, fence];
            let held = turn.fenced(&sql::SEEN, &values)?;
            if held {
                turn.store.run(&sql::SEEN_AGAIN, &[turn.now.into(), earlier.0.into()])?;
                turn.advance();
                turn.note("cancelled", lease.job, format!("seen={}", earlier.0));
                turn.note("seen", earlier, String::new());
            }
            Ok(held)
        })
    }

    /// Puts a job off until `due_at`, back to where it was claimed.
    pub fn postpone(
        &self,
        lease: Lease,
        due_at: Millis,
        spent: Spent,
        sentence: &str,
    ) -> Result<bool, LedgerError> {
        self.turn(|turn| {
            let [job, fence] = fence(lease);
            let values = [
                due_at.into(),
                (spent == Spent::Try).into(),
                (spent == Spent::Reader).into(),
                sentence.into(),
                turn.now.into(),
                job,
                fence,
            ];
            let counts =
                turn.store.first(&sql::POSTPONE, &values, |mut row| (row.small(), row.small()))?;
            if let Some((tries, deaths)) = counts {
                let numbers = format!("fence={} tries={tries} deaths={deaths}", lease.fence);
                turn.note("postponed", lease.job, numbers);
            }
            Ok(counts.is_some())
        })
    }

    /// Ends a job as `stuck` or `quarantined`.
    ///
    /// A job that gets stuck while delivering keeps what it made: some of it may have its place.
    ///
    /// # Errors
    /// `WrongState` for any other state.
    pub fn end(&self, lease: Lease, state: State, sentence: &str) -> Result<bool, LedgerError> {
        if !matches!(state, State::Stuck | State::Quarantined) {
            return Err(LedgerError::WrongState { job: lease.job, state, verb: "an end" });
        }
        self.turn(|turn| end(turn, lease, state, sentence))
    }

    /// Gives jobs back as if they had never been claimed.
    pub fn give_back(&self, leases: &[Lease]) -> Result<(), LedgerError> {
        self.turn(|turn| {
            for lease in leases {
                let [job, fence] = fence(*lease);
                let values = [turn.now.into(), turn.now.into(), job, fence];
                if turn.fenced(&sql::GIVE_BACK, &values)? {
                    note(turn, "given-back", *lease);
                }
            }
            Ok(())
        })
    }
}

fn end(
    turn: &mut Turn<'_>,
    lease: Lease,
    state: State,
    sentence: &str,
) -> Result<bool, LedgerError> {
    let [job, fence] = fence(lease);
    let values: [Value<'_>; 5] =
        [state.name().into(), sentence.into(), turn.now.into(), job, fence];
    let held = turn.fenced(&sql::END, &values)?;
    if held {
        if state != State::Stuck {
            turn.drop_results(lease.job)?;
        }
        turn.advance();
        note(turn, state.name(), lease);
    }
    Ok(held)
}

fn note(turn: &mut Turn<'_>, kind: &'static str, lease: Lease) {
    turn.note(kind, lease.job, format!("fence={}", lease.fence));
}

fn note_claim(turn: &mut Turn<'_>, job: &Claimed) {
    let Lease { job: id, fence } = job.lease;
    let numbers = format!("fence={fence} tries={} deaths={}", job.tries, job.daemon_deaths);
    turn.note("claimed", id, numbers);
}
