/** A request that has changed items, as the API lists it. */
export interface ChangingRequest {
  readonly request_id: string;
  readonly actor: string | null;
  readonly actor_name: string | null;
  readonly from: string;
  readonly to: string;
  readonly changes: readonly {
    /** Null: it has been deleted. */
    readonly collection: string | null;
    readonly inserted: number;
    readonly updated: number;
    readonly deleted: number;
  }[];
}
