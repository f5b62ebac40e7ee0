-- Pictures, how they were made, and the owners' own files. Files themselves lie in the folder of pictures,
-- under the digest of their content; a key is that digest and an extension.

-- What a vendor painted, once for an event and style, so that no edit asks again.
create table backgrounds (
    id uuid primary key,
    event_id uuid not null,
    style text not null,
    owner_id uuid not null,
    source text not null,
    file_key text not null,
    prompt text not null,
    sandbox boolean not null,
    created_at timestamptz not null,
    constraint backgrounds_event_style_key unique (event_id, style),
    constraint backgrounds_source_check check (source in ('STABILITY', 'OPENAI'))
);
create index backgrounds_owner on backgrounds (owner_id);
create index backgrounds_file on backgrounds (file_key);

-- One finished job.
create table image_sets (
    id uuid primary key,
    job_id uuid not null,
    event_id uuid not null,
    owner_id uuid not null,
    -- Two sets with the same one show the same.
    fingerprint text not null,
    created_at timestamptz not null,
    constraint image_sets_job_key unique (job_id)
);
create index image_sets_owner on image_sets (owner_id);
create index image_sets_event on image_sets (event_id, fingerprint);

create table images (
    id uuid primary key,
    set_id uuid not null references image_sets (id) on delete cascade,
    event_id uuid not null,
    owner_id uuid not null,
    style text not null,
    platform text not null,
    -- All that is needed to draw it again.
    design jsonb not null,
    source text not null,
    background_key text,
    png_key text not null,
    jpeg_key text not null,
    webp_key text not null,
    width int not null,
    height int not null,
    alt_text text not null,
    sandbox boolean not null,
    created_at timestamptz not null,
    constraint images_style_check check (style in ('SIMPLE', 'FANCY', 'TRENDY')),
    constraint images_platform_check check (platform in ('INSTAGRAM', 'NAVER', 'KAKAO')),
    constraint images_source_check check (source in ('STABILITY', 'OPENAI', 'TEMPLATE'))
);
create index images_owner_event on images (owner_id, event_id, id desc);
create index images_set on images (set_id);
create index images_png on images (png_key);
create index images_jpeg on images (jpeg_key);
create index images_webp on images (webp_key);
create index images_background on images (background_key);

-- Which picture was made from which, and what was asked for.
create table edits (
    image_id uuid primary key references images (id) on delete cascade,
    base_image_id uuid not null references images (id) on delete cascade,
    owner_id uuid not null,
    changes jsonb not null,
    created_at timestamptz not null
);
create index edits_base on edits (base_image_id);
create index edits_owner on edits (owner_id);

-- Owners' logos and photos.
create table uploads (
    id uuid primary key,
    owner_id uuid not null,
    file_key text not null,
    width int not null,
    height int not null,
    created_at timestamptz not null
);
create index uploads_owner on uploads (owner_id);
create index uploads_file on uploads (file_key);

-- Owners who left, as digests: a job of theirs that was still under way leaves nothing behind.
create table erased_owners (
    owner_digest bytea primary key,
    erased_at timestamptz not null
);
