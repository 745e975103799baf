-- Takes the next turn of something that everybody paces together: one in each interval, a few at once after a rest.
-- KEYS: 1 the moment (ms) at which all turns taken so far are paid for, 2 the moment (ms) before which nobody has one
-- ARGV: 1 ms for each turn, 2 turns that may be taken ahead, 3 the longest wait in ms that the caller accepts
-- Returns how many ms to wait for the turn that was taken; -n when the wait would be n ms, and no turn was taken.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local paid = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local held = tonumber(redis.call('GET', KEYS[2]) or '0')
local wait = math.max(0, paid - now - ARGV[1] * ARGV[2], held - now)
if wait > tonumber(ARGV[3]) then
  return -wait
end
local next_paid = paid + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', next_paid), 'PX', math.max(1, math.ceil(next_paid - now)))
return wait
