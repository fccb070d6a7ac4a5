-- Adds to the number of commands spent; a number that was lost begins at what the caller knows.
-- KEYS: the number. ARGV: what to add, what it is at least then, how long it is kept (ms).
local total = redis.call('INCRBY', KEYS[1], ARGV[1])
if total < tonumber(ARGV[2]) then
  redis.call('SET', KEYS[1], ARGV[2])
  total = tonumber(ARGV[2])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return total
