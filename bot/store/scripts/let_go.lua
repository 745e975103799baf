-- Lets go of what is in a hand, if it is still in this one: whoever was slow may have been overtaken.
-- KEYS: 1 what is in hand, or done
-- ARGV: 1 the hold of whoever lets go
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
