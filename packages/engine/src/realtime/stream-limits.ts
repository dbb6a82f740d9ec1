import { type Config, type Log, PlinthError, type Principal } from "@plinth/core";

/** Of all streams, the most for callers without credentials: the others always find some left. */
const ANONYMOUS_SHARE = 0.5;
/** The most for one workspace, for the same reason. */
const WORKSPACE_SHARE = 0.9;
const RETRY_SECONDS = 5;
const WARN_EVERY_MS = 60_000;

/** Who holds a stream. */
export interface StreamHolder {
  readonly principal: Principal;
  /** Counted for callers without credentials, where the host knows it. */
  readonly address?: string | undefined;
}

/** Counts the streams of a process, and of each caller and workspace. */
export class StreamLimits {
  readonly #counts = new Map<string, number>();
  #warnedAt = Number.NEGATIVE_INFINITY;
  refused = 0;

  constructor(
    private readonly config: Pick<Config, "maxStreams" | "maxCallerStreams">,
    private readonly log: Log,
  ) {}

  /** Takes one stream and returns a function that releases it once. Synchronous, so that no two take the last one. */
  reserve(holder: StreamHolder): () => void {
    const limits = this.#limitsOf(holder);
    for (const { key, limit, text } of limits) {
      if ((this.#counts.get(key) ?? 0) >= limit) throw this.#refusal(limit, text);
    }
    for (const { key } of limits) this.#add(key, 1);
    let held = true;
    return () => {
      if (held) for (const { key } of limits) this.#add(key, -1);
      held = false;
    };
  }

  #limitsOf({ principal, address }: StreamHolder): { key: string; limit: number; text: string }[] {
    const { maxStreams, maxCallerStreams } = this.config;
    const { id, workspaceId, bypass } = principal;
    const caller = id ?? address;
    const share = (part: number) => Math.ceil(maxStreams * part);
    return [
      { key: "all", limit: maxStreams, text: "this server" },
      ...(id === undefined
        ? [{ key: "anonymous", limit: share(ANONYMOUS_SHARE), text: "callers without credentials" }]
        : []),
      // Who may do everything can then still see what fills it.
      ...(bypass ? [] : [{ key: `workspace ${workspaceId}`, limit: share(WORKSPACE_SHARE), text: "this workspace" }]),
      ...(caller === undefined ? [] : [{ key: `caller ${caller}`, limit: maxCallerStreams, text: "one caller" }]),
    ];
  }

  #add(key: string, change: number): void {
    const count = (this.#counts.get(key) ?? 0) + change;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }

  #refusal(limit: number, text: string): PlinthError {
    this.refused++;
    const now = performance.now();
    if (now - this.#warnedAt >= WARN_EVERY_MS) {
      this.#warnedAt = now;
      this.log.warn("streams are refused because too many are open", { limit, for: text });
    }
    return new PlinthError("OVERLOADED", `There are already ${limit} streams, the limit of ${text}; try again later.`, {
      retry_after: RETRY_SECONDS,
    });
  }
}
