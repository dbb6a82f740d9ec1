/**
 * bknd on Bun, with the collections and rules of the bench.
 * `bun bench/peers/bknd-server.mjs FOLDER_OF_THE_PACKAGE DATABASE PORT JWT_SECRET PASSWORD EMAIL…`: the first email is the admin's.
 */
import { Database } from "bun:sqlite";

const [folder, path, port, secret, password, admin, ...users] = process.argv.slice(2);
const { serve, bunSqlite } = await import(Bun.resolveSync("bknd/adapter/bun", folder));
const { boolean, em, entity, number, systemEntity, text } = await import(Bun.resolveSync("bknd", folder));
const { $console } = await import(Bun.resolveSync("bknd/utils", folder));
// As for the others: no line for each request.
$console.setLevel("error");

const item = () => ({ title: text().required(), body: text(), rank: number() });
const schema = em(
  {
    users: systemEntity("users", {}),
    posts: entity("posts", item()),
    articles: entity("articles", { ...item(), published: boolean() }),
    authors: entity("authors", { name: text().required() }),
    books: entity("books", { title: text().required(), rank: number() }),
  },
  ({ relation, index }, all) => {
    relation(all.posts).manyToOne(all.users);
    relation(all.books).manyToOne(all.authors);
    index(all.posts).on(["rank"]);
    index(all.articles).on(["rank"]);
    index(all.books).on(["rank"]);
  },
);
const data = schema.toJSON();
// The relation's own column is not known to the builder.
data.indices = {
  ...data.indices,
  idx_posts_owner_rank: { entity: "posts", fields: ["users_id", "rank"], unique: false },
};
const read = (name, filter) => ({ condition: { entity: name }, effect: "filter", filter });

serve({
  hostname: "127.0.0.1",
  port: Number(port),
  connection: bunSqlite({ database: new Database(path) }),
  config: {
    data,
    auth: {
      enabled: true,
      jwt: { secret },
      guard: { enabled: true },
      roles: {
        admin: { implicit_allow: true },
        user: {
          implicit_allow: false,
          permissions: [
            { permission: "system.access.api" },
            {
              permission: "data.entity.read",
              policies: [read("posts", { users_id: "@user.id" }), read("articles", { published: true })],
            },
          ],
        },
      },
    },
  },
  options: {
    seed: async ({ app }) => {
      await app.createUser({ email: admin, password, role: "admin" });
      for (const email of users) await app.createUser({ email, password, role: "user" });
    },
  },
});
