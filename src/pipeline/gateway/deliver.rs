//! Outputs to endpoints: the ledger's queue, one delivery after another.

use super::{Gateway, place::folder_of, retry, retry::Cause, words};
use crate::{
    config::gateway::Place,
    exchange::{self, Endpoint as _},
    ledger::{DueDelivery, Folder},
    pipeline::chain,
    text::mask::shown_words,
};

/// Deliveries claimed at once.
const MOST: usize = 8;
/// Longest sleep.
const IDLE: i64 = 5_000;

impl Gateway {
    /// Delivers what is due until the gateway stops.
    pub(super) fn deliver(&self) {
        while !self.is_stopping() {
            let rings = self.wake.count();
            if self.deliver_due() == 0 {
                self.wake.sleep(rings, IDLE);
            }
        }
    }

    /// Delivers what is due now; says how many.
    pub fn deliver_due(&self) -> usize {
        let due = match self.ledger.due_deliveries(MOST, self.lease_millis()) {
            Ok(due) => due,
            Err(error) => {
                self.ledger_fault(&error);
                return 0;
            }
        };
        for delivery in &due {
            let noted = match self.deliver_one(delivery) {
                Ok(receipt) => {
                    tracing::info!(job = %delivery.job, endpoint = delivery.endpoint, "delivered");
                    let noted = self.ledger.sent(delivery, &receipt);
                    self.clear_outbox(delivery);
                    noted
                }
                Err(sentence) => self.spoil_delivery(delivery, &sentence),
            };
            if let Err(error) = noted {
                self.ledger_fault(&error);
            }
        }
        due.len()
    }

    fn deliver_one(&self, delivery: &DueDelivery) -> Result<String, String> {
        let setup = self.setups.now();
        let route = setup.routes.get(&delivery.route).ok_or("no such route")?;
        let plan = self.plan.endpoint(&delivery.endpoint);
        let plan = plan.ok_or_else(|| format!("no endpoint is called {}", delivery.endpoint))?;
        let Place::Folder(folder) = &plan.place;
        let name = delivery.file.name.as_str();
        let source = folder_of(route, delivery.file.folder).join(name);
        let endpoint = exchange::folder::FolderEndpoint::new(folder);
        endpoint
            .put(&source, &delivery.folder, super::step::file_name(name), &delivery.file.sha256)
            .map_err(|error| match source.exists() {
                true => chain(&error),
                false => words::GONE.tell(route.lang, &source.display().to_string()),
            })
    }

    /// Files that waited for a job's deliveries go when the last of them went.
    fn clear_outbox(&self, delivery: &DueDelivery) {
        if delivery.file.folder != Folder::Outbox {
            return;
        }
        let Ok(job) = self.ledger.job(delivery.job) else { return };
        let setup = self.setups.now();
        let Some(route) = setup.routes.get(&delivery.route) else { return };
        if job.deliveries.iter().any(|one| one.state != "sent") {
            return;
        }
        let waited = job.outputs.iter().filter(|output| output.folder == Folder::Outbox);
        for name in waited.filter_map(|output| output.name.as_deref()) {
            // One that stays behind does no harm: nobody looks for it again.
            let _ = std::fs::remove_file(folder_of(route, Folder::Outbox).join(name));
        }
    }

    fn spoil_delivery(
        &self,
        delivery: &DueDelivery,
        sentence: &str,
    ) -> Result<bool, crate::ledger::LedgerError> {
        let sentence = &shown_words(sentence);
        self.tally.note_world();
        tracing::warn!(job = %delivery.job, endpoint = delivery.endpoint, sentence, "not delivered");
        let salt = delivery.job.0.unsigned_abs();
        let setup = self.setups.now();
        let is_configured = setup.routes.contains_key(&delivery.route)
            && self.plan.endpoint(&delivery.endpoint).is_some();
        // A route or endpoint that is away for now comes back: nobody gets stuck over a slip in its file.
        let cause = if is_configured { Cause::Endpoint } else { Cause::NoRoute };
        let waited = self.clock.now() - delivery.changed_at;
        match retry::next(cause, retry::Past { tries: delivery.tries + 1, waited }, 0, salt) {
            retry::Next::Wait(wait) => {
                let due = self.clock.now() + wait;
                self.ledger.postpone_delivery(delivery, due, retry::spent(cause), sentence)
            }
            retry::Next::End(_) => self.ledger.end_delivery(delivery, sentence),
        }
    }
}
