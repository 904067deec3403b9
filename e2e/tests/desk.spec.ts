import { expect, test, type BrowserContext, type Page } from "@playwright/test";

import { expectAccessible, paleTexts } from "../helpers/axe.ts";
import { Dran } from "../helpers/dran.ts";
import { sideways } from "../helpers/reflow.ts";
import { logIn } from "../helpers/staff.ts";
import { ending, messagesTo } from "../helpers/visitor.ts";

// The desk as a trained agent uses it: no mouse, one screen, and a network that goes away.

let dran: Dran;
test.beforeEach(async () => {
  dran = await Dran.start({ openInS: 1, crowd: 0 });
});
test.afterEach(() => dran.stop());

/** More than this for a booking, and somebody has put in a question too many; 43 of them are what the caller says. */
const KEYSTROKES_MAX = 48;

/** Hands on a keyboard, counted. */
class Keyboard {
  strokes = 0;
  pages = 0;

  constructor(private readonly page: Page) {
    page.on("response", (answer) => {
      const shown = answer.headers()["content-type"]?.startsWith("text/html") && answer.status() < 300;
      this.pages += shown && new URL(answer.url()).pathname.startsWith("/desk") ? 1 : 0;
    });
  }

  /** Types texts and presses keys, in this order: what is longer than a letter and known as a key, is pressed. */
  async hit(...what: string[]): Promise<void> {
    for (const one of what) {
      if (["Enter", "Tab", "Backspace"].includes(one) || one.startsWith("Alt+")) {
        this.strokes += 1;
        await this.page.keyboard.press(one);
      } else {
        this.strokes += one.length;
        await this.page.keyboard.type(one);
      }
    }
  }
}

const WHO = ["34117", "Tab", "08031935", "Enter"];
const ERNA = ["Mustermann", "Tab", "Erna", "Tab", "w", "Tab", "015123456789", "Enter"];

/** The part of the call that is shown. */
async function part(page: Page, title: string): Promise<void> {
  await expect(page.getByRole("heading", { level: 2 }).first()).toHaveText(title);
}

/** Looks at the page as it stands, in light and dark and in narrow windows. */
async function look(page: Page): Promise<void> {
  await expectAccessible(page);
  if (test.info().project.use.javaScriptEnabled !== false) {
    await page.emulateMedia({ colorScheme: "dark" });
    expect.soft(await paleTexts(page), `${page.url()} in dark colours`).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    expect.soft(await sideways(page), `${page.url()}: sideways`).toEqual([]);
  }
}

/** Comes in and waits until the line is open and calls at once. */
async function begin(page: Page): Promise<void> {
  await logIn(page, dran, "agent");
  await part(page, "Wer ruft an?");
  await expect
    .poll(async () => (await (await page.request.get(`${dran.url}/line.json`)).text()).includes('"open"'))
    .toBe(true);
}

