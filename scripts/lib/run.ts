import { spawn } from 'child_process';
import { availableParallelism } from 'os';
import { ROOT } from './root';

/** How much goes on at once: tests and stages wait for servers for a third of their time. */
export const AT_ONCE = availableParallelism() + 1;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Show the output as it comes; else it is shown only when the command fails. */
  readonly show?: boolean;
}

export interface RunResult {
  readonly code: number;
  readonly output: string;
}

/** Runs a command to its end and gives back its output, whatever its exit code. */
export function tryRun(command: string, args: string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1', ...process.env, ...options.env },
      stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Runs a command that must succeed. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, output } = await tryRun(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with exit code ${code}\n${output}`);
  return output;
}

/** Runs a step and prints its name and how long it took. */
export async function step<T>(name: string, action: () => Promise<T>): Promise<T> {
  const start = Date.now();
  process.stdout.write(`${name} ... `);
  try {
    const result = await action();
    console.log(`${((Date.now() - start) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    console.log('failed');
    throw error;
  }
}
