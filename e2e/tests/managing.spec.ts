import { expect, test, type Page } from "@playwright/test";

import { Dran } from "../helpers/dran.ts";
import { bookingCodes, bookSeries, days, daysBetween, ending, messagesTo, woman, writeDate } from "../helpers/visitor.ts";
import { GERMAN as words } from "../helpers/words.ts";

const MOBILE = "0151 25000001";

let dran: Dran;
test.beforeAll(async () => {
  dran = await Dran.start({ openInS: 2, crowd: 0 });
});
test.afterAll(() => dran.stop());

/** As somebody who comes back days later, at another device. */
async function openBooking(page: Page, code: string, birth: [string, string, string]): Promise<void> {
  await page.context().clearCookies();
  await page.goto(dran.url);
  await page.getByRole("link", { name: "Ich habe einen Termin" }).click();
  await page.getByLabel(words.bookingCode).fill(code);
  await writeDate(page, words, birth);
  await page.getByRole("button", { name: words.seeBooking }).click();
}

test("a booking is found by code and date of birth only, moved to other days, and cancelled", async ({ page }) => {
  const heading = page.getByRole("heading", { level: 1 });
  const code = await bookSeries(page, dran.url, words, woman("Verlegen"), MOBILE);
  const before = await days(page, words);
  const address = `${dran.url}/termin/${code.replaceAll("-", "")}`;

  await openBooking(page, code, ["9", "3", "1935"]);
  await expect(page.getByRole("alert")).toContainText("Zu diesem Buchungscode und Geburtsdatum finden wir keine Buchung.");
  await expect(page.getByLabel(words.bookingCode)).toHaveValue(code);
  await page.goto(address);
  await expect(heading, "the address alone opens nothing").toHaveText("Mein Termin");
  await openBooking(page, code.toLowerCase().replaceAll("-", " "), ["8", "3", "1935"]);
  await expect(heading).toHaveText("Ihre Termine");
  expect(await days(page, words)).toEqual(before);

  await page.getByRole("link", { name: words.move }).click();
  await page.getByRole("button", { name: words.moveTo }).click();
  await expect(page.getByRole("alert")).toContainText("Bitte wählen Sie einen der Vorschläge.");
  await page.locator("summary", { hasText: words.otherProposals }).click();
  await writeDate(page, words, ["25", "1", "2021"]);
  await page.getByRole("button", { name: "Vorschläge suchen" }).click();
  await page.locator(".proposal").first().click();
  await page.getByRole("button", { name: words.moveTo }).click();
  await expect(heading).toHaveText(words.moved);
  const [first, second] = await days(page, words);
  expect(first.getTime()).toBeGreaterThanOrEqual(Date.UTC(2021, 0, 25));
  expect(daysBetween(first, second)).toBe(21);
  await expect(bookingCodes(page)).toHaveText(code);

  await openBooking(page, code, ["8", "3", "1935"]);
  expect(await days(page, words)).toEqual([first, second]);
  await page.getByRole("link", { name: words.cancel }).click();
  await expect(heading).toHaveText("Wollen Sie wirklich absagen?");
  await page.getByRole("link", { name: "Nein, Termine behalten" }).click();
  await expect(heading).toHaveText("Ihre Termine");
  await page.getByRole("link", { name: words.cancel }).click();
  await page.getByRole("button", { name: words.cancelYes }).click();
  await expect(heading).toHaveText(words.cancelled);
  await page.goto(address);
  await expect(heading).toHaveText("Diese Termine sind abgesagt");
  await expect(page.getByRole("link", { name: words.move })).toHaveCount(0);

  const messages = await messagesTo(page, ending(MOBILE));
  expect(messages).toHaveLength(4);
  for (const word of [/Ihr Code/, /Gebucht/, /Verlegt/, /Abgesagt/]) {
    expect(messages.filter((message) => word.test(message))).toHaveLength(1);
  }
});
