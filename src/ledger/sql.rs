//! Every statement of the ledger, once, for both databases. `$n` is numbered in order of first use.

use std::{borrow::Cow, sync::LazyLock};

use super::store::{Batch, Lookup, Sql};

// Turn and meta -------------------------------------------------------------------------------

pub(super) static ADVANCE: Sql =
    Sql::new("count a step", "UPDATE turn SET advances = advances + $1");
pub(super) static META: Sql =
    Sql::new("tell whose it is", "SELECT value FROM meta WHERE name = $1");
pub(super) static SET_META: Sql =
    Sql::new("note whose it is", "INSERT INTO meta (name, value) VALUES ($1, $2)");

/// SQLite only. Answers 1 if somebody was reading and the log could not be emptied.
pub(super) static CHECKPOINT: Sql =
    Sql::new("empty its write-ahead log", "PRAGMA wal_checkpoint(TRUNCATE)");

// Events --------------------------------------------------------------------------------------

pub(super) static CHAIN_NUMBERS: Sql = Sql::new(
    "append events",
    "UPDATE chain SET number = number + $1 WHERE daemon = $2 RETURNING id, number, hash",
);
pub(super) static CHAIN_NEXT_ID: Sql =
    Sql::new("begin a chain of events", "SELECT COALESCE(MAX(id), 0) + 1 FROM chain");
pub(super) static CHAIN_NEW: Sql = Sql::new(
    "begin a chain of events",
    "INSERT INTO chain (id, daemon, number, hash) VALUES ($1, $2, 0, $3)",
);
pub(super) static CHAIN_HEAD: Sql =
    Sql::new("append events", "UPDATE chain SET hash = $1 WHERE id = $2");
pub(super) static EVENTS_NEW: LazyLock<Batch> = LazyLock::new(|| {
    let head = "INSERT INTO event (chain, number, at, kind, job, numbers, hash)";
    Batch::insert("append events", head, 7)
});
pub(super) static CHAINS: Sql =
    Sql::new("list chains of events", "SELECT id, daemon, number, hash FROM chain ORDER BY daemon");
pub(super) static EVENTS: Sql = Sql::new(
    "read events",
    "SELECT number, at, kind, job, numbers, hash FROM event
     WHERE chain = $1 AND number <= $2 ORDER BY number",
);

// Admission -----------------------------------------------------------------------------------

pub(super) static LAST_ID: Sql =
    Sql::new("number a job", "SELECT id FROM job ORDER BY id DESC LIMIT 1");
