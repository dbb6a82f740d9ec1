import { join } from "node:path";
import type { Page } from "playwright-core";
import type { SampleNames } from "../../apps/admin/src/app/sample-data.ts";
import { capture } from "../../scripts/bootstrap/capture.mjs";
import { ROOT } from "../matrix/programs.ts";

/** One state of a page, as `samples` of its page.ts names it. */
export interface Sample {
  readonly page: string;
  /** Below `/admin/t/:workspace/`. */
  readonly address: string;
}

/** The states of all pages; `only`: of those whose path begins with one of these. */
export async function readSamples(only: readonly string[] = [""]): Promise<Sample[]> {
  const { code, output } = await capture(process.execPath, ["--bun", "samples.ts"], { cwd: join(ROOT, "apps/admin") });
  if (code !== 0) throw new Error(output);
  const samples = JSON.parse(output.trim().split("\n").at(-1)!) as Sample[];
  return samples.filter(({ page }) => only.some((start) => page.startsWith(start)));
}

/** Opens a state, and waits until it stands still. */
export async function openSample(page: Page, { address }: Sample, names: SampleNames): Promise<void> {
  const filled = address.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = names[name];
    if (value === undefined)
      throw new Error(`${address}: the sample data has no "${name}", only ${Object.keys(names)}.`);
    return value;
  });
  await goTo(page, `/admin/t/default/${filled}`.replace(/\/$/, ""));
  await page.locator("main h1, main h2").first().waitFor();
  await settled(page);
}

/** No page has this address. */
const NOWHERE = "/admin/t/default/there-is-no-such-page";

/**
 * By the router of the admin, if the tab has it, as whoever follows a link: a new document costs more than all else, and programs in it
 * begin slowly. By way of an address without a page, so that each view is a new one.
 */
export async function goTo(page: Page, address: string): Promise<void> {
  if (!(await page.evaluate("'__TSR_ROUTER__' in window"))) return void (await page.goto(address));
  for (const href of [NOWHERE, address]) await page.evaluate(follow(href));
}

const follow = (href: string): string => `(async () => {
  const { history } = __TSR_ROUTER__;
  history.push(${JSON.stringify(href)}, undefined, { ignoreBlocker: true });
  const isThere = ({ status, resolvedLocation }) =>
    status === "idle" && resolvedLocation?.state.__TSR_key === history.location.state.__TSR_key;
  while (!isThere(__TSR_ROUTER__.state)) await new Promise(requestAnimationFrame);
})()`;

/**
 * No change for a third of a second, and no colour on its way to another: an answer that streams never ends, so that one cannot wait
 * for the network.
 */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, 300); });
    const done = () => {
      watch.disconnect();
      clearTimeout(last);
      for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
      resolve();
    };
    let timer = setTimeout(done, 300);
    const last = setTimeout(done, 5000);
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  })`);
}
