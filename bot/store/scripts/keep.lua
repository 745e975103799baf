-- Keeps texts of a job for as long as its record: one that has ended may still be read by a task that began before.
-- KEYS: 1 job, 2 the hash of its texts or documents
-- ARGV: 1 how long (ms) to keep them when the record is gone already, 2.. field, value, and so on
for i = 2, #ARGV, 2 do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
end
local left_ms = redis.call('PTTL', KEYS[1])
if left_ms == -2 then
  left_ms = tonumber(ARGV[1])
end
if left_ms >= 0 then
  redis.call('PEXPIRE', KEYS[2], left_ms)
end
return 1
