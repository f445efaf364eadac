-- What reps report about deals beside what their activities show. An older node would not ask for a deal to be judged again, so none works beside this.

create table stage_choice (                -- what operators said about stages of the CRM
  connection_id bigint not null references connection (id),
  pipeline_external_id text not null,
  external_id text not null,
  stage text check (stage in ('discovery', 'demo', 'follow-up', 'negotiation', 'closed-won', 'closed-lost')),  -- null: none of ours
  set_by text not null,
  set_at bigint not null,
  primary key (connection_id, pipeline_external_id, external_id)
) without rowid;

create table deal_due (                    -- deals that are to be judged again
  deal_id bigint not null references crm_deal (id),
  connection_id bigint not null references connection (id),
  asked bigint not null,                   -- how often; a judgement ends only what was asked when it was read
  since_at bigint not null,
  primary key (deal_id)
) without rowid;
create index deal_due_by_time on deal_due (since_at, deal_id);

create table honesty_state (               -- where catching up stands, and what counts nowhere
  connection_id bigint not null references connection (id),
  rules integer not null,                  -- version of the rules that all deals are asked for by
  after_id bigint,                         -- deals up to here were asked for; null: all were
  activities bigint,
  without_deal bigint,
  counted_at bigint,
  primary key (connection_id)
) without rowid;

create table deal_honesty (                -- one row per deal, kept up to date by whatever changes
  deal_id bigint not null references crm_deal (id),
  connection_id bigint not null references connection (id),
  rep text not null,                       -- key of the rep, one for a person in two CRMs
  rep_name text not null,
  team text not null,
  region text not null,
  month text not null,                     -- yyyy-MM of the close date
  verdict text not null check (verdict in ('agrees', 'no_evidence', 'unmapped', 'ahead', 'behind', 'won_open', 'lost_open', 'won_unproven', 'contradicts', 'closed_active')),
  reported text,
  reported_at bigint,
  shown text,
  shown_at bigint,
  confidence real,
  is_reopened integer not null,
  is_open integer not null,                -- as reported
  claims_unshown integer not null,
  disagrees_at bigint,
  currency text not null,                  -- empty where the CRM says none
  cents bigint not null,                   -- amount in hundredths of its currency; 0 where there is none
  stake bigint not null,                   -- the same where the two disagree, else -1
  has_amount integer not null,
  activities bigint not null,
  anchored bigint not null,
  last_activity_at bigint not null,        -- 0 where there is none
  last_engaged_at bigint not null,         -- 0 where there is none
  evidence text not null,                  -- JSON: activities to look at
  judged_at bigint not null,
  primary key (deal_id)
) without rowid;
create index deal_honesty_by_stake on deal_honesty (stake, deal_id);
create index deal_honesty_by_rep on deal_honesty (rep, stake, deal_id);
create index deal_honesty_by_team on deal_honesty (team, stake, deal_id);
create index deal_honesty_by_region on deal_honesty (region, stake, deal_id);
create index deal_honesty_by_month on deal_honesty (month, stake, deal_id);
create index deal_honesty_by_verdict on deal_honesty (verdict, stake, deal_id);
create index deal_honesty_by_currency on deal_honesty (currency, stake, deal_id);
create index deal_honesty_unshown on deal_honesty (cents, deal_id) where claims_unshown = 1;
create index deal_honesty_open on deal_honesty (cents, deal_id, last_activity_at, last_engaged_at) where is_open = 1;
create index deal_honesty_cube on deal_honesty (rep, team, region, month, currency, reported, shown, verdict, cents, rep_name, connection_id, is_open);

create index activity_link_of_deal on activity_link (external_id, activity_id) where role = 'deal';
create index crm_deal_link_of_company on crm_deal_link (external_id, deal_id) where role = 'company';
