-- What every load script shares: one line of figures at the end, times in microseconds.
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("@ %d %d %d %d %d %d\n",
    summary.requests, summary.duration,
    e.connect + e.read + e.write + e.timeout + e.status,
    latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
