-- So many keys, one after the other: args are their number and the method.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local count, n, before, after

function init(args)
  count = tonumber(args[1])
  local method = args[2] or "GET"
  before = method .. " " .. wrk.path
  after = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n\r\n"
  if method ~= "GET" then
    after = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. '\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}'
  end
  n = os.time() * 7919 % count
end

function request()
  n = (n + 1) % count
  return before .. n .. after
end
