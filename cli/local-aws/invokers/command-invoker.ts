import { spawn } from 'child_process';
import { functionName, InvocationResult, RotationEvent, RotationInvoker } from './invoker';

const SHOWN_ERROR_LENGTH = 2000;

/** Runs a function as a command: the event comes on standard input, the payload goes to standard output. */
export class CommandInvoker implements RotationInvoker {
  public constructor(
    private readonly commands: ReadonlyMap<string, string>,
    /** Added to the environment of the command, so that it finds its way back. */
    private readonly environment: () => NodeJS.ProcessEnv = () => ({}),
  ) {}

  public canInvoke(functionArn: string): boolean {
    return this.commandFor(functionArn) !== undefined;
  }

  public invoke(functionArn: string, event: RotationEvent): Promise<InvocationResult> {
    const command = this.commandFor(functionArn);
    if (command === undefined) throw new Error(`no command for ${functionArn}`);
    return new Promise((resolve) => {
      const child = spawn(command, { shell: true, stdio: 'pipe', env: { ...process.env, ...this.environment() } });
      const chunks: Buffer[] = [];
      const errors: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
      // A command may end without reading its input.
      child.stdin.on('error', () => undefined);
      child.stdin.end(JSON.stringify(event));
      child.on('error', (error) => resolve({ functionError: 'Unhandled', payload: { errorMessage: error.message } }));
      child.on('close', (code, signal) => {
        const payload = parse(Buffer.concat(chunks).toString());
        if (code === 0) return resolve({ payload });
        const text = Buffer.concat(errors).toString().trim().slice(-SHOWN_ERROR_LENGTH);
        const fallback = { errorMessage: text || `the command ended with ${signal ?? `exit code ${code}`}` };
        resolve({ functionError: 'Unhandled', payload: payload ?? fallback });
      });
    });
  }

  private commandFor(functionArn: string): string | undefined {
    return this.commands.get(functionArn) ?? this.commands.get(functionName(functionArn));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
