-- Segments in which answers were wrong more often than allowed: there more certainty is asked for. Worked out by learning; a row goes when it no longer holds.

create table segment_threshold (
  segment_id bigint not null references segment (id),
  taxonomy text not null,
  model_version text not null,             -- of the step whose answers were judged; those of others are not held to it
  confidence double precision not null check (confidence >= 0 and confidence <= 1),
  judged bigint not null,                  -- answers drawn by chance
  wrong bigint not null,                   -- of these
  at bigint not null,
  primary key (segment_id, taxonomy, model_version)
);
