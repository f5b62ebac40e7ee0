\set r random(1, 1000000000000)
INSERT INTO naive (event_id, phone_hash, name, channel, entry_no)
VALUES ('00000000-0000-0000-0000-000000001000', sha256(:r::text::bytea), '홍길동', 'instagram', 0)
ON CONFLICT DO NOTHING RETURNING entry_no;
