import { expect } from "bun:test";
import type { Page } from "playwright-core";
import { withAdmin } from "./harness.ts";
import { settled } from "./samples.ts";

const suite = await withAdmin();

/** How the edge of an element looks: what a contrast theme does not replace by one colour. */
const edge = (page: Page, selector: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((element: unknown) => {
      const style = (
        globalThis as unknown as { getComputedStyle(of: unknown): Record<string, string> }
      ).getComputedStyle(element);
      return [
        style.outlineStyle,
        style.outlineWidth,
        style.outlineColor,
        style.borderColor,
        style.backgroundColor,
      ].join(" ");
    });

suite.test(
  "with a contrast theme, the focus and what is switched on are seen",
  async (_, { page }) => {
    await page.goto("/admin/t/default/sql");
    const writes = page.getByRole("switch", { name: "Allow writing" });
    await writes.waitFor();
    const off = await edge(page, "[role=switch]");
    await writes.click();
    await page.locator("h1").click();
    await settled(page);
    const on = await edge(page, "[role=switch]");
    expect(on).not.toBe(off);
    await writes.focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+Tab");
    const focused = await edge(page, "[role=switch]");
    expect(focused).not.toBe(on);
    expect(focused).toContain("solid 2px");

    await page.goto("/admin/t/default/users/new");
    const box = page.getByRole("checkbox").first();
    await box.waitFor();
    const unchecked = await edge(page, "[role=checkbox]");
    await box.click();
    await page.locator("h1").click();
    expect(await edge(page, "[role=checkbox]")).not.toBe(unchecked);
  },
  { forcedColors: "active" },
);
