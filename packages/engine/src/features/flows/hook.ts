import { fromBase64, type Json, type JsonObject, PlinthError, sha256Hex, toHex } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { acquireLock, releaseKey } from "../../write/idempotency.ts";
import type { WebhookVerification } from "./definition/triggers.ts";
import { type FlowRow, findFlow, listFlowSecretRows } from "./repository.ts";
import { flowSecretStore } from "./secrets.ts";
import { asFlow, startRun, triggerOf } from "./start.ts";

/** Seconds by which the clocks of sender and server may differ. */
const TOLERANCE = 300;
const MAX_SIGNATURES = 10;
const MAX_ID = 256;
const MAX_HEADERS = 30;
const MAX_HEADER = 500;
/** What a flow may see of a message, beside its body. */
const SHOWN_HEADER = /^(?:content-type|user-agent|webhook-id|webhook-timestamp|x-[a-z0-9-]+)$/;

type MessageBytes = Uint8Array<ArrayBuffer>;

/** A message from outside. */
export interface FlowMessage {
  readonly headers: Headers;
  readonly body: MessageBytes;
}

/**
 * Starts a flow by a signed message, once for each: a message that comes again is answered alike. Whoever cannot sign does not learn
 * whether there is such a flow.
 */
export async function receiveFlowMessage(
  ctx: RequestContext,
  name: string,
  message: FlowMessage,
): Promise<{ id: string }> {
  const flow = await findFlow(ctx.driver, ctx.principal.workspaceId, name);
  const trigger = flow && (await triggerOf(ctx, flow, "webhook"));
  if (!flow?.enabled || !trigger) throw notSigned();
  const rows = await listFlowSecretRows(ctx.driver, flow.id);
  const named = rows.filter((row) => row.name === trigger.verify.secret);
  const secret = (await flowSecretStore.values(ctx.engine, flow.id, named))[trigger.verify.secret];
  const id = secret && (await VERIFY[trigger.verify.scheme](ctx, message, trigger.verify as never, secret));
  if (!id) throw notSigned();
  return startOnce(asFlow(ctx, flow), flow, id, message, trigger.verify);
}

async function startOnce(
  ctx: RequestContext,
  flow: FlowRow,
  id: string,
  message: FlowMessage,
  verify: WebhookVerification,
): Promise<{ id: string }> {
  const key = { key: `flow message\n${flow.id}:${id}`, hash: await sha256Hex(message.body) };
  const acquired = await acquireLock(ctx, key).catch(refuseOtherBody);
  if ("answer" in acquired) return idIn(JSON.parse(acquired.answer.body) as JsonObject);
  const { lock } = acquired;
  try {
    const input = { id, headers: shownHeaders(message.headers, verify), body: bodyOf(message) };
    const run = await startRun({ ...ctx, lock }, flow, { input, trigger: { type: "webhook", id } });
    return { id: run.id };
  } catch (error) {
    await releaseKey(ctx, lock);
    throw error;
  }
}

/** Ids of messages are the sender's: one that comes with another body is a mistake of the sender. */
function refuseOtherBody(error: unknown): never {
  const isOther = error instanceof PlinthError && error.code === "VALIDATION";
  throw isOther ? new PlinthError("CONFLICT", "Another message came with this id.", { field: "webhook-id" }) : error;
}

const idIn = ({ data }: JsonObject) => ({ id: (data as { readonly id: string }).id });

const notSigned = () => new PlinthError("UNAUTHORIZED", "The signature is missing, too old or wrong.");

type Verify<V> = (ctx: RequestContext, message: FlowMessage, verify: V, secret: string) => Promise<string | undefined>;

/** What is returned names the message; undefined: it is not signed by this secret. */
const VERIFY: { readonly [S in WebhookVerification["scheme"]]: Verify<Extract<WebhookVerification, { scheme: S }>> } = {
  async standard({ engine }, { headers, body }, _, secret) {
    const id = headers.get("webhook-id") ?? "";
    const timestamp = headers.get("webhook-timestamp") ?? "";
    const age = engine.clock.now() / 1000 - Number(timestamp);
    if (id === "" || id.length > MAX_ID || !/^\d{1,12}$/.test(timestamp) || Math.abs(age) > TOLERANCE) return undefined;
    const signed = (headers.get("webhook-signature") ?? "").split(" ", MAX_SIGNATURES);
    const signatures = signed.flatMap((each) => (each.startsWith("v1,") ? bytesIn(each.slice(3), "base64") : []));
    const content = joined(new TextEncoder().encode(`${id}.${timestamp}.`), body);
    const keys = secret.split(" ").flatMap((each) => bytesIn(each.replace(/^whsec_/, ""), "base64"));
    return (await isSignedByAny(keys, signatures, content)) ? id : undefined;
  },
  async hmac(_, { headers, body }, { header, prefix, encoding }, secret) {
    const given = headers.get(header) ?? "";
    if (!given.startsWith(prefix)) return undefined;
    const signatures = bytesIn(given.slice(prefix.length), encoding);
    const isSigned = await isSignedByAny([new TextEncoder().encode(secret)], signatures, body);
    // Such a message has no time and no id that is signed. The same one is not taken twice within IDEMPOTENCY_KEEP_HOURS.
    return isSigned ? toHex(signatures[0]!) : undefined;
  },
};

async function isSignedByAny(
  keys: readonly MessageBytes[],
  signatures: readonly MessageBytes[],
  content: MessageBytes,
): Promise<boolean> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  for (const key of keys.filter(({ length }) => length > 0)) {
    const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["verify"]);
    for (const signature of signatures) {
      if (await crypto.subtle.verify("HMAC", imported, signature, content)) return true;
    }
  }
  return false;
}

/** One or none. */
function bytesIn(text: string, encoding: "hex" | "base64"): MessageBytes[] {
  if (encoding === "hex") {
    if (text.length % 2 === 1 || !/^[0-9a-f]{2,128}$/i.test(text)) return [];
    return [Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16))];
  }
  return /^[A-Za-z0-9+/]{1,128}={0,2}$/.test(text) ? [fromBase64(text)] : [];
}

function joined(head: MessageBytes, body: MessageBytes): MessageBytes {
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

function shownHeaders(headers: Headers, verify: WebhookVerification): JsonObject {
  const signature = verify.scheme === "hmac" ? verify.header : "webhook-signature";
  const shown = [...headers].filter(([name]) => SHOWN_HEADER.test(name) && name !== signature && name !== "x-api-key");
  return Object.fromEntries(shown.slice(0, MAX_HEADERS).map(([name, value]) => [name, value.slice(0, MAX_HEADER)]));
}

function bodyOf({ headers, body }: FlowMessage): Json {
  const text = new TextDecoder().decode(body);
  if (!/[/+]json\b/i.test(headers.get("content-type") ?? "")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
