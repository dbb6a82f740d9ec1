/** Answers that a function sends while it goes on, and those of other servers that it reads as they arrive. */
import { describe, expect, test } from "bun:test";
import type { PublicFetch } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bearer, testApp } from "../../testing/app.ts";
import { RUNTIMES } from "../../testing/runtimes.ts";

for (const { runtime, trusted } of RUNTIMES) {
  let pulled = 0;
  let cancelled = 0;
  /** An endless answer of a megabyte a chunk, and one that ends with an error. */
  const publicFetch: PublicFetch = async ({ pathname }) => {
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++;
          if (pathname === "/breaks" && pulled > 1) controller.error(new Error("cut"));
          else controller.enqueue(new Uint8Array(1024 * 1024).fill(97));
        },
        cancel: () => void cancelled++,
      },
      { highWaterMark: 0 },
    );
    return { status: 200, headers: new Headers(), body };
  };
  const app = testApp({ signUp: "open", trustedFunctions: "owners" }, { publicFetch, trusted });
  await app.app.ready();
  const boss = bearer(await app.signUp("boss@example.com"));
  const deployed = async (name: string, source: string) => {
    const permissions = { fetch: ["api.example.com"] };
    const body = {
      source,
      runtime,
      permissions,
      http: { auth: "public", methods: ["GET"] },
      limits: { cpu_ms: 2000, wall_ms: 30_000 },
    };
    const answer = await app.send(`/api/deployments/${name}`, body, boss, "PUT");
    expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([200, ""]);
  };
  const call = (name: string) => app.call(`/api/functions/${name}`);
  const runsOf = async (name: string) => {
    const answer = await app.call(`/api/deployments/${name}/runs`, { headers: boss });
    return ((await answer.json()) as { data: { status: string; error: { kind: string } | null }[] }).data;
  };

  describe(runtime, () => {
    test("a stream is sent with its status and headers, and the run is logged at its end", async () => {
      const rows = `async function* rows() { yield "a,b\\n"; for (let i = 0; i < 3; i++) { await 0; yield new TextEncoder().encode(i + ",ä\\n"); } }`;
      await deployed(
        "rows",
        `${rows} export default () => new Response(rows(), { status: 201, headers: { "content-type": "text/csv", "set-cookie": "a=b" } });`,
      );
      const answer = await call("rows");
      expect([answer.status, answer.headers.get("content-type"), answer.headers.get("set-cookie")]).toEqual([
        201,
        "text/csv",
        null,
      ]);
      expect(answer.headers.get("content-security-policy")).toBe("sandbox");
      expect(await answer.text()).toBe("a,b\n0,ä\n1,ä\n2,ä\n");
      await until(async () => (await runsOf("rows")).length === 1);
      expect(await runsOf("rows")).toMatchObject([{ status: "succeeded" }]);
      const source = `export default () => new Response(new ReadableStream({
    start(controller) { controller.enqueue("event: one\\n\\n"); setTimeout(() => { controller.enqueue("event: two\\n\\n"); controller.close(); }, 5); } }))`;
      await deployed("events", source);
      expect(await (await call("events")).text()).toBe("event: one\n\nevent: two\n\n");
    });

    test("a function waits for its reader, and ends with it", async () => {
      await deployed(
        "endless",
        `export default () => new Response((async function* () { for (let i = 0; ; i++) { console.log("wrote", i); yield "x".repeat(200000); } })());`,
      );
      const answer = await call("endless");
      const reader = answer.body!.getReader();
      expect((await reader.read()).done).toBe(false);
      await reader.cancel();
      await until(async () => (await runsOf("endless")).length === 1);
      const [run] = (await runsOf("endless")) as unknown as {
        status: string;
        error: { kind: string };
        logs: unknown[];
      }[];
      expect(run).toMatchObject({ status: "failed", error: { kind: "aborted" } });
      // One is read, one is in the stream, and one waits.
      expect(run!.logs.length).toBeLessThan(5);
    });

    test("one that fails ends its answer with an error; one that fails before has its status", async () => {
      await deployed(
        "late",
        `export default () => new Response((async function* () { yield "a"; throw new RangeError("inner"); })());`,
      );
      const answer = await call("late");
      expect(answer.status).toBe(200);
      expect(await answer.text().catch(() => "broken")).toBe("broken");
      await until(async () => (await runsOf("late")).length === 1);
      expect(await runsOf("late")).toMatchObject([{ status: "failed", error: { kind: "error", name: "RangeError" } }]);
      await deployed(
        "odd",
        `export default () => Object.assign(new Response((async function* () {})()), { headers: [["x-a", "✓"]] });`,
      );
      expect((await call("odd")).status).toBe(500);
      await deployed("empty", `export default () => new Response((async function* () {})(), { status: 204 });`);
      expect((await call("empty")).status).toBe(500);
      await deployed("numbers", `export default () => new Response((async function* () { yield 5; })());`);
      expect(await (await call("numbers")).text().catch(() => "broken")).toBe("broken");
    });

    test("an answer of another server is read as far as the function wants", async () => {
      const source = `export default async ({ request }) => {
    const { pathname } = { pathname: new URL(request.url).searchParams.get("path") };
    const answer = await fetch("https://api.example.com" + pathname);
    if (pathname === "/breaks") return answer.text().catch(({ message }) => message);
    if (pathname === "/all") return (await answer.bytes()).length;
    const seen = [];
    for await (const chunk of answer.body) { seen.push(chunk.length); if (seen.length === 5) break; }
    return seen;
  };`;
      await deployed("reads", source);
      const read = async (path: string) =>
        ((await (await call(`reads?path=${path}`)).json()) as { data: unknown }).data;
      expect(await read("/some")).toEqual([262_144, 262_144, 262_144, 262_144, 262_144]);
      expect([pulled, cancelled]).toEqual([2, 1]);
      pulled = 0;
      expect(await read("/breaks")).toBe("fetch: the answer ended too early.");
      // Its memory has room for some of it.
      expect((await call("reads?path=/all")).status).toBe(500);
      expect((await runsOf("reads"))[0]).toMatchObject({ status: "failed", error: { kind: "memory" } });
    });
  });
}
