import { createClient } from "../../src/index.ts";
import { type Sync, type SyncOptions, sync } from "../../src/sync/index.ts";
import { type fakeServer, url } from "./fake-server.ts";

export const SHAPES = { posts: {}, notes: { filter: { open: true } } };
/** Closed by `closeAll`. */
export const opened: Sync[] = [];

export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((db) => db.close()));
}

export function open(server: ReturnType<typeof fakeServer>, user: string, options: Partial<SyncOptions> = {}): Sync {
  const client = createClient({ url, token: user, fetch: server.fetch });
  const db = sync(client, { shapes: SHAPES, ...options });
  opened.push(db);
  return db;
}

/** Fulfilled when `holds`; each change of the status or of a row asks again. */
export function until(db: Sync, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      for (const stop of stops) stop();
      resolve();
    };
    const stops = [db.onStatus(look), db.watch("posts", {}, look), db.watch("notes", {}, look)];
    look();
  });
}

export const live = (db: Sync): Promise<void> => until(db, () => db.status.state === "live");
export const titles = (db: Sync): unknown[] => db.query("posts", { sort: "title" }).map(({ title }) => title);
