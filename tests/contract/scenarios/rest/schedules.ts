import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, aUuid, must } from "../../match.ts";
import {
  created,
  dataOf,
  del,
  get,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const MAX_WAIT_MS = 60_000;
const at = ({ replies }: Seen, more = "") => `/api/schedules/${dataOf(replies[0], "id")}${more}`;

const refuses = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND"): Step => ({
  as: who,
  request: (seen) => post(at(seen, "/run")),
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "schedules: a change that fits stores a job, once, and times are known before",
    as: as.secretKey,
    needs: [collection({ slug: "timed_orders", fields: [{ name: "n", type: "integer" }] })],
    request: post("/api/schedules", {
      name: "Large orders",
      when: { type: "change", events: ["timed_orders.create"], filter: { n: { _gt: 1 } } },
      job: { name: "check", queue: "timed", payload: { a: 1 } },
    }),
    expect: created({ data: { id: aUuid, enabled: true, next_at: null, last_firings: [] } }),
    then: [
      { request: { ...items("timed_orders"), method: "POST", body: [{ n: 1 }, { n: 2 }] }, expect: created() },
      {
        request: post("/api/schedule-preview", {
          when: { type: "cron", schedule: "30 2 * * *", zone: "Europe/Berlin" },
          after: "2026-03-28T12:00:00Z",
        }),
        expect: ok({ data: { times: ["2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z", aText, aText, aText] } }),
      },
      {
        request: post("/api/schedules", {
          name: "x",
          when: { type: "cron", schedule: "61 * * * *" },
          job: { name: "x" },
        }),
        expect: refused(422, "VALIDATION", "when.schedule"),
      },
      {
        request: post("/api/schedules", {
          name: "x",
          when: { type: "cron", schedule: "0 7 * * *" },
          job: { kind: "function", name: "is-not-there" },
        }),
        expect: refused(422, "VALIDATION", "job.name"),
      },
      {
        request: post("/api/schedules", {
          name: "x",
          when: { type: "job_failed", kinds: ["htpp"] },
          job: { name: "x" },
        }),
        expect: refused(422, "VALIDATION", "when.kinds"),
      },
      refuses(as.anonymous, 401, "UNAUTHORIZED"),
      refuses(as.publicKey, 403, "FORBIDDEN"),
      refuses(as.user("alice"), 403, "FORBIDDEN"),
      refuses(as.otherSecretKey, 404, "NOT_FOUND"),
    ],
    async verify(_, world, seen) {
      const stored = () => world.must(as.secretKey, get("/api/jobs?queue=timed"));
      for (const end = Date.now() + MAX_WAIT_MS; Date.now() < end; ) {
        if (JSON.stringify(await stored()).includes('"check"')) break;
        await world.must(as.operator, post("/api/tick"));
      }
      const trigger = { type: "change", event: "timed_orders.create", depth: 1, change: { after: { n: 2 } } };
      must((await stored()) as never, { data: [{ name: "check", payload: { a: 1, trigger } }] } as never);
      await world.must(as.secretKey, patch(at(seen), { enabled: false }));
      const ran = await world.must(as.secretKey, post(at(seen, "/run")));
      must(ran as never, { data: { state: "pending", payload: { trigger: { type: "manual" } } } } as never);
      must(
        (await world.must(as.secretKey, get(at(seen)))) as never,
        { data: { last_firings: [{ job: aUuid, by: aText }, { job: aUuid }] } } as never,
      );
      await world.must(as.secretKey, del(at(seen)));
    },
  },
];
