/** Plinth with the data of the tasks. */
import type { AdminServer } from "../../tests/admin/harness.ts";
import { emailOf, PASSWORD } from "../rows.ts";
import * as data from "./data.ts";

export interface Author {
  readonly id: string;
  readonly token: string;
}

/** Answers Ann. */
export async function fillPlinth(admin: AdminServer): Promise<Author> {
  const { send } = admin;
  await send("/api/collections", { slug: "tags", fields: [{ name: "name", type: "text" }] });
  await send(
    "/api/items/tags",
    data.TAGS.map((name) => ({ name })),
  );
  const fields = [
    { name: "title", type: "text", required: true },
    { name: "genre", type: "enum", values: data.GENRES },
    { name: "year", type: "integer" },
    { name: "in_print", type: "boolean" },
    { name: "shelf", type: "text" },
    { name: "place", type: "text" },
  ];
  await send("/api/collections", { slug: "books", fields });
  await send("/api/permissions", { role: "authenticated", collection: "books", action: "create" });
  const authors: Author[] = [];
  for (const name of data.AUTHORS) {
    const account = { name, email: emailOf(name), password: PASSWORD };
    const { user, token } = await send<{ user: { id: string }; token: string }>("/api/auth/sign-up/email", account);
    for (const book of data.booksOf(name)) {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const init = { method: "POST", headers, body: JSON.stringify(book) };
      const made = await fetch(`${admin.baseUrl}/api/items/books`, init);
      if (made.status !== 201) throw new Error(`a book of ${name}: ${made.status} ${await made.text()}`);
    }
    authors.push({ id: user.id, token });
  }
  await send("/api/items/books", data.booksOfNobody());
  return authors[0]!;
}
