import { expect, test } from "bun:test";
import { createClient } from "../src/index.ts";

const url = "http://127.0.0.1:9";
const never = () => new Promise<Response>(() => undefined);
const client = createClient({ url, fetch: never as unknown as typeof fetch, transport: "sse" });
const nothing = (): void => undefined;

test("a misspelt option is refused, with the one that is near", () => {
  expect(() => createClient({ url, tokn: "x" } as never)).toThrow(
    "createClient: there is no option tokn; did you mean token?",
  );
  expect(() => client.from("a").subscribe({ filtr: {} } as never, nothing)).toThrow(
    "subscribe: there is no option filtr; did you mean filter? (options are filter, after, onError, onState, signal)",
  );
  expect(() => client.from("a").live({ feilds: "x" } as never, nothing)).toThrow("did you mean fields?");
  expect(() => client.from("a").live({ groupBy: [] } as never, nothing)).toThrow("did you mean group_by?");
  expect(() => client.from("a").live({}, nothing, { onEror: nothing } as never)).toThrow("did you mean onError?");
  expect(() => client.from("a").live({ where: {} } as never, nothing)).toThrow(
    /no option where \(options are filter, sort, /,
  );
});

test("every option there is is taken", () => {
  const watcher = { onError: nothing, onState: nothing };
  client
    .from("a")
    .subscribe({ filter: { b: 1 }, after: "1", ...watcher }, nothing)
    .close();
  client
    .from("a")
    .live(
      {
        filter: {},
        sort: "b",
        fields: "b",
        expand: "c",
        limit: 1,
        aggregates: {},
        group_by: [],
        having: {},
      },
      nothing,
      watcher,
    )
    .close();
});

test("an operator calls below the operators' path, in a workspace too", async () => {
  const paths: string[] = [];
  const fetch = ((at: URL) => {
    paths.push(at.pathname);
    return Promise.resolve(Response.json({ data: { id: "1" } }));
  }) as unknown as typeof globalThis.fetch;
  await createClient({ url, fetch, operator: true }).from("a").one("1");
  await createClient({ url, fetch, operator: true, workspace: "acme corp" }).from("a").one("1");
  expect(paths).toEqual(["/api/operator/items/a/1", "/api/operator/t/acme%20corp/items/a/1"]);
});
