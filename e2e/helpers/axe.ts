import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";

/** WCAG 2.2 to level AA, and what axe counts as good practice. Contrast is on. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** axe reports nothing on the page as it stands; a failure names the rule, the element and what to read. */
export async function expectAccessible(page: Page): Promise<void> {
  const hasScripts = test.info().project.use.javaScriptEnabled !== false;
  const found = hasScripts ? await violations(page) : await violationsWithoutScripts(page);
  expect(found, `axe on ${page.url()}`).toEqual([]);
}

/** What axe reports on the page as it stands: the rule, the element and what to do. */
export async function violations(page: Page): Promise<string[]> {
  return told(new AxeBuilder({ page }).withTags(RULES));
}

/** What axe reports about contrast alone: for the same page in other colours. */
export async function paleTexts(page: Page): Promise<string[]> {
  return told(new AxeBuilder({ page }).withRules(["color-contrast"]));
}

async function told(axe: AxeBuilder): Promise<string[]> {
  // "Legacy" means: not in frames of other origins. dran's pages have no frames, and it saves a second tab per look.
  const { violations } = await axe.setLegacyMode(true).analyze();
  return violations.flatMap(({ id, help, helpUrl, nodes }) =>
    nodes.map((node) => `${id}: ${help}\n  ${node.target.join(" ")}\n  ${node.failureSummary}\n  ${helpUrl}`),
  );
}

/**
 * axe is a script and cannot run where scripts are off. It looks at a copy instead: the same markup at the same
 * address, in a browser whose scripts are on for axe and forbidden to the page.
 */
async function violationsWithoutScripts(page: Page): Promise<string[]> {
  // Where scripts are on, what stands in <noscript> is not shown: here it is, so the copy holds it without the tag.
  const markup = (await page.content()).replace(/<\/?noscript[^>]*>/g, "");
  const browser = page.context().browser();
  if (!browser) {
    throw new Error("the page belongs to no browser");
  }
  const { viewport, locale } = test.info().project.use;
  const context = await browser.newContext({ viewport, locale, javaScriptEnabled: true });
  try {
    const copy = await context.newPage();
    const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": "script-src 'none'" };
    await copy.route(page.url(), (route) => route.fulfill({ body: markup, headers }));
    await copy.goto(page.url());
    return await violations(copy);
  } finally {
    await context.close();
  }
}
