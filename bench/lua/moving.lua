-- All connections ask for one URL, and every 100 ms for another one that was never asked for.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local ffi = require("ffi")
ffi.cdef("typedef struct { long s, us; } bench_time; int gettimeofday(bench_time *t, void *zone);")
local t = ffi.new("bench_time")
local before, after

function init(args)
  before = "GET " .. wrk.path
  after = " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n\r\n"
end

function request()
  ffi.C.gettimeofday(t, nil)
  local tenths = tonumber(t.s) * 10 + math.floor(tonumber(t.us) / 100000)
  return before .. string.format("%d", tenths) .. after
end
