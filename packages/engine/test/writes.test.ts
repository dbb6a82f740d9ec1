import { beforeAll, describe, expect, test } from "bun:test";
import type { JsonObject } from "@plinth/core";
import { createItems, patchItem } from "../src/index.ts";
import { openWorld, type World } from "./transfer-support.ts";

let world: World;
const ID = "00000000-0000-4000-8000-000000000001";

beforeAll(async () => {
  world = await openWorld();
  await world.create({
    slug: "counters",
    kind: "managed",
    fields: [
      { name: "n", type: "integer", min: 0, max: 10 },
      { name: "big", type: "integer" },
      { name: "ratio", type: "number" },
      { name: "price", type: "decimal", precision: 18, scale: 2 },
      { name: "tags", type: "json" },
      { name: "meta", type: "json" },
    ],
  } as never);
  await world.create({ slug: "docs", kind: "document", fields: [] } as never);
  const ctx = await world.ctx();
  await createItems(ctx, "counters", { id: ID, n: 5, price: "1.10", tags: ["a", 0.1, { k: 1, l: [2] }] });
  await createItems(ctx, "docs", { id: ID, n: 1, tags: ["x"], name: "d" });
});

const patch = async (slug: string, body: JsonObject, versions?: number[]) =>
  patchItem(await world.ctx(), slug, ID, body, { versions });

const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => ({ code: "NONE", details: {} }),
    (e) => e,
  );
  return [error.code, error.details?.field];
};

describe("field operators", () => {
  test("add to numbers exactly", async () => {
    expect(
      await patch("counters", { n: { $inc: 2 }, ratio: { $inc: 0.5 }, big: { $inc: 9007199254740990 } }),
    ).toMatchObject({
      n: 7,
      ratio: 0.5,
      big: 9007199254740990,
    });
    expect(await patch("counters", { price: { $inc: "0.15" } })).toMatchObject({ price: "1.25" });
    expect(await patch("counters", { price: { $inc: -2.5 } })).toMatchObject({ price: "-1.25" });
    expect(await patch("counters", { price: { $inc: "9999999999999999.99" } })).toMatchObject({
      price: "9999999999999998.74",
    });
  });

  test("keep within bounds", async () => {
    expect(await refusal(patch("counters", { n: { $inc: 4 } }))).toEqual(["VALIDATION", "n"]);
    expect(await refusal(patch("counters", { n: { $inc: -8 } }))).toEqual(["VALIDATION", "n"]);
    expect(await refusal(patch("counters", { big: { $inc: 2 } }))).toEqual(["VALIDATION", "big"]);
    expect(await refusal(patch("counters", { price: { $inc: 2 } }))).toEqual(["VALIDATION", "price"]);
    expect(await refusal(patch("counters", { n: { $append: [1] } }))).toEqual(["UNKNOWN_OPERATOR", "n.$append"]);
    expect(await refusal(patch("counters", { n: { $inc: "x" } }))).toEqual(["VALIDATION", "n.$inc"]);
  });

  test("change lists", async () => {
    expect(
      await patch("counters", { tags: { $append: ["b", null, { z: 1e21 }] }, meta: { $append: [] } }),
    ).toMatchObject({
      tags: ["a", 0.1, { k: 1, l: [2] }, "b", null, { z: 1e21 }],
      meta: [],
    });
    expect(await patch("counters", { tags: { $remove: ["a", { l: [2], k: 1 }, null, 0.1] } })).toMatchObject({
      tags: ["b", { z: 1e21 }],
    });
    await patch("counters", { meta: { a: 1 } });
    expect(await refusal(patch("counters", { meta: { $append: [1] } }))).toEqual(["VALIDATION", "meta"]);
    await patch("counters", { meta: null });
    expect(await patch("counters", { meta: { $remove: [1] } })).toMatchObject({ meta: null });
    expect(await patch("counters", { meta: { $inc: 1.5 } })).toMatchObject({ meta: 1.5 });
    expect(await patch("counters", { meta: { $inc: 0.5 } })).toMatchObject({ meta: 2 });
  });

  test("change a document's keys", async () => {
    expect(
      await patch("docs", {
        n: { $inc: 0.1 },
        m: { $inc: 2 },
        tags: { $append: ["y"] },
        gone: { $remove: [1] },
        name: "e",
      }),
    ).toEqual(expect.objectContaining({ n: 1.1, m: 2, tags: ["x", "y"], name: "e" }));
    const row = await patch("docs", { n: { $inc: 0.2 }, tags: { $remove: ["x"] } });
    expect(row).toMatchObject({ n: 1.1 + 0.2, tags: ["y"] });
    expect("gone" in row).toBe(false);
    expect(await refusal(patch("docs", { name: { $inc: 1 } }))).toEqual(["VALIDATION", "name"]);
    expect(await refusal(patch("docs", { other: { $inc: 1, more: 2 } }))).toEqual(["UNKNOWN_OPERATOR", "other.$inc"]);
    expect(await refusal(patch("docs", { $inc: { n: 1 } }))).toEqual(["UNKNOWN_OPERATOR", "$inc"]);
    expect(await refusal(patch("docs", { "a.n": { $inc: 1 } }))).toEqual(["UNKNOWN_OPERATOR", "a.n.$inc"]);
  });
});

test("a version that has passed is refused", async () => {
  const { version } = (await patch("docs", { name: "f" })) as { version: number };
  expect(await refusal(patch("docs", { name: "g" }, [version + 5]))).toEqual(["PRECONDITION_FAILED", undefined]);
  expect(await patch("docs", { name: "g" }, [version])).toMatchObject({ name: "g", version: version + 1 });
});
