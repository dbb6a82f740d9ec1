import type { SandboxLimits } from "../ports/sandbox.ts";
import { hostCrypto } from "./host-crypto.ts";
import { type PackedAnswer, type PackedCall, packedCall } from "./packed-program.ts";
import type { Packed } from "./values.ts";

interface CallEvents {
  settle(id: number, answer: PackedAnswer): void;
  /** The program has made more calls than it may. */
  exceeded(): void;
}

/** The calls of a program that are under way. What comes after its end is dropped. */
export class HostCalls {
  inFlight = 0;
  count = 0;
  readonly #own: PackedCall;

  constructor(
    private readonly names: ReadonlySet<string>,
    private readonly call: PackedCall,
    private readonly limits: SandboxLimits,
    private readonly signal: AbortSignal,
    private readonly events: CallEvents,
  ) {
    this.#own = packedCall(hostCrypto, limits);
  }

  /** Throws what the program then gets as an error. */
  start(id: number, name: string, packed: Packed): void {
    const { callsInFlight, calls } = this.limits;
    const isOwn = Object.hasOwn(hostCrypto, name);
    if (!isOwn && !this.names.has(name)) throw new TypeError("there is no such call");
    if (this.inFlight >= callsInFlight) throw new RangeError(`at most ${callsInFlight} calls may be under way at once`);
    if (!isUncounted(name) && ++this.count > calls) {
      this.events.exceeded();
      return;
    }
    this.inFlight++;
    const answering = isOwn ? this.#own : this.call;
    void answering(name, packed, this.signal).then((answer) => {
      this.inFlight--;
      if (!this.signal.aborted) this.events.settle(id, answer);
    });
  }
}

/** What the server counts itself. */
const isUncounted = (name: string): boolean => /^\$(?:(?:step|answer|fetch|ai)\.|files\.(?!begin))/.test(name);
