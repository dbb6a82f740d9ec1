import { type Config, PlinthError, type RequestHost } from "@plinth/core";
import { clientNetwork, type UploadBytes } from "@plinth/engine";
import type { HeldBytes } from "../context.ts";

/** For the bodies, or the answers, of all requests, and at least as much as some of the largest need. */
const MOST = 256 * 1024 * 1024;
const LARGEST = 8;
/** The most for those of one address. */
const ADDRESS_SHARE = 0.5;

/** The most that one upload has in memory: a block of a file of hundreds of gigabytes. */
export const UPLOAD_BYTES = 64 * 1024 * 1024;

/** How long an answer is sent, or an upload hardly continued, before it can lose its place to another one. */
const PLACE_MS = 15_000;

/** Bounds the memory of the bodies that are read, or of the answers that are sent, at the same time: of all, and of one address. */
export class HeldBytesLimit {
  #all = 0;
  readonly #most: number;
  readonly #byAddress = new Map<string, number>();
  /** Those that may be ended from a time on, in the order of these times. */
  readonly #places = new Map<HeldBytes, { readonly until: number; end(): void }>();

  constructor(
    private readonly what: "bodies of the requests in progress" | "uploads in progress" | "answers that are being sent",
    /** In bytes, of one of them. */
    largest: number,
    private readonly config: Pick<Config, "trustProxy">,
    private readonly warn: (what: string, limit: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#most = Math.max(MOST, LARGEST * largest);
  }

  /** The holder of a request's bytes. */
  holder(headers: Headers, { remoteAddress }: RequestHost): HeldBytes {
    return { address: clientNetwork(this.config, { headers, remoteAddress }), bytes: 0, released: false };
  }

  /** Counts bytes until they are released. Throws when there are too many, and none can be ended. */
  take(held: HeldBytes, bytes: number): void {
    if (held.released) return;
    const { address } = held;
    const share = this.#most * ADDRESS_SHARE;
    const lacking = this.#all + bytes - this.#most;
    const ownLacking = address === undefined ? 0 : this.#of(held) + bytes - share;
    if (!this.#makeRoom(Math.max(lacking, ownLacking), held, ownLacking > 0 ? address : undefined)) {
      throw lacking > 0
        ? this.#refusal(`bytes of ${this.what}`, this.#most)
        : this.#refusal(`bytes of ${this.what}, of one address`, share);
    }
    this.#all += bytes;
    held.bytes += bytes;
    if (address !== undefined) this.#byAddress.set(address, this.#of(held) + bytes);
  }

  /** What is held so may be ended after a while, so that slow readers and senders do not keep the room from all others. Again: from then on. */
  mayEnd(held: HeldBytes, end: () => void): void {
    if (!held.released) this.#places.set(held, { until: this.now() + PLACE_MS, end });
  }

  /** Bytes that grow, and may be ended unless they are renewed. */
  holdUpload(held: HeldBytes, end: () => void): UploadBytes {
    const renew = () => this.mayEnd(held, end);
    return {
      grow: (bytes) => {
        this.take(held, bytes);
        renew();
      },
      renew,
      release: () => this.release(held),
    };
  }

  release(held: HeldBytes): void {
    if (held.released) return;
    const { address, bytes } = held;
    held.released = true;
    this.#places.delete(held);
    this.#all -= bytes;
    if (address === undefined) return;
    const own = this.#of(held) - bytes;
    if (own <= 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, own);
  }

  #of({ address }: HeldBytes): number {
    return address === undefined ? 0 : (this.#byAddress.get(address) ?? 0);
  }

  /** Ends the oldest of the address with the most, or only those of one address: none, if that does not make enough room for one. */
  #makeRoom(lacking: number, one: HeldBytes, address: string | undefined): boolean {
    if (lacking <= 0) return true;
    const now = this.now();
    const old = [...this.#places].filter(
      ([held, { until }]) => held !== one && until <= now && (address === undefined || held.address === address),
    );
    old.sort(([one], [other]) => this.#of(other) - this.#of(one));
    let room = 0;
    const ended = old.filter(([{ bytes }]) => {
      const isNeeded = room < lacking;
      if (isNeeded) room += bytes;
      return isNeeded;
    });
    if (room < lacking) return false;
    for (const [held, { end }] of ended) {
      this.release(held);
      end();
    }
    return true;
  }

  #refusal(warned: string, limit: number): PlinthError {
    this.warn(warned, limit);
    const message = `The ${this.what} take more than ${limit} bytes; try again later.`;
    return new PlinthError("OVERLOADED", message, { retry_after: 1 });
  }
}
