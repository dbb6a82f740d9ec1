/**
 * A file is imported while the server is killed: sent again with its idempotency key it goes on from where it was. Each of
 * its rows is in once, and the report is that of one import.
 */

import { expect } from "bun:test";
import { until } from "@plinth/core/testing";
import type { ImportResult } from "@plinth/formats";
import { onEachDeployment, type Running } from "./deployments.ts";
import { openKey, send } from "./open-key.ts";

const ROWS = 6000;
const PIECES = 12;
/** After these pieces of the file. */
const KILLS = [4, 9];
const PACE_MS = 100;

await onEachDeployment("an import", () => `${ROWS} rows, ${KILLS.length} kills`, importAll);

const refusedAtSight = (n: number): boolean => n % 97 === 11;
const refusedByDatabase = (n: number): boolean => n % 131 === 7 && n > 7;
const lines = Array.from({ length: ROWS }, (_, n) =>
  JSON.stringify({ n: refusedAtSight(n) ? "many" : n, code: n % 131 === 7 ? "same" : `c${n}` }),
);
const wanted = lines.map((_, n) => n).filter((n) => !refusedAtSight(n) && !refusedByDatabase(n));

async function importAll(name: string, running: Running): Promise<void> {
  const headers = await openKey(running);
  const fields = [
    { name: "n", type: "integer" },
    { name: "code", type: "text", unique: true },
  ];
  await send(`${running.url}/api/collections`, { slug: "rows", fields }, headers);
  const read = async (path: string) => (await fetch(running.url + path, { headers })).json() as Promise<unknown>;
  const load = (body: BodyInit): Promise<Response | undefined> =>
    fetch(`${running.url}/api/items/rows/import?format=ndjson`, {
      method: "POST",
      headers: { ...headers, "idempotency-key": '"the-file"' },
      body,
    }).catch(() => undefined);

  const counts: number[] = [];
  let tries = 0;
  let answer: Response | undefined;
  while (!answer?.ok && tries++ < 300) {
    const kill = KILLS[counts.length];
    let down: Promise<void> | undefined;
    answer = await load(
      paced(async (piece) => {
        if (piece !== kill) return;
        // A busy machine may not have written any of it yet.
        await until(async () => (await countOf(read)) > (counts.at(-1) ?? 0));
        down = running.killAndRestart();
      }),
    );
    if (answer && !answer.ok && answer.status !== 409) throw new Error(`${answer.status} ${await answer.text()}`);
    await down;
    if (down) counts.push(await countOf(read));
    await Bun.sleep(200);
  }
  expect(counts).toHaveLength(KILLS.length);
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBeGreaterThan(counts[0]!);
  expect(counts[1]).toBeLessThan(wanted.length);

  const text = await answer!.text();
  const { data } = JSON.parse(text) as { data: ImportResult };
  expect(data).toMatchObject({ total: ROWS, inserted: wanted.length, failed: ROWS - wanted.length });
  expect(data.errors.map(({ row }) => row - 1)).toEqual(
    lines.map((_, n) => n).filter((n) => refusedAtSight(n) || refusedByDatabase(n)),
  );
  const rows = (await read("/api/items/rows/export?format=json&fields=n&sort=n")) as { n: number }[];
  expect(rows.map(({ n }) => n)).toEqual(wanted);

  const again = await load(`${lines.join("\n")}\n`);
  expect([again!.headers.get("idempotency-replayed"), await again!.text()]).toEqual(["true", text]);
  expect((await load(lines.slice(1).join("\n")))!.status).toBe(422);
  expect(await countOf(read)).toBe(wanted.length);
  console.log(`${name}: ${ROWS} rows, killed with ${counts.join(" and ")} of them in, sent ${tries} times`);
}

/** The file as it comes over a slow line. */
function paced(onPiece: (piece: number) => Promise<void>): ReadableStream<Uint8Array> {
  let piece = 0;
  return new ReadableStream({
    async pull(controller) {
      const size = ROWS / PIECES;
      const part = lines.slice(piece * size, ++piece * size);
      controller.enqueue(new TextEncoder().encode(`${part.join("\n")}\n`));
      await Bun.sleep(PACE_MS);
      await onPiece(piece);
      if (piece === PIECES) controller.close();
    },
  });
}

async function countOf(read: (path: string) => Promise<unknown>): Promise<number> {
  const { meta } = (await read("/api/items/rows?limit=1&meta=total_count")) as { meta: { total_count: number } };
  return meta.total_count;
}
