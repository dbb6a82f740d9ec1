import type { Locator, Page } from "playwright-core";

/** The most that a page has to be reached by Tab. */
const MOST_STOPS = 60;

/** What a person does who has no mouse. Each stop on the way must show that the focus is there. */
export interface Keyboard {
  /** Types into a field, in place of what is in it. */
  type(label: string, text: string): Promise<void>;
  /** Presses a button, follows a link or opens a summary. */
  press(name: string | RegExp): Promise<void>;
  /** Ticks a box. */
  tick(label: string): Promise<void>;
}

export function keyboardOf(page: Page): Keyboard {
  const focused = page.locator(":focus");
  const reach = async (target: Locator): Promise<void> => {
    await target.waitFor();
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      if ((await target.and(focused).count()) > 0) return;
      await page.keyboard.press("Tab");
      const unseen = await page.evaluate(UNSEEN_FOCUS);
      if (unseen !== "") throw new Error(`the focus cannot be seen on ${unseen}`);
    }
    throw new Error(`no way by Tab to ${target}`);
  };
  return {
    async type(label, text) {
      await reach(page.getByLabel(label, { exact: true }));
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type(text);
    },
    async press(name) {
      const options = typeof name === "string" ? { name, exact: true } : { name };
      const summary = page.locator("summary").filter({ hasText: name });
      await reach(page.getByRole("button", options).or(page.getByRole("link", options)).or(summary).first());
      await page.keyboard.press("Enter");
    },
    async tick(label) {
      await reach(page.getByRole("checkbox", { name: label }));
      await page.keyboard.press("Space");
    },
  };
}

/** What has the focus and no outline that shows it, or nothing. After the last stop the focus is on no element. */
const UNSEEN_FOCUS = `(() => {
  const { activeElement } = document;
  if (activeElement === document.body) return "";
  const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
  return outlineStyle === "solid" && outlineWidth === "2px" ? "" : activeElement.outerHTML;
})()`;
