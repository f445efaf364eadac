-- Labels over time as a roll-up: how many activities of each day hold each answer now. New tables only, so an older node works on.
-- oldest-node: 0009

create table label_day (
  day_at bigint not null,                  -- midnight UTC of the day on which the activities took place
  taxonomy text not null,
  status text not null check (status in ('decided', 'abstained', 'unsure')),
  label text not null,                     -- empty unless decided
  value bigint not null,
  primary key (day_at, taxonomy, status, label)
) without rowid;

create table rollup (
  name text not null primary key,
  looked_at bigint,                        -- what was decided up to here is in it; null until all days were counted once
  next_day_at bigint                       -- while all days are counted for the first time: the next one, going back
) without rowid;

-- What is gone is little: counting it and the whole, each along an index, tells what is there without reading every row.
create index activity_gone on activity (connection_id) where gone_at is not null;
