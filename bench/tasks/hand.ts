/** A person's hand: what it does is done in the browser, and is one step each. */
import type { AdminTab } from "../../tests/admin/harness.ts";

/** Of Playwright. */
export type Page = AdminTab["page"];
export type Locator = ReturnType<Page["locator"]>;

export interface Hand {
  readonly page: Page;
  /** What was done, in order. */
  readonly steps: readonly string[];
  click(what: string, target: Locator): Promise<void>;
  /** A field gets a text, in place of what it holds. To go to the field is no step of its own. */
  type(what: string, field: Locator, text: string): Promise<void>;
  /** One key, or several at once. */
  press(chord: string): Promise<void>;
  chooseFile(input: Locator, file: { readonly name: string; readonly text: string }): Promise<void>;
}

export function handOn(page: Page): Hand {
  const steps: string[] = [];
  return {
    page,
    steps,
    async click(what, target) {
      steps.push(`click ${what}`);
      await target.click();
    },
    async type(what, field, text) {
      steps.push(`type ${what}`);
      await field.click();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(text);
    },
    async press(chord) {
      steps.push(`press ${chord}`);
      await page.keyboard.press(chord);
    },
    async chooseFile(input, { name, text }) {
      steps.push(`choose the file ${name}`);
      await input.setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
    },
  };
}
