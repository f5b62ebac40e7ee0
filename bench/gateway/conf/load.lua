-- wrk -s load.lua URL -- TOKENS PATH
-- The users' tokens in turn, each request with an identity that it has no right to. Ends with one line of plain numbers.
local requests, at = {}, 0

function init(arguments)
  for token in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("GET", arguments[2], {
      ["Authorization"] = "Bearer " .. token,
      ["Accept"] = "application/json",
      ["Accept-Encoding"] = "gzip",
      ["User-Agent"] = "gateway-bench",
      ["X-User-Id"] = "spoofed",
    })
  end
  at = math.random(#requests)
end

function request()
  at = at % #requests + 1
  return requests[at]
end

-- requests, length in microseconds, p50, p99 in microseconds, answers that are not 2xx or 3xx, broken connections
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("result %d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
