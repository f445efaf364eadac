-- Review by several people at once, and search in the words of activities. An older node lets a claim alone and finds nothing new; neither harms.
-- oldest-node: 0009

create table review_claim (                -- who looks at which row at this moment, so that two people do not judge the same by chance
  taxonomy text not null,
  activity_id bigint not null references activity (id),
  actor text not null,
  until_at bigint not null,
  primary key (taxonomy, activity_id)
) without rowid;

create table review_choice (               -- what a reviewer chose and wants remembered
  actor text not null primary key,
  write_back integer not null check (write_back in (0, 1)),
  updated_at bigint not null
) without rowid;

create table double_review (               -- corrections that a second person judges without seeing the first answer
  id integer primary key autoincrement,
  taxonomy text not null,
  activity_id bigint not null references activity (id),
  content_hash text not null,
  first_correction_id bigint not null unique references correction (id),
  first_by text not null,
  first_label text,                        -- null: no definition covers it
  first_at bigint not null,
  second_by text,
  second_label text,
  second_at bigint,                        -- null while it waits for the second person
  settled_by text,
  settled_label text,
  settled_at bigint                        -- null unless the two differed and somebody has settled it
);
create unique index double_review_once on double_review (taxonomy, activity_id, content_hash);
create index double_review_waiting on double_review (taxonomy, id) where second_at is null;
create index double_review_judged on double_review (taxonomy, second_at) where second_at is not null;

create index correction_by_time on correction (created_at);
create index correction_by_actor on correction (actor, id);
create index activity_by_owner on activity (owner_external_id, occurred_at, id);

-- The words of an activity, folded by us: letters and digits between single spaces. Filled in the background, the newest first; it goes with its text.
create table activity_search (
  activity_id integer primary key references activity (id),
  words text not null
);
create virtual table activity_find using fts5 (words, content = 'activity_search', content_rowid = 'activity_id', tokenize = "unicode61 remove_diacritics 0");
create trigger activity_search_in after insert on activity_search begin
  insert into activity_find (rowid, words) values (new.activity_id, new.words);
end;
create trigger activity_search_out after delete on activity_search begin
  insert into activity_find (activity_find, rowid, words) values ('delete', old.activity_id, old.words);
end;
create trigger activity_text_out after delete on activity_text begin
  delete from activity_search where activity_id = old.activity_id;
end;

alter table activity_text add column searched_at bigint;  -- when its words were taken in; null: not since the text changed
create index activity_text_unsearched on activity_text (activity_id) where searched_at is null;
