/**
 * A column's condition that no index serves, for a statement that finds its rows by their keys in a subquery and looks at them again:
 * without statistics SQLite takes the index of the state, and reads all that waits for each claim.
 */
export function lookedAtAgain(column: string, value: string): string {
  return `coalesce(${column}, '') = ${value}`;
}
