-- A URL that was never asked for: the path, the time of the start, a number.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local ffi = require("ffi")
ffi.cdef("typedef struct { long s, us; } bench_time; int gettimeofday(bench_time *t, void *zone);")
local before, after, n

function init(args)
  local t = ffi.new("bench_time")
  ffi.C.gettimeofday(t, nil)
  before = "GET " .. wrk.path .. string.format("%d-%d-", tonumber(t.s), tonumber(t.us))
  after = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n\r\n"
  n = 0
end

function request()
  n = n + 1
  return before .. n .. after
end
