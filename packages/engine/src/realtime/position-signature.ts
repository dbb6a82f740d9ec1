import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { elapsed, type Json, type LogPosition, sameText, toBase64Url } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import type { WorkspaceSubscribers } from "./workspace-subscribers.ts";

/** A new signature reaches back at most about this long. */
const RENEW_MS = 60_000;
const MAC_BYTES = 16;
const encoder = new TextEncoder();

/** What a signature states. `time`: up to when the owner was sent what time alone changed. */
interface SignedStatement {
  readonly since: LogPosition;
  readonly time?: number | undefined;
}

/**
 * Sent with each position of a stream: proof that its owner received changes under these rights from a certain position
 * on. The log is older than rules and subscribers, so nobody may resume in it without a proof. The format is
 * `<since>~<mac>`, or `<since>~<time>~<mac>` for streams that time alone changes: HMAC-SHA-256 over the workspace, the
 * rights, `since` and `time`. It is equal for all with the same rights. Computed synchronously, which `crypto.subtle`
 * does not offer.
 */
export class PositionSignature {
  #since: LogPosition;
  #untimed: string;
  #timed: (SignedStatement & { readonly text: string }) | undefined;
  #renewedAt: number;
  /** Events before the tail's position may still be in flight, so a signature starts at the previous position. */
  #position: LogPosition;

  constructor(
    private readonly subscribers: WorkspaceSubscribers,
    private readonly rights: string,
  ) {
    this.#position = subscribers.tail.position;
    this.#renewedAt = subscribers.options.engine.clock.now();
    this.#since = this.#position;
    this.#untimed = this.#sign({ since: this.#since });
  }

  /** The signature that is sent now, or one that states an earlier `since`. */
  text(time?: number, since = this.#since): string {
    if (time === undefined && since === this.#since) return this.#untimed;
    let last = this.#timed;
    if (last?.time !== time || last?.since !== since) {
      last = { since, time, text: this.#sign({ since, time }) };
      this.#timed = last;
    }
    return last.text;
  }

  renew(): void {
    const now = this.subscribers.options.engine.clock.now();
    if (elapsed(now, this.#renewedAt) < RENEW_MS) return;
    this.#renewedAt = now;
    this.#since = this.#position;
    this.#untimed = this.#sign({ since: this.#since });
    this.#position = this.subscribers.tail.position;
  }

  /** Whether the owner of a signature may receive what came after a position. */
  covers(position: LogPosition, signature: string): boolean {
    const statement = statementOf(signature);
    if (!sameText(signature, this.#sign(statement))) return false;
    return this.subscribers.options.comparePositions(position, statement.since) >= 0;
  }

  #sign({ since, time }: SignedStatement): string {
    const { subscribers, rights } = this;
    const stated = time === undefined ? [since] : [since, time.toString(TIME_RADIX)];
    return [...stated, positionMac(subscribers.options.engine, [subscribers.workspaceId, rights, ...stated])].join("~");
  }
}

/** Without a check: see `covers`. */
export function statementOf(signature: string): SignedStatement {
  const [since = "", ...rest] = signature.split("~");
  const time = rest.length === 2 ? Number.parseInt(rest[0]!, TIME_RADIX) : Number.NaN;
  return { since, time: Number.isSafeInteger(time) ? time : undefined };
}

const TIME_RADIX = 36;

/** Proof that this server stated `content`, which names its workspace. */
function positionMac(engine: Engine, content: readonly Json[]): string {
  const bytes = encoder.encode(JSON.stringify(content));
  return toBase64Url(hmac(sha256, keyOf(engine), bytes).subarray(0, MAC_BYTES));
}

const keyOf = service("key of positions", ({ config }: Engine): Uint8Array => {
  return hkdf(sha256, encoder.encode(config.secret), encoder.encode("plinth"), encoder.encode("realtime places"), 32);
});

const MAX_SIGNATURES = 1000;
const signaturesOf = service(
  "signatures",
  (_: WorkspaceSubscribers) => new Lru<string, PositionSignature>(MAX_SIGNATURES),
);

/** One signature for all groups of a workspace with the same rights, so that their messages are encoded once. */
export function signatureOf(subscribers: WorkspaceSubscribers, rights: string): PositionSignature {
  const known = signaturesOf(subscribers);
  let signature = known.get(rights);
  if (!signature) {
    signature = new PositionSignature(subscribers, rights);
    known.set(rights, signature);
  }
  return signature;
}
