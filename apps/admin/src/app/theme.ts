/** `system` follows the browser's setting. */
export const THEMES = ["system", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

const STORED = "plinth.theme";

export function chosenTheme(): Theme {
  const stored = localStorage.getItem(STORED);
  return THEMES.find((theme) => theme === stored) ?? "system";
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORED, theme);
  applyTheme();
}

/** Sets the class that decides between the two values of each colour; without one the browser decides. */
export function applyTheme(): void {
  const theme = chosenTheme();
  for (const name of ["light", "dark"] as const) document.documentElement.classList.toggle(name, theme === name);
}
