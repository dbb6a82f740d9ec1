/** An event as `GET /api/security-log` lists it. */
export interface SecurityLogEntry {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly outcome: "ok" | "failed";
  /** `user:ID`, `key:ID` and the like. */
  readonly actor: string | null;
  readonly target: string | null;
  readonly address: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}
