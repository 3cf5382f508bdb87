import { ChildProcess, spawn } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { buildSync } from 'esbuild';
import { call, clientOf } from './support/client';
import { LocalSecretsManager } from '../../../cli/local-aws';

const folder = mkdtempSync(join(tmpdir(), 'local-aws-'));
const bundle = join(folder, 'command.js');
const children: ChildProcess[] = [];

beforeAll(() => {
  buildSync({
    stdin: { contents: 'require("./cli/commands/local-aws").localAwsCommand().parseAsync().catch((error) => { console.error(error.message); process.exitCode = 1; });', resolveDir: join(__dirname, '../../..') },
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: bundle,
    logLevel: 'error',
  });
});

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

interface Running {
  readonly lines: string[];
  readonly ended: Promise<{ code: number | null; errors: string }>;
  readonly child: ChildProcess;
  line(count: number): Promise<string[]>;
}

function run(...flags: string[]): Running {
  const child = spawn(process.execPath, [bundle, ...flags], { stdio: 'pipe' });
  children.push(child);
  const lines: string[] = [];
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter((line) => line !== '')));
  child.stderr.on('data', (chunk: Buffer) => { errors += chunk; });
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => child.on('close', (code) => resolve({ code, errors })));
  const line = async (count: number) => {
    while (lines.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
    return lines;
  };
  return { lines, ended, child, line };
}

describe('guarded-secrets local-aws', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints its URL first, serves, and ends at %s', async (signal) => {
    const { line, child, ended } = run('--region', 'eu-west-1', '--account', '111122223333');
    const [url, hint] = await line(2);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(hint).toContain(`AWS_ENDPOINT_URL_SECRETS_MANAGER=${url}`);
    const client = clientOf({ url } as LocalSecretsManager);
    expect((await call(client, 'CreateSecret', { Name: 'x', SecretString: 'v' })).ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:111122223333:/);
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, errors: '' });
  });

  it('rotates with a command', async () => {
    const { line, child, ended } = run('--function', 'rotate=grep -q createSecret && exit 0; exit 1', '--function', 'other=true');
    const [url] = await line(2);
    const client = clientOf({ url } as LocalSecretsManager);
    await call(client, 'CreateSecret', { Name: 'x', SecretString: 'v' });
    await call(client, 'RotateSecret', { SecretId: 'x', RotationLambdaARN: 'arn:aws:lambda:us-east-1:123456789012:function:rotate' });
    await expect(call(client, 'RotateSecret', { SecretId: 'x', RotationLambdaARN: 'arn:aws:lambda:us-east-1:123456789012:function:unknown' }))
      .rejects.toThrow(/cannot invoke the specified Lambda function/);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('says in one line that the port is in use', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)));
    const { code, errors } = await run('--port', String(port)).ended;
    server.close();
    expect({ code, errors }).toEqual({ code: 1, errors: `port ${port} is in use; choose another one with --port, or leave it out for a free one\n` });
  });

  it.each([
    [['--port', '70000'], 'A port is a number from 0 to 65535.'],
    [['--port', 'x'], 'A port is a number from 0 to 65535.'],
    [['--region', 'mars'], 'A Region looks like eu-central-1.'],
    [['--account', '1'], 'An account has twelve digits.'],
    [['--function', 'rotate'], 'Write it as name=command'],
    [['--colour'], "unknown option '--colour'"],
  ])('refuses %j', async (flags, message) => {
    const { code, errors } = await run(...flags).ended;
    expect(code).toBe(1);
    expect(errors).toContain(message);
    expect(errors.trim().split('\n')).toHaveLength(1);
  });
});
