-- The same URL over and over.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")
