/** The label of the guard that refuses a blocked user. */
export const BLOCKED = "blocked";

/** The label of the guard that refuses a sign-in whose password was replaced meanwhile. */
export const REPLACED = "replaced";

/** The label of the guard that refuses an anonymous user who has made another account at the same time. */
export const UPGRADED = "upgraded";

/** The label of the guard that refuses to link an account to a user whose address is not verified. */
export const UNVERIFIED = "unverified";
