import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import type { Metafile } from 'esbuild';

interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** Licences that may be bundled: permissive ones, without duties for those who use the library. */
const ALLOWED = /^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|Unlicense)$/;

/** The NOTICE file: what was bundled, and each licence text once. */
export function renderNotice(root: string, metafiles: Metafile[]): string {
  const packages = bundledPackages(root, metafiles);
  const refused = packages.filter(({ license }) => !ALLOWED.test(license));
  if (refused.length > 0) {
    throw new Error(`licences that may not be bundled: ${refused.map(({ name, license }) => `${name} (${license})`).join(', ')}`);
  }
  const byText = new Map<string, BundledPackage[]>();
  for (const item of packages) byText.set(item.text, [...(byText.get(item.text) ?? []), item]);
  const sections = [...byText].map(([text, items]) =>
    `${items.map(({ name, version, license }) => `- ${name} ${version} (${license})`).join('\n')}\n\n${text}`);
  return [
    'cdk-guarded-secrets\n\nThe functions and the command line tool of this package contain the following third-party software.',
    ...sections,
  ].join(`\n\n${'-'.repeat(80)}\n\n`) + '\n';
}

function bundledPackages(root: string, metafiles: Metafile[]): BundledPackage[] {
  const folders = new Set<string>();
  for (const input of metafiles.flatMap((metafile) => Object.keys(metafile.inputs))) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) folders.add(match[1]);
  }
  const packages = [...folders].map((folder) => readPackage(path.join(root, folder)));
  const unique = new Map(packages.map((item) => [`${item.name}@${item.version}`, item]));
  return [...unique.values()].sort((a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'));
}

function readPackage(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).sort().find((candidate) => /^licen[cs]e(\.|$)/i.test(candidate));
  const text = file && existsSync(path.join(folder, file)) ? readFileSync(path.join(folder, file), 'utf8').replace(/\r\n/g, '\n').trim() : `Licensed under ${license}.`;
  return { name, version, license, text };
}
