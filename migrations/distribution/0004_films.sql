-- The film that a television channel shows, ordered from the content service when the run begins.
create table channel_films (
    task_id uuid primary key references channel_tasks on delete cascade,
    -- Both together name the order.
    image_id uuid not null,
    spoken_code text,
    status text not null,
    -- What came of it, once it is ready.
    film jsonb,
    -- Real time: until then the channel waits for it.
    wait_until timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint channel_films_status_check check (status in ('ORDERED', 'READY', 'FAILED', 'LATE')),
    constraint channel_films_ready_check check ((status = 'READY') = (film is not null))
);
create index channel_films_order on channel_films (image_id);
