/**
 * Names of one space, such as the types of a schema. Collections and fields keep theirs; a name that is derived from
 * one of them, and is taken, gets a `_` at its end.
 */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  derived(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(name)) name += "_";
    this.#taken.add(name);
    return name;
  }
}
