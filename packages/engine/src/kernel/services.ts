import type { SqlDriver } from "@plinth/core";

/**
 * The registry of everything that lives as long as its owner: the engine of a process, or an object within it. Each
 * service is created on first use.
 */
export class Services {
  readonly #made = new Map<symbol, unknown>();

  get<O, T>(key: symbol, make: (owner: O) => T, owner: O): T {
    if (!this.#made.has(key)) this.#made.set(key, make(owner));
    return this.#made.get(key) as T;
  }

  /** The service, if it has been created. */
  find<T>(key: symbol): T | undefined {
    return this.#made.get(key) as T | undefined;
  }

  /** The names of all created services. */
  get names(): string[] {
    return [...this.#made.keys()].map((key) => key.description ?? "");
  }
}

export interface Owner {
  readonly services: Services;
}

export interface Service<O extends Owner, T> {
  (owner: O): T;
  /** The service, if it has been created. */
  ifMade(owner: O): T | undefined;
}

/**
 * Declares a service beside the code that makes it.
 *
 * @example
 * const signingKey = service("signing key", (engine: Engine) => deriveKey(engine.config.secret, "tickets"));
 * await signingKey(engine);
 */
export function service<O extends Owner, T>(name: string, make: (owner: O) => T): Service<O, T> {
  const key = Symbol(name);
  const of = (owner: O): T => owner.services.get(key, make, owner);
  return Object.assign(of, { ifMade: (owner: O) => owner.services.find<T>(key) });
}

/** The same, but one for each connection of its owner. It ends with the connection. */
export function connectionService<O extends Owner, T>(
  name: string,
  make: (owner: O, driver: SqlDriver) => T,
): (owner: O, driver: SqlDriver) => T {
  const made = service(name, (_: O) => new WeakMap<SqlDriver, { readonly value: T }>());
  return (owner, driver) => {
    const known = made(owner);
    let entry = known.get(driver);
    if (!entry) {
      entry = { value: make(owner, driver) };
      known.set(driver, entry);
    }
    return entry.value;
  };
}
