/**
 * Bundles the functions (lambda/<name>.lambda.ts -> assets/lambda/<name>/index.js) and the command line tool
 * (cli/main.ts -> assets/cli/guarded-secrets.js), and writes NOTICE with the licences of what was bundled.
 *
 * With `--into FOLDER` it writes there instead. The same sources give the same bytes: the hash of an asset is the signal that redeploys a function everywhere.
 */
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { gzipSync } from 'zlib';
import { build, BuildOptions, Metafile } from 'esbuild';
import { renderNotice } from './lib/notice';
import { ROOT } from './lib/root';
import { slimMysql2 } from './lib/slim-mysql2';

interface Bundle {
  readonly name: string;
  readonly entry: string;
  readonly outfile: string;
  /** Bytes, minified; more is a defect. */
  readonly budget: number;
  readonly options: Pick<BuildOptions, 'target' | 'banner' | 'define' | 'mainFields' | 'plugins'>;
}

const KILOBYTE = 1000;
/** The client of Secrets Manager takes 300 of it; the strategies and rights of three databases would not fit into the 450 that one had. */
const FUNCTION_BUDGET = 500 * KILOBYTE;
/** The driver of MySQL is three times as large as that of PostgreSQL, also after what the functions never use was left out. */
const MYSQL_BUDGET = 600 * KILOBYTE;
const CLI_BUDGET = 2500 * KILOBYTE;

const functionBundles = readdirSync(path.join(ROOT, 'lambda'))
  .filter((file) => file.endsWith('.lambda.ts'))
  .map((file) => file.slice(0, -'.lambda.ts'.length))
  .map((name): Bundle => ({
    name: `lambda/${name}`,
    entry: `lambda/${name}.lambda.ts`,
    outfile: `assets/lambda/${name}/index.js`,
    budget: ['mysql', 'mariadb'].includes(name) ? MYSQL_BUDGET : FUNCTION_BUDGET,
    // ES modules first: what is not used can be left out.
    options: { target: 'node22', mainFields: ['module', 'main'], plugins: [slimMysql2] },
  }));

const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
const cliBundle: Bundle = {
  name: 'cli',
  entry: 'cli/main.ts',
  outfile: 'assets/cli/guarded-secrets.js',
  budget: CLI_BUDGET,
  options: { target: 'node20', banner: { js: '#!/usr/bin/env node' }, define: { GUARDED_SECRETS_VERSION: JSON.stringify(version) } },
};

async function bundle({ entry, outfile, options }: Bundle): Promise<{ text: string; metafile: Metafile }> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    charset: 'utf8',
    legalComments: 'none',
    // pg and embedded servers look for native add-ons that no bundle carries.
    external: ['pg-native', 'cloudflare:sockets'],
    metafile: true,
    write: false,
    logLevel: 'warning',
    ...options,
  });
  return { text: result.outputFiles[0].text, metafile: result.metafile };
}

async function main(): Promise<void> {
  const { values: { into = '' } } = parseArgs({ options: { into: { type: 'string' } } });
  const target = path.join(ROOT, into);
  const metafiles: Metafile[] = [];
  const tooLarge: string[] = [];
  for (const item of [...functionBundles, cliBundle]) {
    const { text, metafile } = await bundle(item);
    const outfile = path.join(target, item.outfile);
    mkdirSync(path.dirname(outfile), { recursive: true });
    writeFileSync(outfile, text);
    if (item === cliBundle) chmodSync(outfile, 0o755);
    metafiles.push(metafile);
    const size = Buffer.byteLength(text);
    console.log(`${item.name}: ${Math.round(size / KILOBYTE)} kB minified, ${Math.round(gzipSync(text).length / KILOBYTE)} kB gzip, budget ${item.budget / KILOBYTE} kB`);
    if (size > item.budget) tooLarge.push(item.name);
  }
  writeFileSync(path.join(target, 'NOTICE'), renderNotice(ROOT, metafiles));
  if (tooLarge.length > 0) throw new Error(`over the size budget: ${tooLarge.join(', ')}; make them smaller, or raise the budget in scripts/bundle.ts with a reason`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
