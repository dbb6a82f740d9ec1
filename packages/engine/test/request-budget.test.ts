import { expect, test } from "bun:test";
import { listItems, newBudget, RequestBudget } from "../src/index.ts";
import { FAMILIES, KIDS } from "./kids.ts";
import { kidsSuite, refused } from "./kids-suite.ts";
import { listIn } from "./texts.ts";

await kidsSuite("plinth_request_budget", (kids) => {
  test("all parts of a request share one budget of items", async () => {
    const group = { aggregates: { n: { count: "*" } } };
    const expand = { a: { relation: "kids", ...group }, b: { relation: "kids", ...group } };
    const within = async (maxScan: number, parameters: Parameters<typeof listIn>[0]) => {
      const ctx = await kids.contextWith(maxScan);
      const budget = newBudget(ctx.engine.config, ctx.now);
      return listItems({ ...ctx, budget }, "families", listIn(parameters)).catch((error: unknown) => error);
    };
    expect(await within(2 * KIDS, { expand })).toMatchObject({ has_more: false });
    const message = `This would read more than 199 items of kids, with the ${KIDS} of the request's other parts; family has an index already, so narrow the filter.`;
    expect(await within(2 * KIDS - 1, { expand })).toMatchObject(refused(message, { max_scan: 199 }));
    expect(await within(2 * KIDS - 1, { expand: { a: expand.a } })).toMatchObject({ has_more: false });
    // A list of related items is read whole, to find each parent's first in its order.
    const first = { relation: "kids", sort: "-height", limit: 1 };
    const lists = { a: first, b: first };
    expect(await within(2 * KIDS, { expand: lists })).toMatchObject({ has_more: false });
    expect(await within(2 * KIDS - 1, { expand: lists })).toMatchObject(refused(message, { max_scan: 199 }));
    expect(await within(2 * KIDS - 1, { expand: { a: first } })).toMatchObject({ has_more: false });
    const few = { filter: { name: "f1" }, expand: lists };
    expect(await within(2 * (KIDS / FAMILIES), few)).toMatchObject({ data: [{ a: [{}], b: [{}] }] });
  });

  test("a list of related items needs no count where its collection is known to be small", async () => {
    const ctx = await kids.contextWith(4 * KIDS);
    const { catalog } = ctx;
    let counts = 0;
    const source: typeof ctx.source = (collection) => {
      const found = ctx.source(collection);
      const countUpTo: typeof found.store.countUpTo = (tree, bindings, atMost) => {
        counts++;
        return found.store.countUpTo(tree, bindings, atMost);
      };
      return { ...found, store: { ...found.store, countUpTo } };
    };
    const list = () =>
      listItems({ ...ctx, catalog, source, budget: newBudget(ctx.engine.config, ctx.now) }, "families", {
        ...listIn({ expand: { kids: {} } }),
      });
    await list();
    const before = counts;
    await list();
    expect([before, counts - before]).toEqual([1, 0]);
    const toOne = listIn({ expand: "family" });
    await listItems({ ...ctx, source, budget: newBudget(ctx.engine.config, ctx.now) }, "kids", toOne);
    expect(counts).toBe(before);
  });

  test("all parts of a request share one time limit", async () => {
    const ctx = await kids.ctx();
    const late = { ...ctx, budget: new RequestBudget(ctx.now - 1) };
    const within = (input: Parameters<typeof listIn>[0]) =>
      listItems(late, "kids", listIn(input)).catch((error: unknown) => error);
    expect(await within({ limit: 1 })).toMatchObject({ has_more: true });
    expect(await within({ limit: 1, expand: "family" })).toMatchObject({
      code: "LIMIT_EXCEEDED",
      details: { field: "expand.family", statement_timeout_ms: 30_000 },
    });
    const counts = { filter: true };
    const counted = await listItems(late, "kids", { limit: 1, counts }).catch((error: unknown) => error);
    expect(counted).toMatchObject({ code: "LIMIT_EXCEEDED", details: { field: "meta" } });
  });
});
