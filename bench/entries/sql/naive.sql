\set r random(1, 1000000000000)
WITH c AS (UPDATE event_counter SET n = n + 1 WHERE event_id = '00000000-0000-0000-0000-000000001000' RETURNING n)
INSERT INTO naive (event_id, phone_hash, name, channel, entry_no)
SELECT '00000000-0000-0000-0000-000000001000', sha256(:r::text::bytea), '홍길동', 'instagram', c.n FROM c
ON CONFLICT DO NOTHING RETURNING entry_no;
