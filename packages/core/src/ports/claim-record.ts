/**
 * Remembers outside of the database that it has had an operator: an empty database in its place, after a lost disk or a
 * forgotten volume, must not be claimed by the first visitor.
 */
export interface ClaimRecord {
  claimed(): boolean;
  /** May be called again; never fails. */
  record(): void;
}
