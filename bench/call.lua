-- One small call, again and again: METHOD, BODY and HEADERS ("Name=value|Name=value") come from the environment.
wrk.method = os.getenv("METHOD") or "POST"
if wrk.method ~= "GET" then
   wrk.body = os.getenv("BODY")
   wrk.headers["Content-Type"] = "application/json"
end
for pair in string.gmatch(os.getenv("HEADERS") or "", "[^|]+") do
   local name, value = pair:match("([^=]+)=(.*)")
   wrk.headers[name] = value
end
done = function(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format("RESULT %.3f %.3f %.0f %d %d\n", latency:percentile(50) / 1000, latency:percentile(99) / 1000,
      summary.requests / (summary.duration / 1e6), errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
