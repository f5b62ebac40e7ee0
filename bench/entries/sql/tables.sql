DROP TABLE IF EXISTS naive;
DROP TABLE IF EXISTS event_counter;
CREATE TABLE naive (event_id uuid NOT NULL, phone_hash bytea NOT NULL, name text NOT NULL, channel text NOT NULL,
    entry_no bigint NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (event_id, phone_hash));
CREATE TABLE event_counter (event_id uuid PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 50);
INSERT INTO event_counter SELECT '00000000-0000-0000-0000-000000001000', 0;
