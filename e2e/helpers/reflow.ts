import type { Page } from "@playwright/test";

/** Widths in CSS pixels and sizes of letters at which a page may not scroll sideways (WCAG 2.2, 1.4.4 and 1.4.10). */
const SIGHTS = [
  { what: "320 px wide", width: 320, letters: 1 },
  { what: "at 200 % zoom", width: 640, letters: 1 },
  { what: "with letters of double size", width: 1280, letters: 2 },
];

/** What sticks out of the page sideways, and when; the window is as before afterwards. */
export async function sideways(page: Page): Promise<string[]> {
  const before = page.viewportSize();
  const found: string[] = [];
  for (const { what, width, letters } of SIGHTS) {
    await page.setViewportSize({ width, height: 800 });
    found.push(...(await page.evaluate(tooWide, letters)).map((element) => `${what}: ${element}`));
  }
  if (before) {
    await page.setViewportSize(before);
  }
  return found;
}

/** Runs in the page. */
function tooWide(letters: number): string[] {
  const root = document.documentElement;
  root.style.fontSize = letters === 1 ? "" : `${letters * Number.parseFloat(getComputedStyle(root).fontSize)}px`;
  const width = root.clientWidth;
  const scrolls = root.scrollWidth > width;
  const outside = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1);
  const names = outside.slice(0, 5).map((one) => `<${one.tagName.toLowerCase()} class="${one.className}">`);
  root.style.fontSize = "";
  return scrolls ? [`${root.scrollWidth} > ${width} px`, ...names] : [];
}
