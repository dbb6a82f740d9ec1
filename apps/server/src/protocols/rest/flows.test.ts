/** Flows: what their nodes do, and what is wrong with definitions. */
import { afterAll, expect, test } from "bun:test";
import { flowBench, ORDERS } from "../../testing/flows.ts";

const { read, start, ended, asked, host, advance, deploy, refused, stepsOf, ran, stop } = await flowBench();
afterAll(stop);

test("nodes run one after the other, and name what those before have found", async () => {
  await deploy("orders", [
    {
      id: "order",
      type: "item",
      action: "create",
      collection: "orders",
      data: { total: "{{ input.total }}", state: "new" },
    },
    {
      id: "large",
      type: "condition",
      if: "steps.order.total > 100",
      do: [{ id: "word", type: "set", value: "large" }],
      else: [{ id: "other", type: "set", value: "small" }],
    },
    {
      id: "way",
      type: "branch",
      on: "steps.large",
      cases: [{ is: ["large", "huge"], do: [{ id: "first", type: "set", value: "by hand" }] }],
      else: [{ id: "second", type: "set", value: "at once" }],
    },
    {
      id: "change",
      type: "item",
      action: "update",
      collection: "orders",
      item: "{{ steps.order.id }}",
      data: { state: "{{ steps.way }}" },
    },
    {
      id: "found",
      type: "item",
      action: "list",
      collection: "orders",
      query: { filter: { state: "{{ steps.way }}" }, fields: "total" },
    },
  ]);
  const large = await ran("orders", { total: 120 });
  expect(large).toMatchObject({ state: "succeeded", error: null });
  expect((large.result as { data: unknown[] }).data).toMatchObject([{ total: 120 }]);
  const small = await ran("orders", { total: 5 });
  expect((small.result as { data: unknown[] }).data).toMatchObject([{ total: 5 }]);
  const steps = await stepsOf(large.id);
  expect(steps.map(({ path }) => path)).toEqual(["order", "large", "word", "way", "first", "change", "found"]);
  expect(steps[0]).toMatchObject({
    input: { data: { total: 120, state: "new" } },
    output: { total: 120 },
    error: null,
  });
  const [change] = await read<{ actor: string; request_id: string }[]>("/api/changes?collection=orders");
  expect(change).toMatchObject({ actor: "flow:orders" });
});

test("a loop runs its nodes for each element, several at a time, and parallel lists at the same time", async () => {
  await deploy("rounds", [
    {
      ...{ id: "each", type: "loop", in: "input", as: "line", at_once: 3, result: "steps.double" },
      do: [
        { id: "double", type: "set", value: "{{ line * 2 + index }}" },
        {
          id: "inner",
          type: "loop",
          in: "[1, 2]",
          as: "n",
          do: [{ id: "deep", type: "set", value: "{{ line + n }}" }],
        },
      ],
    },
    {
      id: "both",
      type: "parallel",
      branches: [[{ id: "left", type: "set", value: 1 }], [{ id: "right", type: "set", value: 2 }]],
    },
    { id: "sum", type: "set", value: { results: "{{ steps.each.results }}", sum: "{{ steps.left + steps.right }}" } },
  ]);
  const run = await ran("rounds", [10, 20, 30]);
  expect(run).toMatchObject({ state: "succeeded", result: { results: [20, 41, 62], sum: 3 } });
  const paths = (await stepsOf(run.id)).map(({ path }) => path);
  expect(paths).toContain("each.2.inner.1.deep");
  expect(paths.filter((path) => path.endsWith("double"))).toHaveLength(3);
});

test("a wait gives the run back, and what is done is not done again", async () => {
  await deploy("waits", [
    { id: "order", type: "item", action: "create", collection: "orders", data: { total: 1, state: "waits" } },
    { id: "pause", type: "wait", seconds: "{{ input.days * 86400 }}" },
    { id: "after", type: "set", value: "{{ steps.order.id }}" },
  ]);
  const id = await start("waits", { days: 7 });
  const asleep = await ended(id, "scheduled");
  const [, pause] = await stepsOf(id);
  expect(asleep.resumes_at).toBe(pause!.output as string);
  advance(7 * 86_400_000 + 1);
  expect(await ended(id)).toMatchObject({ state: "succeeded" });
  expect(await read('/api/items/orders?filter={"state":"waits"}')).toHaveLength(1);
});

