import type { Locator, Page } from "playwright-core";

/** The most that a page has to be reached by Tab. */
const MOST_STOPS = 150;

/** Milliseconds: what opens moves, and a message above a button passes. */
const MOVES = 60_000;

/** What closes gives the focus back a moment later. */
const FRAMES = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))";

/** What a person does who has no mouse. Each stop on the way must show that the focus is there. */
export interface Keyboard {
  /** Types into a field, in place of what is in it. */
  type(label: string | RegExp, text: string): Promise<void>;
  /** Presses a button, follows a link or opens a summary. */
  press(name: string | RegExp): Promise<void>;
  /** Ticks a box. */
  tick(label: string): Promise<void>;
  /** Opens a list of choices, and takes the one that begins with the text. */
  choose(name: string | RegExp, text: string): Promise<void>;
  /** Gives the focus to something else. */
  reach(target: Locator): Promise<void>;
}

export function keyboardOf(page: Page): Keyboard {
  const focused = page.locator(":focus");
  const hasFocus = async (target: Locator) => (await target.and(focused).count()) > 0;
  const reach = async (target: Locator): Promise<void> => {
    await target.waitFor();
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      if (await hasFocus(target)) {
        await page.evaluate(FRAMES);
        if (await hasFocus(target)) return;
      }
      await page.keyboard.press("Tab");
      await requireSeen(page);
    }
    throw new Error(`no way by Tab to ${target}`);
  };
  const reachButton = async (name: string | RegExp): Promise<void> => {
    const options = typeof name === "string" ? { name, exact: true } : { name };
    const summary = page.locator("summary").filter({ hasText: name });
    const button = page.getByRole("button", options).or(page.getByRole("combobox", options));
    await reach(button.or(page.getByRole("link", options)).or(summary).first());
  };
  return {
    reach,
    async type(label, text) {
      await reach(page.getByLabel(label, { exact: typeof label === "string" }).first());
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type(text);
    },
    async press(name) {
      await reachButton(name);
      await page.keyboard.press("Enter");
    },
    async tick(label) {
      await reach(page.getByRole("checkbox", { name: label }));
      await page.keyboard.press("Space");
    },
    async choose(name, text) {
      await reachButton(name);
      await page.keyboard.press("Enter");
      const option = page.getByRole("option", { name: text }).first();
      await option.waitFor();
      await page.keyboard.type(text);
      await page.locator("[data-highlighted]").filter({ hasText: text }).waitFor();
      await page.keyboard.press("Enter");
      await option.waitFor({ state: "hidden" });
    },
  };
}

async function requireSeen(page: Page): Promise<void> {
  const until = Date.now() + MOVES;
  let unseen = await page.evaluate(UNSEEN_FOCUS);
  while (unseen !== "" && Date.now() < until) {
    await page.waitForTimeout(50);
    unseen = await page.evaluate(UNSEEN_FOCUS);
  }
  if (unseen !== "") throw new Error(`the focus cannot be seen: ${unseen}`);
}

/**
 * Why what has the focus cannot be seen, or nothing: no outline, outside of the window, or under something else. A control that is
 * itself invisible has its outline on its label. After the last stop the focus leaves the page.
 */
const UNSEEN_FOCUS = `(() => {
  const { activeElement } = document;
  if (activeElement === document.body || !document.hasFocus()) return "";
  const hidden = getComputedStyle(activeElement).opacity === "0";
  const shown = (hidden && activeElement.closest("label")) || activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  if (outlineStyle !== "solid" || outlineWidth !== "2px") return "no outline on " + shown.outerHTML;
  const box = shown.getClientRects()[0];
  const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
  const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  if (right <= left || bottom <= top) return "outside of the window: " + shown.outerHTML;
  const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  if (shown.contains(above) || above?.contains(shown)) return "";
  return shown.outerHTML + " is under " + above?.outerHTML;
})()`;
