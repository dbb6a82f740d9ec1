/** What a simulation answers, as far as its reason follows from it. */
export interface DecidedParts {
  readonly decision?: "allow" | "deny" | "undecided";
  readonly bypass?: boolean;
  readonly deciding_rule?: { readonly role?: string; readonly effect?: "allow" | "deny" } | null;
  readonly matched_rules?: readonly {
    readonly effect: "allow" | "deny";
    readonly matches?: boolean;
    readonly failed?: readonly { readonly condition?: unknown }[];
  }[];
}

export type ReasonKind = "denied" | "no rule" | "fails" | "administers" | "holds" | "every item" | "some items";

/** The reason by the parts of the answer. Undefined: they do not tell, and the server's sentence does. */
export function reasonKind({
  decision,
  bypass,
  deciding_rule: deciding,
  matched_rules,
}: DecidedParts): ReasonKind | undefined {
  if (matched_rules === undefined) return undefined;
  const isTested = matched_rules.some(({ matches }) => matches !== undefined);
  if (decision === "allow") {
    if (bypass) return "administers";
    if (isTested) return "holds";
    return deciding ? "every item" : "some items";
  }
  if (decision !== "deny") return undefined;
  const allowing = matched_rules.filter(({ effect }) => effect === "allow");
  if (allowing.length === 0) return "no rule";
  // A field may be what is refused, which the server names.
  const parts = allowing.flatMap(({ failed = [] }) => failed);
  if (parts.length === 0 ? deciding?.effect !== "deny" : parts.some(({ condition }) => condition === null))
    return undefined;
  return deciding?.effect === "deny" ? "denied" : "fails";
}
