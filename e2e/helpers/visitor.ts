import { expect, type Locator, type Page } from "@playwright/test";

import { CAMPAIGN } from "./dran.ts";
import type { Words } from "./words.ts";

/** Where one joins its line. */
export const JOIN_PATH = `/anstellen/${CAMPAIGN}`;

/** A person as the form asks for one. */
export interface Person {
  given: string;
  family: string;
  /** Day, month, year. */
  birth: [string, string, string];
  sex: "female" | "male";
}

/** A woman of 85 with a name of her own, so that no test books for another test's person. */
export function woman(family: string): Person {
  return { given: "Erna Luise", family, birth: ["8", "3", "1935"], sex: "female" };
}

/** From the start page into the line; ends on the waiting page. */
export async function join(page: Page, url: string, words: Words, persons: 1 | 2 = 1): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.startPage);
  await page.getByRole("link", { name: words.joinLink }).click();
  await page.getByLabel(words.postcode).fill("34117");
  await page.getByLabel(words.birthYear).fill("1935");
  await choose(page, persons === 1 ? words.onePerson : words.twoPersons);
  await page.getByRole("button", { name: words.join, exact: true }).click();
  await expect(page).toHaveURL(/\/platz\/[\w-]+$/);
}

/** Chooses an answer as a visitor does: its label is the whole line and lies over the button. */
export async function choose(page: Page, answer: string): Promise<void> {
  const radio = page.getByRole("radio", { name: answer, exact: true });
  await radio.check({ force: true });
}

/** Waits for the call, however the page keeps up to date, and enters; ends on the first person's page. */
export async function enter(page: Page, words: Words): Promise<void> {
  await page.getByRole("button", { name: words.enter }).click({ timeout: 120_000 });
  await expect(page).toHaveURL(/\/buchen\/[^/]+\/person$/);
}

/** Writes a person into the form, without sending it. */
export async function write(page: Page, words: Words, { given, family, birth, sex }: Person): Promise<void> {
  await page.getByLabel(words.given).fill(given);
  await page.getByLabel(words.family).fill(family);
  await writeDate(page, words, birth);
  await choose(page, words[sex]);
  await page.getByLabel(words.postcode).fill("34117");
}

/** Writes a date into its three fields. */
export async function writeDate(page: Page, words: Words, [day, month, year]: Person["birth"]): Promise<void> {
  await page.getByLabel(words.day, { exact: true }).fill(day);
  await page.getByLabel(words.month, { exact: true }).fill(month);
  await page.getByLabel(words.year, { exact: true }).fill(year);
}

/** Goes on to the next page. */
export async function goOn(page: Page, words: Words): Promise<void> {
  await page.getByRole("button", { name: words.continue, exact: true }).click();
}

/** Chooses the text message; ends on the page that asks for the code. */
export async function reachBySms(page: Page, words: Words, mobile: string): Promise<void> {
  await choose(page, words.sms);
  await page.getByLabel(words.mobile).fill(mobile);
  await goOn(page, words);
  await expect(page).toHaveURL(/\/code$/);
}

/** Enters the code that came with the newest message; ends on the proposals. */
export async function proveContact(page: Page, words: Words, recipient: RegExp): Promise<void> {
  await page.getByLabel(words.code).fill(await newestCode(page, recipient));
  await page.getByRole("button", { name: words.checkCode }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.proposals);
}

/** The messages to a recipient, the newest first, read in a tab of their own. */
export async function messagesTo(page: Page, recipient: RegExp): Promise<string[]> {
  const tab = await page.context().newPage();
  try {
    await tab.goto(new URL("/demo/outbox", page.url()).href);
    return await tab.getByRole("article").filter({ hasText: recipient }).allInnerTexts();
  } finally {
    await tab.close();
  }
}

/** The six digits of the newest message to a recipient. */
export async function newestCode(page: Page, recipient: RegExp): Promise<string> {
  const [newest] = await messagesTo(page, recipient);
  const code = /(?<!\d)\d{6}(?!\d)/.exec(newest ?? "");
  if (!code) {
    throw new Error(`no code in the newest message to ${recipient}: ${newest}`);
  }
  return code[0];
}

/** Takes a proposal; ends on the review. */
export async function takeProposal(page: Page, words: Words, number = 0): Promise<void> {
  await page.locator(".proposal").nth(number).click();
  await page.getByRole("button", { name: words.takeProposal }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.review);
}

/** Presses the binding button; ends on BOOKED. */
export async function book(page: Page, words: Words): Promise<void> {
  await page.getByRole("button", { name: words.bookNow }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.booked);
}

/** From the start page to BOOKED for one person by text message; answers the booking code. */
export async function bookSeries(page: Page, url: string, words: Words, person: Person, mobile: string): Promise<string> {
  await join(page, url, words);
  await enter(page, words);
  await write(page, words, person);
  await goOn(page, words);
  await reachBySms(page, words, mobile);
  await proveContact(page, words, ending(mobile));
  await takeProposal(page, words);
  await book(page, words);
  return bookingCodes(page).first().innerText();
}

/** A mobile number however it is written, told by its end. */
export function ending(mobile: string): RegExp {
  return new RegExp([...mobile.replace(/\D/g, "").slice(-8)].join("\\s*"));
}

/** The booking codes that a page shows. */
export function bookingCodes(page: Page): Locator {
  return page.locator(".series .code");
}

/** The days of the appointments on a page, in the order in which they stand there. */
export async function days(scope: Page | Locator, words: Words): Promise<Date[]> {
  const texts = await scope.locator(".visit-day").allInnerTexts();
  return texts.map((text) => {
    const [, day, month, year] = /(\d+)\.?\s(\p{L}+)\s(\d{4})/u.exec(text) ?? [];
    const at = words.months.indexOf(month ?? "");
    if (at < 0) {
      throw new Error(`not a date: ${text}`);
    }
    return new Date(Date.UTC(Number(year), at, Number(day)));
  });
}

/** Whole days from one date to another. */
export function daysBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / 86_400_000;
}
