import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import * as os from 'os';
import * as path from 'path';
import { RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { logsIn } from './engine-contract';
import { LoginFields } from './support/server';
import { clientOf, createSecret, currentOf, FUNCTION } from './support/service';
import { LocalSecretsManager } from '../../cli/local-aws';
import { FunctionProcess } from '../../cli/rehearse/function-process';
import { Engine } from '../../lambda/core/engine';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'function', AWS_SECRET_ACCESS_KEY: 'x' };
const BUNDLES = path.join(__dirname, '..', '..', 'assets', 'lambda');
const ROTATION = 30_000;

export interface BundleHarness {
  readonly database: {
    readonly engine: Engine;
    /** The certificate that clients trust, as PEM. */
    readonly authority: string;
    createLogin(): Promise<LoginFields>;
  };
  /** The members of the administrator's secret. */
  readonly administrator: () => object | Promise<object>;
}

/** The bundle of an engine as Lambda runs it, in a process of its own: that nothing is missing in the driver that it carries. */
export function testBundle(name: string, { database, administrator }: BundleHarness): void {
  const code = path.join(BUNDLES, name);
  let folder: string;
  let aws: LocalSecretsManager;
  let client: SecretsManagerClient;
  let rotator: FunctionProcess | undefined;

  beforeAll(() => {
    if (!existsSync(path.join(code, 'index.js'))) throw new Error('the function is not bundled; run `npx projen bundle`');
  });

  beforeEach(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'guarded-secrets-bundle-'));
    writeFileSync(path.join(folder, 'authority.pem'), database.authority);
    aws = await LocalSecretsManager.start({ retry: { attempts: 1, delayMillis: 10 }, invoker: { invoke: (_arn, event) => rotator!.invoke(event) } });
    client = clientOf(aws, 'test');
  });

  afterEach(async () => {
    rotator?.kill();
    client.destroy();
    await aws.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['single-user', 'admin-assisted'])('the bundle rotates a login: %s', async (strategy) => {
    const fields = await database.createLogin();
    const secret = await createSecret(client, 'login', fields);
    const assisted = { adminSecret: await createSecret(client, 'administrator', await administrator()), username: fields.username };
    const facts = { secret, strategy, host: 'localhost', port: String(fields.port), ...strategy === 'single-user' ? {} : assisted };
    const used = rotator = new FunctionProcess({
      node: process.execPath,
      code,
      handler: 'index.handler',
      timeoutMillis: ROTATION,
      memoryMegabytes: 256,
      environment: {
        ...CREDENTIALS,
        AWS_REGION: 'eu-central-1',
        AWS_ENDPOINT_URL: aws.url,
        NODE_EXTRA_CA_CERTS: path.join(folder, 'authority.pem'),
        GUARDED_SECRET_1: JSON.stringify(facts),
      },
    });

    await client.send(new RotateSecretCommand({ SecretId: secret, RotationLambdaARN: FUNCTION, RotationRules: { AutomaticallyAfterDays: 30 } }));
    const end = Date.now() + ROTATION;
    while ((await currentOf(client, secret)).password === fields.password && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));

    const current = await currentOf(client, secret);
    expect({ changed: current.password !== fields.password, output: used.output }).toMatchObject({ changed: true });
    expect(await logsIn(database.engine, database.engine.parse(current))).toBe(true);
    expect(await logsIn(database.engine, database.engine.parse(fields))).toBe(false);
    expect(used.output).not.toContain(current.password);
  }, 2 * ROTATION);
}
