import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect, test } from "@playwright/test";

import { expectAccessible } from "../helpers/axe.ts";
import { sideways } from "../helpers/reflow.ts";

// Proves that the browser and axe work here, and that axe would speak up.

const page = (body: string) =>
  `<!doctype html><html lang="de"><meta name="viewport" content="width=device-width"><title>Probe</title>` +
  `<main><h1 id="h">Probe</h1>${body}</main><script>document.getElementById("h").textContent = "Skript"</script></html>`;
const PAGES: Record<string, string> = {
  "/good": page("<p>Guten Tag</p>"),
  "/wide": page('<p style="width: 700px">Zu breit</p>'),
  "/bad": page('<p style="color: #ccc; background: #fff">Zu blass</p><input>'),
};

let server: Server;
let origin: string;
test.beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'");
    response.end(PAGES[request.url ?? ""] ?? "");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
test.afterAll(() => server.close());

test("a script runs, or does not where it is switched off", async ({ page, javaScriptEnabled }) => {
  await page.goto(`${origin}/good`);
  await expect(page.getByRole("heading")).toHaveText(javaScriptEnabled ? "Skript" : "Probe");
});

test("a good page passes axe", async ({ page }) => {
  await page.goto(`${origin}/good`);
  await expectAccessible(page);
});

test("a bad page does not", async ({ page }) => {
  await page.goto(`${origin}/bad`);
  await expect(expectAccessible(page)).rejects.toThrow(/color-contrast[^]*label/);
});

test("a page that scrolls sideways is told, a narrow one is not", async ({ page }, { project }) => {
  test.skip(project.name !== "desktop", "windows are resized on the desktop alone");
  await page.goto(`${origin}/wide`);
  expect((await sideways(page)).join(" ")).toMatch(/320 px wide.*at 200 % zoom/);
  await page.goto(`${origin}/good`);
  expect(await sideways(page)).toEqual([]);
});

test("a phone is narrow", async ({ page }, { project }) => {
  await page.goto(`${origin}/good`);
  expect(page.viewportSize()?.width).toBe(project.name === "phone" ? 390 : 1280);
});
