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

/** The keys of a shortcut such as `mod+shift+k` as a keyboard shows them. */
export function shortcutKeys(shortcut: string, mac: boolean): string[] {
  const modifiers = mac ? MAC : OTHER;
  return shortcut.split("+").map((key) => {
    const name = key.toLowerCase();
    return modifiers[name] ?? NAMED[name] ?? (key.length === 1 ? key.toUpperCase() : key);
  });
}
