-- What a hosted model is asked, what it answered, what that cost.
-- An older node would neither know the new kind of batch nor count what its answers cost, so none works beside this.
-- SQLite cannot change a CHECK: the table is built anew. Foreign keys are off meanwhile, and checked before the commit.

create table batch_new (
  id integer primary key autoincrement,
  kind text not null check (kind in ('scan', 'classify', 'ask', 'write')),
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
insert into batch_new (id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code,
  error_message, created_at, finished_at)
select id, kind, connection_id, run_id, status, priority, size, attempt, epoch, not_before, enqueued_at, leased_by, leased_until, error_code,
  error_message, created_at, finished_at from batch;
drop table batch;
alter table batch_new rename to batch;
create index batch_open on batch (status, not_before) where status in ('available', 'scheduled', 'retryable', 'running');
create index batch_by_run on batch (run_id, status);
create index batch_discarded on batch (finished_at) where status = 'discarded';

alter table decision add column text_hash text;             -- of what the step was shown, once cleaned
alter table decision add column prompt_tokens bigint;       -- of a hosted answer: its share of its call
alter table decision add column cached_tokens bigint;       -- of these, tokens that the endpoint had cached
alter table decision add column completion_tokens bigint;
alter table decision add column cost_micros bigint;         -- millionths of a US dollar

-- The model's own sentence. It may tell of the text, so it stands apart and can be erased.
create table hosted_reason (
  decision_id integer primary key references decision (id),
  sentence text not null
);

-- What one UTC day has cost, over all nodes. A call reserves its highest price before it starts; what nobody settles stays counted.
create table hosted_day (
  day_at bigint not null primary key,      -- midnight UTC
  calls bigint not null default 0,
  prompt_tokens bigint not null default 0,
  cached_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  cost_micros bigint not null default 0,
  reserved_micros bigint not null default 0,
  updated_at bigint not null
);

-- Questions that were handed to an endpoint as one batch of its own.
create table remote_batch (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  batch_id bigint not null references batch (id),
  status text not null check (status in ('preparing', 'submitted', 'ended', 'lost')),
  remote_id text,                          -- the endpoint's; null until it was handed over
  day_at bigint,                           -- whose budget it was taken from
  reserved_micros bigint not null default 0,
  tickets text not null default '[]',      -- JSON: which question stands where in its prompts; no text
  created_at bigint not null,
  submitted_at bigint,
  ended_at bigint
);
create index remote_batch_by_batch on remote_batch (batch_id);

create table ask (
  id integer primary key autoincrement,
  connection_id bigint not null references connection (id),
  activity_id bigint not null references activity (id),
  taxonomy text not null,
  taxonomy_version text not null,
  content_hash text not null,
  text_hash text not null,                 -- of what the model is shown: what is the same is asked once
  confidence real not null,                -- of the local answer; the least sure is asked first
  run_id bigint references run (id),       -- the run whose activity it is; a batch of asks belongs to none
  batch_id bigint references batch (id),   -- the open batch that covers it
  status text not null check (status in ('open', 'answered', 'accepted', 'dropped')),  -- accepted: the local answer stands; dropped: the question is no longer put
  is_let integer not null default 0 check (is_let in (0, 1)),        -- counted in the share that may be asked
  is_direct integer not null default 0 check (is_direct in (0, 1)),  -- not by a remote batch again
  asked_of text,                           -- deployment and form of the question that was answered
  decision_id bigint references decision (id),
  attempt integer not null default 0,
  not_before bigint not null,
  code text,                               -- why it waits, or why the local answer stands
  message text,
  created_at bigint not null,
  finished_at bigint
);
create unique index ask_one_open on ask (activity_id, taxonomy) where status = 'open';
create index ask_by_activity on ask (activity_id, id);
create index ask_by_batch on ask (batch_id) where batch_id is not null;
create index ask_uncovered on ask (connection_id, not_before) where status = 'open' and batch_id is null;
create index ask_answered on ask (text_hash, taxonomy) where status = 'answered';

-- Of how many activities that were decided about the hosted model was asked, per quarter of an hour.
create table ask_share (
  connection_id bigint not null references connection (id),
  slot_at bigint not null,
  decided bigint not null default 0,
  asked bigint not null default 0,
  primary key (connection_id, slot_at)
) without rowid;
