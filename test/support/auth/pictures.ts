/** What a person sees, as pictures in `results/pictures`: for people to look at, not committed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const FOLDER = 'results/pictures';

/** Of the page that a browser shows. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
}

/** Of what a terminal shows. The page shows it from then on. */
export async function takePictureOfText(page: Page, name: string, text: string): Promise<void> {
  await page.setContent('<pre></pre>');
  await page.locator('pre').evaluate((pre, shown) => (pre.textContent = shown), text);
  await takePicture(page, name);
}
