import { setTimeout as sleep } from 'timers/promises';
import { Scene } from './scene';

/** Between two logins. */
const PAUSE = 15;

/** Another program that fetches AWSCURRENT and logs in with it, again and again. */
export class Client {
  private running = true;
  private gaps = 0;
  private readonly done: Promise<void>;

  public constructor(private readonly scene: Scene) {
    this.done = this.run();
  }

  /** @returns how often AWSCURRENT was refused */
  public async stop(): Promise<number> {
    this.running = false;
    await this.done;
    return this.gaps;
  }

  private async run(): Promise<void> {
    while (this.running) {
      const { username, password } = await this.scene.value();
      const refused = !await this.scene.target.logsIn({ username, password });
      // A value that is not AWSCURRENT any more was fetched a moment too early.
      if (refused && (await this.scene.value()).password === password) this.gaps++;
      await sleep(PAUSE);
    }
  }
}
