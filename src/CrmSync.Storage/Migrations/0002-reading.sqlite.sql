-- Indexes for pages: what changed when, and what went wrong. Nothing else changes, so an older node works on.
-- oldest-node: 0001

create index activity_by_change on activity (content_changed_at);
create index batch_discarded on batch (finished_at) where status = 'discarded';
create index intent_rejected on intent (updated_at) where status = 'rejected';

-- Again with the column that its condition asks for: without it SQLite looks every row up in the table to be sure.
drop index decision_mix;
create index decision_mix on decision (taxonomy, status, label, superseded_at) where superseded_at is null;
