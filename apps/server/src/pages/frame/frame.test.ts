import { describe, expect, test } from "bun:test";
import { contrastOf, type HexColour, PAGE_PALETTES } from "@plinth/core";
import { ENGLISH } from "../messages/index.ts";
import { htmlPage } from "./document.ts";
import { dataElement, html } from "./html.ts";
import { STYLE } from "./style.ts";
import { PLINTH, paletteStyle, type Theme } from "./theme.ts";

describe("html", () => {
  test("values are escaped, HTML is not, and what is absent leaves nothing", () => {
    const inner = html`<b>${"<i>"}</b>`;
    expect(String(html`<p title="${`"'`}">${inner}${[inner, 3]}${false}${undefined}</p>`)).toBe(
      '<p title="&quot;&#39;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>3</p>',
    );
  });

  test("data cannot end their element", () => {
    const text = String(dataElement("page", { next: "</script><script>alert(1)</script><!--" }));
    expect(text.match(/<\/?script|<!--/g)).toEqual(["<script", "</script"]);
    expect(JSON.parse(text.replace(/^<[^>]*>|<\/script>$/g, ""))).toEqual({
      next: "</script><script>alert(1)</script><!--",
    });
  });
});

describe("colours", () => {
  test("contrast is WCAG's", () => {
    expect(contrastOf("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrastOf("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(contrastOf("#336699", "#336699")).toBe(1);
  });

  test.each(Object.values(PAGE_PALETTES))("what the palettes show can be read", (palette) => {
    for (const background of [palette.paper, palette.raised, palette.code]) {
      for (const text of [palette.ink, palette.soft, palette.wrong]) {
        expect([background, text, contrastOf(background, text) >= 4.5]).toEqual([background, text, true]);
      }
    }
    // The border of a field (WCAG 2.2, 1.4.11).
    expect(contrastOf(palette.paper, palette.edge)).toBeGreaterThanOrEqual(3);
    expect(contrastOf(palette.raised, palette.edge)).toBeGreaterThanOrEqual(3);
  });

  test("any accent ends up readable in both schemes, and one that is keeps its shade", () => {
    const parts = ["00", "33", "66", "99", "cc", "ff"];
    const colours = parts.flatMap((r) => parts.flatMap((g) => parts.map((b) => `#${r}${g}${b}` as HexColour)));
    for (const accent of colours) {
      const style = paletteStyle({ ...PLINTH, accent });
      const [light, dark] = [...style.matchAll(/--accent: (#\w+);.*--on-accent: (#\w+);/g)];
      for (const [[, shown, on], { paper, raised }] of [
        [light!, PAGE_PALETTES.light],
        [dark!, PAGE_PALETTES.dark],
      ] as const) {
        const ratios = [paper, raised, on].map((other) => contrastOf(shown as HexColour, other as HexColour));
        expect([accent, shown, Math.min(...ratios) >= 4.5]).toEqual([accent, shown, true]);
      }
    }
    expect(paletteStyle({ ...PLINTH, accent: "#0b5394" })).toContain("--accent: #0b5394;");
  });
});

describe("the document", () => {
  const page = (theme: Theme) =>
    htmlPage({ title: "T", body: html``, theme, language: ENGLISH, home: "/", translated: true });
  const images = (theme: Theme) => /img-src ([^;]*)/.exec(page(theme).headers.get("content-security-policy")!)![1];

  test("loads a theme's logo from where it is, and nothing else", () => {
    expect(images(PLINTH)).toBe("data:");
    expect(images({ ...PLINTH, logoUrl: "data:image/png;base64,AA==" })).toBe("data:");
    expect(images({ ...PLINTH, logoUrl: "/api/logo.png" })).toBe("data: 'self'");
    expect(images({ ...PLINTH, logoUrl: "https://cdn.example.com/a;b/logo.png?x" })).toBe(
      "data: https://cdn.example.com",
    );
  });

  test("escapes a workspace's name", async () => {
    const text = await page({ ...PLINTH, name: "<b>Acme</b>" }).text();
    expect(text).not.toContain("<b>Acme");
    expect(text).toContain("&lt;b&gt;Acme");
  });

  test("its style knows no left and right", () => {
    expect(STYLE).not.toMatch(/\b(left|right)\b/);
  });
});
