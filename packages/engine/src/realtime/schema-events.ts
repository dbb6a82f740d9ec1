import { invalid, type LogPosition, PlinthError } from "@plinth/core";
import type { Catalog } from "../kernel/catalog.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { hash32 } from "../kernel/hash32.ts";
import { type Connection, EncodedBatch, messageOf, parseToken } from "./encoded-batch.ts";
import type { Grant } from "./grant.ts";
import type { Subscriber, WorkspaceSubscribers } from "./workspace-subscribers.ts";

/**
 * A position of this stream: `<revision>.<token>`. The revision also counts rules and roles. The token is a hash of the
 * collections and their versions, so it shows whether there is anything to send.
 */
const POSITION = /^(\d{1,15})\.([0-9a-f]{8})$/;

export interface SchemaRequest {
  readonly after?: LogPosition | undefined;
}

export function checkSchema({ after }: SchemaRequest): void {
  if (after !== undefined && !POSITION.test(after))
    throw invalid("after", "is not a position that a stream sent", "INVALID_CURSOR");
}

/** `collections`: sends schema changes to subscribers with full rights, by the workspace's revision. */
export async function subscribeSchema(
  subscribers: WorkspaceSubscribers,
  ctx: RequestContext,
  grant: Grant,
  { after }: SchemaRequest,
  connection: Connection,
): Promise<void> {
  const { resume } = connection;
  const [, revision, before] = POSITION.exec(after ?? "") ?? [];
  let catalog = await catalogFrom(subscribers, ctx, Number(revision ?? 0));
  let known = versions(catalog);
  const member: Subscriber = {
    topic: { kind: "schema", name: null },
    connection,
    grant,
    renew(now) {
      // What admitted the caller may have been taken from it since.
      if (!now.principal.bypass) throw new PlinthError("FORBIDDEN", "This needs the role admin or a secret key.");
      const next = versions(now.catalog);
      const changed = [...next].flatMap(([slug, version]) => (known.get(slug) === version ? [] : [slug]));
      const removed = [...known.keys()].filter((slug) => !next.has(slug));
      catalog = now.catalog;
      known = next;
      if (changed.length > 0 || removed.length > 0) send({ event: "schema", changed, removed });
    },
    position: () => positionOf(catalog.revision, known),
    token: () => tokenOf(known),
    leave() {},
  };
  const send = ({ event, ...more }: { event: string; changed?: string[]; removed?: string[] }): void => {
    const body = { event, revision: catalog.revision, ...more };
    connection.send(new EncodedBatch([messageOf(body, member.position!(), tokenOf(known))]));
  };
  subscribers.add(member, catalog.revision);
  if (resume) {
    // The single changes during hibernation are unknown.
    if (parseToken(resume.token).token !== tokenOf(known)) send({ event: "reset" });
    return;
  }
  send({ event: "ready" });
  // They are also unknown where the caller has only a position.
  if (before !== undefined && before !== tokenOf(known)) send({ event: "schema" });
}

/** If another replica sent a newer revision, this replica's older cache must not be used. */
async function catalogFrom(
  subscribers: WorkspaceSubscribers,
  { catalog }: RequestContext,
  revision: number,
): Promise<Catalog> {
  if (catalog.revision >= revision) return catalog;
  const { engine, driver } = subscribers.options;
  engine.catalogs.expire(subscribers.workspaceId);
  return engine.catalogs.get(driver, subscribers.workspaceId);
}

function positionOf(revision: number, known: ReadonlyMap<string, string>): LogPosition {
  return `${revision}.${tokenOf(known)}`;
}

function tokenOf(known: ReadonlyMap<string, string>): string {
  return hash32([...known].join());
}

function versions({ collections }: Catalog): Map<string, string> {
  return new Map([...collections.values()].map(({ slug, id, version }) => [slug, `${id}@${version}`]));
}
