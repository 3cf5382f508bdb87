import { ChildProcess, spawn } from 'child_process';
import { closeSync, openSync } from 'fs';
import * as path from 'path';
import { ServerUser } from './temporary-folder';

/**
 * Runs a server and ends it when standard input ends: when its parent says so, and also when the parent was killed. Then the
 * folder goes too, unless the parent said a word before. The watcher tells that by its exit code: a file that it wrote could
 * appear in a folder that the parent is removing already.
 */
const SUPERVISOR = `
exec 3<&0
"$@" & server=$!
(word="$(cat <&3)"; kill -$GUARDED_SECRETS_SIGNAL $server; [ -z "$word" ]) & watcher=$!
wait $server
kill $watcher 2>/dev/null
wait $watcher && rm -rf "$GUARDED_SECRETS_FOLDER"
`;

export interface SupervisorOptions {
  /** The program and its arguments. */
  readonly command: string[];
  /** What belongs to the server alone; the server's log gets into it as `server.log`. */
  readonly folder: string;
  /** What ends the server. */
  readonly signal: 'INT' | 'TERM';
  readonly user?: ServerUser;
  readonly environment?: { readonly [name: string]: string };
}

/** A server process that ends with its parent. */
export class Supervisor {
  private readonly process: ChildProcess;

  public constructor({ command, folder, signal, user, environment }: SupervisorOptions) {
    const log = openSync(path.join(folder, 'server.log'), 'a', 0o600);
    this.process = spawn('/bin/sh', ['-c', SUPERVISOR, 'supervisor', ...command], {
      ...user,
      cwd: folder,
      env: { PATH: process.env.PATH, LC_ALL: 'C', ...environment, GUARDED_SECRETS_FOLDER: folder, GUARDED_SECRETS_SIGNAL: signal },
      // Its own session: a Ctrl-C in the terminal ends the parent, and the parent's end ends the server.
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
  }

  public get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Ends the server and waits for it. The folder goes, unless it is to be used again. */
  public async stop(folder: 'remove' | 'keep' = 'remove'): Promise<void> {
    if (this.ended) return;
    const exit = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin?.end(folder === 'keep' ? 'keep' : undefined);
    await exit;
  }
}
