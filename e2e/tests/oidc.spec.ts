import { expect, test, type Page } from "@playwright/test";

import { expectAccessible } from "../helpers/axe.ts";
import { Dran } from "../helpers/dran.ts";
import { CLIENT, freePort, Provider } from "../helpers/provider.ts";

// Staff log in at an identity provider, a real one: code flow with PKCE, and what must not work.

const PEOPLE = { anna: { groups: ["impf-telefon"] }, olga: { groups: [] }, petra: { groups: ["impf-planung"] } };
const NAME = "Landeskonto";

let dran: Dran;
let provider: Provider;
test.beforeAll(async () => {
  const port = await freePort();
  const staffUrl = `http://127.0.0.1:${port}`;
  provider = await Provider.start(`${staffUrl}/anmelden/zurueck`, PEOPLE);
  dran = await Dran.serve("", {
    staffPort: port,
    accounts: { anna: "agent", berta: "agent" },
    secret: CLIENT.secret,
    sections: [
      "[oidc]",
      `issuer = "${provider.issuer}"`,
      `name = "${NAME}"`,
      `client_id = "${CLIENT.id}"`,
      'role_claim = "groups"',
      "[oidc.roles]",
      'impf-telefon = "agent"',
      'impf-planung = "planner"',
    ],
  });
});
test.afterAll(async () => {
  await dran?.stop();
  await provider?.stop();
});

/** From our page to the provider's. */
async function leave(page: Page): Promise<void> {
  await page.goto(`${dran.staff.url}/anmelden`);
  await page.getByRole("link", { name: `Mit ${NAME} anmelden` }).click();
  await expect(page.getByPlaceholder("Enter any login")).toBeVisible();
}

/** Logs in there, and agrees where it asks. */
async function logIn(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("irgendeines");
  await page.getByRole("button", { name: "Sign-in" }).click();
  const agree = page.getByRole("button", { name: "Continue" });
  await expect(agree.or(page.locator("body.staff"))).toBeVisible();
  if (await agree.isVisible()) {
    await agree.click();
  }
}

/** The page says this, and both doors are there. */
async function refused(page: Page, text: string): Promise<void> {
  await expect(page.getByRole("alert")).toContainText(text);
  await expect(page.getByLabel("Kennwort")).toBeVisible();
  await expect(page.getByRole("link", { name: `Mit ${NAME} anmelden` })).toBeVisible();
  await page.goto(`${dran.staff.url}/desk`);
  await expect(page).toHaveURL(/\/anmelden$/);
}

test("an agent logs in at the provider with PKCE, and out again", async ({ page }) => {
  const asked: URL[] = [];
  page.on("request", (request) => {
    if (request.url().startsWith(`${provider.issuer}/auth?`)) {
      asked.push(new URL(request.url()));
    }
  });
  await page.goto(`${dran.staff.url}/anmelden`);
  await expectAccessible(page);
  await leave(page);
  expect(asked[0].searchParams.get("code_challenge_method")).toBe("S256");
  expect(asked[0].searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  await logIn(page, "anna");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Anruf");
  await expect(page).toHaveURL(`${dran.staff.url}/desk`);
  await page.goto(`${dran.staff.url}/verwaltung/konten`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Das gehört nicht zu Ihrer Rolle");
  await page.goto(`${dran.staff.url}/konto`);
  await page.getByRole("button", { name: "Abmelden" }).click();
  await expect(page.getByText("Sie sind abgemeldet.")).toBeVisible();
  // At a shared seat the next one is asked who they are, though the provider still knows the last one.
  await leave(page);
});

test("a state that was tampered with, or that another browser began, leads nowhere", async ({ page, browser }) => {
  const sent = await page.request.get(`${dran.staff.url}/anmelden/extern`, { maxRedirects: 0 });
  const address = new URL(sent.headers()["location"]);
  const state = address.searchParams.get("state")!;
  address.searchParams.set("state", `${state[0] === "x" ? "y" : "x"}${state.slice(1)}`);
  await page.goto(address.href);
  await logIn(page, "anna");
  await refused(page, "gilt nicht mehr");

  const other = await (await browser.newContext({ locale: "de-DE" })).newPage();
  const theirs = await other.request.get(`${dran.staff.url}/anmelden/extern`, { maxRedirects: 0 });
  await page.goto(theirs.headers()["location"]);
  await logIn(page, "anna");
  await refused(page, "gilt nicht mehr");
  await other.context().close();
});

test("a way back is gone once", async ({ page, context }) => {
  let back = "";
  page.on("request", (request) => {
    back = request.url().includes("/anmelden/zurueck?") ? request.url() : back;
  });
  await leave(page);
  const flow = (await context.cookies()).filter((cookie) => cookie.name === "dran_flow");
  expect(flow[0]).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  await logIn(page, "anna");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Anruf");
  await context.clearCookies();
  await context.addCookies(flow);
  await page.goto(back);
  await refused(page, "gilt nicht mehr");
});

test("a person without an account or a role here is told so", async ({ page }) => {
  await leave(page);
  await logIn(page, "petra");
  await refused(page, "gibt es hier kein Konto");
  await leave(page);
  await logIn(page, "olga");
  await refused(page, "keine Aufgabe an diesem Arbeitsplatz");
  await leave(page);
  await page.getByRole("link", { name: "Cancel" }).click();
  await refused(page, "wurde abgebrochen");
});

test("a token that is over lets nobody in", async ({ page }) => {
  provider.idTokenLifeS = -120;
  await leave(page);
  await logIn(page, "anna");
  await refused(page, "gilt nicht mehr");
  provider.idTokenLifeS = 300;
});

test("a provider that is away is named, and the password still opens", async ({ page }) => {
  await provider.stop();
  await expect(async () => {
    await page.goto(`${dran.staff.url}/anmelden/extern`);
    await expect(page.getByRole("alert")).toContainText(`${NAME} antwortet gerade nicht.`, { timeout: 100 });
  }).toPass({ timeout: 90_000 });
  await expectAccessible(page);
  await page.getByLabel("Name").fill("berta");
  await page.getByLabel("Kennwort").fill(dran.staff.accounts.berta.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Kennwort ändern");
});
