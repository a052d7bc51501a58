// node screenshot.mjs PAGE PNG WIDTH HEIGHT light|dark: the upper part of a page (a file or an http address) as a picture.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { launch } from './browser.mjs';

const [file, png, width, height, colorScheme] = process.argv.slice(2);
const browser = await launch(chromium);
try {
  const context = await browser.newContext({
    colorScheme, viewport: { width: Number(width), height: Number(height) }, javaScriptEnabled: false,
  });
  const page = await context.newPage();
  await page.goto(/^https?:/.test(file) ? file : pathToFileURL(resolve(file)).href);
  await page.screenshot({ path: png });
} finally {
  await browser.close();
}
