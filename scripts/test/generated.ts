/** Files that are made from others and committed, so that reviews see their changes. */
import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { JestResults, renderMatrix } from '../lib/fault-matrix';
import { fingerprint } from '../lib/fingerprint';
import { program, ROOT } from '../lib/root';
import { run } from '../lib/run';

const ASSETS = 'assets';

/** Where the second run of the bundler goes: tests use what the first one made. */
const BUNDLED_AGAIN = path.join('build', 'bundled-again');

/** What is committed, read before anything is made anew. */
export class Committed {
  private readonly texts = new Map(['API.md', 'NOTICE', 'docs/fault-matrix.md'].map((file) => [file, read(file)]));

  public async checkNotice(): Promise<void> {
    this.compare('NOTICE', read('NOTICE'), 'commit what `npx projen bundle` made');
  }

  public async checkApi(): Promise<void> {
    await run(program('projen'), ['docgen']);
    this.compare('API.md', read('API.md'), 'commit what `npx projen docgen` made');
  }

  public async checkFaultMatrix(results: JestResults): Promise<void> {
    this.compare('docs/fault-matrix.md', renderMatrix(results), 'write it anew with `npx tsx scripts/fault-matrix.ts`');
  }

  /** Shows the first line that differs. */
  private compare(file: string, text: string, hint: string): void {
    const [found, committed] = [text.split('\n'), this.texts.get(file)!.split('\n')];
    const line = Array.from({ length: Math.max(found.length, committed.length) }, (_line, index) => index).find((index) => found[index] !== committed[index]);
    if (line === undefined) return;
    throw new Error(`${file} is not up to date, first in line ${line + 1}:\n${found[line]}\ninstead of:\n${committed[line]}\n${hint}`);
  }
}

/** The hash of an asset is the signal that redeploys a function: the same sources must give the same bytes. */
export async function checkBundlesAreReproducible(): Promise<void> {
  await run(program('tsx'), ['scripts/bundle.ts', '--into', BUNDLED_AGAIN]);
  if (fingerprint([ASSETS], path.join(ROOT, BUNDLED_AGAIN)) === fingerprint([ASSETS])) return;
  throw new Error(`the same sources gave other bundles; find what differs between ${ASSETS} and ${path.join(BUNDLED_AGAIN, ASSETS)}`);
}

function read(file: string): string {
  return existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : '';
}
