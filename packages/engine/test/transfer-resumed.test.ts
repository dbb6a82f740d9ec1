import { describe, expect, test } from "bun:test";
import { bytesOf } from "@plinth/formats/testing";
import type { ImportOptions } from "../src/index.ts";
import { CHUNK, type Life, NDJSON, openMortal, send } from "./transfer-mortal.ts";
import type { World } from "./transfer-support.ts";

/** A file with rows that validation or the database refuses, some of them at the ends of chunks. */
const LENGTH = 400;
const refusedAtSight = (i: number): boolean => i % 23 === 5 || i === CHUNK || i === 2 * CHUNK - 1;
const refusedByDatabase = (i: number): boolean =>
  i % 31 === 7 || i === 3 * CHUNK || i === 3 * CHUNK - 1 || i === CHUNK + 1;
const line = (i: number): string =>
  JSON.stringify({
    title: `t${i}`,
    pages: refusedAtSight(i) ? "many" : i,
    code: refusedByDatabase(i) ? "same" : `c${i}`,
    ...(i === 3 && { version: 7 }),
    ...(i === LENGTH - 5 && { created_at: "now" }),
  });
const linesOf = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `${line(from + i)}\n`).join("");
const FILE = linesOf(0, LENGTH);

/** Sends it until it is done; each attempt dies at its own batch. */
async function sendAndDie(world: World & { life: Life }, text: string, deaths: NonNullable<Life["dies"]>[]) {
  for (const dies of deaths) {
    Object.assign(world.life, { batches: 0, dies });
    const done = await send(world, text).catch(() => undefined);
    const { dead } = world.life;
    Object.assign(world.life, { dead: false, dies: undefined });
    if (!dead) return done!;
    world.pass(16_000);
  }
  return send(world, text);
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "NONE",
    (error) => `${error.code} ${error.details?.field ?? ""}`.trim(),
  );
const titles = async (world: World) =>
  (JSON.parse(await world.exportText("things", "json", { fields: "title", sort: "title" })) as { title: string }[]).map(
    ({ title }) => title,
  );
const undisturbed = async () => {
  const world = await openMortal();
  const result = await world.importText("things", FILE, NDJSON);
  return { result, titles: await titles(world) };
};

