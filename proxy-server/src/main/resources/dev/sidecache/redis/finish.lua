-- Says that a mutation is over, and gives its tags new versions. consistency.md, Section 6.
-- KEYS: epoch; a version key per tag
-- ARGV: mid or ''; time to live in ms; place in KEYS of "any mutation" or 0; a new epoch or '';
--       a fresh uid per tag, or nothing: the versions stay
-- Returns: gap (1: the mid was missing on a tag), the epoch as it was before
local mid, ttl, any = ARGV[1], ARGV[2], tonumber(ARGV[3])

-- Where memory is full, deleting invalidates as well.
local function write(key, value, expiry)
  local reply = redis.pcall('SET', key, value, 'PX', expiry)
  if type(reply) == 'table' and reply.err then
    redis.call('DEL', key)
  end
end

local gap = mid == '' and 1 or 0
for i = 2, #KEYS do
  local value = redis.call('GET', KEYS[i])
  local marked = false
  if value then
    local uid, mids = string.match(value, '^([^;]*);?(.*)$')
    local others = {}
    for other in string.gmatch(mids, '[^,]+') do
      if other == mid then
        marked = true
      else
        others[#others + 1] = other
      end
    end
    uid = ARGV[i + 3] or uid
    if #others == 0 then
      write(KEYS[i], uid, ttl)
    else
      local left = redis.call('PTTL', KEYS[i])
      write(KEYS[i], uid .. ';' .. table.concat(others, ','), left > 0 and left or 1)
    end
  end
  if not marked and i ~= any then
    gap = 1
  end
end
local epoch = redis.call('GET', KEYS[1])
if ARGV[4] ~= '' then
  write(KEYS[1], ARGV[4], ttl)
end
return {gap, epoch}
