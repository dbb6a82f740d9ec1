import { expect, test } from "bun:test";

const css = await Bun.file(new URL("../style.css", import.meta.url)).text();
const colors = new Map<string, readonly [light: string, dark: string]>();
for (const [, name, light, dark] of css.matchAll(/--color-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)) {
  colors.set(name!, [light!, dark!]);
}

/** WCAG 2.2, "relative luminance". */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

const GROUNDS = ["canvas", "surface", "raised", "sunken", "hover", "selected"];
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  ink: GROUNDS,
  muted: GROUNDS,
  subtle: GROUNDS,
  "accent-ink": [...GROUNDS, "accent-soft"],
  "danger-ink": [...GROUNDS, "danger-soft"],
  "success-ink": ["surface", "raised", "success-soft"],
  "warning-ink": ["surface", "raised", "warning-soft"],
  "info-ink": ["surface", "raised", "info-soft"],
  "on-accent": ["accent", "accent-hover"],
  "on-danger": ["danger", "danger-hover"],
};
const PARTS: Readonly<Record<string, readonly string[]>> = {
  "line-strong": ["canvas", "surface", "raised", "sunken"],
  focus: GROUNDS,
  accent: ["canvas", "surface", "raised", "sunken"],
  danger: ["surface", "raised"],
  success: ["surface", "raised"],
  ...Object.fromEntries([1, 2, 3, 4, 5, 6].map((at) => [`chart-${at}`, ["surface", "canvas"]])),
};

function tooWeak(pairs: Readonly<Record<string, readonly string[]>>, least: number): string[] {
  return Object.entries(pairs).flatMap(([front, grounds]) =>
    grounds.flatMap((ground) =>
      [0, 1].flatMap((scheme) => {
        const ratio = contrast(colors.get(front)![scheme]!, colors.get(ground)![scheme]!);
        return ratio < least ? [`${front} on ${ground}, ${scheme ? "dark" : "light"}: ${ratio.toFixed(2)}`] : [];
      }),
    ),
  );
}

test("texts have a contrast of at least 4.5 in both schemes", () => {
  expect(tooWeak(TEXTS, 4.5)).toEqual([]);
});

test("parts of controls and charts have a contrast of at least 3 in both schemes", () => {
  expect(tooWeak(PARTS, 3)).toEqual([]);
});
