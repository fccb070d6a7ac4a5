-- Gives a first version to tags that have none, and to the epoch. consistency.md, Section 6.
-- KEYS: epoch; a version key per tag
-- ARGV: epoch to write if there is none or it names another server; that server, '-' if unknown;
--       time to live in ms; a fresh uid per tag
-- Returns: the values of all KEYS
local values = {}
local epoch = redis.call('GET', KEYS[1])
local server = epoch and string.match(epoch, '^[%w_-]+@([^@]*)@%d+$')
if not server or (ARGV[2] ~= '-' and server ~= ARGV[2]) then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch, 'PX', ARGV[3])
end
values[1] = epoch
for i = 2, #KEYS do
  local value = redis.call('GET', KEYS[i])
  local uid, rest = string.match(value or '', '^([%w_-]*)(.?)')
  if #uid ~= 16 or (rest ~= '' and rest ~= ';') then
    value = ARGV[i + 2]
    redis.call('SET', KEYS[i], value, 'PX', ARGV[3])
  end
  values[i] = value
end
return values
