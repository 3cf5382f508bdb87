import { readFileSync } from 'fs';
import * as path from 'path';
import { Emulator, REGION } from './emulator';
import { example } from '../lib/packed';
import { run } from '../lib/run';

const FOLDER = example('end-to-end');
const PROGRAMS = path.join(FOLDER, '..', 'node_modules', '.bin');
const APP = `${path.join(PROGRAMS, 'tsx')} app.ts`;

/** The CDK's command line tool of the examples, which reaches nothing but the emulator. */
export class Cdk {
  private readonly folder: string;
  private readonly environment: NodeJS.ProcessEnv;

  public constructor({ url, folder }: Emulator) {
    this.folder = path.join(folder, 'cdk');
    this.environment = {
      // Nothing of an account that this machine may have.
      ...Object.fromEntries(Object.keys(process.env).filter((name) => name.startsWith('AWS_')).map((name) => [name, undefined])),
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'emulated',
      AWS_SECRET_ACCESS_KEY: 'emulated',
      AWS_REGION: REGION,
      NO_PROXY: '127.0.0.1',
      // The tool keeps there which account a key belongs to.
      CDK_HOME: path.join(this.folder, 'home'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // The examples are validated by checks of their own.
      CDK_VALIDATION: 'false',
    };
  }

  /** Synthesises the app; gives back the folder with its templates. */
  public async synth(name: string, context: { readonly [name: string]: string }): Promise<string> {
    const assembly = path.join(this.folder, name);
    const settings = Object.entries(context).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    await this.cdk(APP, ['synth', '--quiet', '--output', assembly, ...settings]);
    return assembly;
  }

  public async bootstrap(assembly: string, account: string): Promise<void> {
    await this.cdk(assembly, ['bootstrap', `aws://${account}/${REGION}`]);
  }

  /** Gives back the outputs of a stack. */
  public async deploy(assembly: string, stack: string): Promise<{ readonly [name: string]: string }> {
    const outputs = path.join(this.folder, 'outputs.json');
    await this.cdk(assembly, ['deploy', '--require-approval', 'never', '--outputs-file', outputs, stack]);
    return JSON.parse(readFileSync(outputs, 'utf8'))[stack];
  }

  /** @throws an error with the differences, if there are any between the app and what is deployed */
  public async diff(assembly: string): Promise<void> {
    await this.cdk(assembly, ['diff', '--fail']);
  }

  public async destroy(assembly: string, stack: string): Promise<void> {
    await this.cdk(assembly, ['destroy', '--force', stack]);
  }

  private async cdk(app: string, args: string[]): Promise<void> {
    await run(path.join(PROGRAMS, 'cdk'), [...args, '--no-notices', '--app', app], { cwd: FOLDER, env: this.environment });
  }
}