test("a flow does what it declares, and nothing else", async () => {
  const create = { id: "a", type: "item", action: "create", collection: "orders", data: {} };
  expect(await refused([create], { permissions: {} })).toContain("nodes.0.action: node a: needs permissions.as");
  expect(await refused([{ ...create, collection: "users" }])).toContain("permissions.collections has no users");
  expect(await refused([{ ...create, action: "delete", data: undefined, item: "x" }])).toContain("nodes.0");
  const batch = {
    id: "a",
    type: "item",
    action: "batch",
    operations: [{ op: "delete", collection: "orders", id: "x" }],
  };
  expect(await refused([batch])).toContain("operations.0: node a: permissions.actions has no delete");
  expect(await refused([{ id: "a", type: "http", url: "https://example.com" }])).toContain("permissions.fetch");
  expect(await refused([{ id: "a", type: "mail", to: "a@example.com", subject: "a", text: "a" }])).toContain(
    "permissions.mail",
  );
  expect(await refused([{ id: "a", type: "function", name: "f" }])).toContain("permissions.functions");
  const nested = { id: "b", type: "condition", if: "true", do: [{ id: "a", type: "function", name: "f" }] };
  const none = await refused([nested], { permissions: { functions: ["f"] } });
  expect(none).toContain("nodes.0.do.0.name: node a: there is no function named f");
  // What expressions make at run time is checked then.
  await deploy("sneaks", [{ id: "a", type: "item", action: "list", collection: "{{ input }}" }]);
  expect(await ran("sneaks", "users")).toMatchObject({ state: "dead" });
  const permissions = { ...ORDERS, fetch: ["example.com"] };
  await deploy("asks", [{ id: "a", type: "http", url: "{{ input }}" }], { permissions });
  for (const url of [
    `http://${host}/`,
    "http://169.254.169.254/",
    "https://example.com@10.0.0.1/",
    "http://[::1]/",
    "ftp://example.com/",
  ]) {
    expect(await ran("asks", url)).toMatchObject({
      state: "dead",
      error: expect.stringMatching(/^a: url: /) as string,
    });
  }
  expect(asked).toEqual([]);
});

test("what is wrong with a definition is named", async () => {
  const a = { id: "a", type: "set", value: 1 };
  const cases: [unknown[], RegExp][] = [
    [[{ ...a, type: "sets" }], /^nodes\.0\.type: node a: /],
    [[{ ...a, id: "A" }], /^nodes\.0\.id: node A: must begin with a-z/],
    [[{ ...a, colour: 1 }], /^nodes\.0\.colour: node a: is no part of this node/],
    [[a, a], /^nodes\.1\.id: node a: another node/],
    [[{ ...a, value: { deep: ["{{ input. }}"] } }], /^nodes\.0\.value\.deep\.0: node a: /],
    [[{ ...a, value: "{{ input" }], /^nodes\.0\.value: node a: \{\{ is not closed/],
    [[{ ...a, value: "{{ secrets.A }}" }], /^nodes\.0\.value: node a: .*secrets/],
    [[{ ...a, value: "{{ steps.b }}" }], /^nodes\.0\.value: node a: no node is named b/],
    [[{ ...a, value: '{{ input.matches("a") }}' }], /matches/],
    [[{ ...a, on_error: { goto: "b" } }], /^nodes\.0\.on_error\.goto: node a: no later node/],
    [
      [{ id: "c", type: "condition", if: "input", do: [{ ...a, value: "{{ x }}" }] }],
      /^nodes\.0\.do\.0\.value: node a: /,
    ],
    [[{ id: "l", type: "loop", in: "input", as: "x", do: [a], result: "y" }], /^nodes\.0\.result: node l: /],
    [[{ id: "w", type: "wait" }], /^nodes\.0\.seconds: node w: send seconds or until/],
    [[{ id: "i", type: "item", action: "list" }], /^nodes\.0\.collection: node i: is required/],
    [[{ ...a, value: "x".repeat(70_000) }], /65536 bytes/],
  ];
  for (const [nodes, message] of cases) expect(await refused(nodes)).toMatch(message);
  let deep: unknown[] = [a];
  for (let i = 0; i < 9; i++) deep = [{ id: `c${i}`, type: "condition", if: "true", do: deep }];
  expect(await refused(deep)).toContain("nested");
});
