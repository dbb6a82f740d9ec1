/** What a version of a function may do, who may call it, and its limits. The server may know more parts than these. */
export interface FunctionSettings {
  readonly runtime: "sandbox" | "trusted";
  readonly permissions: {
    readonly as: string;
    readonly actions: readonly string[];
    readonly collections: readonly string[];
    readonly fetch: readonly string[];
  };
  readonly http: { readonly auth: string; readonly methods: readonly string[] };
  readonly limits: Readonly<Record<string, number>>;
}

/** A function as the API lists it. */
export interface DeployedFunction extends FunctionSettings {
  readonly name: string;
  /** The one that answers. */
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WholeFunction extends DeployedFunction {
  readonly source: string;
  /** Their names. */
  readonly secrets: readonly string[];
}

export interface FunctionVersion extends FunctionSettings {
  readonly version: number;
  readonly active: boolean;
  readonly created_at: string;
}

export interface FunctionRun {
  readonly id: string;
  readonly version: number;
  readonly trigger: string;
  readonly status: "succeeded" | "failed";
  readonly ms: number;
  readonly calls: number;
  readonly actor: string | null;
  readonly request_id: string | null;
  readonly error: { readonly name?: string; readonly message: string; readonly stack?: readonly string[] } | null;
  readonly logs: readonly { readonly level: string; readonly text: string; readonly ms: number }[];
  readonly logs_left_out: number;
  readonly created_at: string;
}

export const FUNCTION_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export const FUNCTION_ACTIONS = ["read", "create", "update", "delete"] as const;
