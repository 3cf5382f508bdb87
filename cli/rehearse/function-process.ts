import { ChildProcess, spawn } from 'child_process';
import { FUNCTION_CHILD } from './function-child';
import type { InvocationResult } from '../local-aws';

export interface FunctionProcessOptions {
  readonly node: string;
  /** Folder with the code. */
  readonly code: string;
  /** As in the template, for example `index.handler`. */
  readonly handler: string;
  readonly environment: { readonly [name: string]: string };
  readonly timeoutMillis: number;
  readonly memoryMegabytes: number;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: unknown;
}

/**
 * Runs a function as Lambda does: a process that is kept between invocations, is killed when it takes too long, and is
 * started anew after it died. What it writes is kept.
 */
export class FunctionProcess {
  /** Everything that the function wrote. */
  public output = '';

  private child: ChildProcess | undefined;
  private ready: Promise<void> = Promise.resolve();
  private invocations = 0;

  public constructor(private readonly options: FunctionProcessOptions) {}

  public invoke(event: unknown): Promise<InvocationResult> {
    const child = this.child ?? this.start();
    const id = ++this.invocations;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const finish = (result: InvocationResult) => {
        isOver = true;
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve(result);
      };
      const onMessage = (answer: Answer) => {
        if (answer.id !== id) return;
        finish(answer.error === undefined ? { payload: answer.result } : { functionError: 'Unhandled', payload: answer.error });
      };
      const onExit = (code: number | null, signal: string | null) => {
        const reason = signal ? `signal: ${signal === 'SIGKILL' ? 'killed' : signal}` : `exit status ${code}`;
        finish({ functionError: 'Unhandled', payload: { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${reason}` } });
      };
      const onTimeout = () => {
        finish({ functionError: 'Unhandled', payload: { errorMessage: `Task timed out after ${(this.options.timeoutMillis / 1000).toFixed(2)} seconds` } });
        this.kill();
      };
      // Lambda does not count the start of the runtime either, and this machine may be busy.
      void this.ready.then(() => {
        if (!isOver) timer = setTimeout(onTimeout, this.options.timeoutMillis);
      });
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send({ id, event, timeout: this.options.timeoutMillis });
    });
  }

  /** Ends the process at once, as a crash does. */
  public kill(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private start(): ChildProcess {
    const { node, code, handler, environment, memoryMegabytes } = this.options;
    const child = spawn(node, ['-e', FUNCTION_CHILD], {
      cwd: code,
      env: { ...environment, _HANDLER: handler, LAMBDA_TASK_ROOT: code, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // The first message says that the runtime has started.
    this.ready = new Promise((resolve) => child.once('message', () => resolve()));
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (this.output += data));
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    // A program that cannot be started, and a message to a process that has just died: what is left of both is the exit.
    child.on('error', (error) => {
      this.output += `${error.message}\n`;
      if (child.pid === undefined) child.emit('exit', 127, null);
    });
    this.child = child;
    return child;
  }
}
