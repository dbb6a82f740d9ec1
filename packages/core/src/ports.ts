/** The smaller ports: at most a handful of methods each, supplied by the platform. */

/** Carries wake-ups only ("workspace W is at N"), so losing one loses nothing. */
export interface Bus {
  readonly name: string;
  /** Other processes hear what is published here. Without it, replicas learn of changes by polling. */
  readonly crossProcess: boolean;
  /** `request`: what is sent belongs to the request that sends it, so others must not wait for it. Absent: `process`. */
  readonly lifetime?: "process" | "request";
  publish(topic: string, message: string): Promise<void>;
  /** Returns the function that ends the subscription. A listener must not throw. */
  subscribe(topic: string, listener: (message: string) => void): Promise<() => void>;
  close?(): Promise<void>;
}

/** A bounded cache of derived values; anything in it may vanish at any time. Times are milliseconds. */
export interface Cache {
  readonly name: string;
  get<T>(key: string): Promise<T | undefined>;
  set<T>(key: string, value: T, options: { ttl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}

/** Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Structured logging: `fields` must hold no secrets. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Work that may outlive the response: `waitUntil` at the edge, a tracked promise on a server. */
export type Defer = (work: Promise<unknown>) => void;

/** Password hashing sized for the host; `hash` returns a self-describing text. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(input: { hash: string; password: string }): Promise<boolean>;
}
