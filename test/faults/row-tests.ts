import { ROWS } from './rows/all';
import { Row } from './rows/row';
import { Scene } from './scene';
import { SERVERS } from './targets/all';
import { Setting, Target } from './targets/target';

const LIMIT = 300_000;

/** The rows of docs/fault-matrix.md on one server, with every strategy that knows the fault. */
export function testRows(server: string): void {
  describe(server, () => {
    let starting: Promise<Target> | undefined;
    // Tests that run at once begin before anything that jest would do for all of them.
    const started = (): Promise<Target> => (starting ??= SERVERS[server].start());

    afterAll(async () => (await started()).stop());

    for (const row of ROWS.filter(({ servers }) => servers === undefined || server.includes(servers))) {
      for (const setting of SERVERS[server].settings.filter(row.settings)) {
        test.concurrent(`${row.id}: ${row.fault}: ${row.result} (${setting.name})`, async () => act(row, server, setting, await started()), LIMIT);
      }
    }
  });
}

async function act(row: Row, server: string, setting: Setting, target: Target): Promise<void> {
  const scenes: Scene[] = [];
  try {
    await row.act({
      server,
      setting,
      open: async (options) => {
        const scene = await Scene.open(target, setting, options);
        scenes.push(scene);
        return scene;
      },
    });
  } finally {
    for (const scene of scenes) {
      await scene.settle();
      await scene.close();
    }
  }
}
