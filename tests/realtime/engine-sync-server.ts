import type { JsonObject } from "@plinth/core";
import { APP_URL, bearer, testApp } from "../../apps/server/src/testing/app.ts";
import { createClient } from "../../packages/client/src/index.ts";
import { syncTransport } from "../../packages/client/src/sync/transport.ts";
import type { TestServer } from "../../packages/client/test/sync/model-run.ts";
import { COLLECTIONS, tagsIn, USERS } from "../../packages/client/test/sync/model-server.ts";
import type { Random } from "../fuzz/random.ts";

const FIELDS = [
  { name: "title", type: "text" },
  { name: "body", type: "text" },
  { name: "count", type: "integer", default: 0 },
  { name: "tags", type: "json", default: [] },
  { name: "level", type: "integer", default: 0 },
  { name: "open", type: "boolean", default: true },
  { name: "secret", type: "text" },
];
const VISIBLE = FIELDS.map(({ name }) => name).filter((name) => name !== "secret");

interface Answer {
  data: JsonObject[] & JsonObject;
  next: string;
  more: boolean;
}

/** The server itself, in this process, for the harness of the model test. */
export async function engineServer(random: Random): Promise<TestServer> {
  const server = testApp({ maxBodyBytes: 1_000_000 });
  const admin = bearer(await server.signUp("op@sync.test"));
  const tokens = new Map<string, string>();
  for (const user of USERS) tokens.set(user, await server.signUp(`${user}@sync.test`));
  const ask = async (path: string, body?: unknown, as = admin, method?: string): Promise<Answer> => {
    const response =
      body === undefined ? await server.call(path, { headers: as }) : await server.send(path, body, as, method);
    const answer = (await response.json()) as Answer & { error?: object };
    if (!response.ok)
      throw Object.assign(new Error(`${path}: ${JSON.stringify(answer.error)}`), { status: response.status });
    return answer;
  };

  for (const slug of COLLECTIONS) await ask("/api/collections", { slug, fields: FIELDS });
  const rules = new Map<string, string>();
  const setRule = async (collection: string, level: number, fields: string[] | null): Promise<void> => {
    const condition = { level: { _lte: level } };
    const id = rules.get(collection);
    if (id) await ask(`/api/permissions/${id}`, { condition, fields }, admin, "PATCH");
    else {
      const made = await ask("/api/permissions", {
        role: "authenticated",
        collection,
        action: "read",
        condition,
        fields,
      });
      rules.set(collection, made.data.id as string);
    }
  };
  for (const collection of COLLECTIONS) {
    await setRule(collection, 5, null);
    const check = { $not: { title: "invalid" } };
    await ask("/api/permissions", { role: "authenticated", collection, action: ["create", "update"], check });
    await ask("/api/permissions", { role: "authenticated", collection, action: "delete" });
  }

  const happened = new Map<string, number>();
  let read = "";
  /** Counts the writes since the last time. */
  const count = async (): Promise<void> => {
    for (;;) {
      const { data, next, more } = await ask(`/api/changes?limit=1000${read && `&after=${encodeURIComponent(read)}`}`);
      for (const { before, after } of data as unknown as { before?: JsonObject; after?: JsonObject }[]) {
        const old = tagsIn(before ?? {});
        const added = [...tagsIn(after ?? {})];
        for (const tag of old) if (added.includes(tag)) added.splice(added.indexOf(tag), 1);
        for (const tag of added) happened.set(tag, (happened.get(tag) ?? 0) + 1);
      }
      read = next;
      if (!more) return;
    }
  };

  const list = async (collection: string, as = admin, query = ""): Promise<JsonObject[]> =>
    (await ask(`/api/items/${collection}?limit=1000&sort=id${query}`, undefined, as)).data;

  let added = false;
  const hidden = new Map<string, string[]>();
  const look = async (): Promise<void> => {
    for (const user of USERS) {
      const texts: string[] = [];
      for (const collection of COLLECTIONS) {
        const seen = new Map((await list(collection, bearer(tokens.get(user)!))).map((row) => [row.id, row.secret]));
        for (const { id, secret } of await list(collection))
          if (secret && seen.get(id) !== secret) texts.push(secret as string);
      }
      hidden.set(user, texts);
    }
  };

  return {
    transportFor: (user) =>
      syncTransport(
        createClient({
          url: APP_URL,
          token: tokens.get(user)!,
          fetch: (async (input: URL, init: RequestInit) => {
            const address = new URL(input);
            if (address.pathname === "/api/sync") address.searchParams.set("limit", String(random.int(1, 20)));
            return server.call(address.href, init);
          }) as never,
        }),
      ),
    async visible(user, shapes, name) {
      const { collection = name, filter, fields } = shapes[name]!;
      const query = filter ? `&filter=${encodeURIComponent(JSON.stringify(filter))}` : "";
      const rows = await list(collection, bearer(tokens.get(user)!), query);
      const isAsked = (field: string): boolean => !fields || ["id", "version", ...fields].includes(field);
      return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([field]) => isAsked(field))));
    },
    async happened(tag) {
      await count();
      return happened.get(tag) ?? 0;
    },
    wasCurrent: () => true,
    async hiddenTexts(user) {
      await look();
      return hidden.get(user)!;
    },
    calm: () => undefined,
    async disturb() {
      const collection = random.pick(COLLECTIONS);
      const ids = (await list(collection)).map(({ id }) => id as string);
      await random.weighted<() => Promise<unknown>>([
        [
          8,
          () => async () => {
            if (ids.length === 0) return;
            const id = random.pick(ids);
            if (random.chance(0.2))
              return server.call(`/api/items/${collection}/${id}`, { method: "DELETE", headers: admin });
            const data = { title: `other ${random.int(0, 99)}`, level: random.int(0, 7), secret: `secret-${id}` };
            return ask(`/api/items/${collection}/${id}`, data, admin, "PATCH");
          },
        ],
        [1, () => () => setRule(collection, random.int(1, 7), random.pick([null, VISIBLE, [...VISIBLE, "version"]]))],
        [
          0.5,
          () => async () => {
            added = !added;
            for (const slug of COLLECTIONS) {
              if (added)
                await ask(
                  `/api/collections/${slug}`,
                  { fields: [{ name: "added", type: "integer", default: 7 }] },
                  admin,
                  "PATCH",
                );
              else
                await server.call(`/api/collections/${slug}/fields/added?confirm=${slug}.added`, {
                  method: "DELETE",
                  headers: admin,
                });
            }
          },
        ],
      ])();
    },
    close: () => server.driver.close?.(),
  };
}