pub(super) static SAME_COPY: Sql = Sql::new(
    "look for the same copy",
    "SELECT id, state FROM job WHERE name_hash = $1 AND copy = $2 AND sha256 = $3
     ORDER BY id DESC",
);
pub(super) static TWIN: Sql = Sql::new(
    "look for the same document",
    "SELECT id FROM job WHERE sha256 = $1 AND route = $2 AND plan = $3 AND state = 'delivered'
       AND purged_at IS NULL
     ORDER BY id DESC LIMIT 1",
);
pub(super) static SEEN_AGAIN: Sql = Sql::new(
    "count a document seen again",
    "UPDATE job SET seen_again = seen_again + 1, seen_at = $1 WHERE id = $2",
);
pub(super) static NEW_DOCUMENT: Sql = Sql::new(
    "admit a document",
    "INSERT INTO document (sha256, bytes) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING",
);
pub(super) static NEW_JOB: Sql = Sql::new(
    "admit a document",
    "INSERT INTO job (id, route, name, name_hash, sha256, plan, copy, state, ready_at, sentence,
                      arrived_at, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
pub(super) static UNREADABLE: Sql = Sql::new(
    "look for an unreadable document",
    "SELECT id FROM job WHERE name_hash = $1 AND copy = '' AND sha256 IS NULL AND state = 'stuck'",
);
pub(super) static ALL_UNREADABLE: Sql = Sql::new(
    "look for unreadable documents",
    "SELECT name FROM job WHERE sha256 IS NULL AND state = 'stuck' AND route = $1",
);
pub(super) static SAY: Sql =
    Sql::new("note a sentence", "UPDATE job SET sentence = $1, changed_at = $2 WHERE id = $3");
pub(super) static BASE_BY_STAMP: Sql = Sql::new(
    "look for the accepted version",
    "SELECT id FROM job WHERE sha256 = $1 AND state = 'delivered' AND purged_at IS NULL
     ORDER BY id DESC LIMIT 1",
);
pub(super) static BASE_BY_NAME: Sql = Sql::new(
    "look for the accepted version",
    "SELECT id FROM job WHERE name_hash = $1 AND state = 'delivered' AND purged_at IS NULL
     ORDER BY id DESC LIMIT 1",
);
pub(super) static SUCCESSOR: Sql = Sql::new(
    "look for the accepted version",
    "SELECT later.id FROM job AS earlier JOIN job AS later ON later.id = earlier.superseded
     WHERE earlier.id = $1 AND later.state IN ('delivering', 'delivered')",
);

// Leases --------------------------------------------------------------------------------------

/// Oldest first; a lane lets only its oldest unfinished job through. A lease that ran out is a death,
/// counted from 1 again if anything advanced since the last one.
pub(super) static CLAIM: Sql = Sql::new(
    "claim jobs",
    "UPDATE job SET
       state = CASE state WHEN 'admitted' THEN 'converting' ELSE state END,
       lease_by = $1, ready_at = $2, changed_at = $3, fence = fence + 1,
       daemon_deaths = CASE WHEN lease_by IS NULL THEN daemon_deaths
         WHEN death_mark = (SELECT advances FROM turn) THEN daemon_deaths + 1 ELSE 1 END,
       death_mark = CASE WHEN lease_by IS NULL THEN death_mark
         ELSE (SELECT advances FROM turn) END
     WHERE id IN (
       SELECT next.id FROM job AS next WHERE next.ready_at <= $4
         AND NOT EXISTS (SELECT 1 FROM job AS older WHERE older.name_hash = next.name_hash
           AND older.id < next.id AND older.ready_at IS NOT NULL AND older.route = next.route)
         AND NOT EXISTS (SELECT 1 FROM job AS older WHERE older.sha256 = next.sha256
           AND older.id < next.id AND older.ready_at IS NOT NULL AND older.route = next.route
           AND older.plan = next.plan)
       ORDER BY next.ready_at, next.id LIMIT $5)
     RETURNING id, fence, state, route, name, sha256,
       (SELECT bytes FROM document WHERE document.sha256 = job.sha256), plan, copy, arrived_at,
       tries, reader_deaths, daemon_deaths, outcome, signed",
);
pub(super) static NEXT_JOB: Sql = Sql::new(
    "tell what is due",
    "SELECT next.ready_at FROM job AS next WHERE next.ready_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM job AS older WHERE older.name_hash = next.name_hash
         AND older.id < next.id AND older.ready_at IS NOT NULL AND older.route = next.route)
       AND NOT EXISTS (SELECT 1 FROM job AS older WHERE older.sha256 = next.sha256
         AND older.id < next.id AND older.ready_at IS NOT NULL AND older.route = next.route
         AND older.plan = next.plan)
     ORDER BY next.ready_at, next.id LIMIT 1",
);
/// The clock was set back: what nobody holds is due at once, not when the old time comes round again.
pub(super) static CLOCK_WENT_BACK: [Sql; 2] = [
    Sql::new(
        "follow the clock",
        "UPDATE job SET ready_at = $1, changed_at = $2
         WHERE ready_at > $3 AND lease_by IS NULL AND changed_at > $4",
    ),
    Sql::new(
        "follow the clock",
        "UPDATE delivery SET ready_at = $1, changed_at = $2
         WHERE ready_at > $3 AND lease_by IS NULL AND changed_at > $4",
    ),
];
pub(super) static TAKE_BACK: Sql = Sql::new(
    "take leases back",
    "UPDATE job SET
       state = CASE state WHEN 'converting' THEN 'admitted' ELSE state END,
       lease_by = NULL, ready_at = $1, changed_at = $2,
       daemon_deaths = CASE WHEN death_mark = (SELECT advances FROM turn)
         THEN daemon_deaths + 1 ELSE 1 END,
       death_mark = (SELECT advances FROM turn)
     WHERE lease_by IS NOT NULL AND (lease_by = $3 OR ready_at <= $4)
     RETURNING id, fence, daemon_deaths",
);
pub(super) static TAKE_BACK_DELIVERIES: Sql = Sql::new(
    "take leases back",
    "UPDATE delivery SET lease_by = NULL, ready_at = $1
     WHERE lease_by IS NOT NULL AND (lease_by = $2 OR ready_at <= $3)",
);
pub(super) static RENEW: Sql = Sql::new(
    "renew a lease",
    "UPDATE job SET ready_at = $1 WHERE id = $2 AND fence = $3 AND lease_by IS NOT NULL",
);

// Transitions under a lease -------------------------------------------------------------------

