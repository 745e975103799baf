-- Takes the next turn at a chore, and notes who is there: whoever asks for a turn is.
-- KEYS: 1 the turn, 2 the workers by the moment (ms) until which they count as there
-- ARGV: 1 the worker, 2 ms that a turn lasts, 3 ms that a worker counts after it has asked
-- Returns 0 when the turn is this worker's, else the ms until the next one can be had.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
redis.call('PEXPIRE', KEYS[2], ARGV[3])
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return 0
end
return math.max(1, redis.call('PTTL', KEYS[1]))
