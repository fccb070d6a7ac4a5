-- Says that a mutation of some tags is about to be forwarded. consistency.md, Section 6.
-- KEYS: epoch (only read); a version key per tag
-- ARGV: mid; lease in ms; place in KEYS of "any mutation" or 0; a fresh uid per tag
-- Returns: gap (1: the mid was new on a tag), the least expiry set, the epoch
local mid, lease, any = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local gap, least = 0, lease
for i = 2, #KEYS do
  local value = redis.call('GET', KEYS[i]) or ARGV[i + 2]
  local uid, mids = string.match(value, '^([^;]*);?(.*)$')
  local marked, alone = false, true
  for other in string.gmatch(mids, '[^,]+') do
    if other == mid then
      marked = true
    else
      alone = false
    end
  end
  if not marked then
    mids = mids == '' and mid or mids .. ',' .. mid
    if i ~= any then
      gap = 1
    end
  end
  local expiry = lease
  if i ~= any and not alone then
    -- No mark prolongs another's: its writer may count on the key's death.
    local left = redis.call('PTTL', KEYS[i])
    if left >= 0 and left < lease then
      expiry = math.max(left, 1)
    end
  end
  redis.call('SET', KEYS[i], uid .. ';' .. mids, 'PX', expiry)
  if i ~= any and expiry < least then
    least = expiry
  end
end
return {gap, least, redis.call('GET', KEYS[1])}
