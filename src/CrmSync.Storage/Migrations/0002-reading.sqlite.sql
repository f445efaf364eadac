-- Indexes for pages: what changed when, and what went wrong. Nothing else changes, so an older node works on.
-- oldest-node: 0001

create index activity_by_change on activity (content_changed_at);
create index batch_discarded on batch (finished_at) where status = 'discarded';
create index intent_rejected on intent (updated_at) where status = 'rejected';