pub(super) static CONVERTED: Sql = Sql::new(
    "commit a conversion",
    "UPDATE job SET state = 'delivering', outcome = $1, sentence = $2, records = $3, held = $4,
       errors = $5, warnings = $6, input = $7, corrects = $8, added = $9, changed = $10, gone = $11,
       same = $12, changed_at = $13
     WHERE id = $14 AND fence = $15 AND state = 'converting' AND lease_by IS NOT NULL
     RETURNING route",
);
pub(super) static FINISH: Sql = Sql::new(
    "finish a job",
    "UPDATE job SET state = outcome, lease_by = NULL, ready_at = NULL, changed_at = $1,
       delivered_at = CASE outcome WHEN 'delivered' THEN $2 ELSE delivered_at END
     WHERE id = $3 AND fence = $4 AND state = 'delivering' AND lease_by IS NOT NULL
     RETURNING state",
);
pub(super) static CONVERT_AGAIN: Sql = Sql::new(
    "convert a job again",
    "UPDATE job SET state = 'admitted', outcome = NULL, lease_by = NULL, ready_at = $1,
       changed_at = $2
     WHERE id = $3 AND fence = $4 AND state = 'delivering' AND lease_by IS NOT NULL",
);
pub(super) static SEEN: Sql = Sql::new(
    "end a job that was seen",
    "UPDATE job SET state = 'cancelled', lease_by = NULL, ready_at = NULL, sentence = $1,
       changed_at = $2
     WHERE id = $3 AND fence = $4 AND state = 'converting' AND lease_by IS NOT NULL",
);
pub(super) static POSTPONE: Sql = Sql::new(
    "postpone a job",
    "UPDATE job SET state = CASE state WHEN 'converting' THEN 'admitted' ELSE state END,
       lease_by = NULL, ready_at = $1, tries = tries + $2, reader_deaths = reader_deaths + $3,
       sentence = $4, changed_at = $5
     WHERE id = $6 AND fence = $7 AND lease_by IS NOT NULL
     RETURNING tries, reader_deaths",
);
pub(super) static END: Sql = Sql::new(
    "end a job",
    "UPDATE job SET state = $1, lease_by = NULL, ready_at = NULL, sentence = $2, changed_at = $3
     WHERE id = $4 AND fence = $5 AND lease_by IS NOT NULL",
);
pub(super) static GIVE_BACK: Sql = Sql::new(
    "give a job back",
    "UPDATE job SET state = CASE state WHEN 'converting' THEN 'admitted' ELSE state END,
       lease_by = NULL, ready_at = $1, changed_at = $2
     WHERE id = $3 AND fence = $4 AND lease_by IS NOT NULL",
);

// Results -------------------------------------------------------------------------------------

