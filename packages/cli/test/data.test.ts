import { expect, test } from "bun:test";
import { join } from "node:path";
import { run } from "../src/run.ts";
import { runHere } from "./in-process.ts";
import { dataOf, serverForTests } from "./server.ts";

const { server, write, items } = serverForTests();
const env = () => ({ PLINTH_URL: server.url, PLINTH_KEY: server.key, XDG_CONFIG_HOME: server.folder });
const plinth = (...words: string[]) => runHere(words, env());
const json = async (...words: string[]) => dataOf((await plinth(...words, "--json")).out) as never;
const inFolder = (name: string) => join(server.folder, name);

const FILMS = {
  slug: "films",
  fields: [
    { name: "title", type: "text", required: true },
    { name: "year", type: "integer" },
  ],
};

test("collections are created, listed, changed and deleted", async () => {
  await write("films.json", JSON.stringify(FILMS));
  const made = await plinth("collections", "create", inFolder("films.json"));
  expect([made.code, made.out]).toEqual([0, expect.stringMatching(/\ntitle +text +true/)]);
  expect((await plinth("collections", "list")).out).toMatch(/films +managed +title,year\n/);
  const field = '{"fields": [{"name": "seen", "type": "boolean"}]}';
  expect((await plinth("collections", "update", "films", "--data", field)).out).toMatch(/\nseen +boolean/);
  const copy = JSON.stringify({ ...((await json("collections", "get", "films")) as object), slug: "copies" });
  expect((await runHere(["collections", "create", "-"], env(), copy)).code).toBe(0);
  const unconfirmed = await plinth("collections", "delete", "copies");
  expect([unconfirmed.code, unconfirmed.err]).toEqual([2, expect.stringContaining("copies")]);
  expect((await plinth("collections", "delete-field", "films", "seen", "--confirm", "seen")).out).not.toContain("seen");
  expect((await plinth("collections", "delete", "copies", "--confirm", "copies")).code).toBe(0);
  expect((await plinth("collections", "list")).out).not.toContain("copies");
});

test("items are created, read, changed and deleted", async () => {
  const data = '[{"title": "Ran", "year": 1985}, {"title": "Stalker", "year": 1979}]';
  const made = (await json("items", "create", "films", "--data", data)) as { id: string }[];
  expect(made).toMatchObject([{ title: "Ran" }, { title: "Stalker" }]);
  const listed = await plinth("items", "list", "films", "--sort=year", "--filter", '{"year": {"_gte": 1900}}');
  expect(listed.out).toMatch(/^id +title +year\n\S{36} +Stalker +1979\n\S{36} +Ran +1985\n$/);
  const one = ["--fields", "title", "--limit", "1", "--sort=title"];
  expect(await json("items", "list", "films", ...one)).toEqual([{ id: made[0]!.id, title: "Ran" }] as never);
  const id = made[0]!.id;
  expect(await json("items", "update", "films", id, "--data", '{"year": 1986}')).toMatchObject({ year: 1986 });
  expect((await plinth("items", "get", "films", id, "--fields", "year")).out).toMatch(/\nyear +1986\n$/);
  expect((await plinth("items", "delete", "films", id)).code).toBe(0);
  expect(await items("films", "fields=title")).toMatchObject([{ title: "Stalker" }]);
  expect((await plinth("items", "list", "films", "--filter", '{"year": 1}')).out).toBe("No items.\n");
});

test("--all goes on over all pages, a JSON object a line", async () => {
  const numbers = Array.from({ length: 401 }, (_, year) => ({ title: `many ${year}`, year }));
  await write("many.json", JSON.stringify(numbers));
  expect((await plinth("items", "create", "films", inFolder("many.json"))).code).toBe(0);
  const filter = '{"title": {"_starts_with": "many"}}';
  const { out } = await plinth(
    "items",
    "list",
    "films",
    "--all",
    "--sort=year",
    "--fields",
    "year",
    "--filter",
    filter,
  );
  const lines = out.trimEnd().split("\n");
  expect(lines.map((line) => (JSON.parse(line) as { year: number }).year)).toEqual(numbers.map(({ year }) => year));
});

