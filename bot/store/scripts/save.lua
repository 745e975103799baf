-- Stores one version of a job with everything that follows from it, all or nothing.
-- KEYS: 1 job, 2 due, 3 unended, 4 audit, 5 ended, 6 lapsed, 7 texts, 8 documents, 9.. index entries that lead to the job,
--       and after these the ones that the record names no more: its messages were replaced
-- ARGV: 1 ref, 2 the version it was read at ("0": must be new), 3 record, 4 due in ms ("" for never),
--       5 the moment (ms) at which it ended ("" before), 6 how long (ms) an ended job and its texts are kept after that,
--       7 "1" when it left something that can be asked for again, 8 how many of the last keys are named no more,
--       9.. audit entries as JSON
-- Returns 1, or 0 when somebody else was faster.
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'version', tostring(tonumber(version) + 1), 'record', ARGV[3])
local named = #KEYS - ARGV[8]
for i = 9, named do
  redis.call('SET', KEYS[i], ARGV[1])
end
for i = named + 1, #KEYS do
  -- People may still answer there; but nothing would find these keys when the job ends.
  redis.call('PEXPIRE', KEYS[i], ARGV[6])
end
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
end
redis.call(ARGV[7] == '1' and 'SADD' or 'SREM', KEYS[6], ARGV[1])
if ARGV[5] == '' then
  redis.call('SADD', KEYS[3], ARGV[1])
  -- A document that was kept before its record was to go by itself if the record never came.
  redis.call('PERSIST', KEYS[8])
else
  redis.call('SREM', KEYS[3], ARGV[1])
  redis.call('ZADD', KEYS[5], ARGV[5], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', string.format('(%.0f', redis.call('TIME')[1] * 1000 - ARGV[6]))
  local kept_until = string.format('%.0f', math.floor((ARGV[5] + ARGV[6]) / 1000))
  redis.call('EXPIREAT', KEYS[1], kept_until)
  for i = 7, #KEYS do
    redis.call('EXPIREAT', KEYS[i], kept_until)
  end
end
for i = 9, #ARGV do
  redis.call('XADD', KEYS[4], '*', 'entry', ARGV[i])
end
return 1
