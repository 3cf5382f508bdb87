import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'fs';
import * as path from 'path';
import { fingerprint, unlessDone } from './fingerprint';
import { ROOT } from './root';
import { run } from './run';

/**
 * Sees to it that there are the Python packages of a file of requirements, below node_modules. They are unpacked by pip alone,
 * since distributions put virtual environments into a package of its own.
 *
 * @returns the folder with the packages, for PYTHONPATH
 */
export async function providePythonPackages(name: string, requirements: string): Promise<string> {
  const relative = path.join('node_modules', '.cache', 'guarded-secrets', name);
  const folder = path.join(ROOT, relative);
  await unlessDone(name, fingerprint([requirements]), [relative], async () => {
    mkdirSync(path.dirname(folder), { recursive: true });
    const temporary = mkdtempSync(`${folder}-`);
    try {
      await install(name, requirements, temporary);
      rmSync(folder, { recursive: true, force: true });
      renameSync(temporary, folder);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
  return folder;
}

async function install(name: string, requirements: string, folder: string): Promise<void> {
  try {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--target', folder, '--requirement', requirements]);
  } catch (error) {
    throw new Error(`${name} needs Python 3.10 or newer with pip; install them with \`apt-get install python3-pip\`\n${error instanceof Error ? error.message : error}`);
  }
}
