-- Vectors of notes: topics that were learned from them, and which topics notes have, so that the embeddings endpoint is asked about a text once. No text stands here, and no vector for longer
-- than a search lasts. An older node could not read a model with topics, so none works beside this.

create table segment_topics (              -- only grows; a model that reads topics holds its own copy
  id integer primary key autoincrement,
  key text not null unique,                -- hash of the content
  run_id bigint references run (id),       -- the search that learned them
  learned_at bigint not null,
  model text not null,                     -- whose vectors they are from
  width bigint not null,                   -- length of these
  topics bigint not null,
  content blob not null                    -- crmsync/segment-topics/1
);

alter table segment_model add column topics_id bigint references segment_topics (id);   -- null: words alone
alter table segment_search add column topics_id bigint references segment_topics (id);  -- that the search has learned

create table segment_search_vector (       -- that a search learns topics from; gone once it is done
  run_id bigint not null references run (id),
  text_hash bigint not null,
  model text not null,
  vector text not null,                    -- base64 of 16-bit floats, little-endian; empty where the endpoint does not take the text
  primary key (run_id, text_hash)
) without rowid;

create table note_topic (
  topics_id bigint not null references segment_topics (id),
  activity_id bigint not null references activity (id),
  text_hash bigint not null,               -- of the text that they are of, personal data removed
  first_topic bigint,
  second_topic bigint,
  primary key (topics_id, activity_id)
) without rowid;
