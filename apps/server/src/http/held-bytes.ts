import { type Config, PlinthError, type RequestHost } from "@plinth/core";
import { clientNetwork } from "@plinth/engine";
import type { HeldBytes } from "../context.ts";

/** For the bodies, or the answers, of all requests, and at least as much as some of the largest need. */
const MOST = 256 * 1024 * 1024;
const LARGEST = 8;
/** The most for those of one address. */
const ADDRESS_SHARE = 0.5;

/** Bounds the memory of the bodies that are read, or of the answers that are sent, at the same time: of all, and of one address. */
export class HeldBytesLimit {
  #all = 0;
  readonly #most: number;
  readonly #byAddress = new Map<string, number>();

  constructor(
    private readonly what: "bodies of the requests in progress" | "answers that are being sent",
    /** In bytes, of one of them. */
    largest: number,
    private readonly config: Pick<Config, "trustProxy">,
    private readonly warn: (what: string, limit: number) => void,
  ) {
    this.#most = Math.max(MOST, LARGEST * largest);
  }

  /** The holder of a request's bytes. */
  holder(headers: Headers, { remoteAddress }: RequestHost): HeldBytes {
    return { address: clientNetwork(this.config, { headers, remoteAddress }), bytes: 0, released: false };
  }

  /** Counts bytes until the request ends. Throws when there are too many. */
  take(held: HeldBytes, bytes: number): void {
    if (held.released) return;
    const own = held.address === undefined ? 0 : (this.#byAddress.get(held.address) ?? 0) + bytes;
    if (this.#all + bytes > this.#most) throw this.#refusal(`bytes of ${this.what}`, this.#most);
    const share = this.#most * ADDRESS_SHARE;
    if (own > share) throw this.#refusal(`bytes of ${this.what}, of one address`, share);
    this.#all += bytes;
    held.bytes += bytes;
    if (held.address !== undefined) this.#byAddress.set(held.address, own);
  }

  release(held: HeldBytes): void {
    const { address, bytes } = held;
    held.released = true;
    this.#all -= bytes;
    if (address === undefined) return;
    const own = (this.#byAddress.get(address) ?? 0) - bytes;
    if (own <= 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, own);
  }

  #refusal(warned: string, limit: number): PlinthError {
    this.warn(warned, limit);
    const message = `The ${this.what} take more than ${limit} bytes; try again later.`;
    return new PlinthError("OVERLOADED", message, { retry_after: 1 });
  }
}
