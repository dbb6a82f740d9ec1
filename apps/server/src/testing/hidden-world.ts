/**
 * A workspace with hidden fields and collections beside shown ones, and requests that give a name in every place where a
 * caller can: the answer about a hidden name must be the same whatever it names, so that nothing is learnt but that the
 * name is taken.
 */
import { bearer, type TestApp, testApp } from "./app.ts";

type Headers = Record<string, string>;
/** A request with the name in one place. */
export type Place = (world: HiddenWorld, name: string, caller: Headers) => Promise<Response>;

export interface HiddenWorld {
  readonly app: TestApp;
  readonly callers: { readonly stranger: Headers; readonly user: Headers };
  /** An item of the shown collection. */
  readonly id: string;
}

/** Of every kind, in names of one length: the answers then differ in nothing but the name. */
export const HIDDEN_FIELDS = ["hid_code", "hid_mark", "hid_size", "hid_when", "hid_json", "hid_link", "hid_lots"];
export const HIDDEN_COLLECTIONS = ["hid_sets", "hid_docs"];

export async function openHiddenWorld(): Promise<HiddenWorld> {
  const app = testApp({ maxBodyBytes: 100_000 });
  const operator = bearer(await app.signUp("operator@example.com"));
  const make = async (path: string, body: object, method = "POST"): Promise<{ id: string }> => {
    const response = await app.send(path, body, operator, method);
    const { data, error } = (await response.json()) as { data: { id: string }; error?: unknown };
    if (error) throw new Error(JSON.stringify(error));
    return data;
  };
  await make("/api/collections", {
    slug: "hid_sets",
    fields: [{ name: "name", type: "text", unique: true }],
  });
  await make("/api/collections", { slug: "hid_docs", kind: "document", fields: [] });
  await make("/api/collections", { slug: "sides", fields: [{ name: "name", type: "text", unique: true }] });
  await make("/api/collections", {
    slug: "shown",
    fields: [
      { name: "name", type: "text" },
      { name: "side", type: "relation", to: "sides" },
      { name: "hid_code", type: "text" },
      { name: "hid_mark", type: "text", unique: true },
      { name: "hid_size", type: "integer" },
      { name: "hid_when", type: "timestamp" },
      { name: "hid_json", type: "json" },
      { name: "hid_link", type: "relation", to: "hid_sets" },
    ],
  });
  const addField = (slug: string, field: object) => make(`/api/collections/${slug}`, { fields: [field] }, "PATCH");
  await addField("hid_sets", { name: "back", type: "relation", to: "shown" });
  await addField("shown", { name: "hid_lots", type: "relation_many", to: "hid_sets", via: "back" });
  const item = { name: "one", hid_code: "x", hid_mark: "m", hid_size: 1, hid_json: { a: 1 } };
  const { id } = await make("/api/items/shown", item);
  for (const role of ["public", "authenticated"]) {
    for (const action of ["read", "create", "update"]) {
      await make("/api/permissions", { role, collection: "shown", action, fields: ["name", "side"] });
    }
    await make("/api/permissions", { role, collection: "sides", action: "read" });
    await make("/api/permissions", { role, collection: "shown", action: "delete" });
  }
  const callers: HiddenWorld["callers"] = { stranger: {}, user: bearer(await app.signUp("user@example.com")) };
  return { app, callers, id };
}

export const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value));

/** What a place makes of the name; where it needs one, also of the id of the shown item. */
type OfName<T> = (name: string, id: string) => T;

export const get =
  (path: OfName<string>): Place =>
  ({ app, id }, name, headers) =>
    app.call(path(name, id), { headers });
export const send =
  (method: string, path: OfName<string>, body?: OfName<unknown>): Place =>
  ({ app, id }, name, caller) =>
    app.send(path(name, id), body?.(name, id), caller, method);
export const batch = (operation: OfName<object>): Place =>
  send(
    "POST",
    () => "/api/batch",
    (name, id) => ({ operations: [operation(name, id)] }),
  );

/** The answer without what differs between any two requests, and without the name. */
export async function answerTo(place: Place, world: HiddenWorld, name: string, caller: Headers): Promise<string> {
  const response = await place(world, name, caller);
  const headers = [...response.headers].filter(([header]) => header !== "x-request-id" && header !== "content-length");
  const body = (await response.text())
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<id>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/"next":"[^"]*"/g, "<position>");
  return `${response.status} ${JSON.stringify(headers.sort())}\n${body}`.replaceAll(name, "<name>");
}
