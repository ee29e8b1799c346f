-- The first version of the tables, frozen: a ledger that a daemon of that version left.
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE turn (one BIGINT PRIMARY KEY, advances BIGINT NOT NULL);
INSERT INTO turn (one, advances) VALUES (1, 0);
CREATE TABLE document (sha256 TEXT PRIMARY KEY, bytes BIGINT NOT NULL);
CREATE TABLE job (
       id BIGINT PRIMARY KEY, route TEXT NOT NULL, name BYTEA, name_hash BYTEA,
       sha256 TEXT REFERENCES document (sha256), plan TEXT NOT NULL, copy TEXT NOT NULL,
       state TEXT NOT NULL, outcome TEXT, fence BIGINT NOT NULL DEFAULT 0,
       lease_by TEXT, ready_at BIGINT, tries BIGINT NOT NULL DEFAULT 0,
       reader_deaths BIGINT NOT NULL DEFAULT 0, daemon_deaths BIGINT NOT NULL DEFAULT 0,
       death_mark BIGINT NOT NULL DEFAULT -1, sentence TEXT NOT NULL DEFAULT '',
       records BIGINT NOT NULL DEFAULT 0, held BIGINT NOT NULL DEFAULT 0,
       errors BIGINT NOT NULL DEFAULT 0, warnings BIGINT NOT NULL DEFAULT 0, input TEXT,
       corrects BIGINT, added BIGINT NOT NULL DEFAULT 0, changed BIGINT NOT NULL DEFAULT 0,
       gone BIGINT NOT NULL DEFAULT 0, same BIGINT NOT NULL DEFAULT 0, superseded BIGINT,
       arrived_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, delivered_at BIGINT,
       seen_again BIGINT NOT NULL DEFAULT 0, seen_at BIGINT, purged_at BIGINT);
CREATE INDEX job_ready ON job (ready_at, id) WHERE ready_at IS NOT NULL;
CREATE INDEX job_lane_name ON job (name_hash, id) WHERE ready_at IS NOT NULL;
CREATE INDEX job_lane_bytes ON job (sha256, id) WHERE ready_at IS NOT NULL;
CREATE INDEX job_name ON job (name_hash, copy);
CREATE INDEX job_bytes ON job (sha256);
CREATE INDEX job_superseded ON job (superseded) WHERE superseded IS NOT NULL;
CREATE TABLE record (
       job BIGINT NOT NULL, grid BIGINT NOT NULL, line BIGINT NOT NULL, mark BIGINT NOT NULL,
       key BYTEA NOT NULL, content BYTEA NOT NULL, credits BIGINT, is_held BIGINT NOT NULL);
CREATE INDEX record_job ON record (job);
CREATE INDEX record_mark ON record (mark);
CREATE TABLE output (
       job BIGINT NOT NULL REFERENCES job (id), place BIGINT NOT NULL, target TEXT NOT NULL,
       folder TEXT NOT NULL, staged TEXT NOT NULL, name BYTEA, records BIGINT NOT NULL,
       sha256 TEXT NOT NULL, PRIMARY KEY (job, place));
CREATE TABLE delivery (
       job BIGINT NOT NULL REFERENCES job (id), place BIGINT NOT NULL, output BIGINT NOT NULL,
       endpoint TEXT NOT NULL, folder TEXT NOT NULL, state TEXT NOT NULL, ready_at BIGINT,
       lease_by TEXT, fence BIGINT NOT NULL DEFAULT 0, tries BIGINT NOT NULL DEFAULT 0,
       sentence TEXT NOT NULL DEFAULT '', changed_at BIGINT NOT NULL, PRIMARY KEY (job, place));
CREATE INDEX delivery_ready ON delivery (ready_at) WHERE ready_at IS NOT NULL;
CREATE TABLE receipt (
       job BIGINT NOT NULL, place BIGINT NOT NULL, at BIGINT NOT NULL, said TEXT NOT NULL,
       FOREIGN KEY (job, place) REFERENCES delivery (job, place));
CREATE INDEX receipt_delivery ON receipt (job, place);
CREATE TABLE chain (
       id BIGINT PRIMARY KEY, daemon TEXT NOT NULL UNIQUE, number BIGINT NOT NULL,
       hash BYTEA NOT NULL);
CREATE TABLE event (
       chain BIGINT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
       job BIGINT NOT NULL, numbers TEXT NOT NULL, hash BYTEA NOT NULL,
       PRIMARY KEY (chain, number));
INSERT INTO meta (name, value) VALUES ('schema-version', '1');
UPDATE turn SET advances = 2;
INSERT INTO document (sha256, bytes) VALUES ('sha-a', 1000), ('sha-b', 2000);
INSERT INTO job (id, route, name, name_hash, sha256, plan, copy, state, outcome, fence, ready_at,
                 arrived_at, changed_at, delivered_at)
VALUES (1, 'rosters', x'00', x'01', 'sha-a', 'plan-1', 'copy-a', 'delivered', 'delivered', 1, NULL,
        1789000000000, 1789000000003, 1789000000003),
       (2, 'rosters', x'00', x'02', 'sha-b', 'plan-1', 'copy-b', 'admitted', NULL, 0, 1789000000004,
        1789000000004, 1789000000004, NULL);
INSERT INTO record (job, grid, line, mark, key, content, credits, is_held)
VALUES (1, 0, 2, 72340172838076673, x'01010101010101010101010101010101', x'01010101010101010101010101010101', 4, 0);
INSERT INTO output (job, place, target, folder, staged, name, records, sha256)
VALUES (1, 0, 'platform', 'out', '/staging/1', x'00', 1, 'sha-of-1');
INSERT INTO event (chain, number, at, kind, job, numbers, hash) VALUES
(1, 1, 1789000000000, 'admitted', 1, 'bytes=1000', x'57cc2d082506eb201111b435e78b5f9d63f0d4315a9299448b430fa06b4fb692'),
(1, 2, 1789000000001, 'claimed', 1, 'fence=1 tries=0 deaths=0', x'7e4cb50061ab248aa75322defbfbeec3afb66db6a1d40d10e94f777e1292f6d2'),
(1, 3, 1789000000003, 'delivered', 1, 'fence=1', x'a4348eb250cedd394a6adfe67eac363df0b2329fd9060e525cc6b23463cd8a28'),
(1, 4, 1789000000004, 'admitted', 2, 'bytes=2000', x'f887d6ea590e6c36a544dd641ef8c1aaf2f6371fdf75bc81a8f1addb52dd48a3');
INSERT INTO chain (id, daemon, number, hash) VALUES (1, 'first', 4, x'f887d6ea590e6c36a544dd641ef8c1aaf2f6371fdf75bc81a8f1addb52dd48a3');
