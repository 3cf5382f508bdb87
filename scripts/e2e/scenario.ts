import assert from 'assert/strict';
import { CreateSecretCommand, DescribeSecretCommand, DescribeSecretResponse, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { Account } from './account';
import { Cdk } from './cdk';
import { Database } from './database';
import { checkNothingReplaced, checkOrder, checkRetained, eventsOf } from './deployment-checks';
import { ACCOUNT } from './emulator';
import { StackEvent } from './journal';
import { Prober } from '../../cli/rehearse/prober';
import { OPERATOR_ALIAS } from '../../src/handler-contract';
import { step } from '../lib/run';

const STACK = 'EndToEnd';

/** What becomes of the password before, after a rotation. */
type OldPassword = 'refused' | 'accepted';

interface Assembly {
  readonly folder: string;
  readonly revision: 'first' | 'second';
}

/** The life of an app: deployed, rotated, changed, rotated again, destroyed. */
export class Scenario {
  private readonly cdk: Cdk;
  private administrator = '';

  /** By login. */
  private readonly secrets = new Map<string, string>();
  private rotationFunction = '';

  public constructor(private readonly account: Account, private readonly database: Database) {
    this.cdk = new Cdk(account.emulator);
  }

  public async play(): Promise<void> {
    this.administrator = await this.createAdministratorSecret();
    const first = await step('first revision: synthesised', () => this.synth('first'));
    await step('account: bootstrapped', () => this.cdk.bootstrap(first.folder, ACCOUNT));
    await step('first revision: deployed', () => this.deploy(first));
    await step('worst order of creation: each schedule after what it needs', async () => {
      const { resources, beforeFirstSchedule } = checkOrder(this.events());
      process.stdout.write(`${beforeFirstSchedule} of ${resources} resources before the first schedule, `);
    });
    await step('rotation by the deployment: AWSCURRENT logs in, the generated password does not', async () => {
      await this.settle();
      await this.expectPasswords('app', 'refused');
    });
    await step('logins that the deployment only tried out: AWSCURRENT logs in', () => this.expectCurrent('orders', 'administrator'));
    await step('first revision: no differences', () => this.cdk.diff(first.folder));
    await step('RotateSecret, with clients that log in all the time', () => this.rotate({ app: 'refused', orders: 'accepted', administrator: 'refused' }));
    await step('operator alias: inspect finds all healthy', () => this.inspectAll());

    const second = await step('second revision: synthesised', () => this.synth('second'));
    await step('second revision: deployed, nothing replaced, no value changed', () => this.update(second));
    await step('second revision: no differences', () => this.cdk.diff(second.folder));
    await step('RotateSecret after the update', () => this.rotate({ app: 'refused', orders: 'accepted', report: 'refused', administrator: 'refused' }));
    await step('operator alias: inspect finds all healthy', () => this.inspectAll());
    await step('destroyed; what the template retains is still there', () => this.destroy(second));
    assert.deepEqual(this.account.permissions.refusals, [], 'the deployed policies must allow all that was needed');
  }

  private async createAdministratorSecret(): Promise<string> {
    const { ARN } = await this.account.operator.send(new CreateSecretCommand({ Name: 'administrator', SecretString: JSON.stringify(this.database.administrator) }));
    return ARN!;
  }

  private async synth(revision: Assembly['revision']): Promise<Assembly> {
    const folder = await this.cdk.synth(revision, { databasePort: String(this.database.port), administratorArn: this.administrator, revision });
    return { folder, revision };
  }

  private async deploy({ folder }: Assembly): Promise<void> {
    const { RotationFunction, ...secrets } = await this.cdk.deploy(folder, STACK);
    this.rotationFunction = RotationFunction;
    for (const [name, arn] of Object.entries(secrets)) this.secrets.set(name.replace('Secret', '').toLowerCase(), arn);
    this.secrets.set('administrator', this.administrator);
  }

  /** Waits for what the deployment started. Logins that are made at the same time may get in each other's way; the service tries again. */
  private async settle(): Promise<void> {
    for (const [login, arn] of this.secrets) {
      for (const error of await this.account.rotated(arn)) process.stdout.write(`${login} tried again after ${error}, `);
    }
  }

  private async update(second: Assembly): Promise<void> {
    const known = [...this.secrets.keys()];
    const before = { events: this.events(), versions: await this.versions(known) };
    await this.deploy(second);
    await this.settle();
    checkNothingReplaced(before.events, eventsOf(this.account.journal, STACK, before.events.length));
    assert.deepEqual(await this.versions(known), before.versions, 'the update must leave all versions and their labels as they are');
    const { Description, RotationRules } = await this.describe('app');
    assert.deepEqual({ Description, days: RotationRules?.AutomaticallyAfterDays }, { Description: 'Login of the web shop', days: 7 });
    await this.expectCurrent(...this.secrets.keys());
  }

  private async rotate(expected: { readonly [login: string]: OldPassword }): Promise<void> {
    for (const [login, oldPassword] of Object.entries(expected)) {
      const arn = this.arnOf(login);
      const accepted = async () => this.database.accepts(await this.account.value(arn, 'AWSCURRENT'));
      assert.ok(await accepted(), `AWSCURRENT of ${login} must log in before the rotation`);
      const prober = await Prober.start(accepted);
      await this.account.operator.send(new RotateSecretCommand({ SecretId: arn }));
      const errors = await this.account.rotated(arn).finally(() => prober.stop());
      assert.deepEqual(errors, [], `${login} must be rotated at the first attempt`);
      const { failed, attempts } = await prober.stop();
      process.stdout.write(`${login} ${failed} of ${attempts} logins failed, `);
      if (oldPassword === 'accepted') assert.equal(failed, 0, `no login of a client with AWSCURRENT of ${login} may fail`);
      await this.expectPasswords(login, oldPassword);
    }
  }

  private async expectCurrent(...logins: string[]): Promise<void> {
    for (const login of logins) {
      assert.ok(await this.database.accepts(await this.account.value(this.arnOf(login), 'AWSCURRENT')), `AWSCURRENT of ${login} must log in`);
    }
  }

  private async expectPasswords(login: string, oldPassword: OldPassword): Promise<void> {
    await this.expectCurrent(login);
    const accepted = await this.database.accepts(await this.account.value(this.arnOf(login), 'AWSPREVIOUS'));
    assert.equal(accepted ? 'accepted' : 'refused', oldPassword, `AWSPREVIOUS of ${login}`);
  }

  private async inspectAll(): Promise<void> {
    for (const [login, arn] of this.secrets) {
      const { outcome } = await this.account.emulator.invoke(this.rotationFunction, OPERATOR_ALIAS, { Operation: 'inspect', SecretId: arn }) as { readonly outcome: string };
      assert.equal(outcome, 'healthy', `the verdict on ${login}`);
    }
  }

  private async destroy({ folder }: Assembly): Promise<void> {
    const known = [...this.secrets.keys()];
    const before = { events: this.events(), versions: await this.versions(known) };
    await this.cdk.destroy(folder, STACK);
    const retained = checkRetained(eventsOf(this.account.journal, STACK, before.events.length), folder, STACK);
    assert.deepEqual(await this.versions(known), before.versions, 'secrets must outlive their stack');
    for (const login of known) assert.equal((await this.describe(login)).RotationEnabled, false, `${login} is not rotated any more`);
    await this.expectCurrent(...known);
    process.stdout.write(`${retained} resources retained, `);
  }

  private async versions(logins: readonly string[]): Promise<{ readonly [login: string]: DescribeSecretResponse['VersionIdsToStages'] }> {
    return Object.fromEntries(await Promise.all(logins.map(async (login) => [login, (await this.describe(login)).VersionIdsToStages])));
  }

  private describe(login: string): Promise<DescribeSecretResponse> {
    return this.account.operator.send(new DescribeSecretCommand({ SecretId: this.arnOf(login) }));
  }

  private events(): StackEvent[] {
    return eventsOf(this.account.journal, STACK);
  }

  private arnOf(login: string): string {
    const arn = this.secrets.get(login);
    assert.ok(arn, `the app has no login ${login}`);
    return arn;
  }
}
