const STORED = "plinth.workspace";

/** The slug of the workspace that was open last in this browser. */
export function lastVisited(): string | null {
  return localStorage.getItem(STORED);
}

export function rememberWorkspace(slug: string): void {
  localStorage.setItem(STORED, slug);
}
