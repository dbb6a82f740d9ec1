import { PlinthError, type SandboxCall, type SandboxLimits } from "@plinth/core";
import { hostCrypto } from "./host-crypto.ts";
import { type Packed, pack, unpack } from "./values.ts";

interface CallEvents {
  settle(id: number, answer: { readonly ok: boolean; readonly packed: Packed }): void;
  /** The program has made more calls than it may. */
  exceeded(): void;
}

/** The calls of a program that are under way. What comes after its end is dropped. */
export class HostCalls {
  inFlight = 0;
  count = 0;

  constructor(
    private readonly calls: Readonly<Record<string, SandboxCall>>,
    private readonly limits: SandboxLimits,
    private readonly signal: AbortSignal,
    private readonly events: CallEvents,
  ) {}

  /** Throws what the program then gets as an error. */
  start(id: number, name: string, packed: Packed): void {
    const { callsInFlight, calls } = this.limits;
    const call = hostCrypto(name) ?? (Object.hasOwn(this.calls, name) ? this.calls[name] : undefined);
    if (!call) throw new TypeError("there is no such call");
    if (this.inFlight >= callsInFlight) throw new RangeError(`at most ${callsInFlight} calls may be under way at once`);
    if (!name.startsWith("$step.") && ++this.count > calls) {
      this.events.exceeded();
      return;
    }
    this.inFlight++;
    void this.#answer(call, packed).then((answer) => {
      this.inFlight--;
      if (!this.signal.aborted) this.events.settle(id, answer);
    });
  }

  async #answer(call: SandboxCall, packed: Packed): Promise<{ ok: boolean; packed: Packed }> {
    try {
      const answer = pack(await call(unpack(packed) as unknown[], this.signal));
      if (sizeOf(answer) > this.limits.valueBytes) throw tooLarge(this.limits.valueBytes);
      return { ok: true, packed: answer };
    } catch (error) {
      return { ok: false, packed: { json: JSON.stringify(shown(error)), buffers: [] } };
    }
  }
}

export function sizeOf({ json, buffers }: Packed): number {
  return buffers.reduce((bytes, buffer) => bytes + buffer.byteLength, json.length);
}

const tooLarge = (bytes: number) => new PlinthError("LIMIT_EXCEEDED", `An answer may have at most ${bytes} bytes.`);

/** What an error of the server says to a program: no more than it says to a caller. */
function shown(error: unknown): { name: string; message: string; code?: string; details?: unknown } {
  if (error instanceof PlinthError) {
    const { name, message, code, details } = error;
    return { name, message, code, ...(details && { details }) };
  }
  if (error instanceof TypeError || error instanceof SyntaxError) return { name: "TypeError", message: error.message };
  return { name: "Error", message: "The call failed.", code: "INTERNAL" };
}
