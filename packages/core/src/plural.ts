/** The word for `n` things: `row` for 1, else `rows`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? one : many;
}
