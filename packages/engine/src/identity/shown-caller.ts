import type { KeyAction, Principal, PrincipalKind } from "@plinth/core";
import { hasActions } from "../access/has-actions.ts";

/** What it takes to learn who somebody is, and not only of which kind. */
const NEEDED: Readonly<Record<PrincipalKind, readonly KeyAction[]>> = {
  anonymous: [],
  user: ["users:read"],
  operator: ["users:read"],
  key: ["keys:read"],
};

/** The id of a caller, for somebody who is shown what that caller did. Null: whoever may not list its kind. */
export function shownCallerId(to: Principal, kind: PrincipalKind, id: string | null | undefined): string | null {
  return hasActions(to, NEEDED[kind]) ? (id ?? null) : null;
}
