-- Takes the next turn of something that everybody paces together (one message a second, say).
-- KEYS: 1 the moment (ms) of the next free turn
-- ARGV: 1 ms between turns, 2 the longest wait in ms that the caller accepts
-- Returns how many ms to wait for the turn that was taken; -n when the wait would be n ms, and no turn was taken.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local wait = math.max(0, free - now)
if wait > tonumber(ARGV[2]) then
  return -wait
end
local next_free = now + wait + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.0f', next_free), 'PX', math.max(1, math.ceil(next_free - now)))
return wait
