import type { Sandbox } from "./sandbox.ts";

/**
 * Runs programs as the server itself runs, and so many times faster than a `Sandbox`. They find the same around them and have the same limits, but they are trusted: what
 * keeps them in is made against mistakes, and not against who wants to get out. So the operator of a server allows it, and a program asks for it.
 */
export interface TrustedRuntime extends Pick<Sandbox, "name" | "run"> {
  /** Ends what runs, and everything that waits for the next program. */
  close(): Promise<void>;
}
