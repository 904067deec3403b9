import { expect, test } from "@playwright/test";

import { Dran } from "../helpers/dran.ts";
import {
  book,
  bookingCodes,
  choose,
  days,
  daysBetween,
  ending,
  enter,
  goOn,
  join,
  messagesTo,
  proveContact,
  reachBySms,
  takeProposal,
  woman,
  write,
} from "../helpers/visitor.ts";
import { type Words, wordsFor } from "../helpers/words.ts";

// Runs in German with JavaScript switched off, and in English with it.

let dran: Dran;
let words: Words;
test.beforeAll(async () => {
  dran = await Dran.start({ openInS: 2, crowd: 0 });
});
test.afterAll(() => dran.stop());
test.beforeEach(({ locale }) => {
  words = wordsFor(locale);
});

test("a series is booked from the first page to BOOKED with the code from the message", async ({ page }) => {
  const person = woman("Schmidt-Weiß");
  await join(page, dran.url, words);
  await expect(page.locator("html")).toHaveAttribute("lang", words.lang);
  await enter(page, words);
  await write(page, words, person);
  await goOn(page, words);
  await reachBySms(page, words, "0151 23000001");
  await proveContact(page, words, ending("0151 23000001"));
  await takeProposal(page, words);
  await expect(page.getByRole("heading", { name: "Erna Luise Schmidt-Weiß" })).toBeVisible();
  const promised = await days(page, words);
  await book(page, words);

  const [first, second] = await days(page, words);
  expect([first, second]).toEqual(promised);
  expect(daysBetween(first, second)).toBe(21);
  const code = await bookingCodes(page).innerText();
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);

  const href = await page.getByRole("link", { name: words.calendar }).getAttribute("href");
  const calendar = await page.request.get(new URL(href ?? "", dran.url).href);
  expect(calendar.headers()["content-type"]).toMatch(/^text\/calendar/);
  const events = (await calendar.text()).split("BEGIN:VEVENT").slice(1);
  expect(events).toHaveLength(2);
  const starts = events.map((event) => /DTSTART[^:]*:(\d{4})(\d\d)(\d\d)/.exec(event)?.slice(1).join("-"));
  expect(starts).toEqual([first, second].map((day) => day.toISOString().slice(0, 10)));

  const [confirmation] = await messagesTo(page, ending("0151 23000001"));
  expect(confirmation.replaceAll("-", "")).toContain(code.replaceAll("-", ""));
});

test("a couple is booked together by letter, without mobile or e-mail", async ({ page }) => {
  await join(page, dran.url, words, 2);
  await enter(page, words);
  await write(page, words, woman("von der Höhe"));
  await goOn(page, words);
  await expect(page.getByLabel(words.family)).toBeEmpty();
  await write(page, words, { given: "Karl", family: "von der Höhe", birth: ["29", "2", "1936"], sex: "male" });
  await goOn(page, words);
  await choose(page, words.letter);
  await page.getByLabel(words.street).fill("Königsstraße 1 a");
  await page.getByLabel(words.town, { exact: true }).fill("Kassel");
  await goOn(page, words);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.proposals);
  await takeProposal(page, words);
  await book(page, words);

  const cards = page.locator(".series");
  await expect(cards).toHaveCount(2);
  await expect(cards.getByRole("heading")).toHaveText([/Erna Luise von der Höhe/, /Karl von der Höhe/]);
  for (const card of await cards.all()) {
    const [first, second] = await days(card, words);
    expect(daysBetween(first, second)).toBe(21);
  }
  expect(await days(cards.first(), words)).toEqual(await days(cards.last(), words));
  await expect(page.getByText("Königsstraße 1 a")).toBeVisible();
  expect(new Set(await bookingCodes(page).allInnerTexts()).size).toBe(2);
});

test("the binding button pressed twice, sent again and gone back to books once", async ({ page }) => {
  const mobile = "0151 23000002";
  await join(page, dran.url, words);
  await enter(page, words);
  await write(page, words, woman("Zweimal"));
  await goOn(page, words);
  await reachBySms(page, words, mobile);
  await proveContact(page, words, ending(mobile));
  await takeProposal(page, words);
  const review = page.url();
  const fields = page.locator("#form input[type=hidden]");
  const form = Object.fromEntries(
    await fields.evaluateAll((inputs) => inputs.map((input) => [input.getAttribute("name"), input.getAttribute("value")])),
  );
  await page.getByRole("button", { name: words.bookNow }).dblclick();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.booked);
  const code = await bookingCodes(page).innerText();

  const again = await page.request.post(review, { form, headers: { origin: dran.url } });
  expect(again.url()).toMatch(/\/gebucht$/);
  expect(await again.text()).toContain(code);
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.booked);
  await page.reload();
  await expect(bookingCodes(page)).toHaveText(code);
  // The code to prove the contact, and one confirmation.
  expect(await messagesTo(page, ending(mobile))).toHaveLength(2);
});
