-- Lets nobody have a turn for a while, because the other side asked for it (Retry-After).
-- KEYS: 1 the moment (ms) before which nobody has a turn
-- ARGV: 1 ms to wait
local time = redis.call('TIME')
local until_ms = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
if until_ms > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], string.format('%.0f', until_ms), 'PX', ARGV[1])
end
return 1
