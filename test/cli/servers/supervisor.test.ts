import { existsSync, mkdtempSync, rmSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Supervisor } from '../../../cli/servers/supervisor';

const TRIES = 30;

const folders: string[] = [];

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** @param script of a server, for the shell */
function start(script: string): { supervisor: Supervisor; folder: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'supervised-'));
  folders.push(folder);
  return { supervisor: new Supervisor({ command: ['/bin/sh', '-c', script], folder, signal: 'TERM' }), folder };
}

test('a server that is stopped is gone, and its folder too', async () => {
  const { supervisor, folder } = start('exec sleep 60');
  await supervisor.stop();
  expect([supervisor.ended, existsSync(folder)]).toEqual([true, false]);
});

test('a folder that is to be used again stays', async () => {
  const { supervisor, folder } = start('exec sleep 60');
  await supervisor.stop('keep');
  expect([supervisor.ended, existsSync(folder)]).toEqual([true, true]);
});

test('a server that ends by itself while it is stopped: nobody writes into its folder any more', async () => {
  for (let count = 0; count < TRIES; count++) {
    // Descriptor 3 is what tells the supervisor to stop: both notice at the same time.
    const { supervisor, folder } = start('cat <&3 >/dev/null');
    await supervisor.stop();
    // What a parent does then; it fails when a file appears meanwhile.
    expect(() => rmSync(folder, { recursive: true, force: true })).not.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(existsSync(folder)).toBe(false);
  }
});
