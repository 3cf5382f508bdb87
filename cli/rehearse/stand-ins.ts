import { DatabaseKind, DatabaseProgram, StandIn } from './databases/stand-in';
import { Endpoint } from './deployment';
import { keyOf, Located } from './resources';
import { CertificateAuthority } from '../servers/certificate-authority';

/** The name under which functions reach databases; it stands in the certificates. */
const HOST = 'localhost';

/** The servers in the place of the databases of an app. */
export class StandIns {
  /** Started or about to start. */
  private readonly standIns = new Map<string, Promise<StandIn>>();
  private closing = false;

  public constructor(
    private readonly programs: ReadonlyMap<DatabaseKind, DatabaseProgram>,
    private readonly authority: CertificateAuthority,
  ) {}

  /** The server in the place of a database, started on first use. */
  public of(database: Located, kind: DatabaseKind): Promise<StandIn> {
    const key = keyOf(database);
    const standIn = this.standIns.get(key) ?? this.start(kind);
    this.standIns.set(key, standIn);
    return standIn;
  }

  /** Where functions reach the databases whose servers run. */
  public async endpoints(): Promise<ReadonlyMap<string, Endpoint>> {
    const endpoints = new Map<string, Endpoint>();
    for (const [key, starting] of this.standIns) {
      const standIn = await starting.catch(() => undefined);
      if (standIn) endpoints.set(key, { host: HOST, port: standIn.proxy.port });
    }
    return endpoints;
  }

  /** Also stops what is about to start, when somebody interrupts. */
  public async close(): Promise<void> {
    this.closing = true;
    for (const starting of this.standIns.values()) await starting.then((standIn) => standIn.stop(), () => {});
  }

  private async start(kind: DatabaseKind): Promise<StandIn> {
    if (this.closing) throw new Error('the rehearsal is being ended');
    return this.programs.get(kind)!.start(this.authority);
  }
}