pub(super) static SAVE: Sql = Sql::new("commit a conversion", "SAVEPOINT conversion");
pub(super) static UNDO: Sql = Sql::new("undo a conversion", "ROLLBACK TO SAVEPOINT conversion");
pub(super) static RELEASE: Sql = Sql::new("commit a conversion", "RELEASE SAVEPOINT conversion");
pub(super) static RECORDS_NEW: LazyLock<Batch> = LazyLock::new(|| {
    let head = "INSERT INTO record (job, grid, line, mark, key, content, credits, is_held)";
    Batch::insert("note records", head, 8)
});
pub(super) static OUTPUTS_NEW: LazyLock<Batch> = LazyLock::new(|| {
    let head = "INSERT INTO output (job, place, target, folder, staged, name, records, sha256)";
    Batch::insert("note outputs", head, 8)
});
pub(super) static EVIDENCE_NEW: LazyLock<Batch> = LazyLock::new(|| {
    let head = "INSERT INTO evidence (job, sha256, look, project)";
    Batch::insert("note evidence", head, 4)
});
pub(super) static EVIDENCE: Sql = Sql::new(
    "tell evidence",
    "SELECT evidence.sha256, evidence.look, evidence.project FROM evidence
       JOIN job ON job.id = evidence.job
     WHERE evidence.job <> $1 AND job.superseded IS NULL AND job.state IN ('delivered', 'held')
     ORDER BY evidence.job, evidence.sha256",
);
pub(super) static CONFIRM_SIGNED: Sql = Sql::new(
    "note a count of signatures",
    "UPDATE job SET signed = $1, changed_at = $2 WHERE id = $3",
);
pub(super) static DELIVERIES_NEW: LazyLock<Batch> = LazyLock::new(|| {
    let head = "INSERT INTO delivery (job, place, output, endpoint, folder, state, ready_at,
                  changed_at)";
    Batch::insert("queue deliveries", head, 8)
});
/// Starts from the few records of one job (`CROSS JOIN` keeps SQLite in this order).
pub(super) static CONTRADICTION: Sql = Sql::new(
    "compare records",
    "SELECT job.id FROM record AS mine CROSS JOIN record AS other CROSS JOIN job
     WHERE mine.job = $1 AND mine.is_held = 0 AND other.mark = mine.mark AND other.key = mine.key
       AND other.job <> mine.job
       AND other.is_held = 0 AND other.credits <> mine.credits AND job.id = other.job
       AND job.id <> $2 AND job.superseded IS NULL
       AND job.outcome = 'delivered' AND job.state IN ('delivering', 'delivered', 'stuck')
     LIMIT 1",
);
pub(super) static RIVALS: LazyLock<Lookup> = LazyLock::new(|| {
    let head = "SELECT record.key, record.job, record.content, record.credits, record.line,
                  job.delivered_at
                FROM record JOIN job ON job.id = record.job
                WHERE record.is_held = 0 AND job.superseded IS NULL
                  AND job.outcome = 'delivered'
                  AND job.state IN ('delivering', 'delivered', 'stuck') AND record.mark IN";
    Lookup::new("compare records", head, 0, " ORDER BY record.job, record.grid, record.line")
});
pub(super) static SUPERSEDE: Sql = Sql::new(
    "replace the accepted version",
    "UPDATE job SET superseded = $1 WHERE id = $2 AND superseded IS NULL",
);
pub(super) static RESTORE_BASE: Sql = Sql::new(
    "restore the accepted version",
    "UPDATE job SET superseded = NULL WHERE superseded = $1",
);
pub(super) static RECORDS: Sql = Sql::new(
    "read records",
    "SELECT key, content, grid, line, credits, is_held FROM record WHERE job = $1
     ORDER BY grid, line",
);
pub(super) static OUTPUTS: Sql = Sql::new(
    "read outputs",
    "SELECT target, folder, staged, name, records, sha256 FROM output WHERE job = $1
     ORDER BY place",
);
pub(super) static RENAME_OUTPUT: Sql = Sql::new(
    "rename an output",
    "UPDATE output SET name = $1 WHERE job = $2 AND place = $3
       AND EXISTS (SELECT 1 FROM job WHERE job.id = output.job AND job.fence = $4
         AND job.state = 'delivering' AND job.lease_by IS NOT NULL)",
);
pub(super) static DROP_RESULTS: [Sql; 5] = [
    Sql::new("drop results", "DELETE FROM receipt WHERE job = $1"),
    Sql::new("drop results", "DELETE FROM delivery WHERE job = $1"),
    Sql::new("drop results", "DELETE FROM output WHERE job = $1"),
    Sql::new("drop results", "DELETE FROM record WHERE job = $1"),
    Sql::new("drop results", "DELETE FROM evidence WHERE job = $1"),
];

// Deliveries ----------------------------------------------------------------------------------

pub(super) static DELIVERIES: Sql = Sql::new(
    "read deliveries",
    "SELECT delivery.endpoint, output.target, delivery.state, delivery.tries, delivery.ready_at,
       delivery.lease_by, delivery.sentence
     FROM delivery JOIN output ON output.job = delivery.job AND output.place = delivery.output
     WHERE delivery.job = $1 ORDER BY delivery.place",
);
pub(super) static HOLD_DELIVERIES: Sql = Sql::new(
    "hold deliveries",
    "UPDATE delivery SET state = 'held', ready_at = NULL, lease_by = NULL, sentence = $1
     WHERE job = $2 AND state = 'queued'",
);
pub(super) static RELEASE_DELIVERIES: Sql = Sql::new(
    "release deliveries",
    "UPDATE delivery SET state = 'queued', ready_at = $1, tries = 0, sentence = ''
     WHERE job = $2 AND state IN ('stuck', 'held')",
);
/// Only what has its place may go elsewhere: the job is delivered.
pub(super) static DUE_DELIVERIES: Sql = Sql::new(
    "claim deliveries",
    "UPDATE delivery SET lease_by = $1, ready_at = $2, fence = fence + 1
     WHERE (job, place) IN (
       SELECT due.job, due.place FROM delivery AS due JOIN job ON job.id = due.job
       WHERE due.ready_at <= $3 AND job.state = 'delivered'
       ORDER BY due.ready_at, due.job, due.place LIMIT $4)
     RETURNING job, place, output, endpoint, folder, fence, tries, changed_at",
);
pub(super) static DELIVERY_FILE: Sql = Sql::new(
    "read outputs",
    "SELECT job.route, output.target, output.folder, output.staged, output.name, output.records,
       output.sha256
     FROM output JOIN job ON job.id = output.job WHERE output.job = $1 AND output.place = $2",
);
pub(super) static NEXT_DELIVERY: Sql = Sql::new(
    "tell what is due",
    "SELECT due.ready_at FROM delivery AS due JOIN job ON job.id = due.job
     WHERE due.ready_at IS NOT NULL AND job.state = 'delivered' ORDER BY due.ready_at LIMIT 1",
);
pub(super) static SETTLE_DELIVERY: Sql = Sql::new(
    "settle a delivery",
    "UPDATE delivery SET state = $1, ready_at = $2, tries = tries + $3, sentence = $4,
       changed_at = $5, lease_by = NULL
     WHERE job = $6 AND place = $7 AND fence = $8 AND lease_by IS NOT NULL",
);
pub(super) static NEW_RECEIPT: Sql = Sql::new(
    "note a receipt",
    "INSERT INTO receipt (job, place, at, said) VALUES ($1, $2, $3, $4)",
);

