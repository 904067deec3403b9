import { expect, test, type Browser, type Page } from "@playwright/test";

import { expectAccessible, paleTexts } from "../helpers/axe.ts";
import { Dran } from "../helpers/dran.ts";
import { sideways } from "../helpers/reflow.ts";
import { logIn } from "../helpers/staff.ts";
import { join } from "../helpers/visitor.ts";
import { GERMAN as words } from "../helpers/words.ts";

// The operations page as an operator uses it at the opening: one look, and a keyboard.

let dran: Dran;
test.beforeEach(async () => {
  dran = await Dran.start({ openInS: 1, crowd: 12 });
});
test.afterEach(() => dran.stop());

/** Comes in and waits until the campaign runs. */
async function begin(page: Page, role: string, ahead = 0): Promise<void> {
  await logIn(page, dran, role, ahead);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Konto");
  await expect
    .poll(async () => (await (await page.request.get(`${dran.url}/line.json`)).text()).includes('"open"'))
    .toBe(true);
  await page.goto(`${dran.staff.url}/betrieb`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Betrieb");
}

/** Presses keys one after the other; what is no key is typed. */
async function hit(page: Page, ...what: string[]): Promise<void> {
  for (const one of what) {
    if (["Enter", "Tab"].includes(one) || one.startsWith("Alt+")) await page.keyboard.press(one);
    else await page.keyboard.type(one);
  }
}

/** A visitor with a browser of their own who has taken a place. */
async function visitor(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: "de-DE" });
  const page = await context.newPage();
  await join(page, dran.url, words);
  return page;
}

test("an operator sees the numbers move, pauses, tells why to wait, and goes on, by keyboard alone", async ({
  page,
  browser,
}) => {
  await begin(page, "operator");
  const verdict = page.getByRole("status", { name: "Lage" });
  await expect(verdict).toContainText("Alles läuft.");
  const clock = page.locator(".operations-at strong");
  const [before, bookings] = [await clock.innerText(), page.locator(".tile-value").first()];
  await expect(clock).not.toHaveText(before);
  await expect(bookings).not.toHaveText("0", { timeout: 120_000 });
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  expect.soft(await paleTexts(page), "in dark colours").toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
  expect.soft(await sideways(page), "sideways").toEqual([]);

  // What is being typed stays while the numbers around it move.
  await hit(page, "Alt+p", "Datenbank");
  const typing = await clock.innerText();
  await expect(clock).not.toHaveText(typing);
  await hit(page, " langsam", "Enter");
  await expect(verdict).toContainText("Eine Impfaktion ist angehalten.");
  await expect(page.getByText("Das ist erledigt.")).toBeVisible();

  const waiting = await visitor(browser);
  const heading = waiting.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText("Die Reihe macht eine Pause");
  const notice = waiting.getByRole("region", { name: "Wichtiger Hinweis" });
  await expect(notice).toBeHidden();
  await hit(page, "Alt+w", "Um neun geht es weiter.", "Tab", "We go on at nine.", "Tab", "Datenbank langsam", "Enter");
  await expect(page.getByText("Das ist erledigt.")).toBeVisible();
  await expect(page.locator("blockquote").first()).toHaveText("Um neun geht es weiter.");
  await expect(notice, "by itself, with the next poll").toHaveText("Um neun geht es weiter.");
  await expectAccessible(waiting);

  await hit(page, "Alt+p", "Datenbank wieder schnell", "Enter");
  await expect(verdict).toContainText("Alles läuft.");
  await expect(heading).toHaveText(words.called, { timeout: 120_000 });
  await page.getByLabel("Warum?").nth(2).focus();
  await hit(page, "vorbei", "Enter");
  await expect(page.getByText("Zurzeit steht dort nichts.")).toBeVisible();
  await waiting.reload();
  await expect(notice).toBeHidden();
  await waiting.context().close();
});

test("without a reason nothing is done, and every step stands in the log", async ({ page, browser }) => {
  test.setTimeout(600_000);
  await begin(page, "operator");
  await hit(page, "Alt+p", "Enter");
  await expect(page.getByRole("alert")).toContainText("Bitte sagen Sie in ein paar Worten, warum.");
  await expectAccessible(page);
  // The chart comes with the first booking and stands above the form: what is being typed stays there all the same.
  await hit(page, "Alt+g", "Tab", "Pro");
  const chart = page.getByRole("heading", { name: "Buchungen je Minute" });
  await expect(chart, "once somebody of the crowd has booked").toBeVisible({ timeout: 400_000 });
  await expect(page.getByRole("alert"), "what is wrong stays until it is mended").toBeVisible();
  await hit(page, "be", "Enter");
  await expect(page.getByText("Vom Betrieb gesetzt.")).toBeVisible();
  const other = await browser.newContext({ locale: "de-DE" });
  const auditor = await other.newPage();
  await begin(auditor, "auditor");
  await expect(auditor.getByRole("button", { name: "Anhalten" })).toHaveCount(0);
  await auditor.getByRole("link", { name: "Protokoll" }).click();
  await expect(auditor.getByText(/account=\d+ bounded permits=50\.\.300 because Probe/)).toBeVisible();
  await other.close();
});

test("without scripts the page is loaded again by itself, and a campaign is paused all the same", async ({ browser }) => {
  const context = await browser.newContext({ locale: "de-DE", javaScriptEnabled: false });
  const page = await context.newPage();
  await begin(page, "operator");
  await expect(page.getByText("Die Zahlen erneuern sich von selbst.")).toBeHidden();
  const clock = page.locator(".operations-at strong");
  const before = await clock.innerText();
  await page.getByRole("link", { name: "Alle fünf Sekunden von selbst neu laden" }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/alle=5/);
  await expect(clock).not.toHaveText(before);
  const loaded = await clock.innerText();
  await expect(clock, "by the browser").not.toHaveText(loaded);
  await page.getByRole("link", { name: "Nicht mehr von selbst neu laden" }).focus();
  await page.keyboard.press("Enter");
  await page.getByLabel("Warum?").first().focus();
  await hit(page, "Probe", "Enter");
  await expect(page.getByRole("status", { name: "Lage" })).toContainText("Eine Impfaktion ist angehalten.");
  await context.close();
});
