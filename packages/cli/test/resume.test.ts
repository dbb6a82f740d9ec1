import { describe, expect, test } from "bun:test";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openFile } from "@plinth/formats";
import { UnreachableError } from "../src/errors.ts";
import { reportImport } from "../src/report.ts";
import { freshKeys } from "../src/run-key.ts";
import { upload } from "../src/upload.ts";
import { dataOf, serverForTests } from "./server.ts";

// An import that is interrupted, or repeated, adds each row once.

const { server, write } = serverForTests();

const ROWS = 5000;
const numbers = `n\n${Array.from({ length: ROWS }, (_, i) => i).join("\n")}\n`;
const countOf = async (slug: string) => {
  const response = await server.api(`/api/items/${slug}?limit=1&meta=total_count`);
  return ((await response.json()) as { meta: { total_count: number } }).meta.total_count;
};

/** Passes requests on; of the import's parts, the one with this number is done and its answer is never given. */
async function withLostAnswer<T>(lost: number, work: (url: string) => Promise<T>): Promise<T> {
  let parts = 0;
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const isLost = url!.includes("/import") && ++parts >= lost;
    const passed = send(new URL(url!, server.url), { method, headers }, (answer) => {
      if (isLost) return answer.resume().on("end", () => incoming.socket.destroy());
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    if (isLost && parts > lost) incoming.socket.destroy();
    else incoming.pipe(passed);
  }).listen(0, "127.0.0.1");
  try {
    return await work(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}

describe("an interrupted import", () => {
  test("that was killed continues with the same command, --create and all", async () => {
    await write("numbers.csv", numbers);
    const args = ["import", "numbers.csv", "--collection", "numbers", "--create"];
    const killed = await withLostAnswer(2, async (proxy) => {
      const child = Bun.spawn([process.execPath, join(import.meta.dir, "../src/main.ts"), ...args, "--url", proxy], {
        cwd: server.folder,
        env: { PATH: process.env.PATH, PLINTH_KEY: server.key },
        stdout: "ignore",
        stderr: "ignore",
      });
      while ((await countOf("numbers").catch(() => 0)) < 4000) await Bun.sleep(20);
      child.kill("SIGKILL");
      await child.exited;
      return countOf("numbers");
    });
    expect(killed).toBe(4000);
    const continued = await server.plinth(...args);
    expect([continued.code, continued.out]).toEqual([
      0,
      expect.stringContaining("4,000 rows of the file by an earlier run"),
    ]);
    expect(await countOf("numbers")).toBe(ROWS);
  });

  test("that is complete is reported, and --run imports it again", async () => {
    const args = ["import", "numbers.csv", "--collection", "numbers", "--create"];
    const again = await server.plinth(...args);
    expect([again.code, again.out]).toEqual([
      0,
      expect.stringContaining("was imported into numbers before (5,000 rows"),
    ]);
    expect(await countOf("numbers")).toBe(ROWS);
    const without = await server.plinth(...args.slice(0, -1), "--json");
    expect(dataOf(without.out)).toMatchObject({ total: ROWS, inserted: ROWS, earlier_rows: ROWS });
    expect((await server.plinth(...args, "--run", "2")).err).toContain("already exists");
    const run = await server.plinth(...args.slice(0, -1), "--run", "2");
    expect([run.code, run.out.split(" (")[0]]).toEqual([0, "5,000 rows added to numbers"]);
    expect(await countOf("numbers")).toBe(2 * ROWS);
  });

  test("with other options adds no row twice, unless --run asks for it", async () => {
    await write("quantities.csv", "sku,qty\na,1\nb,NA\nc,3\n");
    const args = ["import", "quantities.csv", "--collection", "quantities"];
    expect((await server.plinth(...args, "--create")).code).toBe(0);
    const other = await server.plinth(...args, "--null", "NA");
    expect([other.code, other.err]).toEqual([
      2,
      expect.stringContaining('before, with other options (null was nothing, now "NA").'),
    ]);
    expect(other.err).toContain("--run 2");
    expect(await countOf("quantities")).toBe(3);
    expect((await server.plinth(...args, "--null", "NA", "--run", "2")).code).toBe(0);
    expect(await countOf("quantities")).toBe(6);
  });

  test("of which every row was refused is imported with other options", async () => {
    await server.api("/api/collections", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ slug: "counts", fields: [{ name: "qty", type: "integer" }] }),
    });
    await write("counts.csv", "qty\nNA\nNA\n");
    const args = ["import", "counts.csv", "--collection", "counts"];
    expect((await server.plinth(...args)).code).toBe(1);
    expect((await server.plinth(...args)).code).toBe(1);
    expect((await server.plinth(...args, "--null", "NA")).code).toBe(0);
    expect(await countOf("counts")).toBe(2);
    expect((await server.plinth(...args)).err).toContain("with other options");
    expect(await countOf("counts")).toBe(2);
  });

  test("into a collection that was deleted since begins anew", async () => {
    await server.api("/api/collections/numbers?confirm=numbers", { method: "DELETE" });
    const { code } = await server.plinth("import", "numbers.csv", "--collection", "numbers", "--create");
    expect(code).toBe(0);
    expect(await countOf("numbers")).toBe(ROWS);
  });

  test("without an answer does not advise what it does not know", async () => {
    let parts = 0;
    const api = {
      importPart: () =>
        parts++ === 0
          ? Promise.resolve({
              replayed: false,
              data: { total: 2000, inserted: 2000, failed: 0, errors: [], dry_run: false },
            })
          : Promise.reject(new UnreachableError("gone")),
    };
    const file = await openFile("csv", new Blob([numbers]).stream());
    const keyOf = (first: number) => freshKeys().forRows("", first, first);
    const options = { query: {}, fromRow: 1, keyOf, onProgress: () => {} };
    const uploaded = await upload(api as never, "numbers", file, options);
    expect(uploaded.stopped).toMatchObject({ row: 2001, unknown: true });
    let output = "";
    const terminal = { err: (text: string) => (output += text), out: async () => {}, width: 80, live: false };
    const call = { terminal, values: { json: false }, show: async () => {} };
    const shown = {
      slug: "numbers",
      file: { format: "csv" },
      map: {},
      uploaded,
      seconds: 1,
      dryRun: false,
    };
    expect(await reportImport(call as never, shown as never)).toBe(1);
    expect(output).toContain("Run the same command again");
    expect(output).not.toContain("--from-row");
  });
});
