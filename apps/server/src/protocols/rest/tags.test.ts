import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

const world = testApp();
const operator = bearer(await world.signUp("operator@example.com"));
const made = async (path: string, body: object): Promise<string> =>
  ((await (await world.send(path, body, operator)).json()) as { data: { id: string } }).data.id;
await made("/api/collections", { slug: "people", fields: [{ name: "name", type: "text" }] });
const to = { name: "director", type: "relation", to: "people" };
await made("/api/collections", { slug: "films", fields: [{ name: "rating", type: "integer" }, to] });
const list = { name: "films", type: "relation_many", to: "films", via: "director" };
await world.send("/api/collections/people", { fields: [list] }, operator, "PATCH");
const person = await made("/api/items/people", { name: "Ada" });
const film = await made("/api/items/films", { rating: 7, director: person });

const conditionalGet = async (path: string, tag: string): Promise<[number, string | null]> => {
  const response = await world.call(`/api/items/${path}`, { headers: { ...operator, "if-none-match": tag } });
  return [response.status, response.headers.get("etag")];
};
const json = (expand: object): string => encodeURIComponent(JSON.stringify(expand));

const known = (await world.call(`/api/items/films/${film}`, { headers: operator })).headers.get("etag")!;

test("what is only called version is no tag", async () => {
  const one = `films/${film}`;
  expect(await conditionalGet(`${one}?fields=version:rating`, '"7"')).toEqual([200, null]);
  expect(await conditionalGet(`${one}?fields=rating,version`, known)).toEqual([304, known]);
  expect(await conditionalGet(`${one}?fields=score:rating,version`, known)).toEqual([304, known]);
  const counted = { relation: "films", spread: true, aggregates: { version: { count: "*" } } };
  expect(await conditionalGet(`people/${person}?fields=name&expand=${json({ n: counted })}`, known)).toEqual([
    200,
    null,
  ]);
});

test("an answer that holds other items is sent whole, however they were asked for", async () => {
  for (const search of ["expand=director", "%65xpand=director", "fields=version,director.name"]) {
    expect(await conditionalGet(`films/${film}?${search}`, known)).toEqual([200, known]);
  }
  expect(await conditionalGet(`people/${person}?fields=version,films`, known)).toEqual([200, known]);
});
