import { PlinthError } from "@plinth/core";
import type { Scope } from "../engine.ts";
import { requireAdmin } from "../identity/guards.ts";
import { hash32 } from "../live/diff.ts";
import { Chunk, frameOf, type Outlet, parseMark } from "./chunk.ts";
import type { Grant } from "./grant.ts";
import type { Room, Subscriber } from "./room.ts";

/** `collections`: tells those with full rights when the schema has changed, by the workspace's revision. */
export function subscribeSchema(room: Room, scope: Scope, grant: Grant, outlet: Outlet): void {
  let known = new Map(versions(scope));
  const member: Subscriber = {
    outlet,
    grant,
    renew(now) {
      requireAdmin(now.principal);
      const next = new Map(versions(now));
      const changed = [...next].flatMap(([slug, version]) => (known.get(slug) === version ? [] : [slug]));
      const removed = [...known.keys()].filter((slug) => !next.has(slug));
      known = next;
      if (changed.length === 0 && removed.length === 0) return;
      const { revision } = now.catalog;
      outlet.send(new Chunk([frameOf({ event: "schema", revision, changed, removed }, undefined, markOf(known))]));
    },
    mark: () => markOf(known),
    leave() {},
  };
  if (!scope.principal.bypass) throw new PlinthError("FORBIDDEN");
  room.add(member, scope.catalog.revision);
  const mark = markOf(known);
  const { resume } = outlet;
  if (resume && parseMark(resume.mark).mark === mark) return;
  // What has changed while nobody remembered is not known one by one.
  const event = resume ? "reset" : "ready";
  outlet.send(new Chunk([frameOf({ event, revision: scope.catalog.revision }, undefined, mark)]));
}

function markOf(known: ReadonlyMap<string, string>): string {
  return hash32([...known].join());
}

function versions({ catalog }: Scope): [string, string][] {
  return [...catalog.collections.values()].map(({ slug, id, version }) => [slug, `${id}@${version}`]);
}
