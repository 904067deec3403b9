import { expect, test } from "@playwright/test";

import { Dran } from "../helpers/dran.ts";
import { enter, join } from "../helpers/visitor.ts";
import { GERMAN as words } from "../helpers/words.ts";

/** Long enough that the first test joins before the opening, on a slow machine too. */
const OPEN_IN_S = 40;

let dran: Dran;
test.beforeAll(async () => {
  dran = await Dran.start({ openInS: OPEN_IN_S, crowd: 5 });
});
test.afterAll(() => dran.stop());

// The first test begins before the opening and ends after it; the others come later.
test("the waiting page counts down, is called by itself, says so politely and leaves the focus where it is", async ({
  page,
}) => {
  await join(page, dran.url, words);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sie stehen in der Liste für die Auslosung");
  await expect(page.getByText("Die Reihenfolge wird am Dienstag, 12. Januar 2021 um 8:00 Uhr ausgelost.")).toBeVisible();
  await expect(page.getByText(/^Das ist in .*(Sekunde|Minute)/)).toBeVisible();
  const link = page.getByRole("link", { name: "So können Sie die Auslosung nachprüfen" });
  const keep = page.locator(".ticket-link a");
  await expect(link).toBeVisible();
  await keep.focus();

  const status = page.locator("#line [role=status]");
  await expect(status).toBeEmpty();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.called, { timeout: 120_000 });
  await expect(status).toHaveText(words.called);
  await expect(page).toHaveTitle(/^Sie sind dran!/);
  await expect(keep).toBeFocused();
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await enter(page, words);
});

test("from waiting to called: the numbers go, the button comes, and a break in the line is told", async ({ page }) => {
  await join(page, dran.url, words);
  const waiting = {
    state: "waiting",
    line: "open",
    position: 1235,
    ahead: 1234,
    wait_s: { low: 300, high: 720 },
    supply: 9000,
    poll_after_ms: 1000,
  };
  let told: object = waiting;
  await page.route("**/api/v1/line/*", (route) => route.fulfill({ json: told }));
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sie stehen in der Reihe");
  await expect(page.locator("[data-value=ahead]")).toHaveText("1.234");
  await expect(page.locator("[data-value=wait]")).toHaveText("5 bis 15 Minuten");
  told = { ...waiting, line: "paused", state: "paused" };
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Die Reihe macht eine Pause");
  told = { ...waiting, state: "called", ahead: 0, wait_s: null };
  await expect(page.getByRole("button", { name: words.enter })).toBeVisible();
  await expect(page.locator("[data-numbers]")).toBeHidden();
  await expect(page.locator("#line [role=status]")).toHaveText(words.called);
});

test("a page that lost the connection says that the place is kept, and mends itself", async ({ page }) => {
  await join(page, dran.url, words);
  let broken = true;
  await page.route("**/api/v1/line/*", (route) => (broken ? route.abort() : route.continue()));
  await page.reload();
  const lost = page.getByText("Die Verbindung ist unterbrochen. Ihr Platz bleibt erhalten.");
  await expect(lost).toBeVisible();
  broken = false;
  await expect(lost).toBeHidden();
});

test("a second device with the same link sees the same place and may enter", async ({ page, browser }) => {
  await join(page, dran.url, words);
  const link = await page.locator(".ticket-link a").getAttribute("href");
  expect.soft(link, "the link to keep is the address of this page").toBe(page.url());
  const number = await page.locator(".ticket-code").innerText();
  const second = await browser.newContext({ locale: "de-DE" });
  try {
    const device = await second.newPage();
    await device.goto(page.url());
    await expect(device.locator(".ticket-code")).toHaveText(number);
    await enter(device, words);
    // The first device is told so, and can go on there as well.
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sie buchen gerade", { timeout: 120_000 });
  } finally {
    await second.close();
  }
});

test("a place is found again by its number, written in any way, and a typing error is told", async ({ page }) => {
  await join(page, dran.url, words);
  const number = await page.locator(".ticket-code").innerText();
  await page.getByRole("link", { name: "Meine Wartenummer" }).click();
  const last = number.endsWith("7") ? "8" : "7";
  await page.getByLabel(words.findTicket, { exact: true }).fill(number.slice(0, -1) + last);
  await page.getByRole("button", { name: words.look }).click();
  await expect(page.getByRole("alert")).toContainText("In dieser Wartenummer ist ein Zeichen falsch oder fehlt.");
  await page.getByLabel(words.findTicket, { exact: true }).fill(` ${number.toLowerCase().replaceAll("-", " ")} `);
  await page.getByRole("button", { name: words.look }).click();
  await expect(page).toHaveURL(/\/platz\/[\w-]+$/);
  await expect(page.locator(".ticket-code")).toHaveText(number);
});
