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

/** More letters than this to read aloud, and a call is longer again: they are two thirds of it. Names of weekdays and
 * months make some sixty of a difference. */
const SPOKEN_MAX = { one: 980, couple: 1100 };

/** What the report says of a call's length goes by these paces; nothing is asserted on time. */
const PACE = {
  /** A keystroke of an average skilled typist, in seconds (Card, Moran and Newell 1980: 40 words a minute). */
  secondsAKey: 0.28,
  /** Reading aloud: some 130 German words a minute, so that an old person on the phone can follow. */
  charactersASecond: 14,
};

/** Hands on a keyboard, and what is read aloud meanwhile, counted. */
class Keyboard {
  strokes = 0;
  pages = 0;
  spoken = 0;

  constructor(private readonly page: Page) {
    page.on("response", (answer) => {
      const shown = answer.headers()["content-type"]?.startsWith("text/html") && answer.status() < 300;
      this.pages += shown && new URL(answer.url()).pathname.startsWith("/desk") ? 1 : 0;
    });
  }

  /** Reads aloud what the page says is to be read, and of the proposals as many as it takes. */
  async say(proposals = 0): Promise<void> {
    const texts = await this.page.locator(".say p").allInnerTexts();
    const offered = await this.page.locator(".desk-proposals > li").allInnerTexts();
    this.spoken += [...texts, ...offered.slice(0, proposals)].join(" ").length;
  }

  /** What it has come to. */
  report(what: string, pages: number): void {
    const typing = Math.round(this.strokes * PACE.secondsAKey);
    const speaking = Math.round(this.spoken / PACE.charactersASecond);
    const pace = `${PACE.secondsAKey} s a key, ${PACE.charactersASecond} characters a second`;
    const counted = `${this.strokes} keystrokes, ${this.spoken} letters read aloud, ${pages} pages`;
    const told = `${counted}; ${typing} s typing, ${speaking} s reading aloud (${pace})`;
    test.info().annotations.push({ type: what, description: told });
    console.log(`${what}: ${told}`);
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
  await keys.say();
  const before = keys.pages;
  await keys.hit(...WHO);
  await untilCalled(page);
  const waited = keys.pages - before - 1;
  await keys.say(2);
  await expect(page.getByText("CoronaImpfV § 2 Abs. 1 Nr. 1")).toBeVisible();
  await expect(page.getByLabel("Nummer", { exact: true })).toBeFocused();
  await look(page);
  await keys.hit("2");
  await part(page, "Name und Kontakt");
  await expect(page.getByLabel("Nachname")).toBeFocused();
  await look(page);
  await keys.say();
  await keys.hit(...ERNA);
  await part(page, "Stimmt alles?");
  await expect(page.getByText("Ich buche für Erna Mustermann, geboren am 8. März 1935.")).toBeVisible();
  await look(page);
  await keys.say();
  await keys.hit("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("GEBUCHT");
  const pages = keys.pages - waited;
  await expect(page.getByText(/Ihr Buchungscode ist \w{4}-\w{4}-\w{4}\./)).toBeVisible();
  await look(page);
  await keys.say();
  keys.report("a booking at the desk", pages);
  expect(keys.strokes).toBeLessThanOrEqual(KEYSTROKES_MAX);
  expect(keys.spoken).toBeLessThanOrEqual(SPOKEN_MAX.one);
  expect(pages).toBe(4);
  await keys.hit("Enter");
  await part(page, "Wer ruft an?");
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("");
});

/** Everything of a part stands on one screen: nobody scrolls while somebody listens. */
async function fits(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
  const title = await page.getByRole("heading", { level: 2 }).first().innerText();
  expect.soft(beyond, `${title}: pixels below the window`).toBeLessThanOrEqual(0);
}

test("a couple is booked by keyboard alone, and every part stands on one screen", async ({ page }) => {
  await begin(page);
  const keys = new Keyboard(page);
  const before = keys.pages;
  await fits(page);
  await keys.say();
  await keys.hit("34117", "Tab", "08031935", "Tab", "12041937", "Enter");
  await untilCalled(page);
  const waited = keys.pages - before - 1;
  await expect(page.locator(".desk-proposals > li")).toHaveCount(5);
  await fits(page);
  await keys.say(1);
  await keys.hit("1");
  await part(page, "Name und Kontakt");
  await fits(page);
  await keys.say();
  await keys.hit("Mustermann-Leutheusser", "Tab", "Erna Friederike", "Tab", "w", "Tab");
  await keys.hit("Mustermann-Leutheusser", "Tab", "Karl-Heinz", "Tab", "m", "Tab", "015123456789", "Enter");
  await part(page, "Stimmt alles?");
  await fits(page);
  await look(page);
  await keys.say();
  await keys.hit("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("GEBUCHT");
  await keys.say();
  await expect(page.getByText(/Buchungscode/).first()).toBeVisible();
  keys.report("a couple at the desk", keys.pages - waited);
  expect(keys.spoken).toBeLessThanOrEqual(SPOKEN_MAX.couple);
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
  // Whoever has none is booked from the search, with nothing typed again but the search.
  await keys.hit("Alt+s");
  await expect(heading).toHaveText("Suche");
  await keys.hit("Mustermann", "Tab", "08031935", "Enter");
  await expect(page.getByRole("link", { name: "Erna Mustermann" })).toBeFocused();
  await look(page);
  await keys.hit("Tab", "Enter");
  await part(page, "Wer ruft an?");
  await expect(page.getByLabel("Postleitzahl")).toHaveValue("34117");
  await keys.hit("Enter");
  await untilCalled(page);
  await keys.hit("1");
  await expect(page.getByLabel("Nachname")).toHaveValue("Mustermann");
  await keys.hit("Enter");
  await part(page, "Stimmt alles?");
  await keys.hit("Enter");
  await expect(heading).toHaveText("GEBUCHT");
});
