/** What a function may do, who may call it, and how much it may take: `export const config` of its file. */
export interface FunctionConfig {
  /** `sandbox` unless given. `trusted` is faster, and runs only where the operator of the server allows it. */
  readonly runtime?: "sandbox" | "trusted";
  readonly permissions?: FunctionPermissions;
  readonly http?: {
    /** Who may call it: `admin` unless given. */
    readonly auth?: "public" | "signed_in" | "key" | "admin" | `role:${string}`;
    /** `POST` unless given. */
    readonly methods?: readonly ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")[];
    /** Pages elsewhere that may call it, without cookies; `*`: all. */
    readonly cors?: { readonly origins: readonly string[]; readonly headers?: readonly string[] };
  };
  readonly limits?: FunctionLimits;
  /** Before which writes of items it is asked: see `defineBeforeWrite`. */
  readonly before?: readonly WritesAsked[];
  readonly triggers?: FunctionTriggers;
}

/** When jobs are stored that run it. */
export interface FunctionTriggers {
  readonly cron?: readonly {
    /** A cron expression, or `@hourly`, `@daily` and the like. */
    readonly schedule: string;
    /** `UTC` unless given. */
    readonly zone?: string;
    readonly missed?: "skip" | "one" | "all";
  }[];
  readonly changes?: readonly {
    /** Such as `orders.update`, `orders.*`. */
    readonly events: readonly string[];
    readonly filter?: object | null;
    readonly filter_before?: object | null;
    readonly payload?: { readonly fields?: readonly string[] | null; readonly before?: boolean };
    readonly ordered?: boolean;
  }[];
  readonly dates?: readonly {
    readonly collection: string;
    readonly field: string;
    /** Seconds after it, or before it where negative. */
    readonly offset?: number;
    /** A time of day such as `09:00`. */
    readonly at?: string | null;
    readonly zone?: string;
    readonly filter?: object | null;
  }[];
  /** Jobs that have failed for good. In patterns, `*` at the end stands for any text; none: all. */
  readonly failed_jobs?: readonly {
    readonly queues?: readonly string[];
    readonly kinds?: readonly string[];
    readonly names?: readonly string[];
  }[];
}

export interface WritesAsked {
  readonly collection: string;
  readonly events: readonly ("create" | "update" | "delete")[];
}

/** Nothing, unless it is named. */
export interface FunctionPermissions {
  /** By whose rules it reads and writes items: `caller` unless given. */
  readonly as?: "caller" | "system" | `role:${string}`;
  readonly actions?: readonly ("read" | "create" | "update" | "delete")[];
  readonly collections?: readonly string[];
  /** Hosts such as `api.example.com`. */
  readonly fetch?: readonly string[];
  /** Queues, and `function:NAME` for functions that it may start. */
  readonly jobs?: readonly string[];
  /** Namespaces of values: `own`, and names that it shares with others. */
  readonly kv?: readonly string[];
  readonly mail?: boolean;
  /** Files of these buckets, by the same rules as items. */
  readonly files?: {
    readonly buckets: readonly string[];
    readonly actions: readonly ("read" | "create" | "update" | "delete")[];
  };
  /** The workspace's AI models, or some of them. */
  readonly ai?: boolean | readonly string[];
}

export interface FunctionLimits {
  /** From start to end, waiting included: 10,000 unless given, at most 30,000. */
  readonly wall_ms?: number;
  /** Computing: 200 unless given, at most 2,000. */
  readonly cpu_ms?: number;
  /** 16 unless given, at most 64. */
  readonly memory_mb?: number;
  /** Of `db`, `files`, `fetch`, `kv`, `jobs`, `mail`, `ai` and `crypto.subtle`: 200 unless given, at most 1,000. */
  readonly calls?: number;
}
