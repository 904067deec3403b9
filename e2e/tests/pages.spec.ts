import { expect, test, type Page } from "@playwright/test";

import { paleTexts, violations } from "../helpers/axe.ts";
import { Dran } from "../helpers/dran.ts";
import { sideways } from "../helpers/reflow.ts";
import {
  book,
  bookingCodes,
  choose,
  ending,
  enter,
  goOn,
  join,
  JOIN_PATH,
  newestCode,
  proveContact,
  reachBySms,
  takeProposal,
  woman,
  write,
  writeDate,
} from "../helpers/visitor.ts";
import { type Words, wordsFor } from "../helpers/words.ts";

// Every page in every state: in German on a desktop, in English on a phone. axe finds nothing, nothing is too pale
// in dark colours either, and nothing scrolls sideways.

let dran: Dran;
let words: Words;
test.describe.configure({ timeout: 600_000 });
test.beforeAll(async () => {
  dran = await Dran.start({ openInS: 2, crowd: 0 });
});
test.afterAll(() => dran.stop());
test.beforeEach(({ locale }) => {
  words = wordsFor(locale);
});

/** Looks at the page as it stands; what it finds fails the test, after all its pages have been seen. */
async function look(page: Page, what: string): Promise<void> {
  await test.step(what, async () => {
    expect.soft(await violations(page), `${what}: axe`).toEqual([]);
    if (test.info().project.name === "phone") {
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect.soft(wide, `${what}: sideways on the phone`).toBeLessThanOrEqual(0);
      return;
    }
    await page.emulateMedia({ colorScheme: "dark" });
    expect.soft(await paleTexts(page), `${what}: in dark colours`).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
    expect.soft(await sideways(page), `${what}: sideways`).toEqual([]);
  });
}

/** What the line can answer to the waiting page; the other states are seen where they come about in truth. */
const STATES = ["waiting", "beyond_supply", "paused", "called", "closed"];

test("the pages of the line before the opening", async ({ page }) => {
  const dran = await Dran.start({ openInS: 3600, crowd: 0 });
  try {
    await lookBeforeTheOpening(page, dran);
  } finally {
    await dran.stop();
  }
});

async function lookBeforeTheOpening(page: Page, dran: Dran): Promise<void> {
  await page.goto(dran.url);
  await look(page, "start page before the opening");
  await page.goto(dran.url + JOIN_PATH);
  await look(page, "form of the line");
  await join(page, dran.url, words, 2);
  await look(page, "waiting page before the opening");
  const place = page.url();
  await page.goto(`${dran.url}/auslosung/hessen-2021-01-12`);
  await look(page, "draw before the opening");
  await page.goto(`${place}/nachricht`);
  await look(page, "leaving a contact");
  await page.goto(`${dran.url}/status`);
  await look(page, "status before the opening");

  await page.goto(dran.url + JOIN_PATH);
  await page.getByRole("button", { name: words.join, exact: true }).click();
  await look(page, "form of the line with mistakes");
  const ask = async (postcode: string, birthYear: string) => {
    await page.goto(dran.url + JOIN_PATH);
    await page.getByLabel(words.postcode).fill(postcode);
    await page.getByLabel(words.birthYear).fill(birthYear);
    await choose(page, words.onePerson);
    await page.getByRole("button", { name: words.join, exact: true }).click();
  };
  await ask("34117", "1990");
  await look(page, "not entitled");
  await ask("34001", "1935");
  await look(page, "choice of the district");

  let state = "waiting";
  const numbers = { position: 1235, ahead: 1234, wait_s: { low: 300, high: 720 }, supply: 9000, poll_after_ms: 1000 };
  await page.route("**/api/v1/line/*", (route) => route.fulfill({ json: { state, line: "open", ...numbers } }));
  await page.goto(place);
  for (state of STATES) {
    await expect(page.locator(`[data-panel=${state}]`)).toBeVisible();
    await look(page, `waiting page: ${state}`);
  }
  await page.unroute("**/api/v1/line/*");

  await page.goto(`${dran.url}/platz`);
  await look(page, "search for a place");
  await page.getByRole("button", { name: words.look }).click();
  await look(page, "search for a place with mistakes");
}

