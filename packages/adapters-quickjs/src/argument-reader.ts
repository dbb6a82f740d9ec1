import { type Packed, sizeOf } from "@plinth/core/sandbox";
import type { QuickJSHandle } from "quickjs-emscripten-core";
import type { Instance } from "./instance.ts";

/** Turns of loops that each byte costs which the host reads: it takes time of which the interpreter knows nothing. */
const BYTE_TURNS = 1;
/** What the interpreter needs to hand over a result or an error. */
const MARGIN = 20_000n;

/** Thrown where the program has no turns left: whatever else is asked of the interpreter would trap. */
export const EXHAUSTED = new Error("no turns are left");

/** Reads what the prelude hands over. None of it is trusted, and nothing is copied before its size is known. */
export class ArgumentReader {
  constructor(private readonly instance: Instance) {}

  /** Throws `EXHAUSTED` where there are not so many turns left. */
  charge(turns: number): void {
    const { fuel } = this.instance;
    fuel.value -= BigInt(turns);
    if (fuel.value < MARGIN) throw EXHAUSTED;
  }

  text(handle: QuickJSHandle | undefined, most: number): string {
    const { context } = this.instance;
    if (!handle || context.typeof(handle) !== "string") throw new TypeError("expected a text");
    const length = context.getNumber(context.getProp(handle, "length"));
    if (length > most) throw new RangeError(`a text may have at most ${most} characters here`);
    this.charge(length * BYTE_TURNS);
    return context.getString(handle);
  }

  optionalText(handle: QuickJSHandle | undefined, most: number): string | undefined {
    return handle && this.instance.context.typeof(handle) !== "undefined" ? this.text(handle, most) : undefined;
  }

  number(handle: QuickJSHandle | undefined): number {
    const { context } = this.instance;
    if (!handle || context.typeof(handle) !== "number") throw new TypeError("expected a number");
    return context.getNumber(handle);
  }

  bytes(handle: QuickJSHandle | undefined, most: number): ArrayBuffer {
    if (!handle) throw new TypeError("expected bytes");
    const found = this.instance.context.getArrayBuffer(handle);
    const { byteLength } = found.value;
    if (byteLength > most) throw new RangeError(`at most ${most} bytes are allowed here`);
    this.charge(byteLength * BYTE_TURNS);
    const copy = found.value.slice().buffer as ArrayBuffer;
    found.dispose();
    return copy;
  }

  packed([json, ...buffers]: readonly QuickJSHandle[], most: number): Packed {
    const found = { json: this.text(json, most), buffers: buffers.map((buffer) => this.bytes(buffer, most)) };
    if (sizeOf(found) > most) throw new RangeError(`a value may have at most ${most} bytes`);
    return found;
  }
}
