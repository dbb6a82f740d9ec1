import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type Place, sameText, toBase64Url } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { Lru } from "../kernel/lru.ts";
import { service } from "../kernel/services.ts";
import type { Room } from "./room.ts";

/** A new seal reaches no further back than about this long. */
const RENEW_MS = 60_000;
const MAC_BYTES = 16;
const encoder = new TextEncoder();

/**
 * What goes out with each place of a stream: proof that its bearer was being told of changes under these rights from a
 * certain place on. The log is older than rules and than readers, so without it nobody goes back in it. A seal is
 * `<since>~<mac>`, the second being HMAC-SHA-256 over the workspace, the rights and `since`; the same for all who have
 * the same rights. Made without waiting, which `crypto.subtle` does not offer.
 */
export class Seal {
  /** What is sent now. */
  text: string;
  #renewedAt: number;
  /** Events may still be under way that lie before the feed's own place, so a seal holds from the one before. */
  #given: Place;

  constructor(
    private readonly room: Room,
    private readonly rights: string,
  ) {
    this.#given = room.feed.given;
    this.#renewedAt = room.options.engine.clock.now();
    this.text = this.#from(this.#given);
  }

  renew(): void {
    const now = this.room.options.engine.clock.now();
    if (now - this.#renewedAt < RENEW_MS && now >= this.#renewedAt) return;
    this.#renewedAt = now;
    this.text = this.#from(this.#given);
    this.#given = this.room.feed.given;
  }

  /** Whether the bearer of a seal may be told what came after a place. */
  covers(place: Place, seal: string): boolean {
    const since = seal.slice(0, Math.max(0, seal.indexOf("~")));
    if (!sameText(seal, this.#from(since))) return false;
    return this.room.options.comparePlaces(place, since) >= 0;
  }

  #from(since: Place): string {
    const { room, rights } = this;
    const content = encoder.encode(JSON.stringify([room.workspaceId, rights, since]));
    return `${since}~${toBase64Url(hmac(sha256, keyOf(room.options.engine), content).subarray(0, MAC_BYTES))}`;
  }
}

const keyOf = service("key of places", ({ config }: Engine): Uint8Array => {
  return hkdf(sha256, encoder.encode(config.secret), encoder.encode("plinth"), encoder.encode("realtime places"), 32);
});

const MAX_SEALS = 1000;
const sealsOf = service("seals", (_: Room) => new Lru<string, Seal>(MAX_SEALS));

/** One for all groups of a room with the same rights, so that what they are sent is written out once. */
export function sealOf(room: Room, rights: string): Seal {
  const known = sealsOf(room);
  let seal = known.get(rights);
  if (!seal) {
    seal = new Seal(room, rights);
    known.set(rights, seal);
  }
  return seal;
}
