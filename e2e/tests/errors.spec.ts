import { expect, test, type Page } from "@playwright/test";

import { Dran } from "../helpers/dran.ts";
import {
  choose,
  ending,
  enter,
  goOn,
  join,
  JOIN_PATH,
  messagesTo,
  newestCode,
  proveContact,
  reachBySms,
  takeProposal,
  woman,
  write,
  writeDate,
} from "../helpers/visitor.ts";
import { GERMAN as words } from "../helpers/words.ts";

let dran: Dran;
test.beforeAll(async () => {
  dran = await Dran.start({ openInS: 2, crowd: 0 });
});
test.afterAll(() => dran.stop());

/** The summary names exactly these mistakes, has the focus, and each of its links leads to a field that exists. */
async function expectErrors(page: Page, ...texts: (string | RegExp)[]): Promise<void> {
  const summary = page.getByRole("alert");
  await expect(summary.getByRole("heading")).toHaveText(words.errors);
  await expect(summary).toBeFocused();
  await expect(page).toHaveTitle(/^Fehler: /);
  const links = summary.getByRole("link");
  await expect(links).toHaveText(texts);
  await expect(summary.getByRole("listitem")).toHaveCount(texts.length);
  for (const link of await links.all()) {
    const target = page.locator((await link.getAttribute("href")) ?? "");
    await expect(target).toBeVisible();
    // The same text stands at the field and belongs to it, or to the group of answers that it begins.
    const own = await target.evaluate((field) => {
      const described = [field, field.closest("fieldset")].map((one) => one?.getAttribute("aria-describedby") ?? "");
      return [...new Set(described.join(" ").split(" "))].filter((id) => id.endsWith("-error"));
    });
    expect(own, `the error of ${await link.innerText()}`).toHaveLength(1);
    await expect(page.locator(`#${own[0]}`)).toContainText(await link.innerText());
  }
}

test("an empty form of the line names all three fields, and its links lead there", async ({ page }) => {
  await page.goto(dran.url + JOIN_PATH);
  await page.getByRole("button", { name: words.join, exact: true }).click();
  await expectErrors(page, /Postleitzahl/, /Geburtsjahr/, /eine oder zwei Personen/);
  await page.getByRole("alert").getByRole("link").first().click();
  await expect(page.getByLabel(words.postcode)).toBeFocused();
});

test("a wrong form of the line keeps what was typed", async ({ page }) => {
  await page.goto(dran.url + JOIN_PATH);
  await page.getByLabel(words.postcode).fill("3411");
  await page.getByLabel(words.birthYear).fill("2035");
  await choose(page, words.twoPersons);
  await page.getByRole("button", { name: words.join, exact: true }).click();
  await expectErrors(page, /fünf Ziffern/, /Zukunft/);
  await expect(page.getByLabel(words.postcode)).toHaveValue("3411");
  await expect(page.getByLabel(words.birthYear)).toHaveValue("2035");
  await expect(page.getByLabel(words.twoPersons)).toBeChecked();
});

