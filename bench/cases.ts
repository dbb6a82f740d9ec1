import type { World } from "./setup.ts";
import type { Load } from "./wrk.ts";

/** One piece of work, as Plinth is asked for it and as the bare program is. */
export interface Case {
  name: string;
  /** The ratio of Plinth's requests per second to the bare program's that is asked for. */
  atLeast: number;
  plinth: Load;
  bare: Load;
}

const SAMPLE = 1000;
const BODY = JSON.stringify({ title: "A new item", body: "Lorem ipsum dolor sit amet. ".repeat(8), rank: 5 });

export function cases(world: World, plinthUrl: string, bareUrl: string): Case[] {
  const every = Math.floor(world.ids.length / SAMPLE);
  const ids = world.ids.filter((_, i) => i % every === 0);
  // Every second item belongs to the user.
  const owned = world.ids.filter((_, i) => i % every === 0 && i % 2 === 0);
  const key = { "x-api-key": world.secretKey };
  const user = { authorization: `Bearer ${world.userToken}` };
  const json = { "content-type": "application/json" };
  const filter = encodeURIComponent(JSON.stringify({ rank: { _gte: 100 } }));
  const get = (url: string, paths: string[], headers: Record<string, string> = {}): Load => ({
    url,
    method: "GET",
    paths,
    headers,
  });
  return [
    {
      name: "get by id, secret key",
      atLeast: 0.4,
      plinth: get(
        plinthUrl,
        ids.map((id) => `/api/items/posts/${id}`),
        key,
      ),
      bare: get(
        bareUrl,
        ids.map((id) => `/id/${id}`),
      ),
    },
    {
      name: "get by id, user token and owner rule",
      atLeast: 0.4,
      plinth: get(
        plinthUrl,
        owned.map((id) => `/api/items/posts/${id}`),
        user,
      ),
      bare: get(
        bareUrl,
        owned.map((id) => `/owned/${id}`),
      ),
    },
    {
      name: "list 20 of 10,000, filter, sort and rule",
      atLeast: 0.4,
      plinth: get(plinthUrl, [`/api/items/articles?filter=${filter}&sort=rank&limit=20`], user),
      bare: get(bareUrl, ["/list"]),
    },
    {
      name: "list 20 under the owner rule, owner of half of 10,000",
      atLeast: 0.4,
      plinth: get(plinthUrl, ["/api/items/posts?sort=rank&limit=20"], user),
      bare: get(bareUrl, ["/owned-list"]),
    },
    {
      name: "one insert per request, secret key",
      atLeast: 0.6,
      plinth: { url: plinthUrl, method: "POST", paths: ["/api/items/posts"], headers: { ...key, ...json }, body: BODY },
      bare: { url: bareUrl, method: "POST", paths: ["/insert"], headers: json, body: BODY },
    },
  ];
}
