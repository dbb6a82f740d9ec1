import type { RuleInfo } from "../../data/rule-line.tsx";

export const ACTIONS = ["read", "create", "update", "delete"] as const;
export type Action = (typeof ACTIONS)[number];
export type State = "open" | "conditional" | "closed";

export interface ActionExposure {
  readonly state: State;
  readonly note?: string;
  readonly condition: unknown;
  readonly fields: readonly string[] | null;
  readonly rules: readonly RuleInfo[];
}

export interface CollectionExposure {
  readonly slug: string;
  readonly actions: Readonly<Record<Action, ActionExposure>>;
  readonly items: { readonly count: number; readonly more: boolean } | null;
  readonly try: { readonly path: string; readonly view_as: string } | null;
}

/** What `GET /api/exposure` answers, as far as the page shows it. */
export interface Exposure {
  readonly bypass: boolean;
  readonly collections: readonly CollectionExposure[];
  readonly channels: readonly { readonly channel: string }[];
  readonly strangers: {
    readonly sign_up: {
      readonly mode: "open" | "invite" | "closed";
      readonly anonymous: boolean;
      readonly email_verification: string;
      readonly captcha: boolean;
    };
    readonly publishable_keys: readonly { readonly id: string; readonly name: string }[] | null;
    readonly cors_origins: readonly string[];
  };
}

const WEIGHT: Readonly<Record<State, number>> = { open: 2, conditional: 1, closed: 0 };

/** Changes of any kind weigh more than all that can be read. */
function weightOf({ actions }: CollectionExposure): number {
  const changes = WEIGHT[actions.create.state] + WEIGHT[actions.update.state] + WEIGHT[actions.delete.state];
  return changes * 10 + WEIGHT[actions.read.state];
}

export function worstFirst(collections: readonly CollectionExposure[]): CollectionExposure[] {
  return collections.toSorted((a, b) => weightOf(b) - weightOf(a) || (a.slug < b.slug ? -1 : 1));
}
