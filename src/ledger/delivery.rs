//! Deliveries to endpoints outside the route's folders.

use super::{DueDelivery, JobId, Ledger, LedgerError, Spent, sql, store::Value, turn::Turn};
use crate::clock::Millis;

/// Keeps back what a job has not sent yet; how many.
pub(super) fn hold(turn: &mut Turn<'_>, job: JobId, sentence: &str) -> Result<u64, LedgerError> {
    let values = [sentence.into(), job.0.into()];
    let held = turn.store.run(&sql::HOLD_DELIVERIES, &values)?;
    if held > 0 {
        turn.note("deliveries-held", job, format!("count={held}"));
    }
    Ok(held)
}

/// How a claim of a delivery ends.
struct Settled<'a> {
    state: &'static str,
    due_at: Option<Millis>,
    sentence: &'a str,
    /// Attempts that it cost.
    tries: u32,
}

impl Ledger {
    /// Keeps back what a job has not sent yet; how many.
    pub fn hold_deliveries(&self, job: JobId, sentence: &str) -> Result<u64, LedgerError> {
        self.turn(|turn| hold(turn, job, sentence))
    }

    /// Claims deliveries that are due, of jobs that are delivered (so that the output has its place).
    ///
    /// An output whose name cannot be opened any more has an empty one.
    pub fn due_deliveries(
        &self,
        most: usize,
        lease_millis: i64,
    ) -> Result<Vec<DueDelivery>, LedgerError> {
        let now = self.clock.now();
        let due = self.read(|store| store.first(&sql::NEXT_DELIVERY, &[], |mut row| row.int()))?;
        if most == 0 || due.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        self.turn(|turn| {
            let until = turn.now.saturating_add(lease_millis);
            let daemon = self.daemon.as_str();
            let values = [daemon.into(), until.into(), turn.now.into(), (most as i64).into()];
            let mut due =
                turn.store.list(&sql::DUE_DELIVERIES, &values, |mut row| DueDelivery {
                    job: JobId(row.int()),
                    place: row.count() as usize,
                    output: row.count() as usize,
                    endpoint: row.text(),
                    folder: row.text(),
                    fence: row.int(),
                    tries: row.small(),
                    changed_at: row.int(),
                    route: String::new(),
                    file: super::Output::default(),
                })?;
            due.sort_unstable_by_key(|delivery| (delivery.job, delivery.place));
            for delivery in &mut due {
                let values = [delivery.job.0.into(), (delivery.output as i64).into()];
                let found = turn.store.first(&sql::DELIVERY_FILE, &values, |mut row| {
                    (row.text(), self.output(row).unwrap_or_else(|nameless| nameless))
                })?;
                if let Some((route, file)) = found {
                    delivery.route = route;
                    delivery.file = file;
                }
            }
            Ok(due)
        })
    }

    /// The endpoint has it; what it answered. `false`: the claim was lost.
    pub fn sent(&self, delivery: &DueDelivery, receipt: &str) -> Result<bool, LedgerError> {
        let end = Settled { state: "sent", due_at: None, sentence: "", tries: 0 };
        self.settle(delivery, &end, Some(receipt))
    }

    /// To be tried again at `due_at`. `false`: the claim was lost.
    pub fn postpone_delivery(
        &self,
        delivery: &DueDelivery,
        due_at: Millis,
        spent: Spent,
        sentence: &str,
    ) -> Result<bool, LedgerError> {
        let tries = u32::from(spent != Spent::Nothing);
        let end = Settled { state: "queued", due_at: Some(due_at), sentence, tries };
        self.settle(delivery, &end, None)
    }

    /// Not to be tried again by itself: `stuck`. `false`: the claim was lost.
    pub fn end_delivery(
        &self,
        delivery: &DueDelivery,
        sentence: &str,
    ) -> Result<bool, LedgerError> {
        let end = Settled { state: "stuck", due_at: None, sentence, tries: 1 };
        self.settle(delivery, &end, None)
    }

    fn settle(
        &self,
        delivery: &DueDelivery,
        end: &Settled<'_>,
        receipt: Option<&str>,
    ) -> Result<bool, LedgerError> {
        self.turn(|turn| {
            let (job, place) = (Value::from(delivery.job.0), Value::from(delivery.place as i64));
            let values = [
                end.state.into(),
                end.due_at.into(),
                i64::from(end.tries).into(),
                end.sentence.into(),
                turn.now.into(),
                job.clone(),
                place.clone(),
                delivery.fence.into(),
            ];
            if !turn.fenced(&sql::SETTLE_DELIVERY, &values)? {
                return Ok(false);
            }
            if let Some(said) = receipt {
                turn.store.run(&sql::NEW_RECEIPT, &[job, place, turn.now.into(), said.into()])?;
            }
            let kind = match end.state {
                "sent" => "sent",
                "queued" => "delivery-postponed",
                _ => "delivery-stuck",
            };
            let numbers = format!("place={} tries={}", delivery.place, delivery.tries + end.tries);
            turn.note(kind, delivery.job, numbers);
            Ok(true)
        })
    }
}
