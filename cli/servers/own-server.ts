import { ChildProcess } from 'child_process';
import { randomInt } from 'crypto';
import { createServer } from 'net';
import { CertificateAuthority } from './certificate-authority';
import { Supervisor } from './supervisor';

/** For the superuser of a server that only this process knows. */
export function randomPassword(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url');
}

/** Below the ports that systems give to clients: none of those takes the port of a server that starts, or starts again. */
const PORTS = { from: 20_000, to: 32_768 };

/** So many ports in a row are taken only where nearly all are. */
const PORT_TRIES = 1_000;

/** A port on which nothing listens now. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES; tries++) {
    const port = randomInt(PORTS.from, PORTS.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free for a server: ${PORT_TRIES} ports between ${PORTS.from} and ${PORTS.to - 1} are taken; stop the programs that listen on 127.0.0.1`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Of a server that only this process knows. */
export const SUPERUSER = 'rehearsal_superuser';

const START_LIMIT = 20_000;

/** What all servers have in common. */
export interface OwnServerOptions {
  readonly authority: CertificateAuthority;
  /** DNS names in the certificate. */
  readonly names?: string[];
  /** Whether the server offers TLS; false is for the test of what happens then. */
  readonly tls?: boolean;
  /** Further settings of the server. */
  readonly settings?: { readonly [name: string]: string };
}

export interface Start {
  /** What is started, and from where. */
  readonly title: string;
  readonly supervisor: Supervisor;
  /** The end of the log, for the error. */
  readonly log: () => string;
}

/** Asks a server until it answers. */
export async function untilReady(ask: () => Promise<unknown>, { title, supervisor, log }: Start): Promise<void> {
  const end = Date.now() + START_LIMIT;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (supervisor.ended || Date.now() > end) {
        throw new Error(`${title} did not start: ${supervisor.ended ? 'it ended' : String((error as Error).message)}\n${log()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

/** How a program failed, in words; undefined when it did not. */
export async function failureOf(child: ChildProcess): Promise<string | undefined> {
  const status = await new Promise<number | string | null>((resolve) => child.once('error', ({ message }) => resolve(message)).once('close', resolve));
  if (status === 0) return undefined;
  return typeof status === 'number' ? `exit code ${status}` : String(status);
}

/** The last lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n');
}
