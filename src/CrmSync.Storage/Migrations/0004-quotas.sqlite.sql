-- Turns under the CRMs' limits, renewed credentials and seen notices, shared by all nodes. New tables only, so an older node works on.
-- oldest-node: 0001

-- By key and not by id: doctor and setup count requests of connections that the ledger does not know yet.
create table quota_bucket (
  connection_key text not null,
  bucket text not null,
  next_turn_us bigint not null,    -- the theoretical arrival time: microseconds, because 190 turns in 10 s are not whole milliseconds apart
  closed_until_at bigint not null,
  most real not null,              -- limit and window as last asked with, for people to see
  window_ms bigint not null,
  primary key (connection_key, bucket)
);

create table quota_day (
  connection_key text not null,
  slot_at bigint not null,         -- begin of a quarter of an hour
  used bigint not null,
  primary key (connection_key, slot_at)
);

create table quota_notice (
  connection_key text not null primary key,
  day_limit bigint,
  day_remaining bigint,
  day_closed_until_at bigint not null,
  closed_until_at bigint not null, -- all buckets
  noticed_at bigint not null
);

create table credential (
  connection_key text not null primary key,
  key_id text not null,
  nonce blob not null,
  ciphertext blob not null,        -- AES-256-GCM with its tag; bound to connection key and key id
  updated_at bigint not null
);

create table webhook_event (
  connection_id bigint not null references connection (id),
  key text not null,
  kind text not null check (kind in ('changed', 'linked', 'gone', 'echo')),
  object_type text not null,
  external_id text not null,
  occurred_at bigint not null,
  seen_at bigint not null,
  primary key (connection_id, key)
);

create index webhook_event_by_age on webhook_event (connection_id, seen_at);
