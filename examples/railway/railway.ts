// .railway/railway.ts of your repository: your API and sidecache before it, two services over private DNS.
import { defineRailway, project, service, image, preserve } from "railway/iac";

export default defineRailway(() => {
  // HOST "::": environments made before 2025-10-16 have IPv6 only inside. No domain: only the proxy is public.
  const api = service("api", {
    start: "node server.js",
    healthcheck: "/health",
    env: { PORT: "3000", HOST: "::" },
  });
  // Without the draining time a deployment ends running requests at once.
  const cache = service("cache", {
    source: image("OWNER/sidecache:0.1"),
    healthcheck: "/-/readyz",
    domains: ["api.example.com"],
    env: {
      UPSTREAM_URL: "http://api.railway.internal:3000",
      RAILWAY_DEPLOYMENT_DRAINING_SECONDS: "25",
      SIDECACHE_CONFIG_BASE64: preserve(),
      UPSTASH_REDIS_REST_URL: preserve(),
      UPSTASH_REDIS_REST_TOKEN: preserve(),
    },
  });
  return project("career-crm", { resources: [api, cache] });
});
