/** A bounded cache of derived values; anything in it may vanish at any time. Times are milliseconds. */
export interface Cache {
  readonly name: string;
  get<T>(key: string): Promise<T | undefined>;
  set<T>(key: string, value: T, options: { ttl: number }): Promise<void>;
  delete(key: string): Promise<void>;
}
