const MAC: Readonly<Record<string, string>> = { mod: "⌘", alt: "⌥", shift: "⇧", ctrl: "⌃" };
const OTHER: Readonly<Record<string, string>> = { mod: "Ctrl", alt: "Alt", shift: "Shift", ctrl: "Ctrl" };
const NAMED: Readonly<Record<string, string>> = {
  enter: "↵",
  escape: "Esc",
  space: "Space",
  delete: "Del",
  backspace: "⌫",
  tab: "Tab",
  up: "↑",
  down: "↓",
  left: "←",
  right: "→",
};

/** Whether the browser runs on a Mac, whose keyboards have ⌘. */
export const isMac = (): boolean => navigator.platform.startsWith("Mac");

/** A shortcut within a text: "Ctrl+Z", or "⌘Z" on a Mac. */
export function shortcutText(shortcut: string, mac = isMac()): string {
  return shortcutKeys(shortcut, mac).join(mac ? "" : "+");
}

/** The keys of a shortcut such as `mod+shift+k` as a keyboard shows them. */
export function shortcutKeys(shortcut: string, mac: boolean): string[] {
  const modifiers = mac ? MAC : OTHER;
  return shortcut.split("+").map((key) => {
    const name = key.toLowerCase();
    return modifiers[name] ?? NAMED[name] ?? (key.length === 1 ? key.toUpperCase() : key);
  });
}
