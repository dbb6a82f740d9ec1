import type { Lab } from "./lab.ts";

/** A host that runs, as the contract sees it. */
export interface Running {
  readonly baseUrl: string;
  /** From the one-time link that the host prints. Only a host over data without an operator prints one. */
  setupToken(): Promise<string>;
  fetch(request: Request): Promise<Response>;
  /** What the host has written so far. */
  logs(): string;
  stop(): Promise<void>;
}

/** One host with one database: a row of the grid. */
export interface Target {
  readonly name: string;
  /** What `bun run build` has to make first. */
  readonly builds: readonly string[];
  readonly maxColumns?: number;
  /** The host has WebSockets; without, the contract asks for the refusal. */
  readonly sockets?: true;
  /** The host has a place for files without a setting; without, they are in S3. */
  readonly files?: true;
  /** The host changes pictures here; without, it refuses to. */
  readonly images?: true;
  /** The host does what is due at its time; without, ticks do it. */
  readonly wakes?: true;
  /** The host opens TCP connections, and so delivers mail by SMTP; without, it refuses to. */
  readonly smtp?: true;
  /** The host runs functions without the sandbox; without, it refuses to. */
  readonly trusted?: true;
  /** What this machine lacks, or undefined. Anything else that keeps a host from starting is a failure. */
  missing(lab: Lab): string | undefined;
  /** A real program with an empty database of its own; `settings` are more than those it needs. */
  start(lab: Lab, settings?: Readonly<Record<string, string>>): Promise<Running>;
}
