import { describe, expect, test } from "bun:test";
import { as } from "./as.ts";
import { contract } from "./index.ts";
import { difference, exactly, including } from "./match.ts";
import { randomFilter, seeded } from "./random-filters.ts";
import { run } from "./run.ts";
import { get, ok, type Scenario } from "./scenario.ts";

describe("the table", () => {
  test("is long enough", () => {
    expect(contract.length).toBeGreaterThanOrEqual(1200);
  });

  test("names every scenario once", () => {
    const names = contract.map((scenario) => scenario.name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test("has a role in every row, and all roles", () => {
    expect(contract.filter((scenario) => !scenario.as.name)).toEqual([]);
    const roles = new Set(contract.map((scenario) => scenario.as.name));
    for (const who of [as.anonymous, as.publicKey, as.secretKey, as.operator, as.otherSecretKey, as.user("alice")]) {
      expect(roles).toContain(who.name);
    }
  });

  test("says in every row what must not occur", () => {
    const silent = contract.filter(({ expect: { excludes } }) => excludes.length === 0 || excludes.includes(""));
    expect(silent.map((scenario) => scenario.name)).toEqual([]);
  });

  test("knows no runtime, database or vendor", async () => {
    const glob = new Bun.Glob("**/*.ts");
    for await (const file of glob.scan({ cwd: import.meta.dir })) {
      if (file.endsWith(".test.ts")) continue;
      const text = await Bun.file(`${import.meta.dir}/${file}`).text();
      expect({ file, host: /\b(Bun|Deno|process|workerd|node:|bun:)\b/.exec(text)?.[0] }).toEqual({
        file,
        host: undefined,
      });
    }
  });
});

describe("the runner", () => {
  const right: Scenario = {
    name: "right",
    as: as.anonymous,
    phase: "fresh",
    request: get("/x"),
    expect: ok({ data: [1] }),
  };
  const answer = (body: string, status = 200) => ({
    target: "fake",
    baseUrl: "http://localhost",
    fetch: async () => new Response(body, { status, headers: { "x-request-id": "r" } }),
  });
  const failure = async (scenario: Scenario, body: string, status?: number): Promise<string> => {
    const report = await run([scenario], answer(body, status));
    expect(report.passed + report.failed.length).toBe(1);
    return report.failed[0]?.error ?? "";
  };

  test("passes what is right", async () => {
    expect(await run([right], answer('{"data":[1]}'))).toEqual({ passed: 1, failed: [], skipped: [] });
  });

  test.each<[string, Partial<Scenario["expect"]>, string]>([
    ["a wrong status", { status: 201 }, "expected status 201"],
    ["a wrong value", { body: { data: [2] } }, "body.data.0: expected 2, got 1"],
    ["a list that is too long", { body: { data: [] } }, "expected 0 entries, got 1"],
    ["a missing text", { contains: ["absent"] }, 'lacks "absent"'],
    ["a forbidden text", { excludes: ["data"] }, 'must not hold "data"'],
    ["a missing header", { headers: { allow: "GET" } }, "header allow"],
    ["a header too many", { headers: { "x-request-id": null } }, "header x-request-id"],
  ])("reports %s", async (_, wrong, message) => {
    expect(await failure({ ...right, expect: { ...right.expect, ...wrong } }, '{"data":[1]}')).toContain(message);
  });

  test("reports an error outside of the catalogue, and one without its request's id", async () => {
    const expected = { ...right, expect: { status: 422, excludes: ["x"] } };
    const error = { code: "NO_SUCH_CODE", message: "m", request_id: "r" };
    expect(await failure(expected, JSON.stringify({ error }), 422)).toContain("no error code NO_SUCH_CODE");
    const other = { ...error, code: "VALIDATION", request_id: "other" };
    expect(await failure(expected, JSON.stringify({ error: other }), 422)).toContain("request_id");
    expect(await failure(expected, "oops", 422)).toContain("native envelope");
    const own = { ...right, expect: { status: 422, ownErrorForm: true, contains: ["oops"], excludes: ["x"] } } as const;
    expect(await failure(own, "oops", 422)).toBe("");
  });

  test("reports a follow-up that is wrong, and what a verification throws", async () => {
    const then = [{ request: get("/y"), expect: { status: 404 } }];
    expect(await failure({ ...right, then }, '{"data":[1]}')).toContain("then 1: GET /y");
    const verify = () => Promise.reject(new Error("not so"));
    expect(await failure({ ...right, verify }, '{"data":[1]}')).toBe("not so");
  });

  test("reports a server that does not answer as a failure, and a skip by its reason", async () => {
    const down = { ...answer(""), fetch: () => Promise.reject(new Error("refused")) };
    expect((await run([right], down)).failed).toEqual([{ name: "right", error: "refused" }]);
    const skipped = await run([{ ...right, skip: ({ target }) => `not on ${target}` }], answer(""));
    expect(skipped).toEqual({ passed: 0, failed: [], skipped: [{ name: "right", reason: "not on fake" }] });
  });

  test("runs only what is asked for", async () => {
    expect(
      (await run([right, { ...right, name: "left" }], { ...answer('{"data":[1]}'), only: ["lef", "up"] })).passed,
    ).toBe(1);
  });
});

test("matching is partial for objects, exact where asked", () => {
  expect(difference({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ c: 2 }] })).toBeUndefined();
  expect(difference({ a: 1, b: 2 }, exactly({ a: 1 }))).toContain("exactly");
  expect(difference([1, 2], including(2))).toBeUndefined();
  expect(difference([1, 2], including(3))).toBeDefined();
});

test("random filters are the same for the same seed", () => {
  expect(randomFilter(seeded(7))).toEqual(randomFilter(seeded(7)));
  expect(randomFilter(seeded(7))).not.toEqual(randomFilter(seeded(8)));
});
