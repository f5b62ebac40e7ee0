-- Lends permits out of a log of the last minute, in which every permit is a member with the time of its use.
-- KEYS: the log; the session.
-- ARGV: limit, window in ms, name of this loan, permits wished for, ms a loan lasts,
--       name of the last loan, its used permits, its granted permits (what lies between is given back),
--       1 if the session has to live.
-- Answers: session lives (1/0), permits lent, permits left, ms until the oldest one is forgotten.
for n = tonumber(ARGV[7]), tonumber(ARGV[8]) - 1 do
    redis.call('ZREM', KEYS[1], ARGV[6] .. ':' .. n)
end
local lives = 1
if ARGV[9] == '1' then lives = redis.call('EXISTS', KEYS[2]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window, wish, lasts = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local left = limit - redis.call('ZCARD', KEYS[1])
local lent = 0
if left > 0 then
    -- Near the limit every permit is asked for, so that no gateway refuses what another one holds unused.
    lent = (wish > 1 and left > 4 * wish) and wish or 1
    local used = now
    if lent > 1 then used = now + lasts end
    for n = 0, lent - 1 do
        redis.call('ZADD', KEYS[1], used, ARGV[3] .. ':' .. n)
    end
    redis.call('PEXPIRE', KEYS[1], window + lasts)
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local reset = 0
if oldest[2] then reset = oldest[2] + window - now end
return {lives, lent, math.max(left - lent, 0), reset}
