import { expect, test } from "@playwright/test";

import { violations } from "../helpers/axe.ts";
import { CAMPAIGN, Dran } from "../helpers/dran.ts";
import { join, JOIN_PATH } from "../helpers/visitor.ts";
import { type Words, wordsFor } from "../helpers/words.ts";

// While the operator asks for work: a browser does it by itself, a program that does none is slowed down.

let dran: Dran;
let words: Words;
test.beforeAll(async () => {
  // Some thousand hashes: half a second of a browser on a slow machine.
  dran = await Dran.serve("join_work_bits = 12\njoins_without_work_per_minute = 1");
});
test.afterAll(() => dran.stop());
test.beforeEach(({ locale }) => {
  words = wordsFor(locale);
});

test("a browser computes what is asked and joins as always, as often as it likes", async ({ page, request }) => {
  const data = { campaign: CAMPAIGN, postcode: "34117", birth_year: 1935 };
  const withoutWork = () => request.post(`${dran.url}/api/v1/line`, { data });
  expect((await withoutWork()).status(), "one in a minute comes through without").toBe(201);
  const refused = await withoutWork();
  expect(refused.status()).toBe(429);
  expect((await refused.json()).type).toBe("/problems/work-missing");
  expect(Number(refused.headers()["retry-after"])).toBeGreaterThan(0);

  await page.goto(dran.url + JOIN_PATH);
  expect(await violations(page)).toEqual([]);
  for (let time = 0; time < 3; time++) {
    await join(page, dran.url, words);
  }
});

test("a solution serves once", async ({ page, request }) => {
  await page.goto(dran.url + JOIN_PATH);
  const solution = page.locator("[name=solution]");
  await expect(solution).not.toHaveValue("");
  const work = { challenge: await page.locator("[name=challenge]").inputValue(), solution: await solution.inputValue() };
  const data = { campaign: CAMPAIGN, postcode: "34117", birth_year: 1935, work };
  const joined = await request.post(`${dran.url}/api/v1/line`, { data });
  expect(joined.status()).toBe(201);
  const again = await request.post(`${dran.url}/api/v1/line`, { data });
  expect((await again.json()).type).toBe("/problems/work-missing");
});
