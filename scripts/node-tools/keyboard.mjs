// node keyboard.mjs PAGE... (files)
// Opens each page in Chromium, on a phone of 360 px and without scripts, and goes through it by the Tab key alone: whatever has the
// focus must show it and stand in the window; Enter unfolds what is folded; the last link of the first table leads to where it
// says. Then once more where scripts would run: nothing may be fetched, nothing may speak up. Prints what is wrong; ends with 1 when
// that is anything, with 2 when it cannot run.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { launch } from './browser.mjs';

const MOST = 40; // presses of Tab
const phone = { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' };
const files = process.argv.slice(2);
if (files.length === 0 || files.some((f) => !existsSync(f))) {
  console.error('give the files of the pages');
  process.exit(2);
}
const wrong = [];
let stops = 0;

async function open(file, javaScriptEnabled) {
  const url = pathToFileURL(resolve(file)).href;
  const context = await browser.newContext({ ...phone, javaScriptEnabled });
  const page = await context.newPage();
  page.on('request', (request) => { if (request.url() !== url) wrong.push(`${file}: fetches ${request.url()}`); });
  page.on('dialog', (dialog) => { wrong.push(`${file}: says ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(url);
  return page;
}

/** What has the focus, seen from inside the page. */
function focused() {
  const e = document.activeElement;
  const box = e.getBoundingClientRect();
  const style = getComputedStyle(e);
  return {
    name: e === document.body ? '' : `${e.tagName} ${e.textContent.slice(0, 30).trim()}`,
    shown: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}

async function tab(file, page) {
  const expected = await page.evaluate(() => document.querySelectorAll('a[href],summary,[tabindex="0"]').length);
  for (let i = 0; i < Math.min(expected, MOST); i++, stops++) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(focused);
    if (!focus.name) { wrong.push(`${file}: only ${i} of ${expected} can be reached`); return; }
    if (!focus.shown) wrong.push(`${file}: ${focus.name}: the focus does not show`);
    if (!focus.seen) wrong.push(`${file}: ${focus.name}: has the focus out of sight`);
    if (focus.wide > 0) wrong.push(`${file}: ${focus.name}: the page scrolls sideways by ${focus.wide} px`);
  }
}

async function unfold(file, page) {
  const folded = page.locator('summary').first();
  if (await folded.count()) {
    await folded.focus();
    await page.keyboard.press('Enter');
    if (!await folded.evaluate((e) => e.parentElement.open)) wrong.push(`${file}: Enter does not unfold`);
  }
}

function placed(e) {
  const top = e.getBoundingClientRect().top;
  const last = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  return { top, good: top > -10 && (top < 60 || (last && top < innerHeight)) };
}

async function follow(file, page) {
  const link = page.locator('table').first().locator('a[href^="#"]').last();
  await link.focus();
  await page.keyboard.press('Enter');
  const target = page.locator(await link.getAttribute('href'));
  // What stands on the way is laid out meanwhile: looked at until it rests.
  let before = NaN;
  let place = await target.evaluate(placed);
  for (let i = 0; i < 40 && place.top !== before; i++) {
    before = place.top;
    await page.waitForTimeout(50);
    place = await target.evaluate(placed);
  }
  if (!place.good) wrong.push(`${file}: the last link of the table leads ${place.top} px beside its target`);
}

const browser = await launch(chromium);
try {
  for (const file of files) {
    const page = await open(file, false);
    await tab(file, page);
    await unfold(file, page);
    await follow(file, page);
    await page.context().close();
    await (await open(file, true)).context().close();
  }
} finally {
  await browser.close();
}
console.log(`${files.length} pages, ${stops} stops, ${wrong.length} objections`);
wrong.slice(0, 20).forEach((w) => console.log(w));
process.exit(wrong.length === 0 ? 0 : 1);