/** The same random numbers in each run. */
function seeded(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

describe("an import under a key, whose process dies", () => {
  test("goes on from there, wherever that is, and reports as if it had never stopped", async () => {
    const wanted = await undisturbed();
    expect(wanted.result.failed).toBeGreaterThan(20);
    expect(wanted.result.ignored_fields).toEqual(["version", "created_at"]);
    for (let seed = 1; seed <= 60; seed++) {
      const random = seeded(seed);
      const deaths = Array.from({ length: 1 + Math.floor(random() * 6) }, () => ({
        at: 1 + Math.floor(random() * 45),
        committed: random() < 0.5,
      }));
      const world = await openMortal();
      const { result } = await sendAndDie(world, FILE, deaths);
      expect({ deaths, result }).toEqual({ deaths, result: wanted.result });
      expect(await titles(world)).toEqual(wanted.titles);
      expect(await send(world, FILE)).toEqual({ replayed: true, result: wanted.result });
    }
  });

  test("before and after a batch, all along the way", async () => {
    const wanted = await undisturbed();
    for (let at = 1, over = false; !over; at += 3) {
      for (const committed of [false, true]) {
        const world = await openMortal();
        Object.assign(world.life, { dies: { at, committed } });
        await send(world, FILE).catch(() => {});
        over = !world.life.dead;
        Object.assign(world.life, { dead: false, dies: undefined });
        world.pass(16_000);
        expect({ at, committed, ...(await send(world, FILE)) }).toMatchObject({ at, committed, result: wanted.result });
        expect(await titles(world)).toEqual(wanted.titles);
      }
    }
  });

  test("lists the same first errors, though there are more than it lists", async () => {
    const rows = Array.from({ length: 2600 }, (_, i) =>
      JSON.stringify({ title: `t${i}`, pages: i % 3 === 0 ? "many" : i, code: i % 3 === 1 ? "same" : `c${i}` }),
    ).join("\n");
    const whole = await (await openMortal(400)).importText("things", rows, NDJSON);
    expect(whole).toMatchObject({ failed: 1733, errors_truncated: true });
    expect(whole.errors.map(({ row }) => row).slice(0, 4)).toEqual([1, 4, 5, 7]);
    for (const at of [700, 1500]) {
      const world = await openMortal(400);
      expect((await sendAndDie(world, rows, [{ at, committed: true }])).result).toEqual(whole);
    }
  });

  test("is not taken over before its lease ends, nor by another body after", async () => {
    const world = await openMortal();
    Object.assign(world.life, { dies: { at: 12, committed: true } });
    await send(world, FILE).catch(() => {});
    Object.assign(world.life, { dead: false, dies: undefined });
    expect(await codeOf(send(world, FILE))).toBe("CONFLICT idempotency-key");
    world.pass(16_000);
    const before = await titles(world);
    expect(before.length).toBeGreaterThan(0);
    for (const other of [FILE.replace("t1", "x1"), FILE.replace("\n", "\n\n{}\n"), linesOf(0, 10), ""]) {
      expect(await codeOf(send(world, other))).toBe("VALIDATION idempotency-key");
    }
    expect(await codeOf(send(world, FILE, "k", { ...NDJSON, convert: true }))).toBe("CONFLICT idempotency-key");
    const list = `[${FILE.trim().replaceAll("\n", ",")}]`;
    expect(await codeOf(send(world, list, "k", { format: "json" }))).toBe("VALIDATION idempotency-key");
    expect(await titles(world)).toEqual(before);
    const wanted = await undisturbed();
    expect((await send(world, FILE)).result).toEqual(wanted.result);
    expect(await titles(world)).toEqual(wanted.titles);
  });
});

describe("an import under a key", () => {
  test("that stopped goes on at once when it is sent again", async () => {
    const world = await openMortal();
    async function* brokenOff() {
      yield* bytesOf(linesOf(0, 300));
      throw new Error("the client went away");
    }
    const { result } = await send(world, brokenOff());
    expect(result).toMatchObject({ total: 300, stopped: { error: { code: "INTERNAL" } } });
    async function* brokenEarlier() {
      yield* bytesOf(linesOf(0, 100));
      throw new Error("the client went away again");
    }
    expect(await codeOf(send(world, brokenEarlier()))).not.toBe("NONE");
    const wanted = await undisturbed();
    expect(await send(world, FILE)).toEqual({ replayed: false, result: wanted.result });
    expect(await titles(world)).toEqual(wanted.titles);
    expect(await send(world, FILE)).toEqual({ replayed: true, result: wanted.result });
  });

  test("that wrote nothing leaves the key free", async () => {
    const world = await openMortal();
    expect(await codeOf(send(world, "[1", "k", { format: "json" }))).toBe("MALFORMED_JSON");
    expect(await send(world, FILE)).toMatchObject({ replayed: false });
  });

  test("of which no row is good is over all the same; so is a dry run", async () => {
    for (const options of [NDJSON, { ...NDJSON, dryRun: true }]) {
      const world = await openMortal();
      const first = await send(world, '{"pages":"x"}\n', "k", options);
      expect(first).toMatchObject({ replayed: false, result: { failed: 1 } });
      expect(await send(world, '{"pages":"x"}\n', "k", options)).toEqual({ ...first, replayed: true });
    }
  });

  test("that wrote no row leaves the key to other options; one that did does not", async () => {
    const world = await openMortal();
    const file = '{"title":"a","code":"c"}\n';
    const over = (resolution: "ignore" | "merge"): ImportOptions => {
      return { ...NDJSON, upsert: { on_conflict: ["code"], resolution } };
    };
    expect(await send(world, file)).toMatchObject({ result: { inserted: 1 } });
    expect(await send(world, file, "over", { ...NDJSON, dryRun: true })).toMatchObject({ result: { total: 1 } });
    expect(await send(world, file, "over", over("ignore"))).toMatchObject({ result: { ignored: 1 } });
    expect(await send(world, file, "over", over("merge"))).toMatchObject({ replayed: false, result: { updated: 1 } });
    expect(await send(world, file, "over", over("merge"))).toMatchObject({ replayed: true, result: { updated: 1 } });
    expect(await codeOf(send(world, file, "over", over("ignore")))).toBe("CONFLICT idempotency-key");
    expect(await codeOf(send(world, file, "k", over("merge")))).toBe("CONFLICT idempotency-key");
  });

  test("is repeated for the same rows only, and writes none", async () => {
    const world = await openMortal();
    await send(world, '{"title":"a"}\n{"title":"b"}\n');
    for (const other of [
      '{"title":"a"}\n',
      '{"title":"a"}\n{"title":"b"}\n{"title":"c"}\n',
      '{"title":"b"}\n{"title":"a"}\n',
    ])
      expect(await codeOf(send(world, other))).toBe("VALIDATION idempotency-key");
    await send(world, "1\n23\n", "numbers");
    expect(await codeOf(send(world, "12\n3\n", "numbers"))).toBe("VALIDATION idempotency-key");
    await send(world, "title\na\n", "csv", { format: "csv" });
    expect(await codeOf(send(world, "code\na\n", "csv", { format: "csv" }))).toBe("VALIDATION idempotency-key");
    expect(await titles(world)).toEqual(["a", "a", "b"]);
  });

  test("that is late after all writes nothing more", async () => {
    const world = await openMortal();
    const wanted = await undisturbed();
    let other: Promise<unknown> | undefined;
    async function* slow() {
      yield* bytesOf(linesOf(0, 200));
      world.pass(16_000);
      other = send(world, FILE);
      await other;
      yield* bytesOf(linesOf(200, LENGTH));
    }
    // Reading continues with each new piece.
    expect(await codeOf(send(world, slow()))).toBe("CONFLICT idempotency-key");
    expect(await other).toMatchObject({ replayed: false, result: wanted.result });
    expect(await titles(world)).toEqual(wanted.titles);
    expect(await send(world, FILE)).toEqual({ replayed: true, result: wanted.result });
  });

  test("that is late, but not too late, keeps its key", async () => {
    const world = await openMortal();
    const wanted = await undisturbed();
    const [began, looked, written, refused] = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    async function* slow() {
      began!.resolve();
      await looked!.promise;
      yield* bytesOf(linesOf(0, 200));
      written!.resolve();
      await refused!.promise;
      yield* bytesOf(linesOf(200, LENGTH));
    }
    const late = send(world, slow());
    await began!.promise;
    world.pass(16_000);
    world.life.afterLook = () => {
      looked!.resolve();
      return written!.promise;
    };
    expect(await codeOf(send(world, FILE))).toBe("CONFLICT idempotency-key");
    refused!.resolve();
    expect((await late).result).toEqual(wanted.result);
    expect(await titles(world)).toEqual(wanted.titles);
  });

  test("keeps its key as long as its file comes in, however slowly", async () => {
    const world = await openMortal();
    async function* slow() {
      for (let i = 0; i < 10; i++) {
        yield* bytesOf(linesOf(i, i + 1));
        world.pass(6_000);
        expect(await codeOf(send(world, FILE))).toBe("CONFLICT idempotency-key");
      }
    }
    expect((await send(world, slow())).result).toMatchObject({ total: 10 });
  });

  test("keeps no more errors than any database takes in one value", async () => {
    const world = await openMortal();
    const values = Array.from({ length: 50 }, (_, i) => `${i}${"ü".repeat(90)}`);
    await world.create({ slug: "sized", fields: [{ name: "size", type: "enum", values }] } as never);
    const rows = Array.from({ length: 400 }, (_, i) => (i === 9 ? "{}\n" : '{"size":"x"}\n')).join("");
    const result = await world.importText("sized", rows, NDJSON);
    expect(result).toMatchObject({ inserted: 1, failed: 399, errors_truncated: true });
    expect(result.errors.at(-1)!.row).toBe(result.errors.length + 1);
    expect(new TextEncoder().encode(JSON.stringify(result)).length).toBeLessThan(2_000_000);
  });

  test("marks little with each chunk, and errors only where there are new ones", async () => {
    const world = await openMortal();
    const bad = Array.from({ length: 300 }, () => '{"pages":"many"}\n').join("");
    const good = Array.from({ length: 500 }, () => "{}\n").join("");
    const { result } = await send(world, bad + good);
    expect(result).toMatchObject({ inserted: 500, failed: 300 });
    const marks = world.life.written.filter((text) => text.includes("digest"));
    expect(marks.length).toBeGreaterThan(500 / CHUNK);
    // In the first checkpoint, and in the answer.
    expect(marks.filter((text) => text.includes("expected an integer"))).toHaveLength(2);
  });
});