/** The line has come to the ticket: the first look may be a moment too early. */
async function untilCalled(page: Page): Promise<void> {
  const choose = page.getByRole("heading", { level: 2, name: "Welcher Termin?" });
  const again = page.getByRole("button", { name: "Noch einmal nachsehen" });
  await expect(async () => {
    if (await again.isVisible()) await page.keyboard.press("Enter");
    await expect(choose).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

test("a trained agent books by keyboard alone, in 48 keystrokes and 4 pages", async ({ page }) => {
  await begin(page);
  const keys = new Keyboard(page);
  await expect(page.getByLabel("Postleitzahl")).toBeFocused();
  await look(page);
  const before = keys.pages;
  await keys.hit(...WHO);
  await untilCalled(page);
  const waited = keys.pages - before - 1;
  await expect(page.getByText("CoronaImpfV § 2 Abs. 1 Nr. 1")).toBeVisible();
  await expect(page.getByLabel("Nummer", { exact: true })).toBeFocused();
  await look(page);
  await keys.hit("2");
  await part(page, "Name und Kontakt");
  await expect(page.getByLabel("Nachname")).toBeFocused();
  await look(page);
  await keys.hit(...ERNA);
  await part(page, "Stimmt alles?");
  await expect(page.getByText("Ich buche für Erna Mustermann, geboren am 8. März 1935.")).toBeVisible();
  await look(page);
  await keys.hit("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("GEBUCHT");
  const pages = keys.pages - waited;
  await expect(page.getByText(/Ihr Buchungscode ist \w{4}-\w{4}-\w{4}\./)).toBeVisible();
  await look(page);
  const told = `${keys.strokes} keystrokes, ${pages} pages`;
  test.info().annotations.push({ type: "a booking at the desk", description: told });
  console.log(`a booking at the desk: ${told}`);
  expect(keys.strokes).toBeLessThanOrEqual(KEYSTROKES_MAX);
  expect(pages).toBe(4);
  await keys.hit("Enter");
  await part(page, "Wer ruft an?");
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("");
});

test("without a script everything goes as well", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: "de-DE" });
  const page = await context.newPage();
  await begin(page);
  const keys = new Keyboard(page);
  await keys.hit(...WHO);
  await untilCalled(page);
  await keys.hit("1", "Enter");
  await part(page, "Name und Kontakt");
  await keys.hit(...ERNA);
  await part(page, "Stimmt alles?");
  await keys.hit("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("GEBUCHT");
  await context.close();
});

test("who is not entitled hears why; the keys stand on a page of their own", async ({ page }) => {
  await begin(page);
  const keys = new Keyboard(page);
  await keys.hit("34117", "Tab", "08031960", "Enter");
  await expect(page.getByRole("alert")).toContainText("mindestens 80 Jahre");
  await expect(page.getByRole("alert")).toContainText("CoronaImpfV § 2 Abs. 1 Nr. 1");
  await look(page);
  await keys.hit("34", "Enter");
  await expect(page.getByRole("alert")).toContainText("Bitte geben Sie Tag, Monat und Jahr der Geburt an");
  await expect(page.getByLabel("Geburtsdatum", { exact: true })).toBeFocused();
  await look(page);
  await keys.hit("Alt+h");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Tasten");
  await look(page);
  await keys.hit("Alt+n");
  await part(page, "Wer ruft an?");
});

/** What this tab keeps. */
function kept(page: Page): Promise<string | null> {
  return page.evaluate(() => sessionStorage.getItem("dran-desk"));
}

/** The network does what was asked and loses the answer, once. */
async function loseOneAnswer(context: BrowserContext): Promise<void> {
  await context.route(
    "**/desk",
    async (route) => {
      await route.fetch({ maxRedirects: 0 });
      await route.abort();
    },
    { times: 1 },
  );
}

test("when the network goes, what was typed stays, and it is sent once when the network is back", async ({ page, context }) => {
  await begin(page);
  const keys = new Keyboard(page);
  // The answer to the first question is lost: the place was taken, and is not taken twice.
  await loseOneAnswer(context);
  await keys.hit(...WHO);
  await untilCalled(page);
  await keys.hit("1");
  await part(page, "Name und Kontakt");
  await context.setOffline(true);
  await keys.hit(...ERNA);
  await expect(page.getByRole("status")).toContainText("Die Verbindung ist weg.");
  await expect(page.getByLabel("Nachname")).toHaveValue("Mustermann");
  expect(await kept(page)).toContain("Mustermann");
  await look(page);
  await context.setOffline(false);
  await part(page, "Stimmt alles?");
  expect(await kept(page)).toBeNull();
  // The answer to the binding step is lost: it is booked, and not booked twice.
  await loseOneAnswer(context);
  await keys.hit("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("GEBUCHT");
  expect(await kept(page)).toBeNull();
  const outbox = await context.newPage();
  await outbox.goto(dran.url);
  expect(await messagesTo(outbox, ending("015123456789"))).toHaveLength(1);
  const line = JSON.parse(await (await page.request.get(`${dran.url}/line.json`)).text());
  expect(JSON.stringify(line).match(/"joined":1\b/g)).toHaveLength(1);
});

test("what was typed outlives a page that had to be loaded again", async ({ page, context }) => {
  await begin(page);
  const keys = new Keyboard(page);
  await keys.hit("34117", "Tab", "0803");
  await page.reload();
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("34117");
  await expect(page.getByLabel("Geburtsdatum", { exact: true })).toHaveValue("0803");
  await keys.hit("Alt+n");
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("");
  expect(await kept(page)).toBeNull();
  await context.close();
});

test("before the opening a caller gets a place and the promise of a call-back", async ({ page }) => {
  await dran.stop();
  dran = await Dran.start({ openInS: 3600, crowd: 0 });
  await logIn(page, dran, "agent");
  await part(page, "Wer ruft an?");
  const keys = new Keyboard(page);
  await keys.hit("34117", "Tab", "08031935", "Tab", "Tab", "05617870", "Enter");
  await part(page, "Platz in der Reihe");
  await expect(page.getByText("Wir rufen Sie unter +495617870 an, sobald Sie dran sind.")).toBeVisible();
  await expect(page.getByText(/Ihre Wartenummer ist/)).toBeVisible();
  await look(page);
  await keys.hit("Alt+r");
  await expect(page.getByRole("alert")).toHaveText("Gerade ist kein Rückruf fällig.");
  await keys.hit("Alt+p");
  await expect(page.getByRole("button", { name: "Pause" })).toHaveAttribute("aria-pressed", "true");
  await look(page);
});

test("an appointment is found, noted, moved and cancelled by keyboard", async ({ page }) => {
  await begin(page);
  const keys = new Keyboard(page);
  await keys.hit(...WHO);
  await untilCalled(page);
  await keys.hit("1");
  await part(page, "Name und Kontakt");
  await keys.hit(...ERNA);
  await part(page, "Stimmt alles?");
  await keys.hit("Enter");
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText("GEBUCHT");
  await keys.hit("Alt+s");
  await expect(heading).toHaveText("Suche");
  await look(page);
  await keys.hit("Mustermann", "Tab", "08031935", "Enter");
  await expect(page.getByRole("link", { name: "Erna Mustermann" })).toBeFocused();
  await look(page);
  await keys.hit("Enter");
  await expect(heading).toHaveText("Termin");
  await look(page);
  await keys.hit("hört schlecht", "Enter");
  await expect(page.getByText("Die Notiz ist gespeichert.")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "hört schlecht" })).toBeVisible();
  await keys.hit("Alt+v");
  await expect(heading).toHaveText("Termin verschieben");
  await look(page);
  await keys.hit("Arzttermin", "Tab", "2");
  await expect(page.getByText("Der Termin ist verschoben.")).toBeVisible();
  await keys.hit("Alt+x");
  await expect(page.getByRole("alert")).toContainText("Bitte schreiben Sie den Grund dazu.");
  await look(page);
  await keys.hit("verzogen", "Alt+x");
  await expect(page.getByText("Dieser Termin ist abgesagt.")).toBeVisible();
  await look(page);
});
