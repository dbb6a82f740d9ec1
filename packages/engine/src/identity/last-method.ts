import { DataError, PlinthError } from "@plinth/core";

/** The guards of a batch that removes a sign-in method: it fails if there is no such method, or no other would be left. */
export const REMOVAL_GUARDS = { missing: "sign-in method", last: "last sign-in method" } as const;

/** For the failure of such a batch. `method`: such as `passkey`, `none`: what is said where there is none such. */
export function refuseRemoval({ method, none, field }: { method: string; none: string; field: string }) {
  return (error: unknown): never => {
    if (!(error instanceof DataError) || error.kind !== "guard") throw error;
    if (error.guard === REMOVAL_GUARDS.missing) throw new PlinthError("NOT_FOUND", none);
    const message = `Without this ${method} you could no longer sign in. Set a password first.`;
    throw error.guard === REMOVAL_GUARDS.last ? new PlinthError("CONFLICT", message, { field }) : error;
  };
}
