import { defineConfig, devices, type PlaywrightTestOptions } from "@playwright/test";

// Debian's Chromium, the one that `cargo xtask test` installs: built without windows, which halves what a page costs.
// Background traffic is off: a test talks to dran alone.
const chromium = {
  executablePath: process.env.DRAN_CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  args: [
    "--no-sandbox", // a build server runs this as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

const german: Partial<PlaywrightTestOptions> = { locale: "de-DE", timezoneId: "Europe/Berlin" };
const english: Partial<PlaywrightTestOptions> = { locale: "en-GB", timezoneId: "Europe/Berlin" };
const desktop: Partial<PlaywrightTestOptions> = { viewport: { width: 1280, height: 900 } };

// The narrowest phone that is common. The user agent stays Chromium's own.
const phone: Partial<PlaywrightTestOptions> = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  // One browser and one demo at a time: on two cores a second worker only makes both slower.
  workers: 1,
  fullyParallel: false,
  // A flaky test is a broken test.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // For a build server that gives a quarter of its two cores; where all is well nothing waits that long.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    userAgent: undefined,
    launchOptions: chromium,
    actionTimeout: 60_000,
    // No colour is on its way to another one when axe measures it.
    contextOptions: { reducedMotion: "reduce" },
    // Recording every test costs a third of its time; to see how one failed: `cargo xtask e2e -- FILE --trace on`.
    trace: "off",
    screenshot: "only-on-failure",
  },
  // Not every flow in every browser: each file runs where it proves something that no other project does.
  projects: [
    { name: "desktop", use: { ...german, ...desktop }, testIgnore: "booking.spec.ts" },
    { name: "phone", use: { ...english, ...phone }, testMatch: ["infrastructure.spec.ts", "pages.spec.ts"] },
    {
      name: "no-javascript",
      use: { ...german, ...desktop, javaScriptEnabled: false },
      testMatch: ["infrastructure.spec.ts", "booking.spec.ts"],
    },
    { name: "english", use: { ...english, ...desktop }, testMatch: ["infrastructure.spec.ts", "booking.spec.ts"] },
  ],
});
