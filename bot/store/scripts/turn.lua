-- Takes the next turn of something that everybody paces together: one in each interval, a few at once after a rest.
-- Whoever has to wait is noted, with the moment at which to ask again. A turn is kept for them from shortly before that
-- moment on; those who do not come within a while are forgotten, and those who are not expected yet hold up nobody.
-- KEYS: 1 the moment (ms) at which all turns taken so far are paid for, 2 the moment (ms) before which nobody has one,
--       3 those who wait: a hash of who -> "by since back turns" (moments in ms)
-- ARGV: 1 ms for each turn, 2 turns that may be taken ahead, 3 who asks, 4 by when they need it (ms; "inf" for never),
--       5 how many turns they need in all, 6 for how long (ms) somebody is waited for who should have come back,
--       7 for how long (ms) somebody is sent away at most, but for a hold: those before them may never come
-- Returns 0 when the turn was taken; else in how many ms to ask again.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval, ahead, me, by = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local linger, longest = tonumber(ARGV[6]), tonumber(ARGV[7])
local paid = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local held = math.max(0, tonumber(redis.call('GET', KEYS[2]) or '0') - now)

local function noted(entry)
  local its_by, since, back, turns = string.match(entry, '^(%S+) (%S+) (%S+) (%S+)$')
  return tonumber(its_by), tonumber(since), tonumber(back), tonumber(turns)
end

local mine = redis.call('HGET', KEYS[3], me)
local since = now
if mine then
  local _, first = noted(mine)
  since = first
end

-- How many turns go to those who are more urgent, or as urgent and were here before; and how many of them are expected
-- before turns that nobody takes are lost.
local before, expected = 0, 0
local all = redis.call('HGETALL', KEYS[3])
for i = 1, #all, 2 do
  local its_by, its_since, back, turns = noted(all[i + 1])
  if back + linger < now then
    redis.call('HDEL', KEYS[3], all[i])
    if all[i] == me then
      since = now
    end
  elseif all[i] ~= me and (its_by < by or (its_by == by and its_since < since)) then
    before = before + turns
    if back <= now + ahead * interval then
      expected = expected + 1
    end
  end
end

-- The n-th turn from now is to be had after so many ms.
local function after(n)
  return paid - now + (n - 1 - ahead) * interval
end

if held == 0 and after(expected + 1) <= 0 then
  redis.call('HDEL', KEYS[3], me)
  local next_paid = paid + interval
  redis.call('SET', KEYS[1], string.format('%.0f', next_paid), 'PX', math.max(1, math.ceil(next_paid - now)))
  return 0
end
local wait = math.max(1, math.ceil(after(before + 1)))
if wait > 2 * longest then
  -- Spread out, so that they do not all come at once.
  wait = longest + wait % longest
end
wait = held + wait
redis.call('HSET', KEYS[3], me, string.format('%s %.0f %.0f %s', ARGV[4], since, now + wait, ARGV[5]))
if redis.call('PTTL', KEYS[3]) < wait + linger then
  redis.call('PEXPIRE', KEYS[3], wait + linger)
end
return wait
