import { createHmac } from "node:crypto";

import type { Page } from "@playwright/test";

import type { Dran } from "./dran.ts";

/** The code that an app shows now or, with `ahead`, half a minute later, which is good already (RFC 6238). */
export function code(secret: string, ahead = 0): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + ahead));
  const mac = createHmac("sha1", key).update(step).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Name and password. */
export async function giveName(page: Page, dran: Dran, name: string, password: string): Promise<void> {
  await page.goto(`${dran.staff.url}/anmelden`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Kennwort").fill(password);
  await page.keyboard.press("Enter");
}

/** Logs in to the account of a role; `ahead` for who has used the present code already. */
export async function logIn(page: Page, dran: Dran, role: string, ahead = 0): Promise<void> {
  const { password, secret } = dran.staff.accounts[role];
  await giveName(page, dran, role, password);
  await page.getByLabel("Code").fill(code(secret, ahead));
  await page.keyboard.press("Enter");
}
