/** PocketBase with the data of the tasks. */
import { send } from "../peers/peer.ts";
import { addUser } from "../peers/pocketbase.ts";
import * as data from "./data.ts";

/** Of who asks. */
export type Headers = Record<string, string>;

/** Answers Ann's. */
export async function fillPocketBase(url: string, admin: Headers): Promise<Headers> {
  const settings = { batch: { enabled: true, maxRequests: data.COUNT, timeout: 60 } };
  await send(url, "/api/settings", settings, admin, "PATCH");
  const make = (name: string, fields: object[], more: object = {}) =>
    send(url, "/api/collections", { name, type: "base", fields, ...more }, admin);
  await make("tags", [{ name: "name", type: "text" }]);
  const fields = [
    { name: "title", type: "text", required: true },
    { name: "genre", type: "select", values: data.GENRES },
    { name: "year", type: "number", onlyInt: true },
    { name: "in_print", type: "bool" },
    { name: "shelf", type: "text" },
    { name: "place", type: "text" },
    { name: "owner", type: "relation", collectionId: "_pb_users_auth_", maxSelect: 1 },
    { name: "created", type: "autodate", onCreate: true },
    { name: "updated", type: "autodate", onCreate: true, onUpdate: true },
  ];
  await make("books", fields, { createRule: '@request.auth.id != ""' });
  const insert = async (name: string, rows: readonly object[]): Promise<void> => {
    const requests = rows.map((body) => ({ method: "POST", url: `/api/collections/${name}/records`, body }));
    await send(url, "/api/batch", { requests }, admin);
  };
  await insert(
    "tags",
    data.TAGS.map((name) => ({ name })),
  );
  const authors: Headers[] = [];
  for (const name of data.AUTHORS) {
    const { id, headers } = await addUser(url, name, admin);
    await insert(
      "books",
      data.booksOf(name).map((book) => ({ ...book, owner: id })),
    );
    authors.push(headers);
  }
  await insert("books", data.booksOfNobody());
  return authors[0]!;
}
