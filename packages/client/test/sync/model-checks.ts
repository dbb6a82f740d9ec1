import type { JsonObject } from "@plinth/core";
import type { Peer, World } from "./model-run.ts";
import { COLLECTIONS, tagsIn } from "./model-server.ts";

/** Whether the write has happened is for the app to find out. */
export const UNKNOWN = "OUTCOME_UNKNOWN";

export function tagsOf(peer: Peer, key: string): string[] {
  return (peer.replicator.replica.write(key)?.operations ?? []).flatMap(({ data }) => tagsIn(data));
}

/** Each shape holds what a list would show. */
export async function checkRows({ server }: World, { replicator, user, shapes }: Peer): Promise<void> {
  for (const name of Object.keys(shapes)) {
    const held = [...(replicator.replica.rows.get(name)?.values() ?? [])].map(({ row }) => row);
    same(`rows of ${name}`, byId(held), byId(await server.visible(user, shapes, name)));
  }
}

/** Nothing waits, so an app sees what the server has. */
export async function checkShown({ server }: World, { replicator, user, shapes }: Peer): Promise<void> {
  const expected = new Map<string, Map<string, JsonObject>>(COLLECTIONS.map((name) => [name, new Map()]));
  for (const [name, { collection = name }] of Object.entries(shapes)) {
    const rows = expected.get(collection)!;
    for (const row of await server.visible(user, shapes, name)) {
      rows.set(row.id as string, { ...rows.get(row.id as string), ...row });
    }
  }
  for (const [collection, rows] of expected) {
    same(`shown ${collection}`, byId([...replicator.replica.allShown(collection)]), byId([...rows.values()]));
  }
}

export async function checkWrites(world: World): Promise<void> {
  for (const [tag, { peer, op, mayBeGivenUp }] of world.promised) {
    const count = await world.server.happened(tag);
    const held = peer.replicator.replica.writes().find(({ key }) => tagsOf(peer, key).includes(tag));
    const failed = held !== undefined;
    if (count > 1) throw new Error(`${tag} happened ${count} times`);
    if (count + Number(failed) < 1 && !mayBeGivenUp) throw new Error(`${tag} of ${peer.number} (${op}) is lost`);
    if (count > 0 && failed && held.error?.code !== UNKNOWN)
      throw new Error(
        `${tag} happened, and is failed: ${JSON.stringify(held.error)} ${JSON.stringify(held.operations)}`,
      );
  }
}

function byId(rows: readonly JsonObject[]): JsonObject[] {
  return rows.map(sorted).sort((a, b) => ((a.id as string) < (b.id as string) ? -1 : 1));
}

function sorted(row: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function same(what: string, got: unknown, wanted: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what}: got ${a}, wanted ${b}`);
}
