import { invalid, type Place, PlinthError } from "@plinth/core";
import { requireAdmin } from "../identity/guards.ts";
import type { Catalog } from "../kernel/catalog.ts";
import type { Scope } from "../kernel/engine.ts";
import { Chunk, frameOf, type Outlet, parseMark } from "./chunk.ts";
import type { Grant } from "./grant.ts";
import { hash32 } from "./live/diff.ts";
import type { Room, Subscriber } from "./room.ts";

/**
 * A place of this stream: `<revision>.<mark>`. The revision also counts rules and roles, so what the mark stands for,
 * the collections and their versions, tells whether there is anything to say.
 */
const PLACE = /^(\d{1,15})\.([0-9a-f]{8})$/;

export interface SchemaRequest {
  readonly after?: Place | undefined;
}

export function checkSchema(scope: Scope, { after }: SchemaRequest): void {
  requireAdmin(scope.principal);
  if (after !== undefined && !PLACE.test(after))
    throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
}

/** `collections`: tells those with full rights when the schema has changed, by the workspace's revision. */
export async function subscribeSchema(
  room: Room,
  scope: Scope,
  grant: Grant,
  { after }: SchemaRequest,
  outlet: Outlet,
): Promise<void> {
  if (!scope.principal.bypass) throw new PlinthError("FORBIDDEN");
  const { resume } = outlet;
  const [, revision, before] = PLACE.exec(after ?? "") ?? [];
  let catalog = await catalogFrom(room, scope, Number(revision ?? 0));
  let known = versions(catalog);
  const member: Subscriber = {
    outlet,
    grant,
    renew(now) {
      requireAdmin(now.principal);
      const next = versions(now.catalog);
      const changed = [...next].flatMap(([slug, version]) => (known.get(slug) === version ? [] : [slug]));
      const removed = [...known.keys()].filter((slug) => !next.has(slug));
      catalog = now.catalog;
      known = next;
      if (changed.length > 0 || removed.length > 0) tell({ event: "schema", changed, removed });
    },
    place: () => placeOf(catalog.revision, known),
    mark: () => markOf(known),
    leave() {},
  };
  const tell = ({ event, ...more }: { event: string; changed?: string[]; removed?: string[] }): void => {
    const message = { event, revision: catalog.revision, ...more };
    outlet.send(new Chunk([frameOf(message, member.place!(), markOf(known))]));
  };
  room.add(member, catalog.revision);
  if (resume) {
    // What has changed while nobody remembered is not known one by one.
    if (parseMark(resume.mark).mark !== markOf(known)) tell({ event: "reset" });
    return;
  }
  tell({ event: "ready" });
  // Nor is it where all that the caller brings is a place.
  if (before !== undefined && before !== markOf(known)) tell({ event: "schema" });
}

/** Whoever was told of a later revision by another replica is not sent back to what this one remembers. */
async function catalogFrom(room: Room, { catalog }: Scope, revision: number): Promise<Catalog> {
  if (catalog.revision >= revision) return catalog;
  const { engine, driver } = room.options;
  engine.catalogs.expire(room.workspaceId);
  return engine.catalogs.get(driver, room.workspaceId);
}

function placeOf(revision: number, known: ReadonlyMap<string, string>): Place {
  return `${revision}.${markOf(known)}`;
}

function markOf(known: ReadonlyMap<string, string>): string {
  return hash32([...known].join());
}

function versions({ collections }: Catalog): Map<string, string> {
  return new Map([...collections.values()].map(({ slug, id, version }) => [slug, `${id}@${version}`]));
}