test("the pages of a booking", async ({ page }) => {
  const mobile = "0151 26000001";
  await join(page, dran.url, words);
  await expect(page.getByRole("button", { name: words.enter })).toBeVisible({ timeout: 120_000 });
  const place = page.url();
  await look(page, "waiting page: called, in truth");
  await page.goto(dran.url);
  await look(page, "start page while open");
  await page.goto(`${dran.url}/auslosung/hessen-2021-01-12`);
  await look(page, "draw, drawn");
  await page.goto(`${dran.url}/line/proof?campaign=hessen-2021-01-12`);
  await look(page, "checking the draw");
  await page.goto(`${dran.url}/status`);
  await look(page, "status of the day");
  await page.goto(place);
  await enter(page, words);
  await look(page, "person");
  await goOn(page, words);
  await look(page, "person with mistakes");
  await write(page, words, woman("Ansehen"));
  await page.getByRole("button", { name: words.moreTime, exact: true }).click();
  await look(page, "person with more time");
  await goOn(page, words);
  await look(page, "contact");
  await goOn(page, words);
  await look(page, "contact with mistakes");
  for (const way of [words.email, words.letter, words.sms]) {
    await choose(page, way);
    await look(page, `contact: ${way}`);
  }
  await page.getByLabel(words.mobile).fill("0561 7870");
  await goOn(page, words);
  await look(page, "contact with a landline");
  await reachBySms(page, words, mobile);
  await look(page, "code");
  const code = await newestCode(page, ending(mobile));
  await page.getByLabel(words.code).fill(code === "111111" ? "222222" : "111111");
  await page.getByRole("button", { name: words.checkCode }).click();
  await look(page, "code, wrong");
  await page.getByRole("button", { name: words.newCode }).click();
  await look(page, "code, sent again");
  await proveContact(page, words, ending(mobile));
  await look(page, "proposals");
  const proposals = page.url();
  await page.getByRole("button", { name: words.takeProposal }).click();
  await look(page, "proposals with mistakes");
  await page.goto(`${proposals}?from_day=31&from_month=12&from_year=2021&weekday=7`);
  await look(page, "proposals, none");
  await page.goto(`${proposals}?from_day=x`);
  await look(page, "proposals with an unreadable wish");
  await page.goto(place);
  await look(page, "waiting page: entered");
  await page.goto(proposals);
  await takeProposal(page, words);
  await look(page, "review");
  await book(page, words);
  await look(page, "booked");
  await page.goto(place);
  await look(page, "waiting page: done");
  await page.goto(`${dran.url}/demo/outbox`);
  await look(page, "messages");
});

test("the pages of a couple, of changes, and NOT BOOKED", async ({ page }) => {
  const couple = async () => {
    await join(page, dran.url, words, 2);
    await enter(page, words);
    await write(page, words, woman("Paar"));
    await goOn(page, words);
    await write(page, words, { given: "Karl", family: "Paar", birth: ["29", "2", "1936"], sex: "male" });
    await goOn(page, words);
    await choose(page, words.letter);
    await page.getByLabel(words.street).fill("Königsstraße 1");
    await page.getByLabel(words.town, { exact: true }).fill("Kassel");
    await goOn(page, words);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.proposals);
  };
  await couple();
  await look(page, "proposals of a couple");
  await takeProposal(page, words);
  await look(page, "review of a couple");
  await book(page, words);
  await look(page, "booked, a couple by letter");
  const code = await bookingCodes(page).first().innerText();
  const address = `${dran.url}/termin/${code.replaceAll("-", "")}`;

  await page.goto(`${dran.url}/termin`);
  await look(page, "search for a booking");
  await page.getByRole("button", { name: words.seeBooking }).click();
  await look(page, "search for a booking with mistakes");
  await page.getByLabel(words.bookingCode).fill(code);
  await writeDate(page, words, ["8", "3", "1935"]);
  await page.getByRole("button", { name: words.seeBooking }).click();
  await expect(page).toHaveURL(address);
  await look(page, "booking");
  await page.getByRole("link", { name: words.move }).click();
  await look(page, "move");
  await page.getByRole("button", { name: words.moveTo }).click();
  await look(page, "move with mistakes");
  await page.locator(".proposal").nth(1).click();
  await page.getByRole("button", { name: words.moveTo }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.moved);
  await look(page, "moved");
  await page.goto(`${address}/absagen`);
  await look(page, "cancel");
  await page.getByRole("button", { name: words.cancelYes }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.cancelled);
  await look(page, "cancelled");
  await page.goto(address);
  await look(page, "cancelled booking");
  await page.goto(`${address}/verschieben`);
  await look(page, "problem: a cancelled booking is not moved");

  await couple();
  await takeProposal(page, words);
  await page.getByRole("button", { name: words.bookNow }).click();
  await expect(page.locator(".outcome-no")).toBeVisible();
  await look(page, "not booked");
});

test("the pages that explain, and the pages of problems", async ({ page }) => {
  for (const [path, status] of [
    ["/datenschutz", 200],
    ["/barrierefreiheit", 200],
    ["/gibt-es-nicht", 404],
    ["/anstellen/gibt-es-nicht", 404],
    ["/platz/AQEBAAYAAAAAAQePAAAAAF_9SO0V8oUSnCI2MUdyl-_zKtiR", 404],
    ["/buchen/0-0/person", 401],
  ] as const) {
    const response = await page.goto(dran.url + path);
    expect.soft(response?.status(), path).toBe(status);
    await look(page, path);
  }
});
