// The operators' page in a real browser: an operator watches a backfill, finds out why an opportunity was refused, retries it, pauses and erases.
"use strict";

const assert = require("node:assert/strict");
const { after, before, test } = require("node:test");

const { lookAt } = require("./looks.js");
const { startBrowser, startService } = require("./service.js");

const REFUSALS = 3;

let service;
let browser;

before(async () => {
  service = await startService(["--jobs", "1500", "--deliveries-per-second", "8", "--refusals", String(REFUSALS)]);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  // A page that updates itself does not hold up the end.
  if (service) assert.equal(await service.stop(), 0);
});

/// Opens a page of a browser of its own. Whatever the browser complains about, such as a breach of the content security policy, fails the test.
async function open(path, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith(service.url) || complaints.push(`asked for ${request.url()}`));
  await page.goto(`${service.operators}${path}`);
  return { page, done: async () => (await context.close(), assert.deepEqual(complaints, [])) };
}

/// The number of upserts that Hatch took.
async function upserts() {
  const departments = Object.values(await service.simulated("hatch/contacts"));
  const opportunities = departments.flat().flatMap((contact) => contact.opportunities);
  return opportunities.reduce((sum, opportunity) => sum + opportunity.upserts, 0);
}

async function until(what, holds) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.fail(`it never came to pass that ${what}`);
}

test("a backfill is watched while it goes on", async () => {
  const { page, done } = await open("");
  await page.getByRole("link", { name: "embedded" }).click();
  const bar = page.locator("progress");
  await bar.waitFor();
  const first = await bar.evaluate((it) => it.value);
  // Without loading the page again.
  await page.waitForFunction((value) => document.querySelector("progress").value > value, first);
  await page.getByText(/about \d+ (second|minute)s? left/).waitFor();
  await page.getByText("Updates itself.").waitFor();
  // Some samples for the charts.
  await page.waitForFunction(() => document.querySelectorAll(".chart .bar").length > 6, undefined, { timeout: 120_000 });
  await lookAt(page, "connection");
  await page.goto(service.operators);
  await page.locator("progress").waitFor();
  await lookAt(page, "connections");
  await done();
});

test("the reason of a refusal is found, and the opportunity retried", async () => {
  const { page, done } = await open("/connections/embedded");
  await page.getByRole("link", { name: "Dead letters" }).click();
  assert.equal(await page.locator(".letters li").count(), REFUSALS);
  await page.locator(".confirm summary").first().click();
  await lookAt(page, "dead-letters");

  const refused = await page.locator(".letters h2").first().innerText();
  await page.getByRole("link", { name: /^Explain Job/ }).first().click();
  assert.match(await page.locator("h1").innerText(), /^Job \d+ in jobs$/);
  const reason = await page.locator("dd.reason").innerText();
  assert.match(reason, /refused|422|not/i);
  assert.match(await page.locator(".answers").innerText(), /an operator retries the dead letter/);
  await lookAt(page, "explanation");
  await page.getByText(/values with their paths/).click();
  await page.getByText("The body that Hatch gets").click();
  await lookAt(page);

  await page.getByRole("button", { name: /^Retry Job/ }).click();
  await page.getByText("it is tried again").waitFor();
  const left = await page.locator(".letters h2").allInnerTexts();
  assert.equal(left.length, REFUSALS - 1);
  assert.ok(!left.includes(refused));
  await done();
});

test("a dead letter is discarded after a second question", async () => {
  const { page, done } = await open("/connections/embedded/dead-letters");
  const before = await page.locator(".letters li").count();
  assert.equal(await page.getByRole("button", { name: /^Discard for good/ }).first().isVisible(), false);
  await page.locator(".confirm summary").first().click();
  await page.getByRole("button", { name: /^Discard for good/ }).first().click();
  await page.getByText("the dead letter is discarded").waitFor();
  assert.equal(await page.locator(".letters li").count(), before - 1);
  await done();
});

test("the deliveries are paused and resumed by keyboard", async () => {
  const { page, done } = await open("/connections/embedded");
  /// Presses a key until the focus is where it should be.
  const tabTo = async (label) => {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement.getAttribute("aria-label"))) === label) return;
    }
    assert.fail(`the keyboard does not get to ${label}`);
  };
  await tabTo("Pause jobs");
  await page.keyboard.press("Enter");
  await page.getByText("nothing is delivered until you resume").waitFor();
  // The deliveries under way are finished.
  let last = -1;
  await until("the deliveries stop", async () => {
    const now = await upserts();
    const isSame = now === last;
    last = now;
    if (!isSame) await new Promise((resolve) => setTimeout(resolve, 1500));
    return isSame;
  });
  await page.getByText("jobs has been paused").waitFor();
  // Nothing is under way any more.
  await page.locator("progress").waitFor({ state: "detached" });
  await lookAt(page, "paused");
  await tabTo("Resume jobs");
  await page.keyboard.press("Enter");
  await page.getByText("the next run delivers what changed").waitFor();
  await done();
});

test("a customer is found by phone, explained and erased, and the addresses tell nothing", async () => {
  const { page } = await open("/connections/embedded/search");
  const addresses = [];
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  const contacts = Object.values(await service.simulated("hatch/contacts")).flat();
  const bodies = contacts.flatMap((contact) => contact.opportunities).map((opportunity) => opportunity.body);
  const { externalContactID, phoneNumber } = bodies.find((body) => body.phoneNumber);
  await page.getByRole("searchbox").fill(phoneNumber);
  await page.getByRole("button", { name: "Search" }).click();
  const customer = page.locator(".customer").filter({ hasText: `Customer ${externalContactID},` });
  await customer.waitFor();
  await lookAt(page, "search");
  await customer.getByRole("link").first().click();
  await page.getByRole("heading", { name: "Standard fields" }).waitFor();

  await page.getByRole("link", { name: "Erase a customer" }).click();
  await lookAt(page, "erase");
  await page.getByLabel("ID of the customer in ServiceTitan").fill(externalContactID);
  await page.getByRole("button", { name: "Continue" }).click();
  await lookAt(page, "erase-confirm");
  await page.getByLabel(/again to confirm/).fill("1");
  await page.getByRole("button", { name: "Erase for good" }).click();
  await page.getByText("Nothing was erased").waitFor();
  await page.getByLabel(/again to confirm/).fill(externalContactID);
  await page.getByRole("button", { name: "Erase for good" }).click();
  await page.getByText(/^Erased: 1 customer/).waitFor();
  const digits = phoneNumber.replace(/\D/g, "").slice(-10);
  assert.ok(addresses.length >= 6, addresses.join("\n"));
  for (const address of addresses) assert.ok(!address.replace(/\D/g, "").includes(digits), address);
  // A refusal is the answer to a wrong form, which the browser notes in its console.
  await page.context().close();
});

test("the pages read and work without their script", async () => {
  const { page, done } = await open("/connections/embedded", { javaScriptEnabled: false });
  await page.getByRole("heading", { name: "Last runs" }).waitFor();
  await page.getByRole("heading", { name: "Feeds" }).waitFor();
  await page.getByRole("button", { name: "Pause jobs" }).click();
  await page.getByText("nothing is delivered until you resume").waitFor();
  await page.getByRole("button", { name: "Resume jobs" }).click();
  await page.getByText("the next run delivers what changed").waitFor();
  await page.getByRole("link", { name: "This page as JSON" }).click();
  assert.equal(JSON.parse(await page.locator("body").innerText()).connection, "embedded");
  await done();
});
