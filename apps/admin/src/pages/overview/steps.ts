export const STEPS = ["collection", "rule", "key", "request"] as const;

export type Step = (typeof STEPS)[number];

interface Known {
  readonly collections: readonly { readonly system?: unknown }[];
  readonly rules: readonly { readonly role?: unknown }[];
  readonly keys: readonly { readonly last_used_at: string | null }[];
}

/** What a new workspace has got so far, on the way to a program that reads its data. */
export function stepsDone({ collections, rules, keys }: Known): ReadonlySet<Step> {
  const done: Readonly<Record<Step, boolean>> = {
    collection: collections.some(({ system }) => !system),
    rule: rules.length > 0,
    key: keys.length > 0,
    request: keys.some(({ last_used_at }) => last_used_at !== null),
  };
  return new Set(STEPS.filter((step) => done[step]));
}
