-- Adds seals behind the last one, all or nothing. Each has the id of its entry, so the two streams stand side by side.
-- KEYS: 1 the seals
-- ARGV: 1 the id of the last seal as it was read ("" for none), 2.. id, seal, and so on
-- Returns 1, or 0 when somebody else was faster: what they sealed is the same.
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if (last and last[1] or '') ~= ARGV[1] then
  return 0
end
for i = 2, #ARGV, 2 do
  redis.call('XADD', KEYS[1], ARGV[i], 'seal', ARGV[i + 1])
end
return 1
