/** What every adapter needs that runs programs of users: how values cross, whose turn it is, what failures say, and what a program finds around it. */
export { HostCalls } from "./calls.ts";
export { type LimitKind, limitFailure, stackOf, thrownFailure } from "./failure.ts";
export { PRELUDE } from "./globals/prelude.ts";
export { LogLines } from "./log-lines.ts";
export {
  type PackedAnswer,
  type PackedOutcome,
  type PackedProgram,
  type ProgramHost,
  packedCall,
  packedProgram,
  sizeOf,
  unpackedOutcome,
} from "./packed-program.ts";
export { ProgramPlaces } from "./slots.ts";
export type { Packed } from "./values.ts";
