-- Lends permits out of a log of the last minute. A loan is one member, `name:permits`, with the time of its last possible
-- use for a score; the member `sum` holds the permits of all loans as a negative score, out of the way of the times.
-- KEYS: the log; the session.
-- ARGV: limit, window in ms, name of this loan, permits wished for (0 only settles), ms a loan lasts,
--       1 if the session has to live;
--       then of each earlier loan its name, used and granted permits: the difference is given back.
-- Answers: session lives (1/0), permits lent, permits left, ms until the oldest one is forgotten.
local log = KEYS[1]
for n = 7, #ARGV, 3 do
    local used, granted = tonumber(ARGV[n + 1]), tonumber(ARGV[n + 2])
    local loan = ARGV[n] .. ':' .. granted
    local last_use = redis.call('ZSCORE', log, loan)
    if last_use then
        redis.call('ZREM', log, loan)
        if used > 0 then redis.call('ZADD', log, last_use, ARGV[n] .. ':' .. used) end
        redis.call('ZINCRBY', log, granted - used, 'sum')
    end
end
local lives = 1
if ARGV[6] == '1' then lives = redis.call('EXISTS', KEYS[2]) end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window, wish, lasts = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[5])
local forgotten = redis.call('ZRANGEBYSCORE', log, '(0', now - window)
if #forgotten > 0 then
    local permits = 0
    for _, loan in ipairs(forgotten) do permits = permits + string.match(loan, '%d+$') end
    redis.call('ZREMRANGEBYSCORE', log, '(0', now - window)
    redis.call('ZINCRBY', log, permits, 'sum')
end
local left = limit + (redis.call('ZSCORE', log, 'sum') or 0)
local lent = 0
if wish > 0 and left > 0 then
    -- Near the limit every permit is asked for, so that no gateway refuses what another one holds unused.
    lent = (wish > 1 and left > 4 * wish) and wish or 1
    local last_use = now
    if lent > 1 then last_use = now + lasts end
    redis.call('ZADD', log, last_use, ARGV[3] .. ':' .. lent)
    redis.call('ZINCRBY', log, -lent, 'sum')
    redis.call('PEXPIRE', log, window + lasts)
end
local oldest = redis.call('ZRANGEBYSCORE', log, '(0', '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
local reset = 0
if oldest[2] then reset = oldest[2] + window - now end
return {lives, lent, math.max(left - lent, 0), reset}
