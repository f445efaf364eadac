-- A brief written to its account as a note. The text stands with the brief; here stands that it was wanted, by whom, and what became of it.
-- An older node would not know a batch of this kind, so none works beside this.
-- SQLite cannot change a CHECK: the table is built anew. Foreign keys are off meanwhile, and checked before the commit.

create table batch_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('scan', 'classify', 'ask', 'write', 'preview', 'act', 'reconcile', 'segment', 'note')),
  connection_id bigint not null references connection (id),
  run_id bigint references run (id),
  status text not null check (status in ('available', 'scheduled', 'retryable', 'running', 'completed', 'cancelled', 'discarded')),
  priority integer not null default 0,
  size integer not null default 0,         -- activities or records covered
  attempt integer not null default 0,      -- tries that counted; waiting does not count
  epoch integer not null default 0,        -- raised by each claim; a commit under another epoch matches no row
  not_before bigint not null,
  enqueued_at bigint,                      -- when the engine last took it; null: the sweep hands it over
  leased_by text,
  leased_until bigint,
  error_code text,
  error_message text,
  created_at bigint not null,
  finished_at bigint
);
insert into batch_new (id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code, error_message,
  created_at, finished_at)
select id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code, error_message,
  created_at, finished_at from batch;
drop table batch;
alter table batch_new rename to batch;
create index batch_open on batch (status, not_before) where status in ('available', 'scheduled', 'retryable', 'running');
create index batch_by_run on batch (run_id, status);
create index batch_discarded on batch (finished_at) where status = 'discarded';

create table crm_note (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  company_id bigint not null references crm_company (id),
  brief_id bigint references brief (id),   -- null once the brief's time of keeping was over
  reference text not null,                 -- the note's text ends with it: finds a note whose answer was lost, and keeps it out of the activities
  status text not null check (status in ('waiting', 'sending', 'written', 'failed', 'withdrawn', 'removing', 'removed')),
  asked_by text not null,
  asked_at bigint not null,
  batch_id bigint references batch (id),   -- that works on it
  attempt integer not null default 0,      -- requests to write it
  sent_at bigint,                          -- of a request that may have written it; null where nothing can be there
  fingerprint text,                        -- of the words that were sent
  object_type text,                        -- the record in the CRM
  external_id text,
  written_at bigint,
  crm_modified_at bigint,                  -- as the last poll saw it
  gone_at bigint,                          -- found not to be there, though we did not take it away
  undone_by text,
  undone_at bigint,
  code text,
  message text,
  remote_message text,
  correlation_id text,
  updated_at bigint not null
);
create unique index crm_note_of_brief on crm_note (brief_id) where brief_id is not null;
create unique index crm_note_by_reference on crm_note (connection_id, reference);
create index crm_note_by_record on crm_note (connection_id, object_type, external_id) where external_id is not null;
create index crm_note_by_company on crm_note (company_id, id);
create index crm_note_open on crm_note (connection_id, id) where status in ('waiting', 'sending', 'removing');
create index crm_note_by_batch on crm_note (batch_id) where batch_id is not null;
