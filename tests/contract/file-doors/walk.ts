import type { S3Keys } from "../../../apps/server/src/testing/s3-client.ts";
import type { Who } from "../as.ts";
import type { Reply } from "../scenario.ts";
import type { World } from "../world.ts";
import type { Door, SoughtFile } from "./door.ts";

export interface Visitor {
  readonly who: Who;
  readonly keys: S3Keys;
}

/** What nobody may learn who may not read the file: texts of its bytes, its names and its item. */
export type Secrets = readonly string[];

/**
 * Goes through every door as somebody who may not read `held`. The answers tell nothing of it, and are those that the same
 * requests get for `absent`, which is nowhere. Where a door opens, its owner gets another answer.
 */
export async function walk(
  world: World,
  table: readonly Door[],
  files: { readonly held: SoughtFile; readonly absent: SoughtFile; readonly secrets: Secrets },
  { owner, stranger }: { readonly owner: Visitor; readonly stranger: Visitor },
): Promise<void> {
  const { held, absent, secrets } = files;
  const visit = async (door: Door, { who, keys }: Visitor, sought: SoughtFile) => {
    const call = await door.call(sought, keys);
    return { call, reply: await world.send(who, call) };
  };
  const failures: string[] = [];
  for (const door of table) {
    const name = `${door.route}, ${door.tries}`;
    const { call, reply } = await visit(door, stranger, held);
    const said = JSON.stringify(call);
    const answer = `${headersOf(reply)}\n${reply.text}`;
    for (const secret of secrets)
      if (!said.includes(secret) && answer.includes(secret)) failures.push(`${name} tells ${secret}: ${answer}`);
    const found = plain(reply, held);
    const other = await visit(door, stranger, absent);
    const nothing = plain(other.reply, absent);
    // A request that names no file gets what there is at that moment.
    if (JSON.stringify(other.call) !== said && found !== nothing)
      failures.push(`${name} tells that there is a file:\n${found}\nand for no file\n${nothing}`);
    if (!door.opens) continue;
    const own = await visit(door, owner, held);
    if (plain(own.reply, held) === found) failures.push(`${name} does not open for the owner either:\n${found}`);
  }
  if (failures.length > 0) throw new Error(failures.join("\n\n"));
}

/** Of each answer alone. */
const VOLATILE = new Set(["date", "x-request-id", "x-amz-request-id", "x-amz-id-2", "server-timing", "age"]);

function headersOf({ headers }: Reply): string {
  return [...headers].flatMap(([name, value]) => (VOLATILE.has(name) ? [] : [`${name}: ${value}`])).join("\n");
}

/** Positions, checksums and ids of requests are new in each answer. */
const NEW_EACH_TIME =
  /"(request_id|next|checksum|position|expires_at|url)":"[^"]*"|<(RequestId|HostId)>[^<]*<\/|\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** The answer, with the file's own values replaced by their names. */
function plain(reply: Reply, sought: SoughtFile): string {
  const values = Object.entries(sought).sort(([, a], [, b]) => b.length - a.length);
  let text = `${reply.status}\n${headersOf(reply)}\n${reply.text}`.replaceAll(NEW_EACH_TIME, "");
  for (const [name, value] of values)
    for (const form of new Set([value, encodeURIComponent(value)])) text = text.replaceAll(form, `<${name}>`);
  return text;
}
