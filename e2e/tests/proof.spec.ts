import { expect, test, type Page } from "@playwright/test";

import { Dran } from "../helpers/dran.ts";
import { JOIN_PATH, join } from "../helpers/visitor.ts";
import { GERMAN as words } from "../helpers/words.ts";

/** Long enough that the first test joins before the draw, on a slow machine too. */
const OPEN_IN_S = 40;

let dran: Dran;
test.beforeAll(async () => {
  dran = await Dran.start({ openInS: OPEN_IN_S, crowd: 60 });
});
test.afterAll(() => dran.stop());

const CALCULATE = "Nachrechnen";

/** The waiting page of a place that was taken before the draw, and the position it shows once drawn. */
async function drawnPlace(page: Page): Promise<{ place: string; proof: string }> {
  const waiting = page.url();
  const proof = await page.getByRole("link", { name: "Platz selbst nachrechnen" }).getAttribute("href");
  let place: number | null = null;
  await expect(async () => {
    const told = await page.request.get(waiting.replace("/platz/", "/api/v1/line/"));
    place = (await told.json()).position;
    expect(place).not.toBeNull();
  }).toPass({ timeout: 120_000 });
  return { place: new Intl.NumberFormat("de").format(place!), proof: proof! };
}

test("the browser calculates the place that the waiting page shows, and sends nothing", async ({ page, context }) => {
  await join(page, dran.url, words);
  const lot = await page.locator(".ticket-lot").innerText();
  const { place, proof } = await drawnPlace(page);

  await page.goto(new URL(proof, dran.url).href);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Rechnen Sie Ihren Platz nach");
  await expect(page.getByText("keine öffentliche Zufallszahl")).toBeVisible();
  await expect(page.getByLabel("Losnummer")).toHaveValue(lot);
  await expect(page.getByLabel("Impfzentrum")).toHaveValue("kassel-stadt");
  // From here on there is no network at all.
  await context.setOffline(true);
  await page.getByRole("button", { name: CALCULATE }).click();
  await expect(page.locator("[data-answer]")).toHaveText(`Diese Losnummer hat Platz ${place}.`);

  await page.getByLabel("Losnummer").fill("neun");
  await page.getByRole("button", { name: CALCULATE }).click();
  await expect(page.locator("[data-answer]")).toHaveText("Bitte geben Sie eine Losnummer nur mit Ziffern ein.");
  await page.getByLabel("Losnummer").fill("99999");
  await page.getByRole("button", { name: CALCULATE }).click();
  await expect(page.locator("[data-answer]")).toHaveText(
    "Diese Losnummer kam nach der Auslosung dazu. Sie hat Platz 100.000.",
  );
});

test("every place of the line is the one that the draw's own shuffle gives, each exactly once", async ({ page }) => {
  await page.goto(`${dran.url}/line/proof?campaign=${JOIN_PATH.split("/").pop()}#kassel-stadt:0`);
  const document = await page.request.get(`${dran.url}/line/proof.json`);
  const { pools } = await document.json();
  const { n } = pools.find(({ pool }: { pool: string }) => pool === "kassel-stadt");
  const places = new Set<string>();
  for (let lot = 0; lot < n; lot++) {
    await page.getByLabel("Losnummer").fill(`${lot}`);
    await page.getByRole("button", { name: CALCULATE }).click();
    const answer = page.locator("[data-answer]");
    await expect(answer).toHaveText(/^Diese Losnummer hat Platz \d+\.$/);
    places.add(await answer.innerText());
  }
  expect(places.size).toBe(n);
});

test("a secret that does not match its fingerprint is told, and a million tickets take seconds", async ({ page }) => {
  const address = `${dran.url}/line/proof?campaign=${JOIN_PATH.split("/").pop()}`;
  let change = (text: string) => text.replace(/&quot;n&quot;: \d+|&#34;n&#34;: \d+|"n": \d+/g, '"n": 1000000');
  await page.route("**/line/proof?*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: change(await answer.text()) });
  });
  await page.goto(`${address}#kassel-stadt:999999`);
  await page.getByRole("button", { name: CALCULATE }).click();
  await expect(page.locator("[data-answer]")).toHaveText(/^Diese Losnummer hat Platz [\d.]+\.$/);

  change = (text) => text.replace(/(secret(?:"|&quot;|&#34;): (?:"|&quot;|&#34;))[0-9a-f]{8}/, "$100000000");
  await page.reload();
  await page.getByRole("button", { name: CALCULATE }).click();
  await expect(page.locator("[data-answer]")).toContainText("Achtung: Die geheime Zahl passt nicht zu ihrem Fingerabdruck.");
});

test("without JavaScript the page explains, and shows the data and the command", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "de-DE" });
  try {
    const page = await context.newPage();
    await expect(async () => {
      const document = await page.request.get(`${dran.url}/line/proof.json`);
      expect((await document.json()).drawn_at).not.toBeNull();
    }).toPass({ timeout: 120_000 });
    await page.goto(`${dran.url}/line/proof`);
    await expect(page.getByRole("button", { name: CALCULATE })).toBeHidden();
    // Playwright's search by text passes over `noscript`.
    const explained = page.locator("noscript p");
    await expect(explained).toBeVisible();
    await expect(explained).toContainText("muss Ihr Browser JavaScript ausführen");
    await expect(page.getByText("dran draw verify proof.json")).toBeVisible();
    await page.getByText("Daten hier zeigen").click();
    await expect(page.getByText('"commitment":')).toBeVisible();
    await expect(page.getByRole("link", { name: "Daten speichern (JSON)" })).toHaveAttribute("href", /proof\.json/);
  } finally {
    await context.close();
  }
});
