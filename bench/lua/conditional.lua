-- The same URL, by a client that has it.
dofile(os.getenv("BENCH_LUA") .. "/report.lua")

wrk.headers["If-None-Match"] = '"v1"'
