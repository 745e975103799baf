-- Stores one version of a digest, and where it stands among the others, all or nothing.
-- KEYS: 1 digest, 2 unposted, 3 the last daily digest of each channel
-- ARGV: 1 name, 2 the version it was read at ("0": must be new), 3 record, 4 seconds to keep it, 5 "1" when posted in full,
--       6 channel ("" when this is no daily digest), 7 its moment (ms)
-- Returns 1, or 0 when somebody else was faster.
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], 'version', tostring(tonumber(version) + 1), 'record', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call(ARGV[5] == '1' and 'SREM' or 'SADD', KEYS[2], ARGV[1])
if ARGV[6] ~= '' and version == '0' then
  redis.call('HSET', KEYS[3], ARGV[6], ARGV[7])
end
return 1
