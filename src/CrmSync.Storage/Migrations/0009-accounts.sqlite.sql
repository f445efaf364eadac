-- People of the console, the links that let them in, and the keys that protect their sessions. An older node, whose console knows no accounts, must not stand beside it.

create table account (
  id integer primary key autoincrement,
  sign_in text not null unique,            -- folded; what is typed at the door, or 'sso:' and the provider's id of the person
  name text not null,                      -- as audit rows show it
  name_key text not null unique,           -- folded, so that nobody takes a name that looks like another's
  role text not null check (role in ('viewer', 'reviewer', 'operator', 'admin')),
  origin text not null check (origin in ('local', 'sign_on', 'demo')),
  password_hash text,                      -- null where the person comes by single sign-on or, in a demo, by one click
  stamp text not null,                     -- a new one ends all sessions
  created_by text not null,
  created_at integer not null,
  disabled_at integer,
  last_sign_in_at integer
);

create table invitation (
  id integer primary key autoincrement,
  token_hash text not null unique,         -- of the link's token; the token itself is nowhere
  kind text not null check (kind in ('first', 'person', 'reset')),
  role text not null check (role in ('viewer', 'reviewer', 'operator', 'admin')),
  account_id integer references account (id), -- whose password is set anew; null where the link makes an account
  note text not null default '',           -- whom it is for, in the words of whoever made it
  created_by text not null,
  created_at integer not null,
  expires_at integer not null,
  ended_at integer                          -- used or withdrawn
);
create index invitation_open on invitation (expires_at) where ended_at is null;
create index invitation_by_account on invitation (account_id);

-- Tries to sign in since the last success, per name and per address, both only as hashes. Kept for names that have no account, too: the answer must not tell.
create table sign_in_attempt (
  key text not null primary key,
  tries integer not null,
  last_at integer not null,
  locked_until integer not null
);
create index sign_in_attempt_by_time on sign_in_attempt (last_at);

-- Sessions that were signed out of before they ran out, so that a copy of their cookie opens nothing. Kept no longer than a session can last.
create table ended_session (
  session text not null primary key,       -- what the cookie calls it
  account_id integer not null references account (id),
  expires_at integer not null
);
create index ended_session_by_account on ended_session (account_id);
create index ended_session_by_time on ended_session (expires_at);

-- Keys of sessions and forms, each encrypted under the master key.
create table protection_key (
  name text not null primary key,
  key_id text not null,
  nonce blob not null,
  ciphertext blob not null,
  created_at integer not null
);
