import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type LogPosition, sameText, toBase64Url } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** A new signature reaches no further back than about this long. */
const RENEW_MS = 60_000;
const MAC_BYTES = 16;
const encoder = new TextEncoder();

/**
 * What goes out with each position of a stream: proof that its bearer was sent changes under these rights from a
 * certain position on. The log is older than rules and than readers, so without it nobody goes back in it. A signature is
 * `<since>~<mac>`, the second being HMAC-SHA-256 over the workspace, the rights and `since`; the same for all who have
 * the same rights. Made without waiting, which `crypto.subtle` does not offer.
 */
export class PositionSignature {
  /** What is sent now. */
  text: string;
  #renewedAt: number;
  /** Events may still be under way that lie before the tail's own position, so a signature holds from the one before. */
  #position: LogPosition;

  constructor(
    private readonly subscribers: WorkspaceSubscribers,
    private readonly rights: string,
  ) {
    this.#position = subscribers.tail.position;
    this.#renewedAt = subscribers.options.engine.clock.now();
    this.text = this.#from(this.#position);
  }

  renew(): void {
    const now = this.subscribers.options.engine.clock.now();
    if (now - this.#renewedAt < RENEW_MS && now >= this.#renewedAt) return;
    this.#renewedAt = now;
    this.text = this.#from(this.#position);
    this.#position = this.subscribers.tail.position;
  }

  /** Whether the bearer of a signature may be sent what came after a position. */
  covers(position: LogPosition, signature: string): boolean {
    const since = signature.slice(0, Math.max(0, signature.indexOf("~")));
    if (!sameText(signature, this.#from(since))) return false;
    return this.subscribers.options.comparePositions(position, since) >= 0;
  }

  #from(since: LogPosition): string {
    const { subscribers, rights } = this;
    const content = encoder.encode(JSON.stringify([subscribers.workspaceId, rights, since]));
    return `${since}~${toBase64Url(hmac(sha256, keyOf(subscribers.options.engine), content).subarray(0, MAC_BYTES))}`;
  }
}

const keyOf = service("key of positions", ({ config }: Engine): Uint8Array => {
  return hkdf(sha256, encoder.encode(config.secret), encoder.encode("plinth"), encoder.encode("realtime places"), 32);
});

const MAX_SIGNATURES = 1000;
const signaturesOf = service(
  "signatures",
  (_: WorkspaceSubscribers) => new Lru<string, PositionSignature>(MAX_SIGNATURES),
);

/** One for all groups of a workspace with the same rights, so that what they are sent is written out once. */
export function signatureOf(subscribers: WorkspaceSubscribers, rights: string): PositionSignature {
  const known = signaturesOf(subscribers);
  let signature = known.get(rights);
  if (!signature) {
    signature = new PositionSignature(subscribers, rights);
    known.set(rights, signature);
  }
  return signature;
}