// People --------------------------------------------------------------------------------------

pub(super) static STANDING: Sql =
    Sql::new("read a job", "SELECT state, outcome, sha256, purged_at FROM job WHERE id = $1");
pub(super) static SET_STATE: Sql = Sql::new(
    "change a job",
    "UPDATE job SET state = $1, outcome = $2, ready_at = $3, changed_at = $4, lease_by = NULL
     WHERE id = $5",
);
pub(super) static ZERO: Sql = Sql::new(
    "retry a job",
    "UPDATE job SET tries = 0, reader_deaths = 0, daemon_deaths = 0, death_mark = -1, sentence = ''
     WHERE id = $1",
);
/// What is unfinished is ready at some time.
pub(super) static OLDEST: Sql =
    Sql::new("count jobs", "SELECT MIN(arrived_at) FROM job WHERE ready_at IS NOT NULL");
pub(super) static COUNTS: Sql =
    Sql::new("count jobs", "SELECT state, COUNT(*) FROM job GROUP BY state");

const VIEW: &str = "SELECT id, state, route, name, sha256,
   (SELECT bytes FROM document WHERE document.sha256 = job.sha256), arrived_at, changed_at,
   ready_at, lease_by, tries, sentence, records, held, errors, warnings, input, corrects, added,
   changed, gone, same, seen_again, seen_at FROM job ";

fn view(rest: &'static str) -> Sql {
    Sql { what: "read jobs", text: Cow::Owned(format!("{VIEW}{rest}")) }
}

pub(super) static JOB: LazyLock<Sql> = LazyLock::new(|| view("WHERE id = $1"));
pub(super) static JOBS: LazyLock<Sql> = LazyLock::new(|| {
    view(
        "WHERE (CAST($1 AS TEXT) IS NULL OR state = $1)
           AND (CAST($2 AS TEXT) IS NULL OR route = $2)
         ORDER BY id DESC LIMIT $3",
    )
});
pub(super) static ALL_JOBS: LazyLock<Sql> = LazyLock::new(|| view("ORDER BY id"));

// Purge ---------------------------------------------------------------------------------------

/// The original may go with the last job that could still want it.
pub(super) static PURGEABLE: Sql = Sql::new(
    "list what may be purged",
    "SELECT id, COALESCE(sha256, ''), CASE WHEN EXISTS (
         SELECT 1 FROM job AS other WHERE other.sha256 = job.sha256 AND other.purged_at IS NULL
           AND (other.id > job.id OR other.ready_at IS NOT NULL OR other.route <> job.route
             OR other.changed_at >= $1)
           AND other.id <> job.id) THEN 0 ELSE 1 END
     FROM job WHERE route = $2 AND ready_at IS NULL AND changed_at < $3 AND purged_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.job = job.id
         AND delivery.state <> 'sent')
     ORDER BY id",
);
pub(super) static PURGE_JOB: Sql = Sql::new(
    "purge a job",
    "UPDATE job SET name = NULL, name_hash = NULL, copy = '', sentence = '', purged_at = $1
     WHERE id = $2 AND ready_at IS NULL AND purged_at IS NULL",
);
pub(super) static PURGE_OUTPUTS: Sql =
    Sql::new("purge a job", "UPDATE output SET name = NULL, staged = '' WHERE job = $1");
pub(super) static PURGE_RECORDS: Sql = Sql::new("purge a job", "DELETE FROM record WHERE job = $1");
