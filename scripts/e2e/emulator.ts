import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { Journal } from './journal';
import { lastLines, untilReady } from '../../cli/servers/own-server';
import { Supervisor } from '../../cli/servers/supervisor';
import { temporaryFolder } from '../../cli/servers/temporary-folder';

/** The account that the emulator takes callers for who have no account of their own. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export interface EmulatorOptions {
  /** Its Python packages. */
  readonly packages: string;
  readonly port: number;
  readonly secretsManagerUrl: string;
  /** The certificate that functions trust, as PEM. */
  readonly authority: string;
  /** The Node.js that functions run under. */
  readonly node: string;
}

/** CloudFormation, Lambda, IAM, KMS, S3 and the others, on loopback, in a temporary folder. It ends with its parent. */
export class Emulator {
  public static async start(options: EmulatorOptions): Promise<Emulator> {
    const folder = temporaryFolder('guarded-secrets-emulator-', undefined);
    const authorityFile = path.join(folder, 'authority.pem');
    writeFileSync(authorityFile, options.authority);
    const journal = new Journal(path.join(folder, 'journal.jsonl'));
    const supervisor = new Supervisor({
      command: ['python3', path.join(__dirname, 'emulator')],
      folder,
      signal: 'TERM',
      environment: {
        PATH: [path.dirname(options.node), process.env.PATH].join(path.delimiter),
        PYTHONPATH: options.packages,
        PYTHONDONTWRITEBYTECODE: '1',
        HOME: folder,
        TMPDIR: folder,
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(options.port),
        // They would listen to the world.
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        LOG_LEVEL: 'WARNING',
        AWS_ENDPOINT_URL_SECRETS_MANAGER: options.secretsManagerUrl,
        AUTHORITY_FILE: authorityFile,
        JOURNAL_FILE: journal.file,
      },
    });
    const emulator = new Emulator(supervisor, folder, journal, urlOf(options.port));
    await emulator.untilReady().catch(async (error) => {
      await emulator.stop();
      throw error;
    });
    return emulator;
  }

  private constructor(private readonly supervisor: Supervisor, public readonly folder: string, public readonly journal: Journal, public readonly url: string) {}

  /** What it wrote last, for errors. */
  public log(): string {
    return lastLines(readFileSync(path.join(this.folder, 'server.log'), 'utf8'), 30);
  }

  /** The policy of a function, if it has one. */
  public async functionPolicy(functionArn: string): Promise<unknown> {
    const response = await fetch(`${this.functionUrl(functionArn)}/policy`);
    if (response.status === 404) return undefined;
    const { Policy: policy } = await response.json() as { readonly Policy: string };
    return JSON.parse(policy);
  }

  /** Invokes a function through an alias. */
  public async invoke(functionArn: string, alias: string, event: unknown): Promise<unknown> {
    const response = await fetch(`${this.functionUrl(functionArn)}/invocations?Qualifier=${alias}`, { method: 'POST', body: JSON.stringify(event) });
    const answer = await response.text();
    if (!response.ok || response.headers.has('x-amz-function-error')) throw new Error(`${functionArn}:${alias} failed: ${answer}`);
    return JSON.parse(answer);
  }

  public stop(): Promise<void> {
    return this.supervisor.stop();
  }

  private functionUrl(functionArn: string): string {
    return `${this.url}/2015-03-31/functions/${encodeURIComponent(functionArn)}`;
  }

  private untilReady(): Promise<void> {
    const ask = async (): Promise<void> => {
      const { ok, status } = await fetch(`${this.url}/_ministack/ready`);
      if (!ok) throw new Error(`it answered ${status}`);
    };
    return untilReady(ask, { title: 'the emulator', supervisor: this.supervisor, log: () => this.log() });
  }
}

export function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
