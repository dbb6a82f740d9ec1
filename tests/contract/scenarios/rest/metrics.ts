import { as, type Who } from "../../as.ts";
import { get, INTERNALS, type Scenario, type Step } from "../../scenario.ts";

const refusedTo = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN" | "INVALID_TOKEN"): Step => ({
  as: who,
  request: get("/api/metrics"),
  expect: { status, code, excludes: ["plinth_"] },
});

export const scenarios: Scenario[] = [
  {
    name: "metrics: the lag of consumers, for administrators",
    as: as.secretKey,
    request: get("/api/metrics"),
    expect: {
      status: 200,
      contains: ["plinth_consumer_lag_changes", "plinth_consumer_lag_seconds", "plinth_consumer_held"].map(
        (name) => `# TYPE ${name} gauge`,
      ),
      headers: { "content-type": /^text\/plain; version=0\.0\.4/ },
      excludes: ['"error"', ...INTERNALS],
    },
    then: [
      { as: as.operator, request: get("/api/metrics"), expect: { status: 200 } },
      refusedTo(as.anonymous, 401, "UNAUTHORIZED"),
      refusedTo(as.signedOut, 401, "INVALID_TOKEN"),
      refusedTo(as.publicKey, 403, "FORBIDDEN"),
      refusedTo(as.user("alice"), 403, "FORBIDDEN"),
      refusedTo(as.user("carol"), 403, "FORBIDDEN"),
      { as: as.otherSecretKey, request: get("/api/metrics"), expect: { status: 200 } },
    ],
  },
];
