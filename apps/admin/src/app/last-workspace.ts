const STORED = "plinth.workspace";
const SIGNED_IN = "plinth.signed-in";

/** The slug of the workspace that was open last in this browser. */
export function lastVisited(): string | null {
  return localStorage.getItem(STORED);
}

export function rememberWorkspace(slug: string): void {
  localStorage.setItem(STORED, slug);
  localStorage.setItem(SIGNED_IN, "yes");
}

/** Whether somebody is probably signed in: the cookie itself is not for scripts. */
export function seemsSignedIn(): boolean {
  return localStorage.getItem(SIGNED_IN) !== null;
}

export function rememberSignOut(): void {
  localStorage.removeItem(SIGNED_IN);
}
