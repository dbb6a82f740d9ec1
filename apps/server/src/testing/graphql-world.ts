/** An app with authors, books and reviews, of which a stranger sees a part, and its GraphQL. */
import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import type { Config, SqlDriver } from "@plinth/core";
import { bearer, testApp } from "./app.ts";

const text = (name: string, more: object = {}) => ({ name, type: "text", ...more });

const COLLECTIONS = [
  { slug: "authors", fields: [text("name", { required: true }), text("secret"), text("code", { unique: true })] },
  {
    slug: "books",
    fields: [
      text("title", { required: true }),
      { name: "pages", type: "integer" },
      { name: "price", type: "decimal", precision: 8, scale: 2 },
      { name: "facts", type: "json" },
      { name: "author", type: "relation", to: "authors" },
    ],
  },
  {
    slug: "reviews",
    fields: [
      { name: "stars", type: "integer" },
      { name: "book", type: "relation", to: "books", on_delete: "cascade" },
    ],
  },
  { slug: "letters", fields: [text("body", { required: true })] },
];

export interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown> & { readonly code: string };
  }[];
}

export const bookId = (n: number): string => `00000000-0000-4000-8000-0000000000${String(n).padStart(2, "0")}`;
export const authorId = (n: number): string => `00000000-0000-4000-8001-0000000000${String(n).padStart(2, "0")}`;

export async function openGraphqlWorld(config: Partial<Config> = {}) {
  const statements: string[] = [];
  const app = testApp({ maxBodyBytes: 200_000, ...config }, { driver: counted(statements) });
  const admin = bearer(await app.signUp("admin@example.com"));
  const must = async (path: string, body: unknown, method = "POST") => {
    const answer = await app.send(path, body, admin, method);
    if (!answer.ok) throw new Error(await answer.text());
  };
  for (const definition of COLLECTIONS) await must("/api/collections", definition);
  const lists = { authors: ["books", "author"], books: ["reviews", "book"] };
  for (const [slug, [to, via]] of Object.entries(lists))
    await must(`/api/collections/${slug}`, { fields: [{ name: to, type: "relation_many", to, via }] }, "PATCH");
  await must("/api/items/authors", [
    { id: authorId(1), name: "Ann", secret: "hush", code: "a" },
    { id: authorId(2), name: "Ben", secret: "hush", code: "b" },
  ]);
  await must("/api/items/books", [
    { id: bookId(1), title: "One", pages: 100, price: "9.50", facts: { year: 1999 }, author: authorId(1) },
    { id: bookId(2), title: "Two", pages: 200, price: "20.00", facts: { year: 2005 }, author: authorId(1) },
    { id: bookId(3), title: "Three", pages: null, price: null, author: authorId(2) },
  ]);
  const stars = [5, 3, 4].map((n, i) => ({ stars: n, book: bookId(i < 2 ? 1 : 2) }));
  await must("/api/items/reviews", stars);
  const rule = (collection: string, action: string, more: object = {}) => ({
    role: "public",
    collection,
    action,
    ...more,
  });
  for (const one of [
    rule("authors", "read", { fields: ["name", "books"] }),
    rule("books", "read", { condition: { pages: { _null: false } } }),
    rule("letters", "create"),
  ])
    await must("/api/permissions", one);
  const send = (body: unknown, headers: Record<string, string> = admin) => app.send("/api/graphql", body, headers);
  const ask = async (query: string, variables: object = {}, headers = admin): Promise<GraphqlAnswer> =>
    (await send({ query, variables }, headers)).json() as Promise<GraphqlAnswer>;
  /** Throws where a part was refused. */
  const data = async (query: string, variables: object = {}, headers = admin) => {
    const answer = await ask(query, variables, headers);
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    return answer.data!;
  };
  return { ...app, admin, must, ask, data, post: send, statements };
}

/** A database in memory that notes the statements that it is asked. */
function counted(statements: string[]): SqlDriver {
  const driver = bunSqlite({ path: ":memory:" });
  return {
    ...driver,
    all(query) {
      statements.push(query.sql);
      return driver.all(query);
    },
    run(query) {
      statements.push(query.sql);
      return driver.run(query);
    },
    batch(queries) {
      statements.push(...queries.map(({ sql }) => sql));
      return driver.batch(queries);
    },
  };
}