test("rules and roles are listed, made, explained and deleted", async () => {
  expect((await plinth("roles", "create", "critic", "--description", "Writes about films")).code).toBe(0);
  expect((await plinth("roles", "list")).out).toMatch(/critic +Writes about films/);
  const rule = '{"role": "critic", "collection": "films", "action": "read", "condition": {"year": 1979}}';
  const made = (await json("rules", "create", "--data", rule)) as { id: string };
  const asked = ["rules", "simulate", "films", "--action", "read", "--roles", "critic"];
  expect(await json(...asked, "--item", '{"title": "Ran", "year": 1985}')).toMatchObject({ decision: "deny" });
  expect((await plinth(...asked, "--item", '{"title": "S", "year": 1979}')).out).toMatch(
    new RegExp(`\nallow .* ${made.id} `),
  );
  expect((await plinth("rules", "update", made.id, "--data", '{"fields": ["title"]}')).code).toBe(0);
  expect(await json("rules", "list", "--role", "critic")).toMatchObject([{ id: made.id, fields: ["title"] }]);
  expect((await plinth("rules", "preset", "films", "owner")).code).toBe(0);
  expect((await plinth("rules", "delete", made.id)).code).toBe(0);
  expect(await json("rules", "list", "--role", "critic", "--collection", "films")).toEqual([] as never);
  expect((await plinth("roles", "delete", "critic")).code).toBe(0);
});

test("the change log is shown, and followed", async () => {
  const [film] = (await items("films", 'filter={"title":"Stalker"}')) as [{ id: string }];
  await plinth("items", "update", "films", film.id, "--data", '{"year": 1980}');
  const lines = (await plinth("logs", "--collection", "films")).out.trimEnd().split("\n");
  expect(lines[0]).toMatch(/^\d{4}-\S+Z {2}insert {2}films {2}\S{36} {2}key:\S+ {2}title: Ran, year: 1985/);
  expect(lines.at(-1)).toEndWith("year: 1979 → 1980");
  expect((await plinth("logs", "--limit", "2", "--json")).out.trimEnd().split("\n")).toHaveLength(2);
  const seen: string[] = [];
  const followed = run(["logs", "--follow", "--json"], env(), {
    async out(data) {
      if (seen.length === 0 && data === "")
        await plinth("items", "update", "films", film.id, "--data", '{"year": 1981}');
      if (data === "") return;
      seen.push(String(data));
      throw new Error("enough");
    },
    err: () => {},
    input: async () => "",
    ask: async () => undefined,
    live: false,
    width: 120,
  });
  await expect(followed).rejects.toThrow("enough");
  expect(JSON.parse(seen[0]!)).toMatchObject({ operation: "update", before: { year: 1980 }, after: { year: 1981 } });
});

test("the OpenAPI document is written", async () => {
  expect((await plinth("openapi", "--output", inFolder("api.json"))).code).toBe(0);
  const document = (await Bun.file(inFolder("api.json")).json()) as { paths: object };
  expect(Object.keys(document.paths)).toContain("/api/items/films");
});

test("the schema of GraphQL is written", async () => {
  expect((await plinth("graphql", "schema", "--output", inFolder("schema.graphql"))).code).toBe(0);
  expect(await Bun.file(inFolder("schema.graphql")).text()).toContain("films_connection(");
});

test("what cannot be done is said before anything is sent", async () => {
  for (const [words, message] of [
    [["items", "list", "films", "--filter", "{"], "--filter expects a JSON object"],
    [["items", "list", "films", "--limit", "many"], "--limit expects a whole number"],
    [["items", "list", "films", "--all", "--limit", "1"], "--all goes without --limit"],
    [["items", "list", "films", "--all", "--json"], "leave out --json"],
    [["items", "create", "films"], "Give either a FILE (- is the standard input) or --data JSON"],
    [["items", "create", "films", "a.json", "--data", "{}"], "Give either a FILE"],
    [["items", "create", "films", "--data", "{"], "--data is no JSON"],
    [["items", "create", "films", "--data", "1"], "--data expects a JSON object"],
    [["items", "create", "films", "zzz.json"], "There is no file zzz.json"],
    [["items", "get", "films"], "Write plinth items get COLLECTION ID"],
    [["items", "list", "zzz"], "zzz"],
    [["rules", "simulate", "films", "--action", "read"], "Say who wants it with --roles, --user or --principal"],
    [["rules", "simulate", "films"], "plinth rules simulate needs --action"],
    [["logs", "--follow", "--limit", "1"], "--follow goes without --limit"],
    [["collections", "create", "--data", '{"slug": "x", "fields": [{"name": "a", "type": "zzz"}]}'], "fields.0.type"],
  ] as const) {
    const { code, err } = await plinth(...words);
    expect([words.join(" "), code, err]).toEqual([words.join(" "), 2, expect.stringContaining(message)]);
  }
});
