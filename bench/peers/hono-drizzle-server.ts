/**
 * A server for the same work as one would write it by hand with Hono and Drizzle: prepared statements, bodies and
 * queries checked by zod, keys for programs that can be revoked, tokens for users, the rules as conditions.
 * `bun bench/peers/hono-drizzle-server.ts DATABASE PORT JWT_SECRET SYNCHRONOUS`
 */
import { Database } from "bun:sqlite";
import { and, asc, eq, getTableColumns, gte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/bun-sqlite";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { verify } from "hono/jwt";
import * as z from "zod";

const [path, port, jwtSecret, synchronous] = process.argv.slice(2) as [string, string, string, string];
const database = new Database(path, { create: true });
for (const pragma of ["journal_mode = wal", `synchronous = ${synchronous}`, "busy_timeout = 5000", "foreign_keys = on"])
  database.run(`pragma ${pragma}`);
database.run(`
  create table if not exists api_keys (hash text primary key, name text not null);
  create table if not exists posts (id text primary key, title text not null, body text, rank integer, owner_id text,
    created_at text not null, updated_at text not null);
  create index if not exists posts_rank on posts (rank, id);
  create index if not exists posts_owner on posts (owner_id, rank, id);
  create table if not exists articles (id text primary key, title text not null, body text, rank integer,
    published integer not null, created_at text not null, updated_at text not null);
  create index if not exists articles_rank on articles (rank, id);
  create table if not exists authors (id text primary key, name text not null);
  create table if not exists books (id text primary key, title text not null, rank integer,
    author_id text references authors (id), created_at text not null, updated_at text not null);
  create index if not exists books_rank on books (rank, id);
`);

const apiKeys = sqliteTable("api_keys", { hash: text("hash").primaryKey(), name: text("name").notNull() });
const times = { createdAt: text("created_at").notNull(), updatedAt: text("updated_at").notNull() };
const item = { id: text("id").primaryKey(), title: text("title").notNull(), rank: integer("rank") };
const posts = sqliteTable("posts", { ...item, body: text("body"), ownerId: text("owner_id"), ...times });
const published = integer("published", { mode: "boolean" }).notNull();
const articles = sqliteTable("articles", { ...item, body: text("body"), published, ...times });
const authors = sqliteTable("authors", { id: text("id").primaryKey(), name: text("name").notNull() });
const books = sqliteTable("books", { ...item, authorId: text("author_id"), ...times });

const db = drizzle(database);
const place = sql.placeholder;
const apiKey = db
  .select()
  .from(apiKeys)
  .where(eq(apiKeys.hash, place("hash")))
  .prepare();
const post = db
  .select()
  .from(posts)
  .where(eq(posts.id, place("id")))
  .prepare();
const ownPost = db
  .select()
  .from(posts)
  .where(and(eq(posts.id, place("id")), eq(posts.ownerId, place("owner"))))
  .prepare();
const ownPosts = db
  .select()
  .from(posts)
  .where(eq(posts.ownerId, place("owner")))
  .orderBy(asc(posts.rank), asc(posts.id))
  .limit(place("limit"))
  .prepare();
const publishedArticles = db
  .select()
  .from(articles)
  .where(and(eq(articles.published, true), gte(articles.rank, place("least"))))
  .orderBy(asc(articles.rank), asc(articles.id))
  .limit(place("limit"))
  .prepare();
const booksWithAuthors = db
  .select({ ...getTableColumns(books), author: authors })
  .from(books)
  .leftJoin(authors, eq(authors.id, books.authorId))
  .orderBy(asc(books.rank), asc(books.id))
  .limit(place("limit"))
  .prepare();
const insertPost = db
  .insert(posts)
  .values({
    id: place("id"),
    title: place("title"),
    body: place("body"),
    rank: place("rank"),
    ownerId: place("owner"),
    createdAt: place("now"),
    updatedAt: place("now"),
  })
  .returning()
  .prepare();

const NewPost = z.object({
  title: z.string().min(1).max(255),
  body: z.string().max(100_000).optional(),
  rank: z.int().optional(),
});
const Page = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  rank_gte: z.coerce.number().int().default(0),
});

/** Undefined for the holder of the key, who may do all. */
type Owner = string | undefined;
const app = new Hono<{ Variables: { owner: Owner } }>();

app.onError((error, c) => {
  if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
  if (error instanceof z.ZodError) return c.json({ error: "invalid", issues: error.issues }, 422);
  console.error(error);
  return c.json({ error: "internal" }, 500);
});
app.get("/health", (c) => c.json({ status: "ok" }));
app.use("/api/*", async (c, next) => {
  const key = c.req.header("x-api-key");
  if (key !== undefined) {
    const hash = new Bun.CryptoHasher("sha256").update(key).digest("hex");
    if (!apiKey.get({ hash })) throw new HTTPException(401, { message: "unknown key" });
  } else {
    const token = c.req.header("authorization")?.replace(/^Bearer /, "") ?? "";
    const payload = await verify(token, jwtSecret, "HS256").catch(() => undefined);
    if (typeof payload?.sub !== "string") throw new HTTPException(401, { message: "not signed in" });
    c.set("owner", payload.sub);
  }
  return next();
});
app.get("/api/posts/:id", (c) => {
  const owner = c.get("owner");
  const id = c.req.param("id");
  const found = owner === undefined ? post.get({ id }) : ownPost.get({ id, owner });
  if (!found) throw new HTTPException(404, { message: "no such post" });
  return c.json({ data: found });
});
app.get("/api/posts", (c) => {
  const { limit } = Page.parse(c.req.query());
  return c.json({ data: ownPosts.all({ owner: c.get("owner") ?? "", limit }) });
});
app.get("/api/articles", (c) => {
  const { limit, rank_gte: least } = Page.parse(c.req.query());
  return c.json({ data: publishedArticles.all({ least, limit }) });
});
app.get("/api/books", (c) => {
  const { limit } = Page.parse(c.req.query());
  return c.json({ data: booksWithAuthors.all({ limit }) });
});
app.post("/api/posts", async (c) => {
  const { title, body = null, rank = null } = NewPost.parse(await c.req.json());
  const now = new Date().toISOString();
  const owner = c.get("owner") ?? null;
  const [data] = insertPost.all({ id: Bun.randomUUIDv7(), title, body, rank, owner, now });
  return c.json({ data }, 201);
});

Bun.serve({ hostname: "127.0.0.1", port: Number(port), fetch: app.fetch });
