-- Material for every channel, and the shop's own pictures on its cards.

-- Television stills.
alter table images drop constraint images_platform_check;
alter table images add constraint images_platform_check
    check (platform in ('INSTAGRAM', 'NAVER', 'KAKAO', 'TV'));

-- Pictures are kept one by one; a set is finished when its job was told.
alter table image_sets add column finished_at timestamptz;
update image_sets set finished_at = created_at;

-- What an upload is for, and the colour a logo is mostly of.
alter table uploads add column kind text not null default 'PHOTO';
alter table uploads add column color text;
alter table uploads add constraint uploads_kind_check check (kind in ('LOGO', 'PHOTO'));
create index uploads_newest on uploads (owner_id, kind, id desc);

-- Television spots, one to a picture.
create table spots (
    image_id uuid primary key references images (id) on delete cascade,
    owner_id uuid not null,
    -- The number that is shown at the end; digits.
    spoken_code text,
    status text not null,
    file_key text,
    bytes bigint,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint spots_status_check check (status in ('QUEUED', 'RUNNING', 'READY', 'FAILED')),
    constraint spots_ready_check check ((status = 'READY') = (file_key is not null))
);
create index spots_owner on spots (owner_id);
create index spots_file on spots (file_key);
