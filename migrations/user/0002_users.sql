-- Accounts, their shop and their logins. Columns of type bytea named like a plain thing hold it encrypted
-- (bound to table, column and row); columns ending in _hash hold a keyed hash for look-ups and uniqueness.

create table users (
    id uuid primary key,
    role text not null default 'OWNER',
    name bytea not null,
    email bytea not null,
    email_hash bytea not null,
    phone bytea not null,
    phone_hash bytea not null,
    password_hash text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    last_login_at timestamptz,
    constraint users_email_key unique (email_hash),
    constraint users_phone_key unique (phone_hash),
    constraint users_role_check check (role = 'OWNER')
);

create table stores (
    id uuid primary key,
    user_id uuid not null,
    name text not null,
    industry text not null,
    region text not null,
    address text not null,
    business_number bytea not null,
    business_number_hash bytea not null,
    business_hours text,
    phone bytea,
    verification text not null,
    -- true where the answer came from a practice tax office
    sandbox boolean not null default false,
    check_attempts int not null default 0,
    -- when the tax office is asked again by itself; only while PENDING_REVIEW
    next_check_at timestamptz,
    settled_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint stores_user_key unique (user_id),
    constraint stores_user_fkey foreign key (user_id) references users (id) on delete cascade,
    constraint stores_business_number_key unique (business_number_hash),
    constraint stores_verification_check check (verification in
        ('VERIFIED', 'PENDING_REVIEW', 'SUSPENDED', 'CLOSED', 'NOT_REGISTERED', 'REFUSED'))
);
create index stores_next_check on stores (next_check_at) where verification = 'PENDING_REVIEW';
create index stores_reviews on stores (created_at, id) where verification = 'PENDING_REVIEW';

-- One row per login; its id is the sid of every access token of that login.
create table sessions (
    id uuid primary key,
    user_id uuid not null,
    user_agent text,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint sessions_user_fkey foreign key (user_id) references users (id) on delete cascade
);
create index sessions_user on sessions (user_id, created_at, id);
create index sessions_expires_at on sessions (expires_at);

create table refresh_tokens (
    id uuid primary key,
    session_id uuid not null,
    token_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint refresh_tokens_token_key unique (token_hash),
    constraint refresh_tokens_session_fkey foreign key (session_id) references sessions (id) on delete cascade
);
create index refresh_tokens_session on refresh_tokens (session_id);
create index refresh_tokens_expires_at on refresh_tokens (expires_at);

-- Ended sessions whose end has yet to reach Redis and the gateways. Written in the transaction that ends them,
-- removed once told, so that neither a crash nor an unreachable Redis keeps a session alive. Holds no personal
-- data and outlives the account.
create table session_ends (
    session_id uuid primary key,
    created_at timestamptz not null
);

-- Failed logins per account, known or not.
create table login_attempts (
    account_hash bytea primary key,
    failures int not null,
    window_started_at timestamptz not null,
    last_failed_at timestamptz not null,
    blocked_until timestamptz
);
create index login_attempts_last_failed_at on login_attempts (last_failed_at);

-- Every request for a reset link, known account or not, so that asking costs the same for both.
create table password_reset_requests (
    id uuid primary key,
    login_hash bytea not null,
    created_at timestamptz not null,
    attempts int not null default 0,
    next_try_at timestamptz not null
);
create index password_reset_requests_due on password_reset_requests (next_try_at);
create index password_reset_requests_login on password_reset_requests (login_hash, created_at);

create table password_resets (
    id uuid primary key,
    user_id uuid not null,
    token_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint password_resets_token_key unique (token_hash),
    constraint password_resets_user_fkey foreign key (user_id) references users (id) on delete cascade
);
create index password_resets_user on password_resets (user_id);
