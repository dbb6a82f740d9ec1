import { expect, test } from "bun:test";
import { PlinthClientError, type View } from "@plinth/client";
import { countItems, isTooMany, writeItems } from "./bulk-requests.ts";
import { isUnknown } from "./send-write.ts";

interface Sent {
  readonly method: string;
  readonly dry: boolean;
  /** Items that the filter names; undefined: all. */
  readonly ids: number | undefined;
}

/** A server that answers that all items were found, or as `refuse` says for a write. */
function server(refuse: (write: number) => Error | undefined = () => undefined) {
  const sent: Sent[] = [];
  const request = async (_: string, { method, query }: { method: string; query: Record<string, string> }) => {
    const filter = JSON.parse(query.filter!) as { id?: { _in: string[] } };
    const ids = filter.id?._in.length;
    const dry = query.dry_run === "true";
    const refusal = dry ? undefined : refuse(sent.filter((one) => !one.dry).length);
    if (refusal) throw refusal;
    sent.push({ method, dry, ids });
    const count = ids ?? 7;
    const body = { data: { matched: count, ...(!dry && { updated: count }) } };
    return new Response(JSON.stringify(body), { headers: { "x-request-id": `r${sent.length}` } });
  };
  return { sent, client: { request } as unknown as View };
}

const ids = (count: number) => Array.from({ length: count }, (_, at) => `id-${at}`);
const change = (count: number) => ({ method: "PATCH", target: { ids: ids(count) }, body: { seen: true } }) as const;

test("a filter is one request, without a filter for all items", async () => {
  const { client, sent } = server();
  const outcome = await writeItems(client, "films", { method: "PATCH", target: { filter: undefined }, body: {} });
  expect(outcome).toEqual({ written: 7, requests: ["r1"], failed: [], unsent: [] });
  expect(sent).toEqual([{ method: "PATCH", dry: false, ids: undefined }]);
});

test("more chosen items than an address holds are several requests, and each is counted", async () => {
  const { client, sent } = server();
  const progress: number[] = [];
  expect(await countItems(client, "films", change(750))).toBe(750);
  const outcome = await writeItems(client, "films", change(750), (done) => progress.push(done));
  expect(outcome).toEqual({ written: 750, requests: ["r5", "r6", "r7", "r8"], failed: [], unsent: [] });
  expect(sent.map((one) => one.ids)).toEqual([200, 200, 200, 150, 200, 200, 200, 150]);
  expect(progress).toEqual([0, 200, 400, 600]);
});

test("the first request that fails is the last one, and what was written before it is known", async () => {
  const refusal = new PlinthClientError("FORBIDDEN", "No.", 403);
  const { client, sent } = server((write) => (write === 2 ? refusal : undefined));
  const outcome = await writeItems(client, "films", change(750));
  expect(outcome).toEqual({
    written: 400,
    requests: ["r1", "r2"],
    error: refusal,
    failed: ids(750).slice(400, 600),
    unsent: ids(750).slice(600),
  });
  expect(sent).toHaveLength(2);
});

test("a request without an answer is not counted as refused", async () => {
  const { client } = server((write) => (write === 1 ? new TypeError("network") : undefined));
  const { written, error, failed } = await writeItems(client, "films", change(300));
  expect([written, isUnknown(error), failed.length]).toEqual([200, true, 100]);
});

test("as many items can be chosen as one undo of 100 requests takes back", async () => {
  const { client, sent } = server();
  expect(isTooMany({ ids: ids(10_000) })).toBe(false);
  expect(isTooMany({ ids: ids(10_001) })).toBe(true);
  expect(isTooMany({ filter: undefined })).toBe(false);
  await writeItems(client, "films", change(10_000));
  expect(sent.length).toBeLessThanOrEqual(100);
});
