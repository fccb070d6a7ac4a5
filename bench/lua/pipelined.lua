-- Sixteen requests for one URL in one write.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local batch

function init(args)
  local one = wrk.format("GET")
  batch = one:rep(16)
end

function request()
  return batch
end
