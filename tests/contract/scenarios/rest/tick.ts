import { as } from "../../as.ts";
import { del, get, INTERNALS, ok, post, refused, type Scenario } from "../../scenario.ts";

const path = "/api/tick";

/** Background work on demand. */
export const scenarios: Scenario[] = [
  {
    name: "tick: an operator has the work done",
    as: as.operator,
    request: post(path, {}),
    expect: { ...ok({ data: { done: true } }), headers: { "cache-control": "no-store" } },
  },
  {
    name: "tick: also by a timer that can only get",
    as: as.operator,
    request: get(path),
    expect: ok({ data: { done: true } }),
  },
  {
    name: "tick: with a secret key",
    as: as.secretKey,
    request: get(path),
    expect: ok({ data: { done: true } }),
  },
  ...([as.anonymous, as.publicKey, as.user("alice")] as const).map(
    (who): Scenario => ({
      name: `tick: not by ${who.name}`,
      as: who,
      request: post(path, {}),
      expect: {
        status: [401, 403],
        excludes: ["done", ...INTERNALS],
      },
    }),
  ),
  {
    name: "tick: by no other method",
    as: as.operator,
    request: del(path),
    expect: { ...refused(405, "METHOD_NOT_ALLOWED"), headers: { allow: /GET.*POST|POST.*GET/ } },
  },
];
