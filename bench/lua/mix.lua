-- Four of five requests for something that is cached, one of 10,000 keys as often as Zipf's law with
-- exponent 1 has it; the fifth for what no cache may keep. 65,536 draws, over and over.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local KEYS, DRAWS = 10000, 65536
local draws, n = {}, 0

local function key(sums)
  local wanted, low, high = math.random() * sums[KEYS], 1, KEYS
  while low < high do
    local middle = math.floor((low + high) / 2)
    if sums[middle] < wanted then low = middle + 1 else high = middle end
  end
  return low
end

function init(args)
  math.randomseed(1)
  local sums, sum = {}, 0
  for i = 1, KEYS do
    sum = sum + 1 / i
    sums[i] = sum
  end
  for i = 1, DRAWS do
    local path = math.random() < 0.8 and "/c/1024/z" .. key(sums) or "/p/1024/" .. i
    draws[i] = "GET " .. path .. " HTTP/1.1\r\nHost: " .. wrk.headers["Host"] .. "\r\n\r\n"
  end
end

function request()
  n = n % DRAWS + 1
  return draws[n]
end
