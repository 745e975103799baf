-- Lets nobody have a turn for a while, because the other side asked for it (Retry-After).
-- KEYS: 1 the moment (ms) of the next free turn
-- ARGV: 1 ms to wait
local time = redis.call('TIME')
local until_ms = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
if until_ms > free then
  redis.call('SET', KEYS[1], string.format('%.0f', until_ms), 'PX', ARGV[1])
end
return 1
