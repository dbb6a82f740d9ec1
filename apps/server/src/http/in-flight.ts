import { type Config, PlinthError, type RequestHost } from "@plinth/core";
import { clientNetwork } from "@plinth/engine";

/** From here on, requests that arrive at once are started in turns. */
const CROWD = 64;
/** What is answered from memory: health checks, and the admin's files. */
const QUICK = /^[a-z]+:\/\/[^/]*\/(?:health|admin)(?:[/?]|$)/i;
/** Up to this part of the limit, nobody asks whose requests they are. */
const UNCOUNTED_SHARE = 0.25;
/** The most that one address may have in progress. */
const ADDRESS_SHARE = 0.5;

/** Bounds the requests in progress, and those of one address: before the caller is known, and however slow its body is. */
export class InFlight {
  #all = 0;
  readonly #counts = new Map<string, number>();
  readonly #uncounted: number;
  readonly #most: number;

  constructor(
    private readonly config: Pick<Config, "maxInFlight" | "trustProxy">,
    private readonly warn: (what: string, limit: number) => void,
  ) {
    const { maxInFlight } = config;
    this.#uncounted = Math.floor(maxInFlight * UNCOUNTED_SHARE);
    this.#most = Math.ceil(maxInFlight * ADDRESS_SHARE) - this.#uncounted;
  }

  /**
   * Throws when there are too many. Otherwise returns the address for which the request is counted, if it is. Those of
   * the first quarter are not, so an address may have another quarter: half in all, no matter who had the first.
   */
  enter(request: Request, host: RequestHost): string | undefined {
    if (this.#all < this.#uncounted || QUICK.test(request.url)) {
      this.#all++;
      return undefined;
    }
    const { maxInFlight } = this.config;
    if (this.#all >= maxInFlight) throw this.#refusal("in flight", maxInFlight, "this server");
    const address = clientNetwork(this.config, { headers: request.headers, remoteAddress: host.remoteAddress });
    if (address !== undefined) {
      const count = this.#counts.get(address) ?? 0;
      if (count >= this.#most) {
        throw this.#refusal("in flight of one address", Math.ceil(maxInFlight * ADDRESS_SHARE), "one address");
      }
      this.#counts.set(address, count + 1);
    }
    this.#all++;
    return address;
  }

  /** So many are in progress that this one need not be started at once; what is quick is. */
  mayWait(request: Request): boolean {
    return this.#all >= CROWD && !QUICK.test(request.url);
  }

  leave(address: string | undefined): void {
    this.#all--;
    if (address === undefined) return;
    const count = this.#counts.get(address)! - 1;
    if (count === 0) this.#counts.delete(address);
    else this.#counts.set(address, count);
  }

  #refusal(what: string, limit: number, of: string): PlinthError {
    this.warn(what, limit);
    const message = `There are already ${limit} requests in progress, the limit of ${of}; try again later.`;
    return new PlinthError("OVERLOADED", message, { retry_after: 1 });
  }
}
