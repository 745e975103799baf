-- Takes one of what may be had so often: from every bucket, or from none.
-- KEYS: of each bucket, the moment (ms) at which all that was taken from it has come back
-- ARGV: of each bucket two: in how many ms one comes back, and how many there are in a full one
-- Returns 0 when it was taken; else in how many ms one will be there.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, full = 0, {}
for i = 1, #KEYS do
  local interval, most = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  full[i] = math.max(now, tonumber(redis.call('GET', KEYS[i]) or '0')) + interval
  wait = math.max(wait, full[i] - now - most * interval)
end
if wait > 0 then
  return math.ceil(wait)
end
for i = 1, #KEYS do
  redis.call('SET', KEYS[i], string.format('%.0f', full[i]), 'PX', math.max(1, math.ceil(full[i] - now)))
end
return 0
