import { expect, test, type Page } from "@playwright/test";

import { expectAccessible, paleTexts } from "../helpers/axe.ts";
import { Dran } from "../helpers/dran.ts";
import { sideways } from "../helpers/reflow.ts";
import { code, giveName, logIn } from "../helpers/staff.ts";
import { choose } from "../helpers/visitor.ts";

// The staff side as an administrator, a beginner and an auditor see it. No page of theirs has a script.

let dran: Dran;
test.beforeAll(async () => {
  dran = await Dran.start({ openInS: 3600, crowd: 0 });
});
test.afterAll(() => dran.stop());

/** Looks at the page with this heading. */
async function look(page: Page, heading: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  expect.soft(await paleTexts(page), `${page.url()} in dark colours`).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
  expect.soft(await sideways(page), `${page.url()}: sideways`).toEqual([]);
}

async function enter(page: Page, role: string): Promise<void> {
  await logIn(page, dran, role);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Konto");
}

test("an administrator makes an account, and its owner sets it up", async ({ page, browser }) => {
  await page.goto(dran.staff.url);
  await look(page, "Anmelden");
  await giveName(page, dran, "operator", "nicht das richtige kennwort");
  await expect(page.getByRole("alert")).toContainText("Name oder Kennwort stimmt nicht.");
  await look(page, "Anmelden");
  await enter(page, "operator");
  await look(page, "Konto");
  await page.getByRole("link", { name: "Konten" }).click();
  await look(page, "Konten");
  await page.getByRole("link", { name: "Neues Konto" }).click();
  await page.getByRole("button", { name: "Konto anlegen" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "Neues Konto");
  await page.getByLabel("Name").fill("e.muster");
  await choose(page, "Telefon");
  await page.getByRole("button", { name: "Konto anlegen" }).click();
  await look(page, "Konto e.muster");
  const initial = await page.locator(".code").innerText();
  await page.getByRole("link", { name: "Konten" }).last().click();
  await page.getByRole("link", { name: "e.muster" }).click();
  await expect(page.getByText("wartet auf die erste Anmeldung")).toBeVisible();
  await look(page, "Konto e.muster");

  const other = await browser.newContext({ locale: "de-DE" });
  const beginner = await other.newPage();
  await giveName(beginner, dran, "e.muster", initial);
  await look(beginner, "Kennwort ändern");
  await beginner.getByLabel("Bisheriges Kennwort").fill(initial);
  await beginner.getByLabel("Neues Kennwort", { exact: true }).fill("ein eigener kurzer satz");
  await beginner.getByLabel("Neues Kennwort noch einmal").fill("ein eigener kurzer satz");
  await beginner.getByRole("button", { name: "Kennwort ändern" }).click();
  await look(beginner, "App einrichten");
  const secret = await beginner.locator(".code").innerText();
  await beginner.getByLabel("Code aus der App").fill(code(secret));
  await beginner.keyboard.press("Enter");
  await look(beginner, "Ihre Ersatzcodes");
  await expect(beginner.locator(".codes .code")).toHaveCount(10);
  await beginner.getByRole("link", { name: "Ich habe die Codes aufgehoben" }).click();
  await expect(beginner.getByText("Sie haben noch 10 Ersatzcodes.")).toBeVisible();
  await beginner.getByRole("button", { name: "Abmelden" }).click();
  await expect(beginner.getByText("Sie sind abgemeldet.")).toBeVisible();
  await giveName(beginner, dran, "e.muster", "ein eigener kurzer satz");
  await look(beginner, "Code aus der App");
  await beginner.getByLabel("Code").fill(code(secret, 1));
  await beginner.keyboard.press("Enter");
  await expect(beginner.getByRole("heading", { level: 1 })).toHaveText("Anruf");
  await beginner.goto(`${dran.staff.url}/verwaltung/konten`);
  await look(beginner, "Das gehört nicht zu Ihrer Rolle");
  await other.close();
});

test("an auditor reads what was done, without a name", async ({ page }) => {
  await enter(page, "auditor");
  await page.getByRole("link", { name: "Protokoll" }).click();
  await expect(page.getByText(/account=\d+ logged-in account=\d+/).first()).toBeVisible();
  await look(page, "Protokoll");
});