test("who is too young is told whose turn it is, and goes back", async ({ page }) => {
  await page.goto(dran.url + JOIN_PATH);
  await page.getByLabel(words.postcode).fill("34117");
  await page.getByLabel(words.birthYear).fill("1990");
  await choose(page, words.onePerson);
  await page.getByRole("button", { name: words.join, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sie sind noch nicht an der Reihe");
  await expect(page.getByText("80 Jahre und älter").first()).toBeVisible();
  await page.getByRole("link", { name: "Angaben ändern" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("In die Reihe stellen");
});

test("who lives at a postcode that no list knows chooses the district and gets as far as everybody else", async ({
  page,
}) => {
  await page.goto(dran.url + JOIN_PATH);
  await page.getByLabel(words.postcode).fill("34001");
  await page.getByLabel(words.birthYear).fill("1935");
  await choose(page, words.onePerson);
  await page.getByRole("button", { name: words.join, exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("In welchem Kreis wohnen Sie?");
  await page.getByRole("radio").first().check({ force: true });
  await goOn(page, words);
  await enter(page, words);
  await write(page, words, woman("Ohneliste"));
  await page.getByLabel(words.postcode).fill("34001");
  await goOn(page, words);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Wie erreichen wir Sie?");
});

test("mistakes about a person are told at their fields, and nothing typed is lost", async ({ page }) => {
  const born = (day: string, month: string, year: string) => writeDate(page, words, [day, month, year]);
  const given = page.getByLabel(words.given);
  const family = page.getByLabel(words.family);
  await join(page, dran.url, words);
  await enter(page, words);
  await goOn(page, words);
  await expectErrors(page, /Namen/, /Tag, Monat und Jahr/, /Keine Angabe/, /Postleitzahl/);

  await write(page, words, woman("Fehler"));
  await born("31", "4", "1935");
  await goOn(page, words);
  await expectErrors(page, "Dieser Monat hat nur 30 Tage. Bitte prüfen Sie den Tag.");
  await born("29", "2", "1935");
  await goOn(page, words);
  await expectErrors(page, "Im Jahr 1935 gab es keinen 29. Februar. Bitte prüfen Sie das Geburtsdatum.");
  await born("13", "1", "2021"); // tomorrow, on the demo's day
  await goOn(page, words);
  await expectErrors(page, "Dieses Geburtsdatum liegt in der Zukunft. Bitte prüfen Sie das Jahr.");

  await born("8", "3", "1935");
  await given.fill("Erna 😀");
  await goOn(page, words);
  await expectErrors(page, /Zeichen, das wir nicht drucken können/);
  await expect(given).toHaveValue("Erna 😀");
  const script = `"><script>document.title = "got it"</script>`;
  await given.fill("Erna");
  await family.fill(script);
  await goOn(page, words);
  await expectErrors(page, /Zeichen, das wir nicht drucken können/);
  await expect(family).toHaveValue(script);
  // Everything else stands as it was typed.
  await expect(given).toHaveValue("Erna");
  await expect(page.getByLabel(words.day, { exact: true })).toHaveValue("8");
  await expect(page.getByLabel(words.month, { exact: true })).toHaveValue("3");
  await expect(page.getByLabel(words.year, { exact: true })).toHaveValue("1935");
  await expect(page.getByLabel(words.female, { exact: true })).toBeChecked();
  await expect(page.getByLabel(words.postcode)).toHaveValue("34117");
});

test("mistakes about the contact are told, and a landline learns of the letter", async ({ page }) => {
  await join(page, dran.url, words);
  await enter(page, words);
  await write(page, words, woman("Festnetz"));
  await goOn(page, words);
  await goOn(page, words);
  await expectErrors(page, /wie wir Sie erreichen/);
  await choose(page, words.sms);
  await page.getByLabel(words.mobile).fill("0561 7870");
  await goOn(page, words);
  await expectErrors(page, /Das ist eine Festnetznummer\..*Brief/);
  await expect(page.getByLabel(words.mobile)).toHaveValue("0561 7870");
  await choose(page, words.email);
  await page.getByLabel(words.emailAddress).fill("erna@");
  await goOn(page, words);
  await expectErrors(page, /E-Mail-Adresse stimmt nicht/);
  await expect(page.getByLabel(words.emailAddress)).toHaveValue("erna@");
  await choose(page, words.letter);
  await page.getByLabel(words.street).fill("Königsstraße 1");
  await goOn(page, words);
  await expectErrors(page, /Zeile der Anschrift/);
  await expect(page.getByLabel(words.street)).toHaveValue("Königsstraße 1");
  // The person typed two pages ago is still there.
  await choose(page, words.sms);
  await page.getByLabel(words.mobile).fill("0151 24000001");
  await goOn(page, words);
  await expect(page).toHaveURL(/\/code$/);
});

test("going back from the contact finds the person as typed", async ({ page }) => {
  await join(page, dran.url, words);
  await enter(page, words);
  await write(page, words, woman("Zurück"));
  await goOn(page, words);
  // A link or a button, whatever carries the person back.
  await page.locator("#form").getByText("Zurück", { exact: true }).click();
  await expect(page.getByLabel(words.given)).toHaveValue("Erna Luise");
  await expect(page.getByLabel(words.family)).toHaveValue("Zurück");
});

test("a wrong code says how many tries are left, the last one asks for a new code, and the new one works", async ({
  page,
}) => {
  const mobile = "0151 24000002";
  await join(page, dran.url, words);
  await enter(page, words);
  await write(page, words, woman("Vertippt"));
  await goOn(page, words);
  await reachBySms(page, words, mobile);
  const first = await newestCode(page, ending(mobile));
  const wrong = first === "111111" ? "222222" : "111111";
  const tryCode = async (code: string) => {
    await page.getByLabel(words.code).fill(code);
    // The answer may read like the page before it.
    const answered = page.waitForEvent("load");
    await page.getByRole("button", { name: words.checkCode }).click();
    await answered;
  };
  await tryCode("12345");
  await expectErrors(page, /sechs Ziffern/);
  for (const left of [/noch 5 Versuche\b/, /noch 4 Versuche\b/, /noch 3 Versuche\b/, /noch 2 Versuche\b/, /noch (1|einen) Versuch\b/]) {
    await tryCode(wrong);
    await expectErrors(page, left);
  }
  await tryCode(wrong);
  await expectErrors(page, /gilt nicht mehr/);
  await tryCode(first);
  await expectErrors(page, /gilt nicht mehr/);
  await page.getByRole("button", { name: words.newCode }).click();
  await expect(page.getByText("Wir haben Ihnen einen neuen Code geschickt.")).toBeVisible();
  expect(await messagesTo(page, ending(mobile))).toHaveLength(2);
  await proveContact(page, words, ending(mobile));
});

test("more time can be asked for on every page, and nothing typed is lost", async ({ page }) => {
  const mobile = "0151 24000003";
  const moreTime = async () => {
    await page.getByRole("button", { name: words.moreTime, exact: true }).click();
    await expect(page.getByText("Sie haben jetzt mehr Zeit.")).toBeVisible();
    await expect(page.getByRole("alert")).toHaveCount(0);
  };
  await join(page, dran.url, words);
  await enter(page, words);
  await page.getByLabel(words.given).fill("Erna Luise");
  await page.getByLabel(words.day, { exact: true }).fill("31");
  await moreTime();
  await expect(page.getByLabel(words.given)).toHaveValue("Erna Luise");
  await expect(page.getByLabel(words.day, { exact: true })).toHaveValue("31");
  await write(page, words, woman("Langsam"));
  await goOn(page, words);
  await choose(page, words.sms);
  await page.getByLabel(words.mobile).fill(mobile);
  await moreTime();
  await expect(page.getByLabel(words.sms)).toBeChecked();
  await expect(page.getByLabel(words.mobile)).toHaveValue(mobile);
  await goOn(page, words);
  await page.getByLabel(words.code).fill("123");
  await moreTime();
  await expect(page.getByLabel(words.code)).toHaveValue("123");
  await proveContact(page, words, ending(mobile));
  await page.locator(".proposal").nth(1).click();
  await moreTime();
  await expect(page.locator(".proposal").nth(1).getByRole("radio")).toBeChecked();
  await takeProposal(page, words, 1);
  await moreTime();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.review);
  await page.getByRole("button", { name: words.bookNow }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.booked);
});

test("a person who has appointments is told NOT BOOKED and why", async ({ page }) => {
  for (const end of [words.booked, "NICHT GEBUCHT"]) {
    await join(page, dran.url, words);
    await enter(page, words);
    await write(page, words, woman("Schonda"));
    await goOn(page, words);
    await choose(page, words.letter);
    await page.getByLabel(words.street).fill("Königsstraße 1");
    await page.getByLabel(words.town, { exact: true }).fill("Kassel");
    await goOn(page, words);
    await takeProposal(page, words);
    await page.getByRole("button", { name: words.bookNow }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(end);
  }
  // The name stands in marks that keep its direction of writing to itself.
  await expect(page.getByText(/^Für \u2068?Erna Luise Schonda\u2069? gibt es schon gebuchte Termine\./)).toBeVisible();
});
